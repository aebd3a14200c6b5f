//! The worker: a session behind two messages. It says `Ready` when its code
//! is there, answers each `Ask` with `Tell`s, and lets a running container go
//! on in slices between them, so that Ctrl-C always gets in.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use super::message;
use super::outside::Outside;
use super::remote::Remote;
use crate::session::{Ask, Session, Tell};

/// Starts answering; never returns the session.
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let page = scope.clone();
    let loading = Box::new(move |what: &str| post(&page, &Tell::Loading(what.to_owned())));
    let session = Session::new(Box::new(Outside), Box::new(Remote::new(loading)), true);
    let session = Rc::new(RefCell::new(session));
    let pulse = Pulse::new(&session, &scope);
    let page = scope.clone();
    let on_ask = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match message::read::<Ask>(event.data()) {
            Ok(ask) => session.borrow_mut().ask(ask, &mut |tell| post(&page, &tell)),
            Err(error) => post(&page, &Tell::Refused(format!("that is no question: {error}"))),
        }
        if session.borrow().is_running() {
            pulse.beat();
        }
    });
    scope.set_onmessage(Some(on_ask.as_ref().unchecked_ref()));
    on_ask.forget();
    post(&scope, &Tell::Ready);
}

/// Wakes the session up again and again without the pause a timer has, yet
/// behind the messages that came meanwhile.
struct Pulse(MessageChannel);

impl Pulse {
    fn new(session: &Rc<RefCell<Session>>, scope: &DedicatedWorkerGlobalScope) -> Self {
        let channel = MessageChannel::new().expect("every browser with workers has message channels");
        let (session, scope, next) = (Rc::clone(session), scope.clone(), channel.port2());
        let on_beat = Closure::<dyn FnMut()>::new(move || {
            let more = session.borrow_mut().tick(&mut |tell| post(&scope, &tell));
            if more {
                let _ = next.post_message(&JsValue::NULL);
            }
        });
        channel.port1().set_onmessage(Some(on_beat.as_ref().unchecked_ref()));
        on_beat.forget();
        Self(channel)
    }

    fn beat(&self) {
        let _ = self.0.port2().post_message(&JsValue::NULL);
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, tell: &Tell) {
    match message::write(tell) {
        Ok(message) => scope.post_message(&message).expect("plain objects can be cloned"),
        Err(error) => web_sys::console::error_1(&error.to_string().into()),
    }
}
