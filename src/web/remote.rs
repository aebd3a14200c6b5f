//! The worker's side of the interpreter: fetched when a program first runs,
//! synchronously as everything in the worker, and spoken to in messages.

use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::outside::{fetch, reason, scope};
use super::runtime::to_message;
use crate::fs::Tree;
use crate::runtime::message::{Report, Shared};
use crate::runtime::{Output, Process, Processes, Program, StartError, Step};
use crate::text::Stream;

/// Beside the worker: the interpreter, and the script that connects it.
const MODULE: &str = "/runtime_bg.wasm";
const SCRIPT: &str = "./runtime.js";
/// What a shell says of a process that ended by `SIGKILL`.
const KILLED: i32 = 137;

/// What `runtime.js` defines: `xtask/src/site.rs` gives it this name, since
/// the worker's own script has the usual one already.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = drydock_runtime, js_name = initSync)]
    fn init(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = drydock_runtime)]
    type Interpreter;

    #[wasm_bindgen(catch, constructor, js_namespace = drydock_runtime)]
    fn new() -> Result<Interpreter, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn start(this: &Interpreter, module: &[u8], program: JsValue) -> Result<Guest, JsValue>;

    #[wasm_bindgen(js_namespace = drydock_runtime)]
    type Guest;

    #[wasm_bindgen(catch, method)]
    fn step(this: &Guest, fuel: u64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn end(this: &Guest) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn free(this: &Guest) -> Result<(), JsValue>;
}

/// The interpreter, once it was needed.
pub struct Remote {
    /// Told what is being fetched.
    loading: Box<dyn Fn(&str)>,
    has_script: bool,
    interpreter: Option<Interpreter>,
}

/// A process in the other module.
struct Away {
    /// None once it has ended or is lost.
    guest: Option<Guest>,
    shared: Shared,
    /// The files it started with, and those it left when it has ended.
    tree: Tree,
    output: Vec<Output>,
    fuel_used: u64,
    ended: Option<i32>,
}

impl Remote {
    /// An interpreter yet to be fetched.
    pub fn new(loading: Box<dyn Fn(&str)>) -> Self {
        Self { loading, has_script: false, interpreter: None }
    }

    /// Fetches it at the first call; if that fails, the next call tries again.
    fn interpreter(&mut self) -> Result<&Interpreter, StartError> {
        if self.interpreter.is_none() {
            (self.loading)("the interpreter");
            self.interpreter = Some(self.load().map_err(|error| no_interpreter(&error))?);
        }
        self.interpreter.as_ref().ok_or_else(|| no_interpreter(&JsValue::NULL))
    }

    fn load(&mut self) -> Result<Interpreter, JsValue> {
        let response = fetch(MODULE)?;
        if !response.status().is_success() {
            return Err(JsError::new(&format!("runtime_bg.wasm: the server answered {}", response.status())).into());
        }
        if !self.has_script {
            // A script that defines its name twice is an error, so it is loaded once.
            scope().import_scripts_1(SCRIPT)?;
            self.has_script = true;
        }
        let options = js_sys::Object::new();
        let module = js_sys::Uint8Array::from(response.body().as_ref());
        js_sys::Reflect::set(&options, &"module".into(), &module)?;
        init(&options)?;
        Interpreter::new()
    }
}

impl Processes for Remote {
    fn start(&mut self, module: &[u8], program: Program) -> Result<Box<dyn Process>, StartError> {
        let interpreter = self.interpreter()?;
        let mut shared = Shared::default();
        let tree = program.tree.clone();
        let message = to_message(&shared.pack_program(program)).map_err(|error| no_interpreter(&error))?;
        // A text is the interpreter's answer; anything else says that it could not answer.
        let guest = interpreter.start(module, message).map_err(|error| match error.as_string() {
            Some(reason) => StartError::Instance { reason },
            None => no_interpreter(&error),
        })?;
        let guest = Some(guest);
        Ok(Box::new(Away { guest, shared, tree, output: Vec::new(), fuel_used: 0, ended: None }))
    }
}

impl Process for Away {
    fn step(&mut self, fuel: u64) -> Step {
        if let Some(code) = self.ended {
            return Step::Exited { code };
        }
        match self.report(fuel) {
            Ok(step) => step,
            Err(error) => self.lost(&error),
        }
    }

    fn take_output(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.output)
    }

    fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    fn into_tree(mut self: Box<Self>) -> Tree {
        // An interrupted process is still there; one that is lost leaves what it found.
        if let Err(error) = self.fetch_tree() {
            web_sys::console::error_1(&error);
        }
        std::mem::take(&mut self.tree)
    }
}

impl Away {
    fn report(&mut self, fuel: u64) -> Result<Step, JsValue> {
        let guest = self.guest.as_ref().ok_or_else(|| JsError::new("it has ended"))?;
        let report: Report = from_message(guest.step(fuel)?)?;
        let step = report.step;
        self.fuel_used = report.fuel_used;
        self.output.extend(report.into_output());
        if let Step::Exited { code } = step {
            self.fetch_tree()?;
            self.ended = Some(code);
        }
        Ok(step)
    }

    /// Ends it and takes the files it leaves, if that was not done.
    fn fetch_tree(&mut self) -> Result<(), JsValue> {
        let Some(guest) = self.guest.take() else { return Ok(()) };
        let packed = from_message(guest.end()?)?;
        self.tree = self.shared.unpack(packed).map_err(|error| JsError::new(&error.to_string()))?;
        Ok(())
    }

    /// The other module broke down, which a browser without memory brings about: the process was killed.
    fn lost(&mut self, error: &JsValue) -> Step {
        let text =
            format!("killed: the interpreter broke down: {}; reload the page to run programs again\n", reason(error));
        self.output.push(Output { stream: Stream::Stderr, bytes: text.into_bytes() });
        self.guest = None;
        self.ended = Some(KILLED);
        Step::Exited { code: KILLED }
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        if let Some(guest) = self.guest.take()
            && let Err(error) = guest.free()
        {
            web_sys::console::error_1(&error);
        }
    }
}

impl std::fmt::Debug for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Away").field("fuel_used", &self.fuel_used).finish_non_exhaustive()
    }
}

fn from_message<T: DeserializeOwned>(message: JsValue) -> Result<T, JsValue> {
    Ok(serde_wasm_bindgen::from_value(message)?)
}

fn no_interpreter(error: &JsValue) -> StartError {
    StartError::NoInterpreter { reason: reason(error) }
}
