//! Requests to real registries, as far as the browser lets a page: the other
//! side must allow it by CORS headers, and the page's own policy must list it.
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, Uri, header};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{XmlHttpRequest, XmlHttpRequestResponseType};

use super::outside::scope;
use crate::host::SendError;

/// What a page must not set: the browser says it itself.
const NOT_OURS: [HeaderName; 3] = [header::CONTENT_LENGTH, header::HOST, header::USER_AGENT];

/// Sends it and waits for the answer, as only workers may.
pub fn send(request: &Request<Bytes>) -> Result<Response<Bytes>, SendError> {
    exchange(request).map_err(|_| SendError { reason: blocked(request.uri()) })
}

fn exchange(request: &Request<Bytes>) -> Result<Response<Bytes>, JsValue> {
    let call = XmlHttpRequest::new()?;
    call.open_with_async(request.method().as_str(), &request.uri().to_string(), false)?;
    call.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    for (name, value) in request.headers().iter().filter(|(name, _)| !NOT_OURS.contains(name)) {
        call.set_request_header(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    if request.body().is_empty() {
        call.send()?;
    } else {
        call.send_with_opt_u8_array(Some(request.body()))?;
    }
    let body = call.response()?;
    let bytes = body.dyn_ref::<ArrayBuffer>().map(|buffer| Uint8Array::new(buffer).to_vec()).unwrap_or_default();
    let mut response = Response::new(Bytes::from(bytes));
    *response.status_mut() = http::StatusCode::from_u16(call.status()?).map_err(|error| error.to_string())?;
    // Of an answer from elsewhere a page sees what the other side exposes.
    for line in call.get_all_response_headers()?.lines() {
        let pair =
            line.split_once(':').map(|(name, value)| (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim())));
        if let Some((Ok(name), Ok(value))) = pair {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// Why no answer came, as far as a page may know: browsers tell it no more than that.
fn blocked(uri: &Uri) -> String {
    let host = uri.authority().map_or("", http::uri::Authority::as_str);
    if !scope().navigator().on_line() {
        return format!("dial tcp: lookup {host}: the network is unreachable");
    }
    let is_mixed = uri.scheme_str() == Some("http") && scope().location().protocol() == "https:";
    let why =
        if is_mixed { "a page with HTTPS may not ask in plain HTTP" } else { "no answer that this page may read" };
    format!("blocked by the browser: {host}: {why}")
}
