//! Containers beside other engines, in one run: how long a warm start takes
//! until the first byte is printed, and twenty million multiply-adds. Needs
//! podman, runc, busybox and a Python with wasmtime (`WASMTIME_PYTHON`):
//! `cargo xtask bench` brings them. It tells seconds, not a verdict.
#![allow(clippy::disallowed_methods, reason = "this runs programs and looks at the real clock")]
#![allow(clippy::print_stdout, reason = "what it measures is printed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use drydock::lab::{Input, LabSpec, ProjectFile, State};
use drydock::limits::SLICE_FUEL;
use drydock::runtime::Modules;
use drydock::session::{Execution, Tell};

#[path = "../tests/it/nowhere.rs"]
mod nowhere;
use nowhere::Nowhere;

/// Of so many runs the fastest counts: the others met something else.
const RUNS: usize = 5;
/// Prints a line.
const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\03\00\00\00")
    (data (i32.const 16) "hi\0a")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;
/// Twenty million multiply-adds, then the lowest byte of what they come to, as a line.
const MULTIPLY_ADD: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\02\00\00\00")
    (data (i32.const 16) "?\0a")
    (func (export "_start") (local $left i32) (local $sum f64)
        (local.set $left (i32.const 20000000))
        (loop $on
            (local.set $sum (f64.add (f64.mul (local.get $sum) (f64.const 0.999)) (f64.convert_i32_u (local.get $left))))
            (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (i32.store8 (i32.const 16) (i32.add (i32.const 65)
            (i32.rem_u (i32.trunc_sat_f64_u (local.get $sum)) (i32.const 26))))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;
/// Runs a module that was translated before, as often as it is told, and says how long the fastest took, in seconds.
const WASMTIME: &str = r#"
import sys, time, wasmtime
config = wasmtime.Config()
engine = wasmtime.Engine(config)
module = wasmtime.Module.from_file(engine, sys.argv[1])
linker = wasmtime.Linker(engine)
linker.define_wasi()
best = float("inf")
for _ in range(int(sys.argv[2])):
    begun = time.perf_counter()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.stdout_file = sys.argv[3]
    store.set_wasi(wasi)
    linker.instantiate(store, module).exports(store)["_start"](store)
    best = min(best, time.perf_counter() - begun)
print(best)
"#;

fn main() {
    let bench = Bench::new();
    let (hello, adding) = (Lab::of(HELLO), Lab::of(MULTIPLY_ADD));
    println!("a warm start, until the first byte: drydock {}", shown(hello.first_byte()));
    println!("  wasmtime (only the module, no image and no container) {}", shown(bench.wasmtime("hello", HELLO)));
    println!("  podman run, runc {}", shown(bench.podman()));
    println!("20 million multiply-adds: drydock {}", shown(adding.first_byte()));
    println!("  wasmtime (translated before) {}", shown(bench.wasmtime("adding", MULTIPLY_ADD)));
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn fastest(work: impl FnMut() -> Duration) -> Duration {
    std::iter::repeat_with(work).take(RUNS).min().expect("it ran")
}

/// A machine with an image of one program, which has run before.
struct Lab {
    state: State,
    modules: std::cell::RefCell<Modules>,
}

impl Lab {
    fn of(program: &str) -> Self {
        let file = |name: &str, bytes| ProjectFile { name: name.into(), mode: 0o755, bytes };
        let files = vec![
            file("Dockerfile", b"FROM scratch\nCOPY job.wasm /job\nCMD [\"/job\"]\n".to_vec()),
            file("job.wasm", wat::parse_str(program).expect("a module")),
        ];
        let spec = LabSpec { machines: vec!["laptop".into()], folder: "job".into(), files, ..LabSpec::default() };
        let modules = std::cell::RefCell::new(Modules::default());
        let mut lab = Self { state: State::new(&spec), modules };
        lab.state = lab.line("docker build -t job:1 .").0;
        lab.line("docker run --rm job:1");
        lab
    }

    /// `docker run`, from the line to what it prints first.
    fn first_byte(&self) -> Duration {
        fastest(|| self.line("docker run --rm job:1").1.expect("it prints"))
    }

    /// The state after a line, and after how long it printed something.
    fn line(&self, line: &str) -> (State, Option<Duration>) {
        let (state, modules) = (self.state.clone(), &mut *self.modules.borrow_mut());
        let begun = Instant::now();
        let mut first = None;
        let mut tell = |tell| {
            if matches!(tell, Tell::Printed(_)) {
                first.get_or_insert_with(|| begun.elapsed());
            }
        };
        let input = Input::line("laptop".into(), line.into(), 0);
        let execution = Execution::begin(state, input, &mut Nowhere, modules, false, &mut tell);
        let mut execution = execution.expect("the machine is there");
        while !execution.step(SLICE_FUEL, &mut Nowhere, modules, &mut tell) {}
        let (state, _, _, code) = execution.into_parts();
        assert_eq!(code, 0, "{line}");
        (state, first)
    }
}

/// The others, and their files.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("containers");
        std::fs::create_dir_all(&folder).expect("a folder of our own");
        Self { folder }
    }

    fn wasmtime(&self, name: &str, program: &str) -> Duration {
        let python = std::env::var("WASMTIME_PYTHON");
        let python = python.expect("WASMTIME_PYTHON names no Python with wasmtime: run `cargo xtask bench`");
        let module = self.folder.join(name).with_extension("wasm");
        std::fs::write(&module, wat::parse_str(program).expect("a module")).expect("written");
        let command = &mut Command::new(python);
        let command = command.args(["-c", WASMTIME]).arg(&module).arg(RUNS.to_string());
        let printed = run(command.arg(self.folder.join("printed")));
        Duration::from_secs_f64(printed.trim().parse().expect("seconds"))
    }

    /// A container of podman whose whole life is to print a line.
    fn podman(&self) -> Duration {
        let dockerfile = self.folder.join("Dockerfile");
        std::fs::write(&dockerfile, "FROM scratch\nCOPY busybox /busybox\n").expect("written");
        let busybox = run(Command::new("sh").args(["-c", "command -v busybox"]));
        std::fs::copy(busybox.trim(), self.folder.join("busybox")).expect("a static program: apt's busybox-static");
        run(self.of_podman().args(["build", "--quiet", "--network", "none", "-t", "job:1"]).arg(&self.folder));
        let limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];
        fastest(|| {
            let mut command = self.of_podman();
            command.args(["run", "--rm", "--network", "none"]).args(limits);
            let begun = Instant::now();
            run(command.args(["job:1", "/busybox", "echo", "hi"]));
            begun.elapsed()
        })
    }

    fn of_podman(&self) -> Command {
        let mut command = Command::new("podman");
        command.args(["--runtime", "runc", "--storage-driver", "vfs", "--root"]).arg(self.folder.join("root"));
        command.arg("--runroot").arg(self.folder.join("run"));
        command
    }
}

/// What a program prints; one that fails tells why.
fn run(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output().expect("it is installed: run `cargo xtask bench`");
    assert!(output.status.success(), "{command:?} failed");
    String::from_utf8(output.stdout).expect("text")
}
