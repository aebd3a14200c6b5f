//! The page: see `drydock::web::page`.

use drydock::web;
use wasm_bindgen::prelude::*;

fn main() {
    web::page::start();
}

/// Brings the part of the page that is not there from the start. The cut (`xtask/src/split`) has it called.
#[wasm_bindgen]
pub fn load_deferred() {
    web::page::deferred::load();
}
