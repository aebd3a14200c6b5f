//! A state told as what differs from the one before: the other side has the
//! same state, and what it has heard once does not travel again.

use drydock::session::{Ask, LabView, Tell, Told};

use crate::lab::Lab;

fn state(told: Vec<Tell>) -> LabView {
    let last = told.into_iter().rev().find_map(|tell| if let Tell::State(lab) = tell { Some(*lab) } else { None });
    last.expect("a state is told")
}

#[test]
fn the_other_side_has_the_same_state_whatever_is_done() {
    let mut lab = Lab::open();
    let start = state(lab.ask(Ask::Jump { position: 0 }));
    let (mut worker, mut page) = (Told::whole(start.clone()), Told::whole(start));
    let line = |line: &str| Ask::Line { machine: None, line: line.to_owned() };
    let asks = [
        Ask::Next,
        Ask::Next,
        Ask::Next,
        Ask::Next,
        Ask::Next,
        Ask::Undo,
        Ask::Jump { position: 0 },
        Ask::Jump { position: 5 },
        Ask::Undo,
        line("docker tag mlmodel:1.0 other:1"),
        line("docker rmi other:1"),
        Ask::GoTo { at: Some(1) },
        Ask::Bookmark { name: "here".into() },
        Ask::Reset,
        line("docker images"),
    ];
    for ask in asks {
        let now = state(lab.ask(ask.clone()));
        let change = worker.tell(now.clone());
        assert_eq!(page.hear(change), now, "{ask:?}");
    }
}

#[test]
fn rows_and_images_travel_once() {
    let mut lab = Lab::open();
    let start = state(lab.ask(Ask::Jump { position: 0 }));
    let mut worker = Told::whole(start);
    lab.steps(5);
    let mut sizes = [5, 0, 5].map(|position| {
        let change = worker.tell(state(lab.ask(Ask::Jump { position })));
        serde_json::to_string(&change).expect("it is plain data").len()
    });
    sizes.swap(1, 2);
    let [first, again, _] = sizes;
    assert!(again * 2 < first, "{again} bytes again, {first} at first");
}
