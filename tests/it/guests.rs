//! Guests that mean harm, each run as a learner would run it while another
//! container goes on: they end with a clear message or an error of their own,
//! and nobody else notices.

use drydock::lab::{Input, LabSpec, ProjectFile, State};
use drydock::limits::{self, SLICE_FUEL};
use drydock::runtime::Modules;
use drydock::session::Execution;

use crate::nowhere::Nowhere;
use crate::simulated;

/// What the programs import, and a way to end with an error if there is one.
const COMMON: &str = r#"
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_allocate" (func $allocate (param i32 i64 i64) (result i32)))
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_symlink" (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "drydock_process" "spawn" (func $spawn (param i32 i32) (result i32)))
    (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))"#;
/// Writes a line each second.
const TICK: &str = r#"(memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\05\00\00\00") (data (i32.const 16) "tick\0a")
    (data (i32.const 88) "\00\ca\9a\3b\00\00\00\00")
    (func (export "_start") (loop $on
        (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $check (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)))
        (br $on)))"#;
/// Takes 200 MiB of memory and keeps it.
const HOARD: &str = r#"(memory (export "memory") 1) (func (export "_start")
    (if (i32.eq (memory.grow (i32.const 3200)) (i32.const -1)) (then (call $exit (i32.const 12)))) (loop $on (br $on)))"#;
/// Each harmful program by its name, the flags it is run with, and what comes of it.
const HARMFUL: [(&str, &str, &str, (&str, i32)); 13] = [
    (
        "memory",
        "",
        r#"(memory (export "memory") 1) (func (export "_start")
            (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (call $exit (i32.const 12)))"#,
        ("", 12),
    ),
    (
        "limited-memory",
        "-m 16m ",
        r#"(memory (export "memory") 1)
            (func (export "_start") (loop $more (drop (memory.grow (i32.const 16))) (br $more)))"#,
        ("", 137),
    ),
    (
        "fork",
        "",
        r#"(memory (export "memory") 1)
            (data (i32.const 0) "\40\00\00\00\05\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\50\00\00\00\01\00\00\00")
            (data (i32.const 64) "/fork") (data (i32.const 80) "/")
            (func (export "_start") (loop $more (call $check (call $spawn (i32.const 0) (i32.const 120))) (br $more)))"#,
        ("", 6),
    ),
    (
        "output",
        " > flood",
        r#"(memory (export "memory") 2) (data (i32.const 0) "\00\00\00\00\00\00\01\00")
            (func (export "_start") (loop $more
                (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $more)))"#,
        ("killed: too much output", 137),
    ),
    (
        "bytes",
        "",
        r#"(memory (export "memory") 1) (data (i32.const 16) "f") (global $size (mut i64) (i64.const 33554432))
            (func (export "_start")
                (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 1)
                    (i64.const -1) (i64.const 0) (i32.const 0) (i32.const 8)))
                (loop $more
                    (call $check (call $allocate (i32.load (i32.const 8)) (i64.const 0) (global.get $size)))
                    (global.set $size (i64.add (global.get $size) (i64.const 33554432))) (br $more)))"#,
        ("", 22),
    ),
    (
        "files",
        "",
        r#"(memory (export "memory") 1) (global $name (mut i32) (i32.const 0))
            (func $letter (param $at i32) (param $shift i32) (i32.store8 (local.get $at) (i32.add (i32.const 97)
                (i32.and (i32.shr_u (global.get $name) (local.get $shift)) (i32.const 15)))))
            (func (export "_start") (loop $more
                (call $letter (i32.const 16) (i32.const 0)) (call $letter (i32.const 17) (i32.const 4))
                (call $letter (i32.const 18) (i32.const 8)) (call $letter (i32.const 19) (i32.const 12))
                (call $letter (i32.const 20) (i32.const 16))
                (call $check (call $mkdir (i32.const 3) (i32.const 16) (i32.const 5)))
                (global.set $name (i32.add (global.get $name) (i32.const 1))) (br $more)))"#,
        ("", 51),
    ),
    (
        "deep",
        "",
        r#"(memory (export "memory") 1) (data (i32.const 16) "d") (global $at (mut i32) (i32.const 3))
            (func (export "_start") (loop $more
                (call $check (call $mkdir (global.get $at) (i32.const 16) (i32.const 1)))
                (call $check (call $open (global.get $at) (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 2)
                    (i64.const 0) (i64.const -1) (i32.const 0) (i32.const 8)))
                (if (i32.ne (global.get $at) (i32.const 3)) (then (call $check (call $close (global.get $at)))))
                (global.set $at (i32.load (i32.const 8))) (br $more)))"#,
        ("", 37),
    ),
    (
        "paths",
        "",
        r#"(memory (export "memory") 1)
            (data (i32.const 16) "../../../../home/learner/job/Dockerfile") (data (i32.const 64) "/../..") (data (i32.const 80) "up")
            (data (i32.const 96) "up/home/learner/job/Dockerfile")
            (func $is_absent (param $at i32) (param $len i32) (if (i32.ne (i32.const 44)
                (call $open (i32.const 3) (i32.const 1) (local.get $at) (local.get $len) (i32.const 0)
                    (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8))) (then unreachable)))
            (func (export "_start")
                (call $is_absent (i32.const 16) (i32.const 39))
                (call $check (call $symlink (i32.const 64) (i32.const 6) (i32.const 3) (i32.const 80) (i32.const 2)))
                (call $is_absent (i32.const 96) (i32.const 30)) (call $exit (i32.const 44)))"#,
        ("", 44),
    ),
    (
        "pointers",
        "",
        r#"(memory (export "memory") 1) (func (export "_start")
            (if (i32.ne (call $write (i32.const 1) (i32.const -4) (i32.const 9) (i32.const -1)) (i32.const 21)) (then unreachable))
            (if (i32.ne (call $spawn (i32.const -4) (i32.const -4)) (i32.const 21)) (then unreachable))
            (drop (i32.load (i32.const -4))))"#,
        ("wasm trap: out of bounds memory access", 134),
    ),
    (
        "tables",
        "",
        r#"(memory (export "memory") 1) (table 2000000 funcref) (func (export "_start"))"#,
        ("exec /tables: exec format error", 255),
    ),
    (
        "growing-table",
        "",
        r#"(memory (export "memory") 1) (table $t 1 funcref) (func (export "_start")
            (loop $more (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 65536)) (i32.const -1))))
            (call $exit (i32.const 12)))"#,
        ("", 12),
    ),
    (
        "recursion",
        "",
        r#"(memory (export "memory") 1) (func $deeper (call $deeper)) (func (export "_start") (call $deeper))"#,
        ("wasm trap: call stack exhausted", 134),
    ),
    (
        "startless",
        "",
        r#"(memory (export "memory") 1) (func $first) (start $first) (func (export "_start"))"#,
        ("exec /startless: exec format error", 255),
    ),
];

