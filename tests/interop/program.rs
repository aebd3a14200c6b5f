//! Programs run as a user runs them; what they print on standard output.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a program of the PATH; one that is missing or fails fails the test.
pub fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| {
        panic!("`{program}` does not start ({error}): install it, or run `cargo xtask test`, which does")
    });
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {} failed ({})\n{told}", arguments.join(" "), output.status);
    output.stdout
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
