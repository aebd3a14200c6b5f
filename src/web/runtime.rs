//! The interpreter's side of the module that the worker loads when a program
//! first runs; `bin/runtime.rs` exports it to JavaScript. It lives in memory of
//! its own, so everything comes and goes as a message.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::runtime::message::{PackedProgram, Report, Shared};
use crate::runtime::{Modules, Process, Processes};

/// The interpreter and the modules it has translated.
#[derive(Debug, Default)]
pub struct Interpreter(Modules);

/// A process in it.
#[derive(Debug)]
pub struct Guest {
    process: Box<dyn Process>,
    shared: Shared,
}

impl Interpreter {
    /// A process of a module and a packed program. An error is a text, for the one who runs it.
    pub fn start(&mut self, module: &[u8], program: JsValue) -> Result<Guest, JsValue> {
        let mut shared = Shared::default();
        let program: PackedProgram = serde_wasm_bindgen::from_value(program)?;
        let program = shared.unpack_program(program).map_err(|error| JsError::new(&error.to_string()))?;
        let process = self.0.start(module, program).map_err(|error| JsValue::from_str(&error.to_string()))?;
        Ok(Guest { process, shared })
    }
}

impl Guest {
    /// Steps it and reports.
    pub fn step(&mut self, fuel: u64) -> Result<JsValue, JsValue> {
        to_message(&Report::of(self.process.as_mut(), fuel))
    }

    /// Ends it; the files as it leaves them.
    pub fn end(mut self) -> Result<JsValue, JsValue> {
        let tree = self.process.into_tree();
        to_message(&self.shared.pack(&tree))
    }
}

/// A value as a JavaScript one; numbers of 64 bits stay whole, bytes are arrays of bytes.
pub(super) fn to_message(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    Ok(value.serialize(&serializer)?)
}
