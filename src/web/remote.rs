//! The worker's side of the interpreter: fetched when a program first runs,
//! synchronously as everything in the worker, and spoken to in messages.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::message;
use super::outside::{fetch, reason, scope};
use crate::fs::{FsPath, Tree};
use crate::oci::Timestamp;
use crate::runtime::message::{Report, Shared};
use crate::runtime::{Given, News, Output, Parked, Process, Processes, Program, StartError, Step, Usage};
use crate::session::{Loading, Tell};

/// Beside the worker: the interpreter, the script that connects it, and what lends it the browser's own engine.
const MODULE: &str = "/runtime_bg.wasm";
const SCRIPT: &str = "./runtime.js";
const ENGINE: &str = "./engine.js";

/// What `runtime.js` defines: `xtask/src/site.rs` gives it this name, since
/// the worker's own script has the usual one already.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = drydock_runtime, js_name = initSync)]
    fn init(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = drydock_runtime, js_name = Interpreter)]
    type Guests;

    #[wasm_bindgen(catch, constructor, js_namespace = drydock_runtime, js_class = Interpreter)]
    fn new() -> Result<Guests, JsValue>;

    #[wasm_bindgen(catch, method, js_class = Interpreter)]
    fn start(this: &Guests, module: &[u8], program: JsValue) -> Result<Guest, JsValue>;

    #[wasm_bindgen(js_namespace = drydock_runtime)]
    type Guest;

    /// `xtask/src/suspend.rs` has this worker suspended until it is answered, where the browser can. What it throws
    /// nobody could catch then, and nobody does.
    #[wasm_bindgen(method)]
    fn step(this: &Guest, fuel: u64) -> JsValue;

    #[wasm_bindgen(catch, method)]
    fn give(this: &Guest, given: JsValue, now: u64) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, method)]
    fn tree(this: &Guest) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn usage(this: &Guest) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn folder(this: &Guest, at: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn end(this: &Guest) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn free(this: &Guest) -> Result<(), JsValue>;
}

/// The interpreter, once it was needed: it stays when the session is lost that needed it.
pub struct Interpreter {
    /// Told what is being fetched, and that it is here.
    page: Box<dyn Fn(Tell)>,
    has_script: Cell<bool>,
    guests: OnceCell<Guests>,
}

/// The processes of a session.
pub struct Remote {
    interpreter: Rc<Interpreter>,
    parked: Parked,
}

/// A process in the other module.
struct Away {
    /// None once it has ended.
    guest: Option<Guest>,
    shared: Shared,
    output: Vec<Output>,
    news: Vec<News>,
    fuel_used: u64,
    changes: u64,
    memory_bytes: usize,
}

impl Interpreter {
    /// An interpreter yet to be fetched.
    pub fn new(page: Box<dyn Fn(Tell)>) -> Self {
        Self { page, has_script: Cell::new(false), guests: OnceCell::new() }
    }

    /// Fetches it at the first call; if that fails, the next call tries again.
    fn guests(&self) -> Result<&Guests, JsValue> {
        if let Some(guests) = self.guests.get() {
            return Ok(guests);
        }
        (self.page)(Tell::Loading(Loading::Interpreter));
        let guests = self.load()?;
        (self.page)(Tell::Loaded);
        Ok(self.guests.get_or_init(|| guests))
    }

    fn load(&self) -> Result<Guests, JsValue> {
        let response = fetch(MODULE)?;
        if !response.status().is_success() {
            return Err(JsError::new(&format!("runtime_bg.wasm: the server answered {}", response.status())).into());
        }
        if !self.has_script.get() {
            // A script that defines its name twice is an error, so it is loaded once.
            scope().import_scripts_2(ENGINE, SCRIPT)?;
            self.has_script.set(true);
        }
        let options = js_sys::Object::new();
        let module = js_sys::Uint8Array::from(response.body().as_ref());
        js_sys::Reflect::set(&options, &"module".into(), &module)?;
        init(&options)?;
        Guests::new()
    }
}

impl Remote {
    /// No processes yet.
    pub fn new(interpreter: Rc<Interpreter>) -> Self {
        Self { interpreter, parked: Parked::default() }
    }
}

