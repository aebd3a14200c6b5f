//! What Tab offers: words of the table of commands, and what is really there.

use drydock::session::{Ask, Tell};

use crate::lab::Lab;

/// What a line could become, without what is typed already.
fn offered(lab: &mut Lab, line: &str) -> Vec<String> {
    let told = lab.ask(Ask::Complete { line: line.to_owned() });
    let candidates = told.into_iter().find_map(|tell| match tell {
        Tell::Completed(completion) => Some(completion.candidates),
        _ => None,
    });
    let kept = line.rfind(' ').map_or(0, |at| at + 1);
    candidates.unwrap_or_default().into_iter().map(|candidate| candidate[kept..].to_owned()).collect()
}

#[test]
fn words_and_flags_come_from_the_table_of_commands() {
    let mut lab = Lab::open();
    let table: [(&str, &[&str]); 12] = [
        ("docker --l", &["--log-level "]),
        ("docker -l info sys", &["system "]),
        ("docker images -q | wc; docker sy", &["system "]),
        ("docker rmi $(docker images --no", &["--no-trunc "]),
        ("doc", &["docker "]),
        ("docker sy", &["system "]),
        ("docker system ", &["df ", "events ", "info ", "prune "]),
        ("docker help imag", &["image ", "images "]),
        ("docker images --f", &["--filter ", "--format "]),
        ("docker images --format ", &["json ", "table "]),
        ("docker inspect --type=c", &["--type=container "]),
        ("docker ps nosuch", &[]),
    ];
    for (line, offers) in table {
        assert_eq!(offered(&mut lab, line), offers, "{line}");
    }
}

#[test]
fn the_last_word_is_explained_in_the_words_of_help() {
    let mut lab = Lab::open();
    let table = [
        ("docker build", Some("Start a build — docker buildx build [OPTIONS] PATH | URL | -")),
        (
            "ls && docker run --rm",
            Some("--rm: Automatically remove the container and its associated anonymous volumes when it exits"),
        ),
        ("docker run --name web", Some("--name string: Assign a name to the container")),
        ("docker pu", None),
        ("grep", Some("grep [-civ] TEXT [FILE...]: The lines with this text")),
        ("nosuch", None),
    ];
    for (line, expected) in table {
        let told = lab.ask(Ask::Complete { line: line.to_owned() });
        let help = told.into_iter().find_map(|tell| if let Tell::Completed(told) = tell { told.help } else { None });
        assert_eq!(help.as_deref(), expected, "{line}");
    }
}

#[test]
fn names_are_those_of_what_is_there() {
    let mut lab = Lab::open();
    lab.steps(3);
    lab.line("docker run --name first mlmodel:1.0");
    let whole = "registry.example.com/mlproject/mlmodel:1.0";
    lab.line("docker volume create data");
    let table: [(&str, &[&str]); 13] = [
        ("docker volume rm d", &["data"]),
        ("docker network inspect br", &["bridge"]),
        ("docker network connect bridge f", &["first"]),
        ("docker run --network no", &["none"]),
        ("docker rmi m", &["mlmodel:1.0"]),
        ("docker tag mlmodel:1.0 r", &[whole]),
        ("docker tag mlmodel:1.0 mlmodel:2 m", &[]),
        ("docker run --rm m", &["mlmodel:1.0"]),
        ("docker run mlmodel:1.0 -", &[]),
        ("docker rm ", &["first"]),
        ("docker inspect ", &["first", "mlmodel:1.0", whole]),
        ("docker build -f D", &["Dockerfile"]),
        ("docker login r", &["registry.example.com"]),
    ];
    for (line, offers) in table {
        assert_eq!(offered(&mut lab, line), offers, "{line}");
    }
    lab.line("docker rmi mlmodel:1.0");
    lab.line(&format!("docker rmi -f {whole}"));
    assert_eq!(offered(&mut lab, "docker pull r"), [whole], "the registry has it still");
}
