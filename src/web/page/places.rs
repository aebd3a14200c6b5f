//! Where the page's files are, and under which names it keeps what is saved.
//! `index.html` says the former, since one of the folders has the hash of its
//! content in its name.

use web_sys::Url;

/// The lesson that is opened.
pub const LESSON: &str = "container-registries-for-ml";

/// Where the theme is kept.
pub const THEME: &str = "drydock:theme";

/// Where what happened in the lesson is kept.
pub fn saved() -> String {
    format!("drydock:saved:{LESSON}")
}

/// Where answers and notes are kept.
pub fn study() -> String {
    format!("drydock:study:{LESSON}")
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
