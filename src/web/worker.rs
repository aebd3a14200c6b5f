//! The worker: a session behind two messages. It says `Ready` when its code
//! is there, answers each `Ask` with `Tell`s, and lets a running container go
//! on in slices between them, so that Ctrl-C always gets in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use super::outside::{Outside, scope};
use super::remote::Remote;
use super::{deferred, message};
use crate::session::{Ask, Loading, Session, Tell, Tells, Told};

/// Starts answering; never returns the session.
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let page = Rc::new(Listener { scope: scope.clone(), told: Cell::new(None) });
    let own = Rc::clone(&page);
    let remote = Remote::new(Box::new(move |tell| own.hear(tell)));
    let session = Session::new(Box::new(Outside), Box::new(remote), true);
    let session = Rc::new(RefCell::new(session));
    let pulse = Pulse::start(&session, &page);
    let on_ask = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let work = &mut |session: &mut Session, tells: Tells<'_>| match message::read::<Ask>(event.data()) {
            Ok(ask) => session.ask(ask, tells),
            Err(error) => tells(Tell::Refused(format!("that is no question: {error}"))),
        };
        session.borrow_mut().attempt(&mut deferred::attempt, work, &mut |tell| page.hear(tell));
        if session.borrow().is_running() {
            pulse.beat();
        }
    });
    scope.set_onmessage(Some(on_ask.as_ref().unchecked_ref()));
    on_ask.forget();
    post(&scope, &Tell::Ready);
}

/// The page, and where it was told last that the lab stands.
struct Listener {
    scope: DedicatedWorkerGlobalScope,
    told: Cell<Option<Told>>,
}

impl Listener {
    /// A state is told whole once, then as what differs. If that breaks off, the next one is told whole again.
    fn hear(&self, tell: Tell) {
        let Tell::State(lab) = tell else { return post(&self.scope, &tell) };
        let told = if let Some(mut told) = self.told.take() {
            post(&self.scope, &Tell::Changed(Box::new(told.tell(*lab))));
            told
        } else {
            post(&self.scope, &Tell::State(lab.clone()));
            Told::whole(*lab)
        };
        self.told.set(Some(told));
    }
}

/// Wakes the session up again and again without the pause a timer has, yet
/// behind the messages that came meanwhile; where modelled time passes on the
/// wire, a person sees it pass.
struct Pulse {
    page: Rc<Listener>,
    channel: MessageChannel,
    /// Sends itself the next beat.
    late: Closure<dyn FnMut()>,
    /// Whether a beat is on its way.
    beats: Cell<bool>,
    /// The timer of a late one.
    timer: Cell<Option<i32>>,
}

impl Pulse {
    fn start(session: &Rc<RefCell<Session>>, page: &Rc<Listener>) -> Rc<Self> {
        let channel = MessageChannel::new().expect("every browser with workers has message channels");
        let next = channel.port2();
        let late = Closure::new(move || drop(next.post_message(&JsValue::NULL)));
        let pulse =
            Rc::new(Self { page: Rc::clone(page), channel, late, beats: Cell::new(false), timer: Cell::new(None) });
        let (session, own) = (Rc::clone(session), Rc::clone(&pulse));
        let on_beat = Closure::<dyn FnMut()>::new(move || {
            own.beats.set(false);
            own.timer.set(None);
            let tick = &mut |session: &mut Session, tells: Tells<'_>| {
                session.tick(tells);
            };
            let mut session = session.borrow_mut();
            session.attempt(&mut deferred::attempt, tick, &mut |tell| own.page.hear(tell));
            if session.is_running() {
                own.beat_after(session.rest());
            }
        });
        pulse.channel.port1().set_onmessage(Some(on_beat.as_ref().unchecked_ref()));
        on_beat.forget();
        pulse
    }

    /// At once: a late one does not wait any longer, for what was asked may be what it waited for.
    fn beat(&self) {
        if let Some(timer) = self.timer.take() {
            self.page.scope.clear_timeout_with_handle(timer);
            self.beats.set(false);
        }
        self.beat_after(Duration::ZERO);
    }

    fn beat_after(&self, rest: Duration) {
        if self.beats.replace(true) {
            return;
        }
        let millis = i32::try_from(rest.as_millis()).unwrap_or(i32::MAX);
        let late = self.late.as_ref().unchecked_ref();
        let after = |millis| self.page.scope.set_timeout_with_callback_and_timeout_and_arguments_0(late, millis).ok();
        self.timer.set(Some(millis).filter(|millis| *millis > 0).and_then(after));
        if self.timer.get().is_none() {
            drop(self.channel.port2().post_message(&JsValue::NULL));
        }
    }
}

/// Brings the deferred part of the worker, and tells the page that this is going on.
pub fn load_deferred() {
    post(&scope(), &Tell::Loading(Loading::Engine));
    deferred::load();
    post(&scope(), &Tell::Loaded);
}

fn post(scope: &DedicatedWorkerGlobalScope, tell: &Tell) {
    match message::write(tell) {
        Ok(message) => scope.post_message(&message).expect("plain objects can be cloned"),
        Err(error) => web_sys::console::error_1(&error.to_string().into()),
    }
}
