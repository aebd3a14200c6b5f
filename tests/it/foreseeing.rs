//! What a build of a Dockerfile would do, found out while it is typed: it is
//! what the build then does, and the lab is as before.

use drydock::session::{Ask, Fate, Foreseen, Tell};

use crate::lab::Lab;

const PATH: &str = "/home/learner/mlmodel/Dockerfile";

fn foreseen(lab: &mut Lab, text: &str) -> Foreseen {
    let ask = Ask::Foresee { machine: "laptop".into(), path: PATH.into(), text: text.into() };
    let told = lab.ask(ask);
    assert_eq!(told.len(), 1, "nothing else is told: {told:?}");
    let found = told.into_iter().find_map(|tell| if let Tell::Foreseen(found) = tell { Some(found) } else { None });
    found.expect("it is told")
}

fn fates(found: &Foreseen) -> Vec<(u32, Fate)> {
    found.steps.iter().map(|step| (step.line, step.fate)).collect()
}

const FILE: &str = "FROM mlserve:1\nWORKDIR /app\n# The weights.\nCOPY model.safetensors .\nCMD [\"predict\"]\n";

#[test]
fn a_step_is_cached_once_it_was_built_and_so_are_those_before_a_change() {
    let mut lab = Lab::open();
    assert_eq!(fates(&foreseen(&mut lab, FILE)), [(2, Fate::Done), (4, Fate::Done)]);
    assert_eq!(fates(&foreseen(&mut lab, FILE)), [(2, Fate::Done), (4, Fate::Done)], "the copy left nothing");
    lab.ask(Ask::WriteFile { machine: "laptop".into(), path: PATH.into(), text: FILE.into() });
    lab.line("docker build -t mine .");
    let found = foreseen(&mut lab, FILE);
    assert_eq!(fates(&found), [(2, Fate::Cached), (4, Fate::Cached)]);
    let layers = &lab.snapshot.machines[0].images[0].layers;
    let own: Vec<Option<u64>> = layers[layers.len() - 2..].iter().map(|layer| Some(layer.blob.size)).collect();
    assert_eq!(found.steps.iter().map(|step| step.size).collect::<Vec<_>>(), own);
    let changed = FILE.replace("COPY model.safetensors .", "COPY Dockerfile .");
    assert_eq!(fates(&foreseen(&mut lab, &changed)), [(2, Fate::Cached), (4, Fate::Done)]);
}

#[test]
fn stages_that_are_not_needed_are_not_foreseen() {
    let mut lab = Lab::open();
    let text = "FROM mlserve:1 AS spare\nWORKDIR /spare\nFROM mlserve:1 AS base\nWORKDIR /base\nFROM base\nCOPY . .\n";
    assert_eq!(fates(&foreseen(&mut lab, text)), [(2, Fate::Unknown), (4, Fate::Done), (6, Fate::Done)]);
}

#[test]
fn problems_are_in_the_words_of_buildkit_and_have_their_lines() {
    let mut lab = Lab::open();
    let problems = |lab: &mut Lab, text: &str| {
        let told = foreseen(lab, text).problems.into_iter();
        told.map(|problem| (problem.line, problem.rule.unwrap_or_default(), problem.message)).collect::<Vec<_>>()
    };
    let (line, rule, _) = &problems(&mut lab, "FROM mlserve:1\nWORKDIR app\n")[0];
    assert_eq!((*line, rule.as_str()), (2, "WorkdirRelativePath"));
    let table = [
        ("FROM mlserve:1\nCOPPY a b\n", 2, "unknown instruction: COPPY"),
        ("FROM mlserve:1\nCOPY nosuch .\n", 2, "\"/nosuch\": not found"),
        ("", 0, "cannot be empty"),
    ];
    for (text, line, words) in table {
        let told = problems(&mut lab, text);
        let (at, rule, message) = told.last().expect("a problem");
        assert_eq!((*at, rule.as_str()), (line, ""), "{text}: {message}");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn a_build_that_cannot_be_foreseen_is_a_problem_and_no_refusal() {
    let mut lab = Lab::open();
    for (machine, path, said) in [("laptop", "/home/it's", "quote"), ("nowhere", PATH, "no machine")] {
        let told = lab.ask(Ask::Foresee { machine: machine.into(), path: path.into(), text: FILE.into() });
        let [Tell::Foreseen(found)] = &told[..] else { panic!("{told:?}") };
        assert!(found.steps.is_empty() && found.problems[0].message.contains(said), "{found:?}");
    }
}
