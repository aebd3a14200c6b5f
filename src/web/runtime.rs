//! The interpreter's side of the module that the worker loads when a program
//! first runs; `bin/runtime.rs` exports it to JavaScript. It lives in memory of
//! its own, so everything comes and goes as a message.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::engine::Browser;
use super::message;
use crate::oci::Timestamp;
use crate::runtime::message::{PackedGiven, PackedProgram, Report, Shared};
use crate::runtime::{Modules, Process, Processes};

/// The interpreter, with the browser's engine where that can be had, and the modules it has compiled.
#[derive(Debug)]
pub struct Interpreter(Modules);

impl Default for Interpreter {
    fn default() -> Self {
        Self(if Browser::suspends() { Modules::with(Rc::new(Browser)) } else { Modules::default() })
    }
}

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
        let program: PackedProgram = message::read(program)?;
        let program = shared.unpack_program(program).map_err(|error| JsError::new(&error.to_string()))?;
        let process = self.0.start(module, program).map_err(|error| JsValue::from_str(&error.to_string()))?;
        Ok(Guest { process, shared })
    }
}

impl Guest {
    /// Steps it and reports; what fails is thrown, for a call that may be suspended answers in one way only.
    pub fn step(&mut self, fuel: u64) -> JsValue {
        let report = message::write_whole(&Report::of(self.process.as_mut(), fuel));
        report.unwrap_or_else(|error| wasm_bindgen::throw_val(error.into()))
    }

    /// Gives it something from outside, at a time in nanoseconds since 1970.
    pub fn give(&mut self, given: JsValue, now: u64) -> Result<(), JsValue> {
        let given: PackedGiven = message::read(given)?;
        let given = self.shared.unpack_given(given).map_err(|error| JsError::new(&error.to_string()))?;
        self.process.give(&given, Timestamp { nanos: now });
        Ok(())
    }

    /// What it takes of the machine just now.
    pub fn usage(&self) -> Result<JsValue, JsValue> {
        Ok(message::write_whole(&self.process.usage())?)
    }

    /// What is at a path just now; null if nothing is.
    pub fn folder(&mut self, at: &str) -> Result<JsValue, JsValue> {
        let folder = self.process.folder(&at.into());
        folder.map_or(Ok(JsValue::NULL), |folder| Ok(message::write_whole(&self.shared.pack(&folder))?))
    }

    /// The files as they are just now.
    pub fn tree(&mut self) -> Result<JsValue, JsValue> {
        let tree = self.process.tree();
        Ok(message::write_whole(&self.shared.pack(&tree))?)
    }

    /// Ends it; the files as it leaves them.
    pub fn end(mut self) -> Result<JsValue, JsValue> {
        let tree = self.process.into_tree();
        Ok(message::write_whole(&self.shared.pack(&tree))?)
    }
}
