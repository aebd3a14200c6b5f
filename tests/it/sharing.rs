//! Labs that leave and come: as links and files, with their branches and names,
//! and images that are brought in.

use drydock::session::{Ask, Tell};
use proptest::prelude::*;

use crate::lab::{LESSON, Lab, code};
use crate::replay::{deed, do_it};

/// The end of a link to a lab.
fn link(lab: &mut Lab) -> Result<String, String> {
    let told = lab.ask(Ask::Share);
    let shared = told.into_iter().find_map(|tell| if let Tell::Shared(made) = tell { Some(made) } else { None });
    shared.expect("an answer")
}

fn has_restored(told: &[Tell]) -> bool {
    told.iter().any(|tell| matches!(tell, Tell::Restored))
}

fn restore(lab: &mut Lab, text: &str) -> Vec<Tell> {
    lab.ask(Ask::Restore { text: text.to_owned() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15, ..ProptestConfig::default() })]

    #[test]
    fn a_link_opens_the_same_lab_in_place_of_another(deeds in prop::collection::vec(deed(), 1..10)) {
        let mut lab = Lab::open();
        for deed in &deeds {
            do_it(&mut lab, deed);
        }
        let link = link(&mut lab).expect("it is short");
        let mut other = Lab::open();
        other.line("docker pull mlserve:1");
        let told = restore(&mut other, &format!("https://lab.example.com/#{link}"));
        prop_assert!(has_restored(&told));
        prop_assert_eq!(&other.snapshot, &lab.snapshot);
        prop_assert_eq!(&other.history, &lab.history);
        prop_assert_eq!(&other.saved, &lab.saved);
        prop_assert_eq!(other.trace(), lab.trace());
    }
}

