//! A session over the project's own site, as a host drives it, with an outside
//! that can be made to fail.

use std::cell::Cell;
use std::mem::{forget, replace};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use bytes::Bytes;
use drydock::host::{Host, SendError};
use drydock::lab::{Keys, Snapshot};
use drydock::native::Site;
use drydock::oci::Timestamp;
use drydock::runtime::Modules;
use drydock::session::{Ask, HistoryView, Session, Tell, Tells};
use http::{Request, Response, StatusCode};

use crate::source::root;

/// The lesson under test.
pub const LESSON: &str = "container-registries-for-ml";

/// What is wrong with the hub's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hub {
    /// Nothing.
    #[default]
    Sound,
    /// The last byte of each layer is another one.
    Corrupted,
    /// Nobody answers.
    Unreachable,
    /// They were never built.
    Absent,
}

/// Why an answer broke off.
pub const BROKEN_OFF: &str = "the wire was cut";

/// A session and what it last told.
pub struct Lab {
    session: Session,
    hub: Rc<Cell<Hub>>,
    /// The state as the page sees it.
    pub snapshot: Snapshot,
    /// The history as the page sees it.
    pub history: HistoryView,
    /// The prompt.
    pub prompt: String,
    /// The text that restores all this.
    pub saved: String,
}

impl Lab {
    /// The lesson, untouched.
    pub fn open() -> Self {
        Self::restore(None)
    }

    /// The lesson with what was saved of it; panics if that is refused.
    pub fn restore(saved: Option<String>) -> Self {
        Self::unopened().opened(saved)
    }

    /// The same with programs run by these.
    pub fn running(modules: Modules) -> Self {
        Self::with(modules).opened(None)
    }

    fn opened(self, saved: Option<String>) -> Self {
        let mut lab = self;
        for tell in lab.ask(Ask::Open { lesson: LESSON.to_owned(), language: "en".to_owned(), saved }) {
            if let Tell::NotRestored(reason) | Tell::Refused(reason) = tell {
                panic!("the lesson does not open: {reason}");
            }
        }
        lab
    }

    /// What of the lesson is not so.
    pub fn prove(&mut self) -> Result<Vec<String>, String> {
        self.session.prove()
    }

    /// A session that holds nothing yet.
    pub fn unopened() -> Self {
        Self::with(Modules::default())
    }

    fn with(modules: Modules) -> Self {
        let hub = Rc::new(Cell::new(Hub::Sound));
        Self {
            session: session(&hub, modules),
            hub,
            snapshot: Snapshot::default(),
            history: HistoryView::default(),
            prompt: String::new(),
            saved: String::new(),
        }
    }

    /// From now on the hub's files are like this.
    pub fn set_hub(&mut self, hub: Hub) {
        self.hub.set(hub);
    }

    /// Asks, lets what begins run to its end, and returns all that was told.
    pub fn ask(&mut self, ask: Ask) -> Vec<Tell> {
        self.ask_and_press(ask, Vec::new())
    }

    /// The same, and types the keys, each once a program waits for some; then the end of its input.
    pub fn ask_and_press(&mut self, ask: Ask, keys: Vec<Keys>) -> Vec<Tell> {
        let (mut told, mut keys) = (Vec::new(), keys.into_iter());
        self.session.ask(ask, &mut |tell| told.push(tell));
        while self.session.is_running() {
            if self.session.waits_for_keys() {
                let keys = keys.next().unwrap_or(Keys::End);
                self.session.ask(Ask::Press(keys), &mut |tell| told.push(tell));
            } else {
                self.session.tick(&mut |tell| told.push(tell));
            }
        }
        self.hear(&told);
        told
    }

    /// Asks, and leaves what begins where it is.
    pub fn ask_only(&mut self, ask: Ask) -> Vec<Tell> {
        let mut told = Vec::new();
        self.session.ask(ask, &mut |tell| told.push(tell));
        self.hear(&told);
        told
    }

