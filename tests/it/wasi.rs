//! `drydock debug wasi`: programs on real folders.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The imports of the programs below, and texts in their memory: `a` at 16, `b` at 20, `d/c` at 24, `..` at 32.
const START: &str = r#"
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_link" (func $link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_symlink" (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_fdstat_set_rights" (func $rights (param i32 i64 i64) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "proc_raise" (func $raise (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\00\02\00\00\40\00\00\00")
    (data (i32.const 16) "a")
    (data (i32.const 20) "b")
    (data (i32.const 24) "d/c")
    (data (i32.const 32) "..")
    ;; The program ends with 100 and the error number, if a call does not answer as expected.
    (func $expect (param $wanted i32) (param $answer i32)
        (if (i32.ne (local.get $wanted) (local.get $answer))
            (then (call $exit (i32.add (i32.const 100) (local.get $answer))))))
    (func $ok (param i32) (call $expect (i32.const 0) (local.get 0)))"#;

/// A new folder with the file `a` ("old") and the folder `d`.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasi").join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(folder.join("d")).expect("made");
    std::fs::write(folder.join("a"), "old").expect("written");
    folder
}

/// Runs a program whose `_start` is `body` with the folder as `/`.
fn run(folder: &Path, words: &[&str], body: &str, input: &str) -> Output {
    let module = folder.with_extension("wasm");
    let text = format!("(module {START} (func (export \"_start\") {body}))");
    std::fs::write(&module, wat::parse_str(text).expect("a module")).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
    let mounted = format!("{}::/", folder.display());
    command.args(["debug", "wasi", "--env", "A=b", "--dir", &mounted]).arg(&module).args(words);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("it starts");
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    child.wait_with_output().expect("it ends")
}

#[track_caller]
fn ends(output: &Output, code: i32, stdout: &str) {
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!((output.status.code(), &*text), (Some(code), stdout), "{}", String::from_utf8_lossy(&output.stderr));
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text"));
    names.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[test]
fn what_a_program_does_to_its_folder_is_done_on_the_disk() {
    let folder = folder("changed");
    let body = r"
        (call $ok (call $link (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 1)
            (i32.const 3) (i32.const 24) (i32.const 3)))
        (call $ok (call $open (i32.const 3) (i32.const 0) (i32.const 24) (i32.const 3) (i32.const 8)
            (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 64)))
        (i32.store (i32.const 0) (i32.const 24)) (i32.store (i32.const 4) (i32.const 3))
        (call $ok (call $write (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $ok (call $symlink (i32.const 16) (i32.const 1) (i32.const 3) (i32.const 20) (i32.const 1)))
        (call $exit (i32.const 7))";
    ends(&run(&folder, &[], body, ""), 7, "");
    assert_eq!(
        (names(&folder), names(&folder.join("d"))),
        (vec!["a".into(), "b".into(), "d".into()], vec!["c".into()])
    );
    std::fs::write(folder.join("a"), "both").expect("written");
    assert_eq!(std::fs::read_to_string(folder.join("d/c")).expect("a file"), "both", "one file with two names");
    assert_eq!(std::fs::read_link(folder.join("b")).expect("a link"), Path::new("a"));
    let body = r"
        (call $ok (call $unlink (i32.const 3) (i32.const 20) (i32.const 1)))
        (call $ok (call $rename (i32.const 3) (i32.const 16) (i32.const 1) (i32.const 3) (i32.const 20) (i32.const 1)))";
    ends(&run(&folder, &[], body, ""), 0, "");
    assert_eq!(names(&folder), ["b", "d"]);
    assert_eq!(std::fs::read_to_string(folder.join("b")).expect("a file"), "both");
}

#[test]
fn nothing_leads_out_of_the_folder_and_rights_do_not_come_back() {
    let folder = folder("confined");
    let body = r"
        (call $expect (i32.const 63) (call $open (i32.const 3) (i32.const 0) (i32.const 32) (i32.const 2)
            (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 64)))
        (call $ok (call $rights (i32.const 3) (i64.const 0) (i64.const 0)))
        (call $expect (i32.const 76) (call $rights (i32.const 3) (i64.const 8192) (i64.const 0)))
        (call $expect (i32.const 76) (call $mkdir (i32.const 3) (i32.const 20) (i32.const 1)))
        (call $ok (call $raise (i32.const 15)))
        (call $exit (i32.const 1))";
    ends(&run(&folder, &[], body, ""), 143, "");
    assert_eq!(names(&folder), ["a", "d"]);
}

#[test]
fn input_environment_and_arguments_arrive() {
    let folder = folder("input");
    // Reads to the end in pieces of 64 bytes and writes what it reads; ends with the number of variables and words.
    let body = r"
        (loop $more
            (i32.store (i32.const 4) (i32.const 64))
            (call $ok (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.store (i32.const 4) (i32.load (i32.const 8)))
            (call $ok (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
            (br_if $more (i32.load (i32.const 8))))
        (call $ok (call $environ (i32.const 64) (i32.const 68)))
        (call $ok (call $args (i32.const 72) (i32.const 76)))
        (call $exit (i32.add (i32.mul (i32.const 10) (i32.load (i32.const 64))) (i32.load (i32.const 72))))";
    let input = "a line that is longer than the buffer of the program, which reads it in two pieces\n";
    ends(&run(&folder, &["x", "-y"], body, input), 13, input);
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let refused = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_drydock")).args(["debug", "wasi"]).args(words).output();
        let output = output.expect("it starts");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    let module = folder("wrong").with_extension("wasm");
    std::fs::write(&module, "#!/bin/sh").expect("written");
    for words in [&[][..], &["--env"], &["--what", "a.wasm"]] {
        assert!(refused(words).1.contains("'drydock debug wasi' wants"), "{words:?}");
    }
    assert!(refused(&["/no/such.wasm"]).1.contains("/no/such.wasm"));
    let (code, message) = refused(&[module.to_str().expect("text")]);
    assert!(code != Some(0) && message.contains("wrong.wasm"), "{message}");
}
