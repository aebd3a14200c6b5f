//! The part of the page that comes right after the first paint. As with the
//! worker, `xtask/src/split` says what is in it: whatever is not needed until
//! the lab stands there. A page that is whole has one with nothing in it.
//!
//! It is fetched without anybody waiting for it, and is here before the worker is. What needs it sooner has it
//! fetched while the page stands still: nothing is then lost or half-done.

use std::cell::Cell;

use js_sys::{JsString, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, XmlHttpRequest};

use super::{browser, places};
use crate::ui::troubles;
use crate::web::deferred::connect;
use crate::web::outside::reason;

/// Beside the page.
const MODULE: &str = "page_deferred.wasm";
/// A page may not wait for bytes, but for a text: each of its letters is then one of them.
const BYTES_AS_TEXT: &str = "text/plain; charset=x-user-defined";

thread_local! {
    /// Whether it is connected.
    static THERE: Cell<bool> = const { Cell::new(false) };
}

/// Fetches it, unless it is there; an error says why it does not come.
pub async fn fetch() -> Result<(), String> {
    let come = async {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response: Response = JsFuture::from(window.fetch_with_str(&places::asset(MODULE))).await?.unchecked_into();
        answered(response.status())?;
        let bytes = JsFuture::from(response.array_buffer()?).await?;
        // The page goes on while this is compiled.
        let module = JsFuture::from(WebAssembly::compile(&bytes)).await?;
        once_connected(module.unchecked_ref())
    };
    if THERE.get() { Ok(()) } else { come.await.map_err(|error| reason(&error)) }
}

/// Has it there when this returns. If it does not come the page can do no more
/// than say so: what called for it is half-done.
pub fn load() {
    if !THERE.get() {
        let module = fetch_now().and_then(|bytes| WebAssembly::Module::new(&Uint8Array::from(&bytes[..])));
        let come = module.and_then(|module| once_connected(&module));
        if let Err(error) = come {
            browser::give_up(&troubles::part_missing(&reason(&error)));
            wasm_bindgen::throw_val(error);
        }
    }
}

fn once_connected(module: &WebAssembly::Module) -> Result<(), JsValue> {
    if !THERE.get() {
        connect(module)?;
        THERE.set(true);
    }
    Ok(())
}

fn fetch_now() -> Result<Vec<u8>, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", &places::asset(MODULE), false)?;
    request.override_mime_type(BYTES_AS_TEXT)?;
    request.send()?;
    answered(request.status()?)?;
    let text = JsString::from(request.response_text()?.unwrap_or_default());
    Ok(text.iter().map(|letter| letter.to_le_bytes()[0]).collect())
}

fn answered(status: u16) -> Result<(), JsValue> {
    if (200..300).contains(&status) {
        return Ok(());
    }
    Err(JsError::new(&format!("{MODULE}: the server answered {status}")).into())
}
