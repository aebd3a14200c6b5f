//! Later.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The time in milliseconds since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// What is left of so many milliseconds that began then; none, too, if the clock was put back.
#[expect(clippy::cast_possible_truncation, reason = "it is no more than it was")]
pub fn left(began: f64, millis: i32) -> i32 {
    let passed = now() - began;
    if passed < 0.0 { 0 } else { (f64::from(millis) - passed).max(0.0) as i32 }
}

/// Runs `then` after some milliseconds.
pub fn after(millis: i32, then: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(then);
    if let Some(window) = web_sys::window() {
        // Refused only if the window is being closed: then nobody waits either.
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), millis);
    }
}

/// Runs `then` when the page shows what it was last told to, before the next event:
/// components are drawn from the same queue, in its order.
pub fn once_drawn(then: impl FnOnce() + 'static) {
    wasm_bindgen_futures::spawn_local(async move { then() });
}
