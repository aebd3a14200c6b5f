//! Files that the learner picks or drops: read whole, if they are not too large.

use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DragEvent, File, FileList, HtmlInputElement};

use super::Page;
use crate::limits;
use crate::ui::{Brought, Fact, troubles};

/// A larger file fits on no machine.
#[expect(clippy::cast_precision_loss, reason = "it is a small power of two")]
const BYTES_MAX: f64 = limits::MACHINE_BYTES as f64;

/// Lets the learner pick a file.
pub fn choose(page: &Rc<Page>) {
    let document = web_sys::window().and_then(|window| window.document());
    let made = document.and_then(|document| document.create_element("input").ok());
    let Some(input) = made.and_then(|made| made.dyn_into::<HtmlInputElement>().ok()) else { return };
    input.set_type("file");
    let (page, own) = (Rc::clone(page), input.clone());
    // It is called at most once, and then the field is not needed any more.
    let picked = Closure::once_into_js(move || bring(&page, own.files()));
    input.set_onchange(Some(picked.unchecked_ref()));
    input.click();
}

/// Takes files that are dropped onto the page; for ever.
pub fn on_drop(page: &Rc<Page>) {
    let over = Closure::<dyn FnMut(DragEvent)>::new(|event: DragEvent| {
        if carries_files(&event) {
            // Else the browser would leave the page for the file.
            event.prevent_default();
        }
    });
    let page = Rc::clone(page);
    let dropped = Closure::<dyn FnMut(DragEvent)>::new(move |event: DragEvent| {
        if carries_files(&event) {
            event.prevent_default();
            bring(&page, event.data_transfer().and_then(|carried| carried.files()));
        }
    });
    if let Some(window) = web_sys::window() {
        window.set_ondragover(Some(over.as_ref().unchecked_ref()));
        window.set_ondrop(Some(dropped.as_ref().unchecked_ref()));
    }
    over.forget();
    dropped.forget();
}

fn carries_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|carried| carried.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}

/// Reads the first of the files and brings it to the page.
fn bring(page: &Rc<Page>, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    let page = Rc::clone(page);
    page.hear(Fact::Reading(file.name()));
    spawn_local(async move { page.hear(Fact::Brought(read(&file).await)) });
}

async fn read(file: &File) -> Result<Brought, String> {
    let name = file.name();
    if file.size() > BYTES_MAX {
        return Err(troubles::too_large(&name));
    }
    let bytes = JsFuture::from(file.array_buffer()).await;
    let bytes = bytes.map_err(|_| troubles::unreadable(&name))?;
    Ok(Brought { name, bytes: Uint8Array::new(&bytes).to_vec().into() })
}
