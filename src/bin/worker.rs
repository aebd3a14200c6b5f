//! The worker of the page: see `drydock::web::worker`.

use drydock::web;
use wasm_bindgen::prelude::*;

fn main() {
    web::worker::start();
}

/// Brings the part of the worker that is not there from the start. The cut (`xtask/src/split`) has it called.
#[wasm_bindgen]
pub fn load_deferred() {
    web::worker::load_deferred();
}
