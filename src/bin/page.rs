//! The page's wasm: hands over to `web::page`.

#[cfg(target_arch = "wasm32")]
fn main() {
    drydock::web::page::start();
}

/// Built natively only when somebody asks for it: a page needs a browser.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
