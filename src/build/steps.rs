//! The steps of one build: their numbers, their events, the time so far.
//! Events wait here until the build hands them out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::event::{Event, Events};
use crate::host::Stopwatch;
use crate::oci::Descriptor;
use crate::text::Stream;

/// Numbers steps from 1 and tells what becomes of them.
#[derive(Debug, Default)]
pub(super) struct Steps {
    waiting: Vec<Event>,
    /// The highest number given.
    last: u32,
    /// The step under way, or the last one.
    current: u32,
    /// Whether it is under way.
    is_open: bool,
    millis: u64,
    /// The tokens that were shown: who asks for one side by side with others is shown once.
    tokens: BTreeSet<String>,
    /// Whether the step under way was shown before, so that nothing more is told of it.
    repeated: bool,
    /// The real time, where it is not a modelled one.
    stopwatch: Option<Stopwatch>,
    /// When the step under way began, and when something was last told of it; by the stopwatch.
    begun: Duration,
    told: Duration,
}

impl Steps {
    /// From now on times are measured, if there is something to measure them by.
    pub(super) fn measure(&mut self, stopwatch: Option<Stopwatch>) {
        self.stopwatch = stopwatch;
    }

    /// The time of all finished steps, modelled or measured.
    pub(super) fn millis(&self) -> u64 {
        self.millis
    }

    /// Takes what has been told since the last time.
    pub(super) fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.waiting)
    }

    /// Begins a step that another stage has shown already.
    pub(super) fn repeat(&mut self) {
        self.repeated = true;
    }

    pub(super) fn is_repeated(&self) -> bool {
        self.repeated
    }

    /// Whether a step was begun and nothing became of it yet.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Begins the next step; those that follow are about it.
    pub(super) fn start(&mut self, name: impl Into<String>) {
        self.repeated = false;
        self.is_open = true;
        self.last += 1;
        self.current = self.last;
        self.begun = self.stopwatch.map_or(Duration::ZERO, |now| now());
        self.told = self.begun;
        self.tell(Event::BuildStepStarted { step: self.current, name: name.into() });
    }

    /// A step that takes no time, while the one under way goes on.
    fn meanwhile(&mut self, name: String) {
        self.last += 1;
        self.tell(Event::BuildStepStarted { step: self.last, name });
        self.tell(Event::BuildStepDone { step: self.last, millis: 0, layer: None });
    }

    /// Hands on an event of the step under way; a token is shown as a step of its own.
    pub(super) fn hear(&mut self, event: Event, events: Events<'_>) {
        if let Event::TokenFetched { registry, scopes } = &event {
            let name = format!("[auth] {} token for {registry}", merged(scopes));
            if self.tokens.insert(name.clone()) {
                self.meanwhile(name);
            }
        }
        events(event);
    }

    /// A line of the step, finished. `total` is 0 where it says nothing.
    pub(super) fn report(&mut self, id: impl Into<String>, current: u64, total: u64, millis: u64) {
        let step = self.current;
        let millis = self.measured(self.told).unwrap_or(millis);
        self.told = self.stopwatch.map_or(Duration::ZERO, |now| now());
        self.tell(Event::BuildStepReported { step, id: id.into(), current, total, done: true, millis });
    }

    /// What the program of the step wrote, `millis` after it began.
    pub(super) fn log(&mut self, stream: Stream, text: String, millis: u64) {
        let millis = self.measured(self.begun).unwrap_or(millis);
        self.tell(Event::BuildStepWrote { step: self.current, stream, text, millis });
    }

    pub(super) fn done(&mut self, millis: u64, layer: Option<Descriptor>) {
        let millis = self.measured(self.begun).unwrap_or(millis);
        self.millis += millis;
        self.is_open = false;
        self.tell(Event::BuildStepDone { step: self.current, millis, layer });
    }

    pub(super) fn cached(&mut self) {
        self.is_open = false;
        self.tell(Event::BuildStepCached { step: self.current });
    }

    pub(super) fn failed(&mut self, message: impl Into<String>) {
        self.is_open = false;
        self.tell(Event::BuildStepFailed { step: self.current, message: message.into() });
    }

    pub(super) fn canceled(&mut self) {
        self.is_open = false;
        self.tell(Event::BuildStepCanceled { step: self.current });
    }

    /// Milliseconds since then, if they are measured.
    fn measured(&self, since: Duration) -> Option<u64> {
        let passed = self.stopwatch?().saturating_sub(since);
        u64::try_from(passed.as_millis()).ok()
    }

    pub(super) fn tell(&mut self, event: Event) {
        if !self.repeated {
            self.waiting.push(event);
        }
    }
}

/// What a token was asked for: of each repository, without saying that it is one, all that may be done.
/// <https://github.com/moby/buildkit/blob/v0.32.2/util/resolver/authorizer.go>
fn merged(scopes: &[String]) -> String {
    let mut by_name: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for scope in scopes {
        let (name, actions) =
            scope.strip_prefix("repository:").unwrap_or(scope).rsplit_once(':').unwrap_or((scope, ""));
        by_name.entry(name).or_default().extend(actions.split(','));
    }
    let shown = |(name, actions): (&str, BTreeSet<&str>)| {
        format!("{name}:{}", actions.into_iter().collect::<Vec<_>>().join(","))
    };
    by_name.into_iter().map(shown).collect::<Vec<_>>().join(" ")
}