impl Processes for Remote {
    fn start(&mut self, module: &[u8], program: Program) -> Result<Box<dyn Process>, StartError> {
        let guests = self.interpreter.guests().map_err(|error| StartError::NoInterpreter { reason: reason(&error) })?;
        let mut shared = Shared::default();
        let packed = message::write_whole(&shared.pack_program(program)).unwrap_or_else(|error| lost(error.into()));
        match guests.start(module, packed) {
            Ok(guest) => Ok(Box::new(Away {
                guest: Some(guest),
                shared,
                output: Vec::new(),
                news: Vec::new(),
                fuel_used: 0,
                changes: 0,
                memory_bytes: 0,
            })),
            // A text is the interpreter's answer; anything else says that it could not answer.
            Err(error) => Err(StartError::Instance { reason: error.as_string().unwrap_or_else(|| lost(error)) }),
        }
    }

    fn parked(&mut self) -> &mut Parked {
        &mut self.parked
    }
}

impl Process for Away {
    fn step(&mut self, fuel: u64) -> Step {
        self.report(fuel).unwrap_or_else(|error| lost(error))
    }

    fn give(&mut self, given: &Given, now: Timestamp) {
        let given = message::write_whole(&self.shared.pack_given(given)).unwrap_or_else(|error| lost(error.into()));
        let gave = self.guest.as_ref().ok_or_else(ended).and_then(|guest| guest.give(given, now.nanos));
        gave.unwrap_or_else(|error| lost(error));
    }

    fn take_output(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.output)
    }

    fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    fn usage(&self) -> Usage {
        let usage = self.guest.as_ref().ok_or_else(ended).and_then(Guest::usage);
        usage.and_then(|usage| Ok(message::read(usage)?)).unwrap_or_else(|error| lost(error))
    }

    fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    fn changes(&self) -> u64 {
        self.changes
    }

    fn folder(&mut self, at: &FsPath) -> Option<Tree> {
        let packed = self.guest.as_ref().ok_or_else(ended).and_then(|guest| guest.folder(at.as_str()));
        let packed = packed.unwrap_or_else(|error| lost(error));
        (!packed.is_null()).then(|| self.unpack(packed).unwrap_or_else(|error| lost(error)))
    }

    fn tree(&mut self) -> Tree {
        let packed = self.guest.as_ref().ok_or_else(ended).and_then(Guest::tree);
        packed.and_then(|packed| self.unpack(packed)).unwrap_or_else(|error| lost(error))
    }

    fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    fn into_tree(mut self: Box<Self>) -> Tree {
        self.end().unwrap_or_else(|error| lost(error))
    }
}

impl Away {
    fn report(&mut self, fuel: u64) -> Result<Step, JsValue> {
        let guest = self.guest.as_ref().ok_or_else(ended)?;
        let report: Report = message::read(guest.step(fuel))?;
        let step = report.step;
        (self.fuel_used, self.changes, self.memory_bytes) = (report.fuel_used, report.changes, report.memory_bytes);
        let (output, news) = report.into_parts();
        self.output.extend(output);
        self.news.extend(news);
        Ok(step)
    }

    /// Ends it; the files as it leaves them.
    fn end(&mut self) -> Result<Tree, JsValue> {
        let guest = self.guest.take().ok_or_else(ended)?;
        self.unpack(guest.end()?)
    }

    fn unpack(&mut self, packed: JsValue) -> Result<Tree, JsValue> {
        let packed = message::read(packed)?;
        self.shared.unpack(packed).map_err(|error| JsError::new(&error.to_string()).into())
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        if let Some(guest) = self.guest.take() {
            guest.free().unwrap_or_else(|error| lost(error));
        }
    }
}

impl std::fmt::Debug for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Away").field("fuel_used", &self.fuel_used).finish_non_exhaustive()
    }
}

/// A process is taken apart only once, by its owner; so nobody is ever told this.
fn ended() -> JsValue {
    JsError::new("the process has ended").into()
}

/// The other module broke down, as this one can. Both are lost then: the page
/// hears an error that nobody caught, and offers to start the worker anew.
fn lost(error: JsValue) -> ! {
    wasm_bindgen::throw_val(error)
}
