//! One process, and several: slices, bounds and what is told of them.

use super::*;
use crate::limits;

pub(super) fn program(fuel: u64) -> Program {
    Program { arguments: vec!["test".into()], fuel, ..Program::default() }
}

/// A process of a module with one page of memory, its imports and the body of `_start` as given.
fn start(imports: &str, body: &str, fuel: u64) -> Result<Namespace, StartError> {
    let text = format!("(module {imports} (memory (export \"memory\") 1) (func (export \"_start\") {body}))");
    let modules = Modules::default();
    let module = modules.load(&wat::parse_str(&text).unwrap()).unwrap();
    Namespace::start(&modules, &module, program(fuel))
}

/// Runs to the end: the exit code and what was written to each stream.
pub(super) fn finish_tree(process: &mut Namespace) -> (i32, String, String) {
    let mut streams = [Vec::new(), Vec::new()];
    loop {
        let step = process.step(10_000);
        for output in process.take_output() {
            streams[usize::from(output.stream == Stream::Stderr)].extend(output.bytes);
        }
        if let Step::Exited { code } = step {
            let [stdout, stderr] = streams.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            return (code, stdout, stderr);
        }
    }
}

fn check(imports: &str, body: &str, expected: (i32, &str, &str)) {
    let (code, stdout, stderr) = finish_tree(&mut start(imports, body, 100_000_000).unwrap());
    assert_eq!((code, stdout.as_str(), stderr.as_str()), expected);
}

const WRITE: &str = r#"(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (data (i32.const 0) "\08\00\00\00\03\00\00\00hi\0a")"#;
const EXIT: &str = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;
const HELLO: &str = "(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))";

#[test]
fn a_program_writes_and_ends() {
    check(WRITE, HELLO, (0, "hi\n", ""));
    check(EXIT, "(call $exit (i32.const 3)) unreachable", (3, "", ""));
    check(EXIT, "(call $exit (i32.const 256)) unreachable", (0, "", ""));
}

#[test]
fn a_trap_is_reported_as_an_engine_does() {
    check("", "unreachable", (134, "", "wasm trap: wasm `unreachable` instruction executed\n"));
    check("", "(drop (i32.load (i32.const -1)))", (134, "", "wasm trap: out of bounds memory access\n"));
    check("(func $f (call $f))", "(call $f)", (134, "", "wasm trap: call stack exhausted\n"));
}

#[test]
fn not_a_number_has_the_same_bits_on_every_machine() {
    let zero = "(f32.load (i32.const 0))";
    let body = format!(
        "(if (i32.ne (i32.reinterpret_f32 (f32.div {zero} {zero})) (i32.const 0x7fc00000)) (then unreachable))"
    );
    check("", &body, (0, "", ""));
}

#[test]
fn an_endless_loop_pauses_after_each_slice_and_ends_when_its_time_is_up() {
    let mut process = start("", "(loop (br 0))", 50_000).unwrap();
    assert_eq!(process.step(10_000), Step::Running);
    assert!((9_000..=11_000).contains(&process.fuel_used()), "{}", process.fuel_used());
    assert_eq!(finish_tree(&mut process), (137, String::new(), "killed: out of time\n".to_owned()));
    assert!((49_000..=61_000).contains(&process.fuel_used()), "{}", process.fuel_used());
    assert_eq!(process.step(10_000), Step::Exited { code: 137 });
}

#[test]
fn memory_cannot_grow_beyond_its_bound() {
    let pages = limits::GUEST_MEMORY_BYTES / 65_536;
    let grow = format!("(if (i32.ne (memory.grow (i32.const {pages})) (i32.const -1)) (then unreachable))");
    check("", &grow, (0, "", ""));
    let modules = Modules::default();
    let text = format!("(module (memory {}) (func (export \"_start\")))", pages + 1);
    let module = modules.load(&wat::parse_str(text).unwrap()).unwrap();
    let started = Namespace::start(&modules, &module, program(1));
    assert!(matches!(started, Err(StartError::Instance { .. })), "{started:?}");
}

#[test]
fn a_flood_of_output_is_cut_off() {
    let (code, stdout, stderr) = finish_tree(&mut start(WRITE, &format!("(loop {HELLO} (br 0))"), u64::MAX).unwrap());
    assert_eq!((code, stderr.as_str()), (137, "killed: too much output\n"));
    assert_eq!(stdout.len(), limits::GUEST_OUTPUT_BYTES);
}

#[test]
fn output_that_nobody_takes_pauses_the_process() {
    let mut process = start(WRITE, &format!("(loop {HELLO} (br 0))"), u64::MAX).unwrap();
    assert_eq!(process.step(u64::MAX), Step::Running);
    let pending: usize = process.take_output().iter().map(|output| output.bytes.len()).sum();
    assert!(pending <= limits::GUEST_OUTPUT_PENDING_BYTES + 3, "{pending}");
}

