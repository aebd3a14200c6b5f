//! `beside.md`: lines of shell that must write the same with our programs as
//! with those of the machine, and end the same. A line whose first program the
//! machine has not is left out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that is there as long as this is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("toolbox-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("it is removed");
    }
}

#[test]
fn ours_do_what_those_of_the_machine_do() {
    let programs = Folder::new("bin");
    let us = programs.0.join("toolbox");
    std::fs::copy(env!("CARGO_BIN_EXE_tools"), &us).expect("a copy");
    let installed = Command::new(&us).arg("--install").arg(&programs.0).status();
    assert!(installed.expect("it starts").success());
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/beside.md"))
        .expect("the lines");
    let lines = text
        .split("```")
        .skip(1)
        .step_by(2)
        .flat_map(|block| block.lines().skip(1));
    let (mut compared, mut differing) = (0, Vec::new());
    for (at, line) in lines.enumerate() {
        let name = line.split_whitespace().next().unwrap_or_default();
        let theirs = "/usr/bin:/bin".to_owned();
        if !["/usr/bin", "/bin"]
            .iter()
            .any(|folder| Path::new(folder).join(name).exists())
        {
            continue;
        }
        let ours = format!("{}:{theirs}", programs.0.display());
        let [expected, found] = [theirs, ours].map(|path| run(line, &path, at));
        let shown = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            (text, output.status.code())
        };
        if shown(&found) != shown(&expected) {
            let errors = String::from_utf8_lossy(&found.stderr);
            differing.push(format!(
                "{line}\nours   {:?} {errors}\ntheirs {:?}",
                shown(&found),
                shown(&expected)
            ));
        }
        compared += 1;
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(compared > 50, "{compared}");
}

/// Runs a line in a new folder, with a few files in it.
fn run(line: &str, path: &str, at: usize) -> Output {
    let folder = Folder::new(&format!("{at}"));
    for (name, text) in [
        ("fruit", "apple 3\nbanana 12\ncherry 7\n\nApple 4\n"),
        ("numbers", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"),
        ("end", "one\ntwo"),
        ("d/e/f", "deep\n"),
    ] {
        let place = folder.0.join(name);
        std::fs::create_dir_all(place.parent().expect("it has one")).expect("a folder");
        std::fs::write(place, text).expect("a file");
    }
    let output = Command::new("/bin/sh")
        .args(["-c", line])
        .current_dir(&folder.0)
        .env_clear()
        .env("PATH", path)
        .env("LC_ALL", "C")
        .output();
    output.expect("the shell starts")
}
