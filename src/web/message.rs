//! Asks and tells between the page and its worker: serde types as plain
//! objects, through `serde-wasm-bindgen`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Error, Serializer};
use wasm_bindgen::JsValue;

/// What to post.
pub fn write<T: Serialize>(message: &T) -> Result<JsValue, Error> {
    message.serialize(&Serializer::json_compatible().serialize_bytes_as_arrays(false))
}

/// What was posted.
pub fn read<T: DeserializeOwned>(data: JsValue) -> Result<T, Error> {
    serde_wasm_bindgen::from_value(data)
}
