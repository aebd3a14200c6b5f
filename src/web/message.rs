//! Messages between the page and its worker, and between the worker and the
//! interpreter: serde types as plain objects, through `serde-wasm-bindgen`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Error, Serializer};
use wasm_bindgen::JsValue;

/// What to post.
pub fn write<T: Serialize>(message: &T) -> Result<JsValue, Error> {
    message.serialize(&Serializer::json_compatible().serialize_bytes_as_arrays(false))
}

/// A message in which numbers of 64 bits stay whole, as `BigInt`.
pub fn write_whole<T: Serialize>(message: &T) -> Result<JsValue, Error> {
    message.serialize(&Serializer::new().serialize_large_number_types_as_bigints(true))
}

/// What was posted.
pub fn read<T: DeserializeOwned>(data: JsValue) -> Result<T, Error> {
    serde_wasm_bindgen::from_value(data)
}
