//! The language of the page: `boot.js` chose it and wrote it on the document.

use js_sys::{Array, Intl, Object};

/// As on the document: a tag of BCP 47.
pub fn language() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

thread_local! {
    /// The rules of the language: to make them takes as long as to ask them a hundred times.
    static RULES: Intl::PluralRules = Intl::PluralRules::new(&Array::of1(&language().into()), &Object::new());
}

/// What the language calls the kind of a number.
/// <https://tc39.es/ecma402/#sec-intl.pluralrules.prototype.select>
#[expect(clippy::cast_precision_loss, reason = "what is counted here are things that one sees")]
pub fn category(number: u64) -> String {
    RULES.with(|rules| rules.select(number as f64).into())
}
