//! What is read from the browser's events and done to its document.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    ClipboardEvent, Document, Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, Navigator,
    ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::Event;

use super::carrying;
use crate::ui::{Browser, Reading, Theme, troubles};

/// The functions the components read events with.
pub fn browser() -> Browser {
    Browser::new(Reading { value, carry: carrying::carry, pasted, selecting, is_open })
}

/// The body of the page.
pub fn body() -> Option<HtmlElement> {
    document()?.body()
}

/// Shows the page in a theme.
pub fn show_theme(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let shown = match theme {
        Theme::Auto => root.remove_attribute("data-theme"),
        Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.name()),
    };
    drop(shown);
}

/// Says why the page cannot go on, in the place of the page: it hears no more events.
pub fn give_up(why: &str) {
    let Some(document) = document() else { return };
    let made = |name: &str| document.create_element(name).ok();
    let (body, main, said, again) = (made("body"), made("main"), made("p"), made("a"));
    let (Some(body), Some(main), Some(said), Some(again)) = (body, main, said, again) else { return };
    main.set_class_name("loading");
    said.set_text_content(Some(why));
    again.set_text_content(Some(troubles::reload()));
    // What this document takes, it takes: there is nobody else to tell.
    let _ = said.set_attribute("role", "alert").and_then(|()| again.set_attribute("href", ""));
    let _ = main.append_child(&said).and_then(|_| main.append_child(&again)).and_then(|_| body.append_child(&main));
    document.set_body(body.dyn_ref());
}

/// Puts the keyboard focus on an element.
pub fn focus(id: &str) {
    let element = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
        // A text that is only there to be copied is selected at once.
        if let Some(field) = element.dyn_ref::<HtmlInputElement>().filter(|field| field.read_only()) {
            field.select();
        }
    }
}

/// Shows the palette over the page, or closes it; the browser gives the focus there and back.
pub fn show_palette(open: bool) {
    let dialog = element("palette").and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    match dialog {
        // Refused only if it is open already.
        Some(dialog) if open => drop(dialog.show_modal()),
        Some(dialog) => dialog.close(),
        None => {}
    }
}

/// Calls `then` when Ctrl-K or Command-K is pressed, wherever the focus is; for ever.
pub fn on_palette_key(then: impl Fn() + 'static) {
    let on_key = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key() && event.key() == "k" {
            event.prevent_default();
            then();
        }
    });
    if let Some(window) = web_sys::window() {
        window.set_onkeydown(Some(on_key.as_ref().unchecked_ref()));
    }
    on_key.forget();
}

/// Calls `then` when the page is left, for good or for a while; for ever.
pub fn on_leaving(then: impl Fn() + 'static) {
    let on_hide = Closure::<dyn FnMut()>::new(then);
    if let Some(window) = web_sys::window() {
        // No window refuses a listener for an event that it has.
        let _ = window.add_event_listener_with_callback("pagehide", on_hide.as_ref().unchecked_ref());
    }
    on_hide.forget();
}

/// Brings an element into sight, as little as is needed.
pub fn reveal(id: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = element(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Shows the last lines of an element that scrolls.
pub fn scroll_to_end(id: &str) {
    if let Some(element) = element(id) {
        element.set_scroll_top(element.scroll_height());
    }
}

/// Puts a text on the clipboard and says whether it came there. There is none where the page did
/// not come over a safe way, and the learner may forbid it; the text can still be selected.
pub fn copy(text: &str, heard: impl FnOnce(bool) + 'static) {
    let navigator = web_sys::window().map(|window| window.navigator());
    let has = |navigator: &Navigator| Reflect::get(navigator, &"clipboard".into()).is_ok_and(|there| there.is_object());
    match navigator.filter(has).map(|navigator| navigator.clipboard().write_text(text)) {
        Some(written) => spawn_local(async move { heard(JsFuture::from(written).await.is_ok()) }),
        None => heard(false),
    }
}

/// Opens the print dialog.
pub fn print() {
    if let Some(window) = web_sys::window() {
        // Refused only where printing is switched off.
        let _ = window.print();
    }
}

/// Fields, areas and choices all have a `value`.
fn value(event: &Event) -> String {
    let value = event.target().and_then(|target| Reflect::get(&target, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

fn pasted(event: &Event) -> Option<String> {
    event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?.get_data("text").ok()
}

fn selecting() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// How many UTF-16 units of what is typed at the prompt stand before the cursor; all, if it has none.
pub fn cursor() -> usize {
    let prompt = element("prompt").and_then(|prompt| prompt.dyn_into::<HtmlInputElement>().ok());
    let units = prompt.and_then(|prompt| prompt.selection_start().ok().flatten());
    units.map_or(usize::MAX, |units| units as usize)
}

fn is_open(event: &Event) -> bool {
    let open = event.target().and_then(|target| Reflect::get(&target, &"open".into()).ok());
    open.is_some_and(|open| open.is_truthy())
}

fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
