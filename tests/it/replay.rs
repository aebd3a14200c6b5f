//! `State = replay(seed, log)`: whatever was typed, the log alone brings it back.

use drydock::lab::Snapshot;
use drydock::session::Ask;
use proptest::prelude::*;

use crate::lab::Lab;

/// Lines that succeed, fail, or do one or the other by what came before.
const LINES: [&str; 35] = [
    "docker build -t mlmodel:1.0 .",
    "docker build -t other .",
    "docker build -f Broken .",
    "docker tag mlmodel:1.0 registry.example.com/mlproject/mlmodel:1.0",
    "docker push registry.example.com/mlproject/mlmodel:1.0",
    "docker pull registry.example.com/mlproject/mlmodel:1.0",
    "docker pull mlserve:1",
    "docker run registry.example.com/mlproject/mlmodel:1.0",
    "docker run --name one mlserve:1 predict --help",
    "docker run --rm mlmodel:1.0",
    "docker rm one",
    "docker rmi mlmodel:1.0",
    "docker rmi -f other mlserve:1",
    "docker push mlmodel:1.0",
    "docker run nosuch",
    "docker images",
    "docker frobnicate",
    "cd data",
    "cd ..",
    "ssh prod",
    "ssh laptop",
    "registry access registry.example.com token",
    "registry access registry.example.com anonymous",
    "registry robot add registry.example.com ci --scope '*:pull,push'",
    "registry user add registry.example.com ana -p secret",
    "docker login -u ana -p secret registry.example.com",
    "registry read-only registry.example.com on --repository 'mlproject/*'",
    "registry immutable registry.example.com '1.*'",
    "registry immutable --off registry.example.com",
    "registry fault add registry.example.com crash",
    "registry fault add registry.example.com cut=1000 --times 2",
    "registry fault add registry.example.com slow=5k",
    "registry fault rm registry.example.com",
    "registry rm registry.example.com/mlproject/mlmodel:1.0",
    "registry gc -m --grace 0s registry.example.com",
];

/// A Dockerfile of which the first steps can be done.
const BROKEN: &str = "FROM mlserve:1\nCOPY sample.json .\nRUN [\"predict\", \"nosuch\"]\n";

/// One thing a learner does.
#[derive(Debug, Clone)]
pub enum Deed {
    Line(usize),
    Next,
    Undo,
    Redo,
    Jump(usize),
    Write(usize),
    Break,
}

pub fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..LINES.len()).prop_map(Deed::Line),
        2 => Just(Deed::Next),
        2 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
        1 => (0..6_usize).prop_map(Deed::Jump),
        1 => (0..3_usize).prop_map(Deed::Write),
        1 => Just(Deed::Break),
    ]
}

pub fn do_it(lab: &mut Lab, deed: &Deed) {
    let ask = match deed {
        Deed::Line(at) => Ask::Line { machine: None, line: LINES[*at].to_owned() },
        Deed::Next => Ask::Next,
        Deed::Undo => Ask::Undo,
        Deed::Redo => Ask::Redo,
        Deed::Jump(position) => Ask::Jump { position: *position },
        Deed::Write(number) => Ask::WriteFile {
            machine: "laptop".to_owned(),
            path: "/home/learner/mlmodel/sample.json".to_owned(),
            text: format!("{{\"number\": {number}}}\n"),
        },
        Deed::Break => Ask::WriteFile {
            machine: "laptop".to_owned(),
            path: "/home/learner/mlmodel/Broken".to_owned(),
            text: BROKEN.to_owned(),
        },
    };
    lab.ask(ask);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_restores_the_same_lab(deeds in prop::collection::vec(deed(), 1..10)) {
        let mut lab = Lab::open();
        for deed in &deeds {
            do_it(&mut lab, deed);
        }
        let mut restored = Lab::restore(Some(lab.saved.clone()));
        prop_assert_eq!(&restored.snapshot, &lab.snapshot);
        prop_assert_eq!(&restored.history, &lab.history);
        prop_assert_eq!(&restored.saved, &lab.saved);
        prop_assert_eq!(restored.trace(), lab.trace());
    }

    #[test]
    fn the_same_deeds_in_two_labs_are_the_same_bytes(deeds in prop::collection::vec(deed(), 1..8)) {
        let (mut one, mut other) = (Lab::open(), Lab::open());
        for deed in &deeds {
            do_it(&mut one, deed);
            do_it(&mut other, deed);
        }
        prop_assert_eq!(one.trace(), other.trace());
        prop_assert_eq!(one.saved, other.saved);
    }

    #[test]
    fn undo_shows_just_what_was_there(lines in prop::collection::vec(0..LINES.len(), 1..8)) {
        let mut lab = Lab::open();
        let mut past: Vec<Snapshot> = vec![lab.snapshot.clone()];
        for line in lines {
            do_it(&mut lab, &Deed::Line(line));
            if lab.history.position == past.len() {
                past.push(lab.snapshot.clone());
            } else {
                prop_assert_eq!(Some(&lab.snapshot), past.last(), "a line that failed changed something");
            }
        }
        let last = past.clone();
        while let Some(expected) = past.pop() {
            prop_assert_eq!(&lab.snapshot, &expected);
            lab.ask(Ask::Undo);
        }
        for expected in last.iter().skip(1) {
            lab.ask(Ask::Redo);
            prop_assert_eq!(&lab.snapshot, expected);
        }
    }
}

#[test]
fn another_branch_is_restored_too() {
    let mut lab = Lab::open();
    lab.steps(2);
    lab.ask(Ask::Undo);
    lab.line("docker tag mlmodel:1.0 mlmodel:other");
    let mut restored = Lab::restore(Some(lab.saved.clone()));
    assert_eq!(restored.trace(), lab.trace());
    assert_eq!(restored.saved, lab.saved);
}