/// A machine on which a container ticks, and an image of programs that mean harm.
struct Machine {
    state: State,
    modules: Modules,
}

impl Machine {
    fn new() -> Self {
        Self::on(Modules::default())
    }

    fn on(modules: Modules) -> Self {
        let file = |name: &str, bytes| ProjectFile { name: name.into(), mode: 0o755, bytes };
        let module = |text: &str| wat::parse_str(format!("(module {COMMON} {text})")).expect("a module");
        let mut files = vec![
            file("Dockerfile", b"FROM scratch\nCOPY . /\n".to_vec()),
            file("tick", module(TICK)),
            file("endless", module(r#"(memory (export "memory") 1) (func (export "_start") (loop $on (br $on)))"#)),
            file("hoard", module(HOARD)),
            file("broken", b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\x0f".to_vec()),
        ];
        files.extend(HARMFUL.iter().map(|(name, _, text, _)| file(name, module(text))));
        let spec = LabSpec { machines: vec!["laptop".into()], folder: "job".into(), files, ..LabSpec::default() };
        let mut machine = Self { state: State::new(&spec), modules };
        machine.line("docker build -t job:1 .");
        machine.line("docker run -d --name witness job:1 /tick");
        machine
    }

    /// Runs a line to its end, or gives it up after so many steps: what it printed, and its exit code.
    fn run(&mut self, line: &str, steps: usize) -> (String, i32) {
        let input = Input::line("laptop".into(), line.into(), 0);
        let (state, modules) = (self.state.clone(), &mut self.modules);
        let mut live = Execution::begin(state, input, &mut Nowhere, modules, false, &mut drop).expect("the machine");
        let mut taken = 0;
        while !live.step(SLICE_FUEL, &mut Nowhere, modules, &mut drop) {
            taken += 1;
            if taken == steps {
                live.interrupt(&mut Nowhere, modules, &mut drop);
            }
        }
        let code = live.code();
        // A line that is refused leaves nothing.
        let Some(operation) = live.into_operation(&mut drop) else { return (String::new(), code) };
        self.state = operation.after.clone();
        let lines: Vec<String> = operation.output.iter().map(|output| output.line.text()).collect();
        (lines.join("\n"), code)
    }

    fn line(&mut self, line: &str) -> (String, i32) {
        self.run(line, usize::MAX)
    }

    /// How often the witness has ticked.
    fn ticks(&mut self) -> usize {
        self.line("docker logs witness > log; cat log").0.lines().count()
    }

    /// Whether the witness goes on.
    fn check_witness(&mut self, after: &str) {
        let before = self.ticks();
        self.line("echo a second > second");
        assert!(self.ticks() > before, "{after}: it stands still after {before} ticks");
    }
}

#[test]
fn each_harmful_program_ends_clearly_while_another_container_goes_on() {
    check_harmful(Machine::new());
}

#[test]
fn each_harmful_program_ends_as_clearly_on_an_engine_that_is_lent() {
    check_harmful(Machine::on(simulated::modules()));
    assert!(simulated::resumed() > 0, "none ran on the engine");
}

fn check_harmful(mut machine: Machine) {
    for (name, flags, _, (message, code)) in HARMFUL {
        let (flags, into) = if flags.starts_with(" >") { ("", flags) } else { (flags, "") };
        let (printed, ended) = machine.line(&format!("docker run --rm {flags}job:1 /{name}{into}"));
        assert!(printed.contains(message) && ended == code, "{name}: {ended} {printed}");
        machine.check_witness(name);
    }
    let (printed, code) = machine.line("docker run --rm job:1 /broken");
    assert!(printed.contains("exec /broken: exec format error") && code == 255, "{code} {printed}");
    machine.check_witness("broken");
}

#[test]
fn an_endless_program_is_given_up_and_others_run_beside_it() {
    let mut machine = Machine::new();
    assert_eq!(machine.run("docker run --rm job:1 /endless", 3).1, 130);
    machine.check_witness("endless");
    machine.line("docker run -d --name endless job:1 /endless");
    machine.check_witness("endless in the background");
    for at in 2..limits::RUNNING_CONTAINERS {
        assert_eq!(machine.line(&format!("docker run -d --name more{at} job:1 /endless > id")).1, 0);
    }
    let (_, code) = machine.line("docker run -d --name one-more job:1 /tick");
    assert_ne!(code, 0, "there are as many as may run");
    machine.check_witness("as many as may run");
}

#[test]
fn of_all_that_hoard_memory_the_one_that_wants_what_is_no_longer_there_is_killed() {
    let mut machine = Machine::new();
    for name in ["one", "two"] {
        assert_eq!(machine.line(&format!("docker run -d --name {name} job:1 /hoard > id")).1, 0);
    }
    let (printed, code) = machine.line("docker run --name three job:1 /hoard");
    assert_eq!((printed.as_str(), code), ("killed: out of memory", 137));
    let (printed, _) = machine.line("docker inspect --format '{{.Name}} {{.State.OOMKilled}}' one two three");
    assert_eq!(printed.split_whitespace().collect::<Vec<_>>(), ["/one", "false", "/two", "false", "/three", "true"]);
    machine.check_witness("hoard");
    machine.line("docker rm -f one");
    assert_eq!(machine.run("docker run --rm job:1 /hoard", 20).1, 130, "there is room again");
}

#[test]
fn no_container_is_made_where_the_files_of_the_others_take_all_the_room() {
    let mut machine = Machine::new();
    machine.line("docker run --name full job:1 /bytes");
    let engine = &mut machine.state.machines[0].engine;
    let id = engine.find_container("full").expect("it is here");
    let full = engine.container_mut(&id).expect("it is here");
    assert!(full.written_bytes >= 96 << 20, "{}", full.written_bytes);
    full.written_bytes = limits::CONTAINERS_FILE_BYTES;
    assert_eq!(machine.line("docker run job:1 /tick").1, 125);
    assert_eq!(machine.line("docker create job:1 /tick").1, 125);
    machine.check_witness("full");
    machine.line("docker rm full");
    assert_eq!(machine.line("docker create job:1 /tick").1, 0);
}
