//! Programs that start programs: pipes, waiting, signals and their bounds.

use super::tests::{finish_tree, program};
use super::*;
use crate::fs::{Metadata, Node};
use crate::oci::Timestamp;
use crate::runtime::errno::Errno;

/// Imports, and a wish at 0 to start `/child` with standard output at the pipe whose ends are at 100.
const IMPORTS: &str = r#"
    (import "drydock_process" "spawn" (func $spawn (param i32 i32) (result i32)))
    (import "drydock_process" "wait" (func $wait (param i32 i32 i32) (result i32)))
    (import "drydock_process" "pipe" (func $pipe (param i32) (result i32)))
    (import "drydock_process" "kill" (func $kill (param i32 i32) (result i32)))
    (import "drydock_process" "exec" (func $exec (param i32) (result i32)))
    (import "drydock_process" "catch" (func $catch (param i32 i32) (result i32)))
    (import "drydock_process" "caught" (func $caught (param i32) (result i32)))
    (import "drydock_process" "pid" (func $pid (param i32) (result i32)))
    (import "drydock_process" "umask" (func $umask (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 2)
    (data (i32.const 0) "\40\00\00\00\06\00\00\00" "\00\00\00\00\00\00\00\00" "\00\00\00\00\00\00\00\00"
        "\50\00\00\00\01\00\00\00" "\60\00\00\00\00\00\00\00")
    (data (i32.const 64) "/child")
    (data (i32.const 80) "/")
    (data (i32.const 200) "\00\02\00\00\03\00\00\00")
    (data (i32.const 512) "hi\0a")
    (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))"#;

fn run(parent: &str, child: &str) -> (i32, String, String) {
    let module = |body: &str| wat::parse_str(format!("(module {IMPORTS} (func (export \"_start\") {body}))")).unwrap();
    let executable = Metadata { mode: 0o755, ..Metadata::file(Timestamp::default()) };
    let mut tree = Tree::default();
    tree.insert(&"/child".into(), Node::file(executable, module(child))).unwrap();
    tree.insert(&"/text".into(), Node::file(executable, b"echo".to_vec())).unwrap();
    let modules = Modules::default();
    let loaded = modules.load(&module(parent)).unwrap();
    let mut namespace = Namespace::start(&modules, &loaded, Program { tree, ..program(2_000_000_000) }).unwrap();
    finish_tree(&mut namespace)
}

/// Writes `hi` until it cannot, then ends with the error.
const WRITER: &str =
    "(loop (call $check (call $write (i32.const 1) (i32.const 200) (i32.const 1) (i32.const 300))) (br 0))";

#[test]
fn a_child_ends_with_its_status() {
    let parent = "(call $check (call $spawn (i32.const 0) (i32.const 120)))
        (call $check (call $wait (i32.load (i32.const 120)) (i32.const 0) (i32.const 128)))
        (call $exit (i32.add (i32.load (i32.const 132)) (i32.load (i32.const 136))))";
    assert_eq!(run(parent, "(call $exit (i32.const 7))").0, 7);
    assert_eq!(run(parent, "unreachable").0, 6);
    assert_eq!(run(parent, "(call $check (call $kill (i32.const 2) (i32.const 9)))").0, 9);
}

#[test]
fn nobody_waits_for_a_stranger() {
    let parent = "(call $exit (call $wait (i32.const 0) (i32.const 0) (i32.const 128)))";
    assert_eq!(run(parent, "").0, Errno::Child as i32);
}

#[test]
fn bytes_go_through_a_pipe_and_a_flood_into_it_ends_with_its_reader() {
    // The child's descriptor 1 is the end to write to; the pair is at 96.
    let parent = "(call $check (call $pipe (i32.const 104)))
        (i32.store (i32.const 96) (i32.const 1)) (i32.store (i32.const 100) (i32.load (i32.const 108)))
        (i32.store (i32.const 36) (i32.const 1))
        (call $check (call $spawn (i32.const 0) (i32.const 120)))
        (call $check (call $close (i32.load (i32.const 108))))
        (call $check (call $read (i32.load (i32.const 104)) (i32.const 200) (i32.const 1) (i32.const 300)))
        (call $check (call $write (i32.const 1) (i32.const 200) (i32.const 1) (i32.const 300)))
        (call $check (call $close (i32.load (i32.const 104))))
        (call $check (call $wait (i32.const 0) (i32.const 0) (i32.const 128)))
        (call $exit (i32.load (i32.const 136)))";
    assert_eq!(run(parent, WRITER), (13, "hi\n".to_owned(), String::new()));
}

#[test]
fn a_process_that_nobody_can_wake_is_killed() {
    let parent = "(call $check (call $pipe (i32.const 104)))
        (call $check (call $read (i32.load (i32.const 104)) (i32.const 200) (i32.const 1) (i32.const 300)))";
    let (code, _, stderr) = run(parent, "");
    assert_eq!((code, stderr.as_str()), (137, "killed: each process waits for another\n"));
}

#[test]
fn another_program_takes_the_place_of_its_caller() {
    let child =
        "(call $check (call $pid (i32.const 120))) (call $exit (i32.add (i32.const 40) (i32.load (i32.const 120))))";
    assert_eq!(run("(call $exit (call $exec (i32.const 0)))", child).0, 41);
    let absent = "(i32.store (i32.const 4) (i32.const 5)) (call $exit (call $exec (i32.const 0)))";
    assert_eq!(run(absent, child).0, Errno::Noent as i32);
}

#[test]
fn a_signal_that_is_caught_ends_the_waiting_and_not_the_process() {
    let child = "(call $check (call $kill (i32.const 1) (i32.const 15))) (loop (br 0))";
    let parent = "(call $check (call $catch (i32.const 15) (i32.const 1)))
        (call $check (call $spawn (i32.const 0) (i32.const 120)))
        (if (i32.ne (call $wait (i32.const 0) (i32.const 2) (i32.const 128)) (i32.const 27)) (then unreachable))
        (call $check (call $caught (i32.const 120)))
        (call $exit (i32.load (i32.const 120)))";
    assert_eq!(run(parent, child).0, 15);
}

/// Preview 1 alone: catches `SIGTERM` by the device, works a while, and reads its input; ends with 100 and the signal.
const HEARS: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\80\00\00\00\01\00\00\00")
    (data (i32.const 64) "dev/signals")
    (data (i32.const 128) "\0f")
    (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
    (func (export "_start") (local $left i32)
        (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 11) (i32.const 0)
            (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 32)))
        (call $check (call $write (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 36)))
        (local.set $left (i32.const 50000))
        (loop $work (br_if $work (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (if (i32.ne (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 36)) (i32.const 27))
            (then unreachable))
        (call $check (call $read (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 36)))
        (call $exit (i32.add (i32.const 100) (i32.load8_u (i32.const 128))))))"#;

#[test]
fn a_program_of_preview_1_hears_of_a_signal_before_its_wait_and_during_it() {
    let modules = Modules::default();
    let module = modules.load(&wat::parse_str(HEARS).unwrap()).unwrap();
    for early in [true, false] {
        let program = Program { fed: true, ..program(100_000_000) };
        let mut namespace = Namespace::start(&modules, &module, program).unwrap();
        if early {
            assert_eq!(namespace.step(10_000), Step::Running);
        } else {
            while namespace.step(10_000) != Step::Hungry {}
        }
        namespace.give(&Given::Signal(15), Timestamp::default());
        assert_eq!(finish_tree(&mut namespace).0, 115, "early: {early}");
    }
}

#[test]
fn a_mask_goes_to_children() {
    let parent = "(call $check (call $umask (i32.const 63) (i32.const 120)))
        (if (i32.ne (i32.load (i32.const 120)) (i32.const 18)) (then unreachable))
        (call $check (call $spawn (i32.const 0) (i32.const 120)))
        (call $check (call $wait (i32.const 0) (i32.const 0) (i32.const 128)))
        (call $exit (i32.load (i32.const 132)))";
    let child = "(call $check (call $umask (i32.const 0) (i32.const 120))) (call $exit (i32.load (i32.const 120)))";
    assert_eq!(run(parent, child).0, 0o077);
}

#[test]
fn a_bomb_of_processes_stops_at_the_bound() {
    let bomb = "(loop (call $check (call $spawn (i32.const 0) (i32.const 120))) (br 0))";
    assert_eq!(run(bomb, bomb).0, Errno::Again as i32);
}

#[test]
fn what_is_no_program_is_not_started() {
    for (path, expected) in [("/nope", Errno::Noent), ("/text", Errno::Noexec)] {
        let bytes = u32::from_le_bytes(path.as_bytes()[1..].try_into().unwrap());
        let parent = format!(
            "(i32.store (i32.const 65) (i32.const {bytes})) (i32.store (i32.const 4) (i32.const 5))
            (call $exit (call $spawn (i32.const 0) (i32.const 120)))"
        );
        assert_eq!(run(&parent, "").0, expected as i32, "{path}");
    }
}
