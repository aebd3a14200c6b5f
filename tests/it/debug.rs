//! The plumbing: JSON lines in and out.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn debug(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
    command.arg("debug").args(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // It may end before it has read everything.
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    child.wait_with_output().expect("it ends")
}

#[track_caller]
fn check(arguments: &[&str], lines: &[(&str, &str)]) {
    let input: String = lines.iter().flat_map(|(asked, _)| [asked, "\n"]).collect();
    let output = debug(arguments, &input);
    let answers = String::from_utf8(output.stdout).expect("text");
    assert_eq!(answers.lines().collect::<Vec<_>>(), lines.iter().map(|(_, answer)| *answer).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_reference_is_taken_apart_and_made_whole() {
    check(
        &["reference"],
        &[
            (
                r#"{"input": "python"}"#,
                r#"{"domain":"docker.io","path":"library/python","tag":"latest","digest":null,"familiar":"python:latest","canonical":"docker.io/library/python:latest"}"#,
            ),
            (
                r#"{"input": "localhost:5000/a:1"}"#,
                r#"{"domain":"localhost:5000","path":"a","tag":"1","digest":null,"familiar":"localhost:5000/a:1","canonical":"localhost:5000/a:1"}"#,
            ),
            (
                r#"{"input": "Bad:1"}"#,
                r#"{"error":"invalid reference format: repository name (library/Bad) must be lowercase"}"#,
            ),
        ],
    );
}

#[test]
fn a_word_is_resolved_as_text_or_as_words() {
    check(
        &["expand"],
        &[
            (r#"{"word": "${A%.*} $B", "env": {"A": "x.y", "B": "c d"}}"#, r#"{"result":"x c d"}"#),
            (r#"{"word": "$B '$B'", "env": ["B=c d"], "words": true}"#, r#"{"result":["c","d","$B"]}"#),
            (r#"{"word": "a`$b", "escape": "`"}"#, r#"{"result":"a$b"}"#),
            (r#"{"word": "${}"}"#, r#"{"error":"failed to process \"${}\": syntax error: bad substitution"}"#),
        ],
    );
}

#[test]
fn a_path_is_ignored_or_not() {
    check(
        &["ignore"],
        &[
            (r#"{"patterns": ["**/*.o", "!keep.o"], "path": "a/b.o"}"#, r#"{"ignored":true}"#),
            (r#"{"patterns": ["**/*.o", "!keep.o"], "path": "keep.o"}"#, r#"{"ignored":false}"#),
            (r#"{"patterns": ["!"], "path": "a"}"#, r#"{"error":"illegal exclusion pattern: \"!\""}"#),
        ],
    );
}

#[test]
fn a_dockerfile_is_a_tree_or_its_meaning() {
    let text = "FROM a AS b\nRUN --network=none c\n";
    let tree = debug(&["dockerfile", "--ast", "-"], text);
    assert_eq!(String::from_utf8_lossy(&tree.stdout), "(from \"a\" \"AS\" \"b\")\n(run [\"--network=none\"] \"c\")\n");
    let meaning = debug(&["dockerfile", "--json", "-"], text);
    let meaning: serde_json::Value = serde_json::from_slice(&meaning.stdout).expect("JSON");
    assert_eq!(meaning["stages"][0]["instructions"][0]["command"]["run"]["network"], "none");
    let wrong = debug(&["dockerfile", "--ast", "-"], "FROM a\nENV b");
    assert_eq!(String::from_utf8_lossy(&wrong.stdout), "{\"error\":\"ENV must have two arguments\"}\n");
    assert_eq!(wrong.status.code(), Some(1));
}

#[test]
fn a_question_that_is_none_is_answered_and_a_tool_that_is_none_is_refused() {
    let output = debug(&["ignore"], "nonsense\n\n{\"path\": 1}\n");
    let answers = String::from_utf8(output.stdout).expect("text");
    assert_eq!(answers.lines().count(), 2);
    assert!(answers.lines().all(|answer| answer.starts_with(r#"{"error":"not a question: "#)), "{answers}");
    for arguments in [&["frobnicate"][..], &["ignore", "x"], &["dockerfile"], &["dockerfile", "--xml", "x"]] {
        let output = debug(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    let help = debug(&[], "");
    assert!(String::from_utf8_lossy(&help.stdout).starts_with("Usage:  drydock debug COMMAND\n"));
}
