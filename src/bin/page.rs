//! The page: see `drydock::web::page`.

use drydock::web;
use wasm_bindgen::prelude::*;

/// All begins with [`begin`]: without its words the page can show nothing.
fn main() {}

/// Opens the page in the document, to say what it says in these words: a file that the site's builder made.
#[wasm_bindgen]
pub fn begin(words: String) {
    web::page::start(words);
}

/// Brings the part of the page that is not there from the start. The cut (`xtask/src/split`) has it called.
#[wasm_bindgen]
pub fn load_deferred() {
    web::page::deferred::load();
}
