//! Programs run as a user runs them; what they print on standard output.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs a program of the PATH; one that is missing or fails fails the test.
pub fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    run_in(Path::new("."), program, arguments)
}

/// The same in a folder of its own.
pub fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = started(folder, program, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {} failed ({})\n{told}", arguments.join(" "), output.status);
    output.stdout
}

/// Runs a program that must refuse; what it says on standard error.
pub fn refused(program: &str, arguments: &[&str]) -> String {
    let output = started(Path::new("."), program, arguments);
    assert!(!output.status.success(), "{program} {} was to fail", arguments.join(" "));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn started(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).current_dir(folder).output().unwrap_or_else(|error| {
        panic!("`{program}` does not start ({error}): install it, or run `cargo xtask test`, which does")
    })
}

/// Runs our own command over the project's site.
pub fn drydock(arguments: &[&str]) -> Vec<u8> {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    let (verb, rest) = arguments.split_first().expect("a verb");
    let site = site.to_string_lossy();
    run(env!("CARGO_BIN_EXE_drydock"), &[&[*verb, "--site", &site], rest].concat())
}

/// An empty folder of this name.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder of the run before");
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
