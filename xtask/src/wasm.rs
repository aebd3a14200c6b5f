//! The three wasm programs: trunk compiles the page, cargo what works for it,
//! and wasm-bindgen connects each to JavaScript.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::failure::Outcome;
use crate::place;
use crate::run::{cargo, command, path_with, run, say};
use crate::setup::{self, Bundler};
use crate::site::Profile;

const TARGET: &str = "wasm32-unknown-unknown";
/// What the interpreter's script defines: the worker's own has the usual name already.
const RUNTIME: &str = "drydock_runtime";
/// And what the worker's defines.
const WORKER: &str = "wasm_bindgen";
/// LLVM inlines whatever has one caller, however large. In page and worker that would put what the lesson never
/// runs into functions that it does run, and they are cut in two between functions.
const APART: &[&str] = &["-Cllvm-args=-inline-instr-cost=200", "-Cllvm-args=-inline-call-penalty=1000"];
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
    let apart = place::target().join("apart");
    let (target, extra) = if profile == Profile::Release { (apart, APART) } else { (place::target(), &[][..]) };
    trunk.env(FLAGS, flags(extra)).env("CARGO_TARGET_DIR", &target);
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    run(&mut trunk, "mend the error above")?;
    say("building its worker");
    let worker = Worked { name: "worker", global: WORKER, target, extra };
    worker.bundle(profile, &tools, &staged)?;
    say("building the interpreter");
    let runtime = Worked { name: "runtime", global: RUNTIME, target: place::target(), extra: &[] };
    runtime.bundle(profile, &tools, &staged)?;
    Ok(staged)
}

/// A program of the worker's thread.
struct Worked {
    name: &'static str,
    /// What its script defines.
    global: &'static str,
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
        run(command(program, &options).arg(staged).arg(compiled), "mend the error above")
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
