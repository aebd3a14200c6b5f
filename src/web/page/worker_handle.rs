//! The worker: started from its script, spoken to in asks and tells.
//! Dropping the handle ends the worker.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

use super::{Page, places};
use crate::session::{Ask, Tell, Told};
use crate::ui::{Fact, troubles};
use crate::web::message;

/// A running worker.
pub struct WorkerHandle {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(ErrorEvent)>,
}

impl WorkerHandle {
    /// Starts a worker that tells `page`.
    pub fn start(page: &Rc<Page>) -> Result<Self, String> {
        let (worker, mut address) = worker(&places::asset("worker-boot.js")).map_err(|error| words(&error))?;
        let listener = Rc::clone(page);
        let told = RefCell::new(Told::default());
        let heard = Closure::new(move |event: MessageEvent| {
            // It has read its script.
            drop(address.take());
            listener.be_told(match message::read::<Tell>(event.data()) {
                Ok(tell) => Fact::Told(whole(tell, &told)),
                Err(error) => Fact::WorkerLost(troubles::unknown_tell(&error.to_string())),
            });
        });
        let listener = Rc::clone(page);
        let failed = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            listener.hear(Fact::WorkerLost(reason(&event)));
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self { worker, _heard: heard, _failed: failed })
    }

    /// Asks something.
    pub fn ask(&self, ask: &Ask) -> Result<(), String> {
        let message = message::write(ask).map_err(|error| error.to_string())?;
        self.worker.post_message(&message).map_err(|error| words(&error))
    }
}

/// A state as a whole, of which the worker tells what differs from the last one.
fn whole(tell: Tell, told: &RefCell<Told>) -> Tell {
    match tell {
        Tell::State(lab) => {
            told.replace(Told::whole((*lab).clone()));
            Tell::State(lab)
        }
        Tell::Changed(change) => Tell::State(Box::new(told.borrow_mut().hear(*change))),
        other => other,
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The address of a script that is no file, for as long as it is kept.
struct BlobAddress(String);

impl Drop for BlobAddress {
    fn drop(&mut self) {
        // An address that is already invalid needs nothing more.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// A worker of this script. To a frame without an origin no script is its own: there one
/// that is begins it, and tells it where its files are.
fn worker(script: &str) -> Result<(Worker, Option<BlobAddress>), JsValue> {
    if let Ok(worker) = Worker::new(script) {
        return Ok((worker, None));
    }
    let text = format!("self.base = {script:?}; importScripts(self.base);");
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    let address = BlobAddress(Url::create_object_url_with_blob(&blob)?);
    Ok((Worker::new(&address.0)?, Some(address)))
}

/// A script that does not load says nothing: then its name has to do.
fn reason(event: &ErrorEvent) -> String {
    match event.message() {
        message if message.is_empty() => troubles::no_script(),
        message => message,
    }
}

/// What JavaScript threw, in words.
fn words(error: &JsValue) -> String {
    js_sys::Error::from(error.clone()).message().into()
}
