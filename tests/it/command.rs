//! The native command as a shell sees it: streams, exit codes, files.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::lab::Lab;
use crate::source::root;

/// Runs `drydock` with these arguments and this standard input.
fn drydock(arguments: &[&str], input: &str) -> Output {
    let mut child = command(arguments).spawn().expect("the command starts");
    // It may end before it has read everything.
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    child.wait_with_output().expect("it ends")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
    command.args(arguments).current_dir(root());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn lines_come_from_a_pipe_and_the_last_exit_code_is_its_own() {
    let output = drydock(&["shell"], "# a comment\n\npwd\ndocker frobnicate\n\n# the end\n");
    assert_eq!(text(&output.stdout), "/home/learner/mlmodel\n");
    assert!(text(&output.stderr).starts_with("docker: unknown command: docker frobnicate\n"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn lines_of_the_command_line_run_after_the_steps() {
    let output = drydock(&["shell", "--steps=2", "-c", "docker images -q", "-c", "dokcer"], "pwd\n");
    assert_eq!(text(&output.stdout).lines().count(), 2, "a line a name; standard input is not read");
    assert_eq!(output.status.code(), Some(127));
}

#[test]
fn a_line_ends_although_its_program_reads_on_behind_every_end() {
    let output = drydock(&["shell", "-c", "docker run -it toolbox:1 sh -c 'while :; do read x; done'"], "");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
}

#[test]
fn a_lab_is_opened_from_a_file_whatever_its_name() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lab #1.json");
    let mut lab = Lab::open();
    lab.line("cp Dockerfile copy");
    std::fs::write(&path, &lab.saved).expect("written");
    let output = drydock(&["shell", "--open", &path.to_string_lossy(), "-c", "ls copy"], "");
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), ("copy\n", Some(0)), "{}", text(&output.stderr));
}

#[test]
fn the_trace_is_the_sessions_own_and_nothing_else_is_printed() {
    let output = drydock(&["shell", "--steps", "5", "--trace", "json"], "");
    let mut lab = Lab::open();
    lab.steps(5);
    assert_eq!(text(&output.stdout), lab.trace() + "\n");
    assert!(output.stderr.is_empty());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_image_is_saved_from_outside_and_from_the_prompt_alike() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (outside, inside) = (folder.join("outside.tar"), folder.join("inside.tar"));
    let output = drydock(&["save", "--steps", "1", "-o", &outside.to_string_lossy(), "mlmodel:1.0"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = format!("docker build -q -t mlmodel:1.0 .\ndrydock save -o '{}' mlmodel:1.0\n", inside.display());
    let output = drydock(&["shell"], &lines);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(std::fs::read(&outside).expect("saved"), std::fs::read(&inside).expect("saved"));
}

#[test]
fn a_base_image_is_the_same_bytes_whenever_it_is_built() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hub");
    let built = |name: &str| {
        let (source, out) = (folder.join(name).join("source"), folder.join(name).join("out"));
        std::fs::create_dir_all(&source).expect("a folder");
        std::fs::write(source.join("Dockerfile"), "FROM scratch\nCOPY program /\n").expect("a file");
        std::fs::write(source.join("program"), b"\0asm\x01\0\0\0").expect("a file");
        let output =
            drydock(&["hub", "build", "--source", &source.to_string_lossy(), "--out", &out.to_string_lossy()], "");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        std::fs::read(out.join("index.json")).expect("an index")
    };
    assert_eq!(built("one"), built("other"));
}

#[test]
fn what_cannot_be_done_is_said_with_an_exit_code() {
    let table: [(&[&str], i32, &str); 5] = [
        (&["frobnicate"], 2, "drydock: unknown command: drydock frobnicate\n"),
        (&["shell", "nosuch.txt"], 1, "drydock: nosuch.txt: "),
        (&["shell", "--lesson", "nosuch", "-c", "pwd"], 1, "drydock: /lessons/nosuch/"),
        (&["save", "--steps", "0", "-o", "x.tar", "nosuch"], 1, "drydock: No such image: nosuch:latest\n"),
        (&["hub", "build", "--source", "nosuch"], 1, "drydock: nosuch: "),
    ];
    for (arguments, code, message) in table {
        let output = drydock(arguments, "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(text(&output.stderr).starts_with(message), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    assert!(!root().join("x.tar").exists());
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let mut child = command(&["shell"]).spawn().expect("the command starts");
    drop(child.stdout.take());
    let lines = "pwd\n".repeat(10_000);
    drop(child.stdin.take().expect("a pipe").write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
}
