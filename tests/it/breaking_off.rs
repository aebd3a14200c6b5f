//! Answers that break off, as in a browser that cannot fetch a part of the
//! worker: at whatever point that is, the lab is as it was and goes on.

use drydock::session::{Ask, Tell};

use crate::lab::{BROKEN_OFF, Lab, code};

const NAME: &str = "registry.example.com/mlproject/mlmodel:1.0";
const NOT_EXECUTED: i32 = 126;

fn line(line: &str) -> Ask {
    Ask::Line { machine: None, line: line.to_owned() }
}

fn count(told: &[Tell], which: impl Fn(&Tell) -> bool) -> usize {
    told.iter().filter(|tell| which(tell)).count()
}

fn ends(tell: &Tell) -> bool {
    matches!(tell, Tell::Finished(_))
}

/// Lets an ask break off at every point at which it tells something, and looks at each what is left; in the end it is answered.
fn check(lab: &mut Lab, ask: &Ask) {
    let (trace, saved) = (lab.trace(), lab.saved.clone());
    let mut points = 0;
    while let Some(told) = lab.break_off(ask, points) {
        let begun = count(&told, |tell| matches!(tell, Tell::Started(_)));
        let refused = told.iter().any(|tell| matches!(tell, Tell::Refused(reason) if reason == BROKEN_OFF));
        assert_eq!(count(&told, ends), begun, "what began ends, after {points} tells of {ask:?}: {told:#?}");
        assert!(refused || code(&told) == Some(NOT_EXECUTED), "after {points} tells of {ask:?}: {told:#?}");
        assert!(!told.iter().any(|tell| matches!(tell, Tell::Saved(_))), "after {points} tells of {ask:?}");
        assert!(matches!(told.last(), Some(Tell::State(_))), "after {points} tells of {ask:?}");
        assert_eq!((lab.trace(), &lab.saved), (trace.clone(), &saved), "after {points} tells of {ask:?}");
        points += 1;
    }
    assert!(points > 0, "{ask:?} tells something");
}

#[test]
fn a_line_that_breaks_off_leaves_nothing_and_may_be_run_again() {
    let mut lab = Lab::open();
    let (tag, push) = (format!("docker tag mlmodel:1.0 {NAME}"), format!("docker push {NAME}"));
    for step in ["docker build -t mlmodel:1.0 .", &tag, &push, "docker run mlmodel:1.0"] {
        check(&mut lab, &line(step));
    }
    lab.steps(2);
}

#[test]
fn a_question_that_breaks_off_is_refused() {
    let mut lab = Lab::open();
    lab.steps(2);
    check(&mut lab, &Ask::Undo);
    check(&mut lab, &Ask::ShowMe { id: "moment-1".to_owned() });
}

#[test]
fn what_is_measured_is_given_up_when_a_line_breaks_off() {
    let mut lab = Lab::open();
    lab.ask_only(Ask::Measure { id: "cost-2".to_owned(), on: vec![true] });
    let told = lab.break_off(&line("docker images"), 1).expect("it tells more than that");
    let given_up = |tell: &Tell| matches!(tell, Tell::Measured(of) if of.id == "cost-2" && of.series.is_empty());
    assert_eq!(count(&told, given_up), 1, "{told:#?}");
}

#[test]
fn a_handout_is_given_up_when_a_line_breaks_off() {
    let mut lab = Lab::open();
    lab.ask_only(Ask::Handout);
    let told = lab.break_off(&line("docker images"), 1).expect("it tells more than that");
    assert_eq!(count(&told, |tell| matches!(tell, Tell::Handout(None))), 1, "{told:#?}");
}

#[test]
fn a_lab_whose_restoring_breaks_off_starts_fresh_and_what_was_saved_is_kept() {
    let mut before = Lab::open();
    before.steps(2);
    let fresh = Lab::open().trace();
    let ask = Ask::Open {
        lesson: "container-registries-for-ml".to_owned(),
        language: "en".to_owned(),
        saved: Some(before.saved.clone()),
    };
    let mut points = 0;
    loop {
        let mut lab = Lab::unopened();
        let Some(told) = lab.break_off(&ask, points) else { break };
        assert!(!told.iter().any(|tell| matches!(tell, Tell::Saved(_))), "after {points} tells");
        let opened = told.iter().any(|tell| matches!(tell, Tell::Opened(_)));
        let not_restored = told.iter().any(|tell| matches!(tell, Tell::NotRestored(reason) if reason == BROKEN_OFF));
        assert_eq!(not_restored, opened, "after {points} tells: {told:#?}");
        let (begun, ended) = (count(&told, |tell| matches!(tell, Tell::Started(_))), count(&told, ends));
        assert_eq!(begun, ended, "after {points} tells: {told:#?}");
        if opened {
            assert!(matches!(told.last(), Some(Tell::State(_))), "after {points} tells");
        }
        points += 1;
    }
    assert!(points > 5);
    assert_eq!(Lab::open().trace(), fresh);
}