    fn hear(&mut self, told: &[Tell]) {
        for tell in told {
            match tell {
                Tell::State(lab) => {
                    self.snapshot.clone_from(&lab.snapshot);
                    self.history.clone_from(&lab.history);
                    self.prompt.clone_from(&lab.prompt);
                }
                Tell::Saved(text) => self.saved.clone_from(text),
                _ => {}
            }
        }
    }

    /// Asks, but the answer breaks off when it has told so much; what was told in all, or none if it came to its end.
    pub fn break_off(&mut self, ask: &Ask, after: usize) -> Option<Vec<Tell>> {
        let (mut told, mut left) = (Vec::new(), after);
        let work = &mut |session: &mut Session, tells: Tells<'_>| {
            let mut limited = |tell| match left.checked_sub(1) {
                Some(less) => {
                    left = less;
                    tells(tell);
                }
                None => resume_unwind(Box::new(())),
            };
            session.ask(ask.clone(), &mut limited);
            while session.tick(&mut limited) {}
        };
        let safe = self.session.safe();
        let done = catch_unwind(AssertUnwindSafe(|| self.session.attempt(work, &mut |tell| told.push(tell))));
        let broke = done.is_err();
        if broke {
            // In a browser nobody can drop it.
            forget(replace(&mut self.session, session(&self.hub, Modules::default())));
            self.session.stand_in(safe, BROKEN_OFF.to_owned(), &mut |tell| told.push(tell));
        }
        self.hear(&told);
        broke.then_some(told)
    }

    /// Types a line where the prompt is.
    pub fn line(&mut self, line: &str) -> Vec<Tell> {
        self.ask(Ask::Line { machine: None, line: line.to_owned() })
    }

    /// Runs the next steps of the lesson, which must succeed.
    pub fn steps(&mut self, count: usize) {
        for step in 1..=count {
            let told = self.ask(Ask::Next);
            assert_eq!(code(&told), Some(0), "step {step}: {told:#?}");
        }
    }

    /// The trace as JSON lines.
    pub fn trace(&mut self) -> String {
        let told = self.ask(Ask::Trace);
        let trace = told.into_iter().find_map(|tell| if let Tell::Trace(json) = tell { Some(json) } else { None });
        trace.expect("a trace")
    }
}

/// A session over the site with this hub.
fn session(hub: &Rc<Cell<Hub>>, modules: Modules) -> Session {
    let outside = Outside { site: Site::new(root().join("www")), hub: Rc::clone(hub) };
    assert!(outside.site.has_hub(), "www/hub is not built: run `cargo xtask build`, or `cargo xtask test` for all");
    Session::new(Box::new(outside), Box::new(modules), false)
}

/// The exit code a line ended with, if one ended.
pub fn code(told: &[Tell]) -> Option<i32> {
    told.iter().rev().find_map(|tell| if let Tell::Finished(end) = tell { Some(end.code) } else { None })
}

struct Outside {
    site: Site,
    hub: Rc<Cell<Hub>>,
}

impl Host for Outside {
    fn now(&self) -> Timestamp {
        panic!("a lab has its own clock")
    }

    fn random(&mut self, _: &mut [u8]) {
        panic!("a lab has its own randomness")
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let path = request.uri().path().to_owned();
        if !path.starts_with("/hub/") {
            return self.site.send(request);
        }
        match self.hub.get() {
            Hub::Unreachable => Err(SendError { reason: "connect: connection refused".to_owned() }),
            Hub::Absent => {
                let response = Response::builder().status(StatusCode::NOT_FOUND);
                Ok(response.body(Bytes::new()).expect("a response"))
            }
            Hub::Sound => self.site.send(request),
            Hub::Corrupted => self.site.send(request).map(|response| response.map(corrupted)),
        }
    }
}

/// Layers are gzip; documents stay as they are.
fn corrupted(body: Bytes) -> Bytes {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return body;
    }
    let mut bytes = body.to_vec();
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    Bytes::from(bytes)
}