#[test]
fn a_sleep_is_told_and_the_program_goes_on() {
    let imports = r#"(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (data (i32.const 24) "\e8\03")"#;
    let body = "(if (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 200)) (then unreachable))
        (if (i32.ne (i32.load (i32.const 200)) (i32.const 1)) (then unreachable))";
    let mut process = start(imports, body, 100_000).unwrap();
    assert_eq!(process.step(10_000), Step::Slept { nanos: 1_000 });
    assert_eq!(finish_tree(&mut process).0, 0);
}

#[test]
fn slices_do_not_change_what_a_program_does() {
    let body = format!("(local i32) {} {HELLO}", "(local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(50));
    let used = [1, 7, 100, 1_000_000].map(|slice| {
        let mut process = start(WRITE, &body, u64::MAX).unwrap();
        while process.step(slice) == Step::Running {}
        process.fuel_used()
    });
    assert_eq!(used, [used[0]; 4]);
}

#[test]
fn every_call_of_preview_1_is_there_and_survives_wild_arguments() {
    let calls = "args_get 2 args_sizes_get 2 environ_get 2 environ_sizes_get 2 clock_res_get 2 clock_time_get 1j1 \
        fd_advise 1jj1 fd_allocate 1jj fd_close 1 fd_datasync 1 fd_fdstat_get 2 fd_fdstat_set_flags 2 \
        fd_fdstat_set_rights 1jj fd_filestat_get 2 fd_filestat_set_size 1j fd_filestat_set_times 1jj1 fd_pread 3j1 \
        fd_prestat_get 2 fd_prestat_dir_name 3 fd_pwrite 3j1 fd_read 4 fd_readdir 3j1 fd_renumber 2 fd_seek 1j2 \
        fd_sync 1 fd_tell 2 fd_write 4 path_create_directory 3 path_filestat_get 5 path_filestat_set_times 4jj1 \
        path_link 7 path_open 5jj2 path_readlink 6 path_remove_directory 3 path_rename 6 path_symlink 5 \
        path_unlink_file 3 poll_oneoff 4 sched_yield 0 random_get 2 sock_accept 3 sock_recv 6 \
        sock_send 5 sock_shutdown 2";
    assert_eq!(survive("wasi_snapshot_preview1", calls), 44, "all but `proc_exit` and `proc_raise`, which end it");
}

#[test]
fn the_calls_beside_it_survive_them_too() {
    let process = "spawn 2 exec 1 wait 3 pipe 1 kill 2 ignore 2 catch 2 caught 1 pid 1 process 4 room 1 umask 2 \
        directory 3 mode 3 set_mode 3 user 2 groups 3 owner 3 set_owner 4";
    assert_eq!(survive("drydock_process", process), 19);
    assert_eq!(survive("drydock_net", "listen 2 connect 4 peer 4"), 3);
}

/// Calls of a module, each with its parameters, are made with arguments that mean nothing: how many they are.
fn survive(module: &str, calls: &str) -> usize {
    let words: Vec<&str> = calls.split_whitespace().collect();
    for wild in ["-1", "0", "3", "65530", "2147483647"] {
        let (imports, calls): (Vec<String>, Vec<String>) =
            words.chunks(2).map(|call| wild_call(module, call[0], call[1], wild)).unzip();
        check(&imports.join(" "), &calls.join(" "), (0, "", ""));
    }
    words.len() / 2
}

/// The import of a call with these parameters, and the call with the same argument for each.
fn wild_call(module: &str, name: &str, parameters: &str, wild: &str) -> (String, String) {
    let kinds: Vec<&str> = parameters.chars().flat_map(kinds).collect();
    let arguments: Vec<String> = kinds.iter().map(|kind| format!("({kind}.const {wild})")).collect();
    let (kinds, arguments) = (kinds.join(" "), arguments.join(" "));
    let function = format!("(func ${name} (param {kinds}) (result i32))");
    let import = format!("(import \"{module}\" \"{name}\" {function})");
    (import, format!("(drop (call ${name} {arguments}))"))
}

/// `3` is three 32-bit parameters, `j` one of 64 bits.
fn kinds(word: char) -> Vec<&'static str> {
    word.to_digit(10).map_or_else(|| vec!["i64"], |count| vec!["i32"; count as usize])
}

#[test]
fn what_cannot_start_says_why() {
    let unknown = start(r#"(import "env" "gpu" (func))"#, "", 1).unwrap_err();
    assert!(unknown.to_string().contains("gpu"), "{unknown}");
    let modules = Modules::default();
    for text in
        ["(module)", "(module (func (export \"_start\") (param i32)))", "(module (memory (export \"_start\") 1))"]
    {
        let module = modules.load(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(Namespace::start(&modules, &module, program(1)).unwrap_err(), StartError::NoStart);
    }
}
