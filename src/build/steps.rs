//! The steps of one build: their numbers, their events, the time so far.

use crate::event::{Event, Events};
use crate::oci::Descriptor;

/// Numbers steps from 1 and tells what becomes of them.
pub(super) struct Steps<'a> {
    events: Events<'a>,
    last: u32,
    millis: u64,
}

impl<'a> Steps<'a> {
    pub(super) fn new(events: Events<'a>) -> Self {
        Self { events, last: 0, millis: 0 }
    }

    /// The modelled time of all finished steps.
    pub(super) fn millis(&self) -> u64 {
        self.millis
    }

    /// Where others send their events.
    pub(super) fn events(&mut self) -> Events<'_> {
        self.events
    }

    /// Begins the next step; those that follow are about it.
    pub(super) fn start(&mut self, name: impl Into<String>) {
        self.last += 1;
        self.tell(Event::BuildStepStarted { step: self.last, name: name.into() });
    }

    /// A line of the step, finished. `total` is 0 where it says nothing.
    pub(super) fn report(&mut self, id: impl Into<String>, current: u64, total: u64, millis: u64) {
        let step = self.last;
        self.tell(Event::BuildStepReported { step, id: id.into(), current, total, done: true, millis });
    }

    pub(super) fn done(&mut self, millis: u64, layer: Option<Descriptor>) {
        self.millis += millis;
        self.tell(Event::BuildStepDone { step: self.last, millis, layer });
    }

    pub(super) fn cached(&mut self) {
        self.tell(Event::BuildStepCached { step: self.last });
    }

    pub(super) fn failed(&mut self, message: impl Into<String>) {
        self.tell(Event::BuildStepFailed { step: self.last, message: message.into() });
    }

    pub(super) fn tell(&mut self, event: Event) {
        (self.events)(event);
    }
}
