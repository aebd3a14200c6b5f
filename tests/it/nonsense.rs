//! Whatever is typed, asked or restored: an answer, never a panic, and a lab
//! that works on.

use drydock::lab::Snapshot;
use drydock::session::{Ask, Tell};
use proptest::prelude::*;

use crate::lab::{LESSON, Lab, code};

/// Words that are real ones, or nearly real ones.
const WORDS: &str = r#"
docker build run pull push tag images image inspect history ps logs rm rmi login save ssh cd cat ls
-t -a -q --rm -f -o -e -- - --name . .. / ~ mlserve:1 mlmodel:1.0 a@sha256:00 registry.example.com/x
A/b : @ a:b:c prod sample.json '' " \ = -p8080:80 99999999999999999999 registry access token basic
registry.example.com immutable fault add cut=10 status=429 crash gc v* on --repository --times user
robot$x sleep
"#;

/// Words a line is made of: those, and anything.
fn word() -> impl Strategy<Value = String> {
    let known: Vec<&str> = WORDS.split_whitespace().collect();
    prop_oneof![
        8 => prop::sample::select(known).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[a-z0-9./:@_-]{0,80}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_line_ends_and_the_prompt_works_on(lines in prop::collection::vec(prop::collection::vec(word(), 0..7), 1..6)) {
        let mut lab = Lab::open();
        for words in lines {
            let line = words.join(" ");
            lab.ask(Ask::Complete { line: line.clone() });
            let told = lab.line(&line);
            let refused = told.iter().any(|tell| matches!(tell, Tell::Refused(_)));
            prop_assert!(code(&told).is_some() || refused, "{line:?} neither ended nor was refused");
        }
        prop_assert_eq!(code(&lab.line("pwd")), Some(0));
    }

    #[test]
    fn any_dockerfile_is_built_or_refused(text in dockerfile()) {
        let mut lab = Lab::open();
        let path = "/home/learner/mlmodel/Dockerfile".to_owned();
        lab.ask(Ask::WriteFile { machine: "laptop".to_owned(), path, text });
        let before = lab.snapshot.clone();
        match code(&lab.line("docker build -t x .")) {
            Some(0) => {}
            // Steps that were finished stay known, which takes the time of a line and shows nowhere.
            Some(1) => prop_assert_eq!(&Snapshot { clock: before.clock.clone(), ..lab.snapshot.clone() }, &before),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn a_damaged_save_is_restored_or_given_up(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut lab = Lab::open();
        lab.line("docker pull mlserve:1");
        lab.line("cd data");
        let mut bytes = lab.saved.clone().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let saved = Some(String::from_utf8_lossy(&bytes).into_owned());
        let told = lab.ask(Ask::Open { lesson: LESSON.to_owned(), language: "en".to_owned(), saved });
        prop_assert!(told.iter().any(|tell| matches!(tell, Tell::State(_))), "no state was told");
        prop_assert_eq!(code(&lab.line("pwd")), Some(0));
    }
}

/// Instructions in any order with any arguments.
fn dockerfile() -> impl Strategy<Value = String> {
    let instruction = prop::sample::select(vec![
        "FROM mlserve:1",
        "FROM scratch",
        "FROM",
        "COPY",
        "COPY sample.json",
        "COPY . .",
        "COPY ../x /",
        "WORKDIR",
        "ENV",
        "ENV A=$A",
        "LABEL",
        "EXPOSE",
        "EXPOSE 99999",
        "CMD",
        "CMD [",
        "ENTRYPOINT [\"a\"]",
        "RUN",
        "#",
        "# escape=`",
        "\\",
        "COPY <<EOF /x",
        "EOF",
        "ARG",
        "${",
    ]);
    let line = (instruction, word()).prop_map(|(instruction, word)| format!("{instruction} {word}"));
    prop::collection::vec(line, 0..6).prop_map(|lines| format!("FROM scratch\n{}\n", lines.join("\n")))
}
