//! Offers bytes as a file.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

use super::timer;
use crate::session::Download;

/// How long the address of a file stays valid: the browser has read it by then.
const VALID_MILLIS: i32 = 60_000;

/// Offers a file as a download.
pub fn offer(file: &Download) -> Result<(), JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(&file.bytes[..])))?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(&file.name);
    anchor.click();
    timer::after(VALID_MILLIS, move || {
        // An address that is already invalid needs nothing more.
        let _ = Url::revoke_object_url(&url);
    });
    Ok(())
}
