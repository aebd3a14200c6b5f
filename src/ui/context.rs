//! What every component gets: the facts to show and where to say what happened.

use yew::{AttrValue, Callback, Event, InputEvent, MouseEvent, PointerEvent, SubmitEvent};

use super::browser::Browser;
use super::intent::Intent;
use super::view::View;

/// The view, the way back, and the browser.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// What is shown.
    pub view: &'a View,
    /// Where intents go.
    pub emit: &'a Callback<Intent>,
    /// Who reads events.
    pub browser: &'a Browser,
}

impl Context<'_> {
    /// A click that means `intent`.
    pub fn click(&self, intent: Intent) -> Callback<MouseEvent> {
        self.emit.reform(move |_| intent.clone())
    }

    /// A click on a link that means `intent` and leads nowhere else.
    pub fn follow(&self, intent: Intent) -> Callback<MouseEvent> {
        self.emit.reform(move |event: MouseEvent| {
            event.prevent_default();
            intent.clone()
        })
    }

    /// Typing whose whole text makes an intent.
    pub fn input(&self, intent: impl Fn(String) -> Intent + 'static) -> Callback<InputEvent> {
        let browser = self.browser.clone();
        self.emit.reform(move |event: InputEvent| intent(browser.value(&event)))
    }

    /// An option whose choice makes an intent.
    pub fn pick(&self, intent: impl Fn(String) -> Intent + 'static) -> Callback<Event> {
        let browser = self.browser.clone();
        self.emit.reform(move |event: Event| intent(browser.value(&event)))
    }

    /// What is unfolded and folded up again makes an intent.
    pub fn toggle(&self, intent: impl Fn(bool) -> Intent + 'static) -> Callback<Event> {
        let browser = self.browser.clone();
        self.emit.reform(move |event: Event| intent(browser.is_open(&event)))
    }

    /// A press that carries something; the place where it is let go makes an intent.
    pub fn carry(&self, intent: impl Fn(String) -> Intent + 'static) -> Callback<PointerEvent> {
        let (browser, there) = (self.browser.clone(), self.emit.reform(intent));
        Callback::from(move |event: PointerEvent| browser.carry(&event, there.clone()))
    }

    /// A form whose sending means `intent` and nothing to the browser.
    pub fn submit(&self, intent: Intent) -> Callback<SubmitEvent> {
        self.emit.reform(move |event: SubmitEvent| {
            event.prevent_default();
            intent.clone()
        })
    }
}

/// `true` or `false`, for attributes that want the word.
pub(super) const fn truth(value: bool) -> AttrValue {
    AttrValue::Static(if value { "true" } else { "false" })
}
