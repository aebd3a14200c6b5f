//! Names of a lab that mean real registries: what they answered is kept with
//! the line, so that doing it again needs no network.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use drydock::host::{Host, SendError};
use drydock::lab::Snapshot;
use drydock::native::Site;
use drydock::oci::{Digest, Timestamp};
use drydock::registry::Registry;
use drydock::runtime::Modules;
use drydock::session::{Ask, Session, Tell};
use http::{Request, Response};

use crate::lab::LESSON;
use crate::source::root;

/// A registry in the real world, which can go away.
#[derive(Clone)]
struct Real(Rc<RefCell<Option<Registry>>>);

struct Outside {
    site: Site,
    real: Real,
}

impl Host for Outside {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.site.random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        match request.uri().host() {
            None => self.site.send(request),
            Some("real.test") => {
                let taken = self.real.0.borrow_mut().take();
                let mut registry = taken.ok_or(SendError { reason: "connect: connection refused".into() })?;
                let answer = registry.answer(request, self);
                *self.real.0.borrow_mut() = Some(registry);
                Ok(answer)
            }
            Some(other) => panic!("nobody named {other}"),
        }
    }
}

/// A session, and what it told last.
struct Desk {
    session: Session,
    snapshot: Snapshot,
    saved: String,
    said: String,
}

impl Desk {
    fn open(real: &Real, saved: Option<String>) -> Self {
        let outside = Outside { site: Site::new(root().join("www")), real: real.clone() };
        let session = Session::new(Box::new(outside), Box::new(Modules::default()), false);
        let mut desk = Self { session, snapshot: Snapshot::default(), saved: String::new(), said: String::new() };
        desk.ask(Ask::Open { lesson: LESSON.to_owned(), language: "en".to_owned(), saved });
        desk
    }

    /// Asks, lets what begins run to its end; the exit code of the last line, and our advice.
    fn ask(&mut self, ask: Ask) -> (i32, String) {
        let (mut ended, said, saved, snapshot) =
            ((0, String::new()), &mut self.said, &mut self.saved, &mut self.snapshot);
        let mut take = |tell| match tell {
            Tell::Printed(output) => *said += &(output.line.text() + "\n"),
            Tell::State(lab) => *snapshot = lab.snapshot,
            Tell::Saved(text) => *saved = text,
            Tell::Finished(end) => ended = (end.code, end.hint.map(|hint| hint.text()).unwrap_or_default()),
            Tell::NotRestored(reason) | Tell::Refused(reason) => panic!("{reason}"),
            _ => {}
        };
        self.session.ask(ask, &mut take);
        while self.session.tick(&mut take) {}
        ended
    }

    fn line(&mut self, line: &str) -> (i32, String) {
        self.ask(Ask::Line { machine: None, line: line.to_owned() })
    }
}

fn real() -> Real {
    Real(Rc::new(RefCell::new(Some(Registry::named("real.test")))))
}

fn bound(real: &Real) -> Desk {
    let mut desk = Desk::open(real, None);
    assert_eq!(desk.line("wire bind localhost:5000 https://real.test").0, 0);
    desk
}

#[test]
fn a_push_lands_outside_and_is_done_again_without_a_network() {
    let real = real();
    let mut desk = bound(&real);
    for line in [
        "docker build -t localhost:5000/team/m:1 .",
        "docker push localhost:5000/team/m:1",
        "ssh prod",
        "docker pull localhost:5000/team/m:1",
    ] {
        assert_eq!(desk.line(line).0, 0, "{line}\n{}", desk.said);
    }
    let there = real.0.borrow_mut().take().expect("it is there");
    assert!(there.repositories().any(|(name, repository)| name == "team/m" && repository.tags.contains_key("1")));
    let again = Desk::open(&real, Some(desk.saved.clone()));
    assert_eq!((again.snapshot, again.saved), (desk.snapshot, desk.saved));
}

#[test]
fn a_registry_that_is_away_is_told_with_its_place_and_changes_nothing() {
    let real = Real(Rc::default());
    let mut desk = bound(&real);
    let before = desk.saved.clone();
    let (code, hint) = desk.line("docker pull localhost:5000/team/m:1");
    assert_eq!(code, 1);
    assert!(
        desk.said.contains("Head \"https://localhost:5000/v2/team/m/manifests/1\": connect: connection refused"),
        "{}",
        desk.said
    );
    assert!(hint.contains("https://real.test") && hint.contains("wire unbind localhost:5000"), "{hint}");
    assert_eq!(desk.saved, before);
}

#[test]
fn what_is_more_than_is_kept_is_said_and_not_done_again() {
    let real = real();
    let mut desk = bound(&real);
    for name in ["one", "two", "three", "four", "five"] {
        let path = format!("/home/learner/mlmodel/{name}");
        let text: String = (0..16_000).map(|line| Digest::of(format!("{name} {line}").as_bytes()).hex()).collect();
        desk.ask(Ask::WriteFile { machine: "laptop".into(), path, text });
    }
    let dockerfile = "FROM scratch\nCOPY one two three four five /\n".to_owned();
    desk.ask(Ask::WriteFile {
        machine: "laptop".into(),
        path: "/home/learner/mlmodel/Dockerfile".into(),
        text: dockerfile,
    });
    for line in ["docker build -t localhost:5000/team/m:1 .", "docker push localhost:5000/team/m:1", "ssh prod"] {
        assert_eq!(desk.line(line).0, 0, "{line}\n{}", desk.said);
    }
    let kept = desk.snapshot.clone();
    let (code, hint) = desk.line("docker pull localhost:5000/team/m:1");
    assert_eq!(code, 0, "{}", desk.said);
    assert!(hint.contains("More came from a real registry than is kept"), "{hint}");
    assert_eq!(desk.line("docker images").0, 0);
    let again = Desk::open(&real, Some(desk.saved.clone()));
    assert_eq!(again.snapshot, kept);
    desk.ask(Ask::Undo);
    desk.ask(Ask::Undo);
    assert_eq!(desk.snapshot, kept);
}
