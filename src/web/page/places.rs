//! Where the page's files are, and under which names it keeps what is saved.
//! `index.html` says the former, since one of the folders has the hash of its
//! content in its name.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::*;
use web_sys::Url;

/// The lesson that is opened, unless an embed names another.
const LESSON: &str = "container-registries-for-ml";

/// Where the theme is kept.
pub const THEME: &str = "drydock:theme";

/// The lesson that is opened.
pub fn lesson() -> String {
    option("lesson").filter(|lesson| is_embed() && !lesson.is_empty()).unwrap_or_else(|| LESSON.to_owned())
}

/// Whether this is a part of another page; it keeps nothing.
pub fn is_embed() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    root.is_some_and(|root| root.has_attribute("data-embed"))
}

/// What the page's address says behind its `?` under a name.
pub fn option(name: &str) -> Option<String> {
    let href = web_sys::window().and_then(|window| window.location().href().ok())?;
    Url::new(&href).ok()?.search_params().get(name)
}

/// The page that has everything.
pub fn whole() -> String {
    absolute("./")
}

/// Where what happened in the lesson is kept.
pub fn saved() -> String {
    format!("drydock:saved:{LESSON}")
}

/// Where answers and notes are kept.
pub fn study() -> String {
    format!("drydock:study:{LESSON}")
}

/// The address of the page, without what stands behind a `#`.
pub fn address() -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// The lab that the page's address holds behind its `#`, if one stands there: the page's own links are bare ids.
pub fn linked() -> Option<String> {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok())?;
    hash.strip_prefix('#').filter(|end| end.contains('=') || end.contains("%3D")).map(str::to_owned)
}

/// Takes it out of the address; the page stays.
pub fn unlink() {
    let history = web_sys::window().filter(|_| linked().is_some()).and_then(|window| window.history().ok());
    if let Some(history) = history {
        // Where the browser refuses, the lab is offered again at the next visit, and no more.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address()));
    }
}

/// Calls `heard` with a lab that comes into the address while the page is open; for ever.
pub fn on_linked(heard: impl Fn(String) + 'static) {
    let on_hash = Closure::<dyn FnMut()>::new(move || linked().into_iter().for_each(&heard));
    if let Some(window) = web_sys::window() {
        window.set_onhashchange(Some(on_hash.as_ref().unchecked_ref()));
    }
    on_hash.forget();
}

/// The absolute address of a file among the page's own.
pub fn asset(path: &str) -> String {
    absolute(&format!("{}{path}", attribute("data-assets")))
}

fn absolute(path: &str) -> String {
    let base = web_sys::window().and_then(|window| window.document()).and_then(|document| document.base_uri().ok());
    let url = base.flatten().and_then(|base| Url::new_with_base(path, &base).ok());
    url.map_or_else(|| path.to_owned(), |url| url.href())
}

fn attribute(name: &str) -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute(name)).unwrap_or_else(|| "./".to_owned())
}
