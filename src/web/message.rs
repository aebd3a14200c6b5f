//! Asks and tells between the page and its worker: an array of the bytes of
//! [`crate::session::wire`].

use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use crate::session::wire::{self, WireError};

/// What to post.
pub fn write<T: Serialize>(message: &T) -> Result<Uint8Array, WireError> {
    Ok(Uint8Array::from(wire::encode(message)?.as_slice()))
}

/// What was posted.
pub fn read<T: DeserializeOwned>(data: &JsValue) -> Result<T, WireError> {
    let array: &Uint8Array = data.dyn_ref().ok_or(WireError::Type)?;
    wire::decode(&array.to_vec())
}
