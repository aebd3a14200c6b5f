//! The part of the worker that is fetched when it is first needed. Nothing
//! here says what is in it: `xtask/src/split` cuts the finished module in two,
//! and has [`load`] called before the first call from one part to the other.
//! The page is cut likewise; how it comes by its other part is `page::deferred`'s.

use std::cell::RefCell;

use js_sys::{Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;

use super::outside::{fetch, reason};

/// Beside the worker.
const MODULE: &str = "/deferred.wasm";
/// What a deferred part calls that from which it imports.
const PRIMARY: &str = "primary";

thread_local! {
    /// Why the deferred part did not come, while the work that needed it is being left.
    static MISSING: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Fetches the deferred part and connects it. What cannot be done without it
/// is left where it is, by an exception; then it stands still for ever, half-done.
pub fn load() {
    if let Err(error) = fetched() {
        let reason = format!("a part of this program could not be loaded: {}", reason(&error));
        MISSING.set(Some(reason));
        wasm_bindgen::throw_val(error);
    }
}

fn fetched() -> Result<(), JsValue> {
    let response = fetch(MODULE)?;
    if !response.status().is_success() {
        return Err(JsError::new(&format!("deferred.wasm: the server answered {}", response.status())).into());
    }
    connect(&WebAssembly::Module::new(&Uint8Array::from(response.body().as_ref()))?)
}

/// Connects the deferred part of the program that this is.
pub(super) fn connect(module: &WebAssembly::Module) -> Result<(), JsValue> {
    let imports = Object::new();
    Reflect::set(&imports, &PRIMARY.into(), &wasm_bindgen::exports())?;
    WebAssembly::Instance::new(module, &imports)?;
    Ok(())
}

/// Why the deferred part did not come, if it was for this that a piece of work was left.
pub fn missing() -> Option<String> {
    MISSING.take()
}
