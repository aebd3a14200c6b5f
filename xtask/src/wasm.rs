//! The three wasm programs: trunk compiles the page, cargo what works for it,
//! and wasm-bindgen connects each to JavaScript.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use wasm_encoder::Section;
use wasmparser::{Parser, Payload};

use crate::failure::Outcome;
use crate::place;
use crate::run::{cargo, command, path_with, run, say};
use crate::setup::{self, Bundler};
use crate::site::{Profile, read, write};
use crate::suspend::Suspension;

const TARGET: &str = "wasm32-unknown-unknown";
/// What the interpreter's script defines: the worker's own has the usual name already.
const RUNTIME: &str = "drydock_runtime";
/// And what the worker's defines.
const WORKER: &str = "wasm_bindgen";
/// The worker is suspended while a program runs a slice (`src/web/remote.rs` steps it), whatever that was asked by.
const WORKING: Suspension = Suspension { imports: &["step"], exports: &["ask", "beat"], after: Some("left") };
/// And the interpreter while a program on the browser's own engine goes on (`src/web/engine.rs` lets it).
const RUNNING: Suspension = Suspension { imports: &["resume"], exports: &["guest_step"], after: None };
/// LLVM inlines whatever has one caller, however large. In page and worker that would put what the lesson never
/// runs into functions that it does run, and they are cut in two between functions. Their data is cut too: for
/// that the linker says what points to what.
const APART: &[&str] =
    &["-Cllvm-args=-inline-instr-cost=200", "-Cllvm-args=-inline-call-penalty=1000", "-Clink-arg=--emit-relocs"];
/// Where they are compiled: other flags than elsewhere hold for a whole folder.
const FOLDER: &str = "apart";
/// What the linker says is in sections of these names, which no browser needs.
const LINKED: [&str; 3] = ["linking", "reloc.CODE", "reloc.DATA"];
/// The variable in which cargo takes flags that may hold spaces, and what stands between them.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";
const BETWEEN_FLAGS: &str = "\u{1f}";

/// Compiles page, worker and interpreter, and says where they are.
pub fn bundle(profile: Profile) -> Outcome<PathBuf> {
    let tools = setup::bundler()?;
    say("building the page");
    // Trunk is kept offline, so that it takes our wasm-bindgen instead of a
    // download; what cargo needs is therefore fetched before.
    run(&mut cargo(&["fetch", "--locked"]), "check the network, then run this again")?;
    let staged = place::target().join("site");
    let mut trunk = command(&tools.trunk, &["build", "--offline", "--locked", "--dist"]);
    trunk.arg(&staged).env("PATH", path_with(&[&tools.wasm_bindgen])?).env_remove("NO_COLOR");
    // Flags are the whole folder's: with others, all would be compiled anew each time.
    let apart = place::target().join(FOLDER);
    let (target, extra) = if profile == Profile::Release { (apart, APART) } else { (place::target(), &[][..]) };
    trunk.env(FLAGS, flags(extra)).env("CARGO_TARGET_DIR", &target);
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    run(&mut trunk, "mend the error above")?;
    say("building its worker");
    let worker = Worked { name: "worker", global: WORKER, suspension: WORKING, target, extra };
    worker.bundle(profile, &tools, &staged)?;
    for name in ["page", "worker"] {
        let module = staged.join(format!("{name}_bg.wasm"));
        write(&module, &unlinked(&read(&module)?)?)?;
    }
    say("building the interpreter");
    let runtime = Worked { name: "runtime", global: RUNTIME, suspension: RUNNING, target: place::target(), extra: &[] };
    runtime.bundle(profile, &tools, &staged)?;
    Ok(staged)
}

/// Page or worker of a published site, as the linker left it.
pub fn linked(name: &str) -> Outcome<Vec<u8>> {
    read(&place::target().join(FOLDER).join(TARGET).join("release").join(name).with_extension("wasm"))
}

/// A module without what the linker says of it.
fn unlinked(module: &[u8]) -> Outcome<Vec<u8>> {
    let mut bare = wasm_encoder::Module::HEADER.to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let linker = matches!(&payload, Payload::CustomSection(section) if LINKED.contains(&section.name()));
        if let Some((id, range)) = payload.as_section().filter(|_| !linker) {
            let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).expect("it is in memory"));
            wasm_encoder::RawSection { id, data: &module[start..end] }.append_to(&mut bare);
        }
    }
    Ok(bare)
}

/// A program of the worker's thread.
struct Worked {
    name: &'static str,
    /// What its script defines.
    global: &'static str,
    suspension: Suspension,
    /// Where it is compiled.
    target: PathBuf,
    /// Flags that only it has.
    extra: &'static [&'static str],
}

impl Worked {
    fn bundle(&self, profile: Profile, tools: &Bundler, staged: &Path) -> Outcome {
        let mut build = cargo(&["build", "--locked", "--target", TARGET, "--no-default-features", "--features", "web"]);
        build.args(["--bin", self.name, "--target-dir"]).arg(&self.target).env(FLAGS, flags(self.extra));
        if profile == Profile::Release {
            build.arg("--release");
        }
        run(&mut build, "mend the error above")?;
        let folder = if profile == Profile::Release { "release" } else { "debug" };
        let compiled = self.target.join(TARGET).join(folder).join(self.name).with_extension("wasm");
        let program = tools.wasm_bindgen.join("wasm-bindgen").with_extension(std::env::consts::EXE_EXTENSION);
        let options = ["--target", "no-modules", "--no-modules-global", self.global, "--no-typescript", "--out-dir"];
        run(command(program, &options).arg(staged).arg(compiled), "mend the error above")?;
        let script = staged.join(self.name).with_extension("js");
        let marked = self.suspension.applied(&String::from_utf8_lossy(&read(&script)?))?;
        write(&script, marked.as_bytes())
    }
}

/// Panics tell where in the sources they arose: not in which folder of this
/// machine those are, which would also make the site differ from machine to machine.
fn flags(extra: &[&str]) -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let mut flags = OsString::from(extra.join(BETWEEN_FLAGS));
    for registry in std::fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten() {
        flags.push(if flags.is_empty() { "" } else { BETWEEN_FLAGS });
        flags.push("--remap-path-prefix=");
        flags.push(registry.path());
        flags.push("=");
    }
    flags
}
