//! The way out of the worker: the page's own files, fetched synchronously, as
//! only workers may.

use bytes::Bytes;
use http::{Request, Response};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, Url, XmlHttpRequest, XmlHttpRequestResponseType};

use super::real;
use crate::host::{Host, SendError};
use crate::oci::Timestamp;

/// The browser as a host.
pub struct Outside;

impl Host for Outside {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds since 1970")]
    fn now(&self) -> Timestamp {
        Timestamp { nanos: (js_sys::Date::now() as u64).saturating_mul(1_000_000) }
    }

    fn random(&mut self, bytes: &mut [u8]) {
        let crypto = scope().crypto().expect("workers have `crypto`");
        crypto.get_random_values_with_u8_array(bytes).expect("no request is longer than 64 KiB");
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        if request.uri().host().is_some() {
            // Only names that are bound to real registries come here with a host.
            return real::send(&request);
        }
        fetch(request.uri().path()).map_err(|error| SendError { reason: reason(&error) })
    }
}

/// Lessons lie beside the worker, in the folder named by its content; the hub
/// beside that folder, for it is named by digests and outlives a version.
pub(super) fn fetch(path: &str) -> Result<Response<Bytes>, JsValue> {
    let hub = path.starts_with("/hub/");
    let relative = if hub { format!("..{path}") } else { format!(".{path}") };
    let url = Url::new_with_base(&relative, &base())?;
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", &url.href(), false)?;
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    // Without an origin a request with a header of ours would be asked for first, which few hosts answer.
    if path.ends_with("index.json") && scope().location().origin() != "null" {
        request.set_request_header("Cache-Control", "no-cache")?;
    }
    request.send()?;
    let body = request.response()?;
    let bytes = body.dyn_ref::<ArrayBuffer>().map(|buffer| Uint8Array::new(buffer).to_vec()).unwrap_or_default();
    let response = Response::builder().status(request.status()?).body(Bytes::from(bytes));
    response.map_err(|error| JsValue::from_str(&error.to_string()))
}

/// Where the worker's script is: a worker that another script began was told so by it.
pub(super) fn base() -> String {
    let told = js_sys::Reflect::get(&scope(), &"base".into()).ok().and_then(|base| base.as_string());
    told.unwrap_or_else(|| scope().location().href())
}

/// The worker as its own script sees it.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// What a browser says of a request that failed, without its stack.
pub(super) fn reason(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| "connect: connection refused".to_owned())
}
