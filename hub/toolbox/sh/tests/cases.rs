//! `cases.md`: scripts, each with what it writes and how it ends. They run on
//! the machine that tests, where `process` is the system's own.

use std::process::Command;

/// A script and what it is to print; errors are printed too.
struct Case {
    script: String,
    expected: String,
}

#[test]
fn every_script_prints_what_is_written_below_it() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases.md"))
        .expect("the cases");
    let cases = read(&text);
    assert!(cases.len() > 20, "{}", cases.len());
    for Case { script, expected } in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_sh"))
            .args(["-c", &script])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output();
        let output = output.expect("the shell starts");
        let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
        printed += &String::from_utf8_lossy(&output.stderr).replace(env!("CARGO_BIN_EXE_sh"), "sh");
        match output.status.code() {
            Some(0) => {}
            code => printed.extend(["? ", &code.expect("it is not killed").to_string(), "\n"]),
        }
        assert_eq!(printed, expected, "{script}");
    }
}

/// Blocks come in pairs: the script, then what it prints.
fn read(text: &str) -> Vec<Case> {
    let blocks: Vec<&str> = text.split("```").skip(1).step_by(2).collect();
    let body = |block: &str| {
        block
            .split_once('\n')
            .map_or(String::new(), |(_, body)| body.to_owned())
    };
    blocks
        .chunks(2)
        .map(|pair| Case {
            script: body(pair[0]),
            expected: body(pair[1]),
        })
        .collect()
}
