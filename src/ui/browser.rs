//! What only a browser can read from its own events. The page brings the real
//! functions; where HTML is rendered to text no event ever comes.

use std::rc::Rc;

use yew::{Callback, Event, PointerEvent};

/// Reads the browser's events.
#[derive(Clone)]
pub struct Browser(Rc<Reading>);

/// The functions behind a [`Browser`].
pub struct Reading {
    /// The whole text of the field that was typed in, or the option that was picked.
    pub value: fn(&Event) -> String,
    /// Lets the learner carry what a press began on, and tells the place where it was let go, if it is one.
    pub carry: fn(&PointerEvent, Callback<String>),
    /// The text that is being pasted, if it is text.
    pub pasted: fn(&Event) -> Option<String>,
    /// Whether the learner has some text of the page selected.
    pub selecting: fn() -> bool,
    /// Whether what an event tells of, a dialog or details, is open.
    pub is_open: fn(&Event) -> bool,
}

impl Browser {
    /// With these functions.
    pub fn new(reading: Reading) -> Self {
        Self(Rc::new(reading))
    }

    /// The whole text of the field that was typed in, or the option that was picked.
    pub fn value(&self, event: &Event) -> String {
        (self.0.value)(event)
    }

    /// Lets the learner carry what a press began on to an element with `data-place`, of the same form.
    pub fn carry(&self, event: &PointerEvent, there: Callback<String>) {
        (self.0.carry)(event, there);
    }

    /// The text that is being pasted, if it is text.
    pub fn pasted(&self, event: &Event) -> Option<String> {
        (self.0.pasted)(event)
    }

    /// Whether the learner has some text of the page selected.
    pub fn selecting(&self) -> bool {
        (self.0.selecting)()
    }

    /// Whether what an event tells of, a dialog or details, is open.
    pub fn is_open(&self, event: &Event) -> bool {
        (self.0.is_open)(event)
    }
}

impl Default for Browser {
    /// For rendering without a browser: there are no events to read.
    fn default() -> Self {
        Self::new(Reading {
            value: |_| String::new(),
            carry: |_, _| {},
            pasted: |_| None,
            selecting: || false,
            is_open: |_| false,
        })
    }
}

impl PartialEq for Browser {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
