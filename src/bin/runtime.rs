//! The interpreter as a module of its own: see `drydock::web::runtime`. What
//! is exported stands here, because exports of the library would be kept in
//! the page and the worker too, and the interpreter with them.

use drydock::web::runtime;
use wasm_bindgen::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
}

/// The interpreter.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Interpreter(runtime::Interpreter);

/// A process in it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Guest(runtime::Guest);

#[wasm_bindgen]
impl Interpreter {
    /// An interpreter that has translated nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// A process of a module and a packed program; an error is a text.
    pub fn start(&mut self, module: &[u8], program: JsValue) -> Result<Guest, JsValue> {
        self.0.start(module, program).map(Guest)
    }
}

#[wasm_bindgen]
impl Guest {
    /// Steps it and reports.
    pub fn step(&mut self, fuel: u64) -> JsValue {
        self.0.step(fuel)
    }

    /// Gives it something from outside, at a time in nanoseconds since 1970.
    pub fn give(&mut self, given: JsValue, now: u64) -> Result<(), JsValue> {
        self.0.give(given, now)
    }

    /// What it takes of the machine just now.
    pub fn usage(&self) -> Result<JsValue, JsValue> {
        self.0.usage()
    }

    /// What is at a path just now; null if nothing is.
    pub fn folder(&mut self, at: &str) -> Result<JsValue, JsValue> {
        self.0.folder(at)
    }

    /// The files as they are just now.
    pub fn tree(&mut self) -> Result<JsValue, JsValue> {
        self.0.tree()
    }

    /// Ends it; the files as it leaves them.
    pub fn end(self) -> Result<JsValue, JsValue> {
        self.0.end()
    }
}
