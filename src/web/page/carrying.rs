//! Carrying something with the mouse, a pen or a finger from one place of a
//! form to another. All of it begins with a press, and nothing of it stays.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::Callback;

/// Pixels a press has to move to be more than a click.
const THRESHOLD: i32 = 6;
/// What can be carried.
const CARRIED: &str = ".carry";
/// What of it a finger takes hold of, if it has that: elsewhere a finger scrolls.
const GRIP: &str = ".grip";
/// What a place says of itself: its name, which the form gave it.
const PLACE: &str = "data-place";
/// What stands on the thing that is carried, and on the place it is over.
const MARKS: [&str; 2] = ["data-carried", "data-over"];

/// Something on its way.
struct Carried {
    thing: HtmlElement,
    from: (i32, i32),
    over: Option<Element>,
    moved: bool,
    there: Callback<String>,
    /// Called for all that the pointer does; they keep this alive until it is let go.
    heard: Option<Closure<dyn FnMut(PointerEvent)>>,
}

/// Carries what the press began on until it is let go, and tells the place, if it is one of the same form.
pub fn carry(press: &PointerEvent, there: Callback<String>) {
    // Events are heard at the root of the page: what was pressed may be a piece of what is carried.
    let pressed = press.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |name: &str| pressed.as_ref()?.closest(name).ok()?;
    let thing = within(CARRIED).and_then(|thing| thing.dyn_into::<HtmlElement>().ok());
    let Some(thing) = thing.filter(|_| press.is_primary() && press.button() == 0) else { return };
    let has_grip = thing.query_selector(GRIP).is_ok_and(|grip| grip.is_some());
    if has_grip && press.pointer_type() == "touch" && within(GRIP).is_none() {
        return;
    }
    // Heard at the window: a mouse lets go over the place, which is no click on what was carried.
    let Some(window) = web_sys::window().filter(|window| window.onpointermove().is_none()) else { return };
    let pointer = press.pointer_id();
    let from = (press.client_x(), press.client_y());
    let carried = Carried { thing, from, over: None, moved: false, there, heard: None };
    let carried = Rc::new(RefCell::new(carried));
    let own = Rc::clone(&carried);
    let heard = Closure::<dyn FnMut(PointerEvent)>::new(move |event: PointerEvent| match event.type_().as_str() {
        // Another finger, or the mouse beside it.
        _ if event.pointer_id() != pointer => {}
        "pointermove" => own.borrow_mut().follow(&event),
        "pointerup" => own.borrow_mut().let_go(true),
        _ => own.borrow_mut().let_go(false),
    });
    let listener = Some(heard.as_ref().unchecked_ref());
    window.set_onpointermove(listener);
    window.set_onpointerup(listener);
    window.set_onpointercancel(listener);
    carried.borrow_mut().heard = Some(heard);
}

impl Carried {
    fn follow(&mut self, event: &PointerEvent) {
        let (x, y) = (event.client_x() - self.from.0, event.client_y() - self.from.1);
        self.moved |= x.abs().max(y.abs()) >= THRESHOLD;
        if !self.moved {
            return;
        }
        self.show(&format!("translate({x}px, {y}px)"));
        mark(Some(&self.thing), MARKS[0], true);
        let over = self.place_at(event);
        if over != self.over {
            mark(self.over.as_ref(), MARKS[1], false);
            mark(over.as_ref(), MARKS[1], true);
            self.over = over;
        }
    }

    fn let_go(&mut self, there: bool) {
        self.show("");
        mark(Some(&self.thing), MARKS[0], false);
        mark(self.over.as_ref(), MARKS[1], false);
        if let Some(window) = web_sys::window() {
            window.set_onpointermove(None);
            window.set_onpointerup(None);
            window.set_onpointercancel(None);
        }
        let place = self.over.take().and_then(|over| over.get_attribute(PLACE));
        if let Some(place) = place.filter(|_| there) {
            self.there.emit(place);
        }
        // It runs just now, so it is dropped a little later.
        if let Some(heard) = self.heard.take() {
            super::timer::after(0, move || drop(heard));
        }
    }

    /// The place under the pointer; what is carried is not in its own way.
    #[expect(clippy::cast_precision_loss, reason = "a point on the screen")]
    fn place_at(&self, event: &PointerEvent) -> Option<Element> {
        let document = self.thing.owner_document()?;
        let under = document.element_from_point(event.client_x() as f32, event.client_y() as f32)?;
        let place = under.closest(&format!("[{PLACE}]")).ok()??;
        let form = |element: &Element| element.closest("form").ok().flatten();
        (form(&place) == form(&self.thing)).then_some(place)
    }

    fn show(&self, transform: &str) {
        // Refused only by a browser without transforms; it is carried unseen then.
        let _ = self.thing.style().set_property("transform", transform);
    }
}

/// Sets a mark, or takes it away.
fn mark(element: Option<&Element>, name: &str, on: bool) {
    let Some(element) = element else { return };
    let done = if on { element.set_attribute(name, "") } else { element.remove_attribute(name) };
    debug_assert!(done.is_ok(), "the names of marks are names of attributes");
}
