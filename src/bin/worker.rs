//! The worker of the page: see `drydock::web::worker`. What is exported is
//! called by `www/worker-boot.js`, but for one.

use drydock::web;
use wasm_bindgen::prelude::*;

fn main() {
    web::worker::start();
}

/// Answers a question; after how many milliseconds it wants a beat.
#[wasm_bindgen]
pub fn ask(question: JsValue) -> f64 {
    web::worker::ask(question)
}

/// Lets what runs go on; after how many milliseconds it wants the next beat.
#[wasm_bindgen]
pub fn beat() -> f64 {
    web::worker::beat()
}

/// Goes on after one of these that was left by an exception, or throws it on.
#[wasm_bindgen]
pub fn left(error: JsValue) {
    web::worker::left(error);
}

/// Brings the part of the worker that is not there from the start. The cut (`xtask/src/split`) has it called.
#[wasm_bindgen]
pub fn load_deferred() {
    web::worker::load_deferred();
}