#[test]
fn a_lab_that_cannot_be_opened_leaves_this_one_as_it_is() {
    let mut lab = Lab::open();
    lab.steps(2);
    let (trace, saved) = (lab.trace(), lab.saved.clone());
    let line = |line: &str, step: &str| {
        format!(r#"{{"parent":null,"input":{{"line":{{"machine":"laptop","line":"{line}"{step}}}}}}}"#)
    };
    let of = |lesson: &str, version: u32, log: &str| {
        format!(r#"{{"version":{version},"lesson":"{lesson}","log":[{log}],"at":null}}"#)
    };
    let table = [
        (String::new(), "this is no lab"),
        ("{".to_owned(), "cannot be read"),
        ("https://lab.example.com/#v1=AAAA".to_owned(), "damaged"),
        (of(LESSON, 9, ""), "another version"),
        (of("other", 1, ""), "belongs to the lesson \"other\""),
        (of(LESSON, 1, &line("docker rmi nosuch", "")), "a command that succeeded before fails now"),
        (of(LESSON, 1, &line("docker ps", &format!(r#","step":{}"#, usize::MAX))), "its log is damaged"),
        (of(LESSON, 1, &line("docker ps", "").replace("null", "7")), "its log is damaged"),
        (of(LESSON, 1, &line("docker ps", "").replace("laptop", "nosuch")), "no machine \"nosuch\""),
    ];
    for (text, said) in table {
        let told = restore(&mut lab, &text);
        let refused = told.iter().find_map(|tell| if let Tell::Refused(reason) = tell { Some(reason) } else { None });
        assert!(refused.is_some_and(|reason| reason.contains(said)), "{text}: {told:#?}");
        assert!(!has_restored(&told) && !told.iter().any(|tell| matches!(tell, Tell::Printed(_))), "{text}: {told:#?}");
        assert_eq!((lab.trace(), &lab.saved), (trace.clone(), &saved), "{text}");
    }
    lab.steps(1);
}

#[test]
fn the_opening_of_a_lab_can_be_given_up_and_nothing_else_goes_on_meanwhile() {
    let mut lab = Lab::open();
    lab.steps(3);
    let link = link(&mut lab).expect("it is short");
    let mut other = Lab::open();
    let before = other.trace();
    let mut told = other.ask_only(Ask::Restore { text: link });
    told.extend(other.ask_only(Ask::Line { machine: None, line: "docker ps".to_owned() }));
    told.extend(other.ask(Ask::Interrupt));
    let refused =
        told.iter().filter_map(|tell| if let Tell::Refused(reason) = tell { Some(reason.as_str()) } else { None });
    let refused: Vec<&str> = refused.collect();
    assert_eq!(
        refused,
        ["a command is still running; Ctrl-C ends it", "The other lab was not opened. This one is as it was."]
    );
    assert_eq!(other.trace(), before);
    other.steps(1);
}

#[test]
fn names_and_branches_are_kept() {
    let mut lab = Lab::open();
    lab.steps(2);
    lab.ask(Ask::Bookmark { name: "tagged".to_owned() });
    lab.ask(Ask::Undo);
    lab.line("docker tag mlmodel:1.0 mlmodel:other");
    lab.line("docker tag mlmodel:1.0 mlmodel:more");
    let names = |lab: &Lab| {
        let branches = lab.history.branches.iter().map(|branch| (branch.name.clone(), branch.forked, branch.depth));
        branches.collect::<Vec<_>>()
    };
    assert_eq!(names(&lab), [("main".to_owned(), 0, 2), ("fork 1".to_owned(), 1, 3)]);
    assert_eq!(lab.history.bookmarks.len(), 1);
    let mut restored = Lab::restore(Some(lab.saved.clone()));
    assert_eq!(restored.history, lab.history);
    let tip = restored.history.bookmarks[0].at;
    restored.ask(Ask::GoTo { at: tip });
    assert_eq!((restored.history.position, restored.history.branches[0].shown), (2, true));
    restored.ask(Ask::ForgetBookmark { name: "tagged".to_owned() });
    assert!(restored.history.bookmarks.is_empty());
    let told = restored.ask(Ask::GoTo { at: Some(99) });
    assert!(matches!(&told[..], [Tell::Refused(_)]), "{told:#?}");
}

#[test]
fn two_points_beside_each_other_say_what_each_place_has() {
    let mut lab = Lab::open();
    lab.steps(1);
    lab.line("docker tag mlmodel:1.0 mlmodel:other");
    lab.ask(Ask::Undo);
    for line in ["docker tag mlmodel:1.0 registry.example.com/a/b:1", "docker push registry.example.com/a/b:1"] {
        assert_eq!(code(&lab.line(line)), Some(0), "{line}");
    }
    let (main, fork) = (lab.history.branches[0].tip, lab.history.branches[1].tip);
    let told = lab.ask(Ask::Compare { one: Some(main), other: Some(fork) });
    let [Tell::Compared(compared)] = &told[..] else { panic!("{told:#?}") };
    let [laptop, .., registry] = &compared.places[..] else { panic!("{compared:#?}") };
    assert_eq!((laptop.place.as_str(), laptop.one.tags, laptop.other.tags), ("laptop", 2, 2));
    assert_eq!((laptop.one.bytes, laptop.shared), (laptop.other.bytes, laptop.one.blobs));
    let names: Vec<&str> = laptop.names.iter().map(|name| name.name.as_str()).collect();
    assert_eq!(names, ["mlmodel:other", "registry.example.com/a/b:1"]);
    assert_eq!((registry.place.as_str(), registry.one.blobs, registry.shared), ("registry.example.com", 0, 0));
    assert!(registry.other.blobs > 0 && registry.other.tags == 1, "{registry:#?}");
}

/// The archive of an image of the lab.
fn exported(lab: &mut Lab, reference: &str) -> Vec<u8> {
    let told = lab.ask(Ask::Export { machine: "laptop".to_owned(), reference: reference.to_owned() });
    let [Tell::Exported(file)] = &told[..] else { panic!("{told:#?}") };
    file.bytes.clone()
}

fn bring(lab: &mut Lab, name: &str, bytes: Vec<u8>) -> Vec<Tell> {
    lab.ask(Ask::Bring { machine: "laptop".to_owned(), name: name.to_owned(), bytes: bytes.into() })
}

#[test]
fn what_is_saved_can_be_opened_however_much_was_brought() {
    let mut lab = Lab::open();
    for at in 0..9 {
        bring(&mut lab, &format!("file{at}"), vec![at; drydock::limits::BROUGHT_BYTES]);
    }
    assert_eq!(lab.history.position, 9);
    assert_eq!(Lab::restore(Some(lab.saved)).history.position, 8, "the last is gone with the page");
}

#[test]
fn an_archive_that_was_brought_is_loaded_pushed_undone_and_kept() {
    let mut source = Lab::open();
    source.steps(1);
    let archive = exported(&mut source, "mlmodel:1.0");
    let mut lab = Lab::open();
    bring(&mut lab, "model.tar", archive);
    for line in [
        "docker load -i model.tar",
        "docker tag mlmodel:1.0 registry.example.com/mlproject/mlmodel:1.0",
        "docker push registry.example.com/mlproject/mlmodel:1.0",
    ] {
        assert_eq!(code(&lab.line(line)), Some(0), "{line}");
    }
    let image = &lab.snapshot.machines[0].images[0];
    assert_eq!(image.id, source.snapshot.machines[0].images[0].id);
    let mut restored = Lab::restore(Some(lab.saved.clone()));
    assert_eq!((restored.trace(), &restored.saved), (lab.trace(), &lab.saved));
    lab.ask(Ask::Jump { position: 0 });
    assert!(lab.snapshot.machines[0].images.is_empty());
    lab.ask(Ask::Jump { position: 4 });
    assert_eq!(restored.snapshot, lab.snapshot);
}

#[test]
fn a_large_file_is_here_but_not_kept_nor_what_follows() {
    let mut lab = Lab::open();
    lab.line("docker pull mlserve:1");
    bring(&mut lab, "large.bin", vec![7; drydock::limits::BROUGHT_BYTES + 1]);
    assert_eq!(code(&lab.line("rm large.bin")), Some(0));
    let restored = Lab::restore(Some(lab.saved.clone()));
    assert_eq!((restored.history.operations.len(), restored.history.position), (1, 1));
}

#[test]
fn what_cannot_be_brought_is_refused_in_words() {
    let mut lab = Lab::open();
    let before = lab.trace();
    let full = usize::try_from(drydock::limits::MACHINE_BYTES).expect("it fits") + 1;
    for (name, bytes) in [("", 1), ("..", 1), ("a/b", 1), ("a\nb", 1), (&*"x".repeat(256), 1), ("full.tar", full)] {
        let told = bring(&mut lab, name, vec![0; bytes]);
        assert!(matches!(&told[..], [Tell::Refused(_)]), "{name:?}: {told:#?}");
    }
    assert_eq!(lab.trace(), before);
}
