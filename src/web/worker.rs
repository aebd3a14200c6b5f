//! The worker: a session behind two messages. It says `Ready` when its code
//! is there, answers each `Ask` with `Tell`s, and lets a running container go
//! on in slices between them, so that Ctrl-C always gets in.
//!
//! What is done when is `www/worker-boot.js`'s: it does a piece of work at a
//! time, from JavaScript, so that the browser may suspend all that is called.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::outside::{Outside, scope};
use super::remote::{Interpreter, Remote};
use super::{deferred, message};
use crate::session::{Ask, Loading, Safe, Session, Tell, Tells, Told};

thread_local! {
    static DESK: Desk = Desk::new();
}

/// What the worker works at.
struct Desk {
    page: Rc<Listener>,
    interpreter: Rc<Interpreter>,
    /// Away while it is at work: what breaks off keeps it.
    session: Cell<Option<Session>>,
    /// What is left of it then.
    safe: Rc<Safe>,
}

impl Desk {
    fn new() -> Self {
        let page = Rc::new(Listener::default());
        let own = Rc::clone(&page);
        let interpreter = Rc::new(Interpreter::new(Box::new(move |tell| own.hear(tell))));
        let session = session(&interpreter);
        Self { page, interpreter, safe: session.safe(), session: Cell::new(Some(session)) }
    }

    /// Does a piece of work. What goes on after it may rest for a while; none if nothing does.
    fn work(&self, work: &mut dyn FnMut(&mut Session, Tells<'_>)) -> Option<Duration> {
        let mut session = self.session.take().expect("one piece of work is done at a time");
        session.attempt(work, &mut |tell| self.page.hear(tell));
        let rest = session.is_running().then(|| session.rest());
        self.session.set(Some(session));
        rest
    }

    /// Takes up what was left.
    fn stand_in(&self, reason: String) {
        let mut session = session(&self.interpreter);
        session.stand_in(Rc::clone(&self.safe), reason, &mut |tell| self.page.hear(tell));
        self.session.set(Some(session));
    }
}

fn session(interpreter: &Rc<Interpreter>) -> Session {
    Session::new(Box::new(Outside), Box::new(Remote::new(Rc::clone(interpreter))), true)
}

/// Says that it can be asked from now on.
pub fn start() {
    console_error_panic_hook::set_once();
    post(&Tell::Ready);
}

/// Answers a question. After how many milliseconds it wants a beat: at once if something goes on, for what was asked
/// may be what that waited for; else never.
pub fn ask(question: JsValue) -> f64 {
    let mut question = Some(message::read::<Ask>(question));
    let work = &mut |session: &mut Session, tells: Tells<'_>| match question.take() {
        Some(Ok(ask)) => session.ask(ask, tells),
        Some(Err(error)) => tells(Tell::Refused(format!("that is no question: {error}"))),
        None => {}
    };
    millis(DESK.with(|desk| desk.work(work)).map(|_| Duration::ZERO))
}

/// Lets what runs go on for a slice. After how many milliseconds it wants the next one; where modelled time passes on
/// the wire, a person sees it pass.
pub fn beat() -> f64 {
    let work = &mut |session: &mut Session, tells: Tells<'_>| {
        session.tick(tells);
    };
    millis(DESK.with(|desk| desk.work(work)))
}

fn millis(rest: Option<Duration>) -> f64 {
    rest.map_or(f64::INFINITY, |rest| rest.as_secs_f64() * 1000.0)
}

/// Goes on after a piece of work that ended in an exception. Without the deferred part the lab stands where it stood
/// before; anything else is a breakdown, and the page shall hear of it.
pub fn left(error: JsValue) {
    match deferred::missing() {
        Some(reason) => DESK.with(|desk| desk.stand_in(reason)),
        None => wasm_bindgen::throw_val(error),
    }
}

/// Brings the deferred part of the worker, and tells the page that this is going on.
pub fn load_deferred() {
    post(&Tell::Loading(Loading::Engine));
    deferred::load();
    post(&Tell::Loaded);
}

/// The page, and where it was told last that the lab stands.
#[derive(Default)]
struct Listener(Cell<Option<Told>>);

impl Listener {
    /// A state is told whole once, then as what differs. If that breaks off, the next one is told whole again.
    fn hear(&self, tell: Tell) {
        let Tell::State(lab) = tell else { return post(&tell) };
        let told = if let Some(mut told) = self.0.take() {
            post(&Tell::Changed(Box::new(told.tell(*lab))));
            told
        } else {
            post(&Tell::State(lab.clone()));
            Told::whole(*lab)
        };
        self.0.set(Some(told));
    }
}

fn post(tell: &Tell) {
    match message::write(tell) {
        Ok(message) => scope().post_message(&message).expect("plain objects can be cloned"),
        Err(error) => web_sys::console::error_1(&error.to_string().into()),
    }
}
