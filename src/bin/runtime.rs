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
    pub fn step(&mut self, fuel: u64) -> Result<JsValue, JsValue> {
        self.0.step(fuel)
    }

    /// Feeds its standard input; nothing is the end of it.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.feed(bytes);
    }

    /// Ends it; the files as it leaves them.
    pub fn end(self) -> Result<JsValue, JsValue> {
        self.0.end()
    }
}
