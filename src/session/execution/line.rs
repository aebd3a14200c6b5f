//! The commands of a line, one after another. Each that fails leaves the state
//! as it was before it, and what the others did stays.

use std::vec::IntoIter;

use super::Execution;
use crate::cli::{self, Desk, Expanded, Failure, NOTHING, Output, Redirect, Script, Step, Surroundings, When};
use crate::host::Host;
use crate::lab::{Input, State};
use crate::runtime::Processes;
use crate::session::Tells;
use crate::session::streams::{Streams, Target};
use crate::text::Stream;

/// What of a line is still to be run, and what those before left for it.
#[derive(Default)]
pub(super) struct Typed {
    steps: IntoIter<Step>,
    /// Whether the group that is on runs.
    group: Option<(usize, bool)>,
    /// Whether one of them is on.
    is_on: bool,
    /// The exit code of the group before.
    status: i32,
    slots: Vec<Vec<u8>>,
    pipe: Option<Vec<u8>>,
    /// Where what the step that is on writes is kept for.
    kept_for: Vec<(usize, Purpose)>,
}

/// What something written is kept for.
enum Purpose {
    Pipe,
    Slot(usize),
    File { target: String, append: bool },
}

impl Typed {
    /// A line that was read, after one that ended with `status`.
    pub(super) fn of(script: Script, status: i32) -> Self {
        let slots = vec![Vec::new(); script.slots];
        Self { steps: script.steps.into_iter(), status, slots, ..Self::default() }
    }

    /// Nothing more of it runs.
    pub(super) fn stop(&mut self) {
        self.steps = IntoIter::default();
    }

    /// The next step that runs; `code` is what the one before ended with.
    fn next(&mut self, code: i32) -> Option<Step> {
        loop {
            let step = self.steps.next()?;
            if self.group.is_none_or(|(group, _)| group != step.group) {
                if self.group.is_some_and(|(_, runs)| runs) {
                    self.status = code;
                }
                let runs = match step.when {
                    When::Always => true,
                    When::Succeeded => self.status == 0,
                    When::Failed => self.status != 0,
                };
                self.group = Some((step.group, runs));
            }
            if self.group.is_some_and(|(_, runs)| runs) {
                self.is_on = true;
                return Some(step);
            }
        }
    }

    fn surroundings<'t>(&'t self, state: &'t State) -> Surroundings<'t> {
        Surroundings { machine: state.machine(), status: self.status, slots: &self.slots }
    }

    /// Where the streams of `step` go, and the file its input comes from.
    fn open(&mut self, step: &Step, state: &State) -> (Streams, Option<String>) {
        let around = self.surroundings(state);
        let (mut streams, mut input) = (Streams::default(), None);
        let mut kept_for = Vec::new();
        let mut keep = |streams: &mut Streams, purpose| {
            let target = streams.keep();
            if let Target::Kept(place) = target {
                kept_for.push((place, purpose));
            }
            target
        };
        match step.output {
            Output::Terminal => {}
            Output::Pipe => {
                let target = keep(&mut streams, Purpose::Pipe);
                streams.redirect(Stream::Stdout, target);
            }
            Output::Slot(slot) => {
                let target = keep(&mut streams, Purpose::Slot(slot));
                streams.redirect(Stream::Stdout, target);
            }
        }
        for redirect in &step.redirects {
            match redirect {
                Redirect::Input(word) => input = Some(around.one(word)),
                Redirect::Same { stream: from, like } => {
                    let target = streams.target(*like);
                    streams.redirect(*from, target);
                }
                Redirect::File { streams: those, target, append } => {
                    let file = around.one(target);
                    let target = if file == NOTHING {
                        Target::Nothing
                    } else {
                        keep(&mut streams, Purpose::File { target: file, append: *append })
                    };
                    those.iter().for_each(|stream| streams.redirect(*stream, target));
                }
            }
        }
        self.kept_for = kept_for;
        (streams, input)
    }
}

impl Execution {
    /// Runs commands of the line until one goes on, or there is none left.
    pub(super) fn run_on(&mut self, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        while self.going.is_none() {
            self.end_step(outside, processes, tells);
            let Some(step) = self.typed.next(self.code) else { return };
            self.begin_step(&step, outside, processes, tells);
        }
    }

    fn begin_step(&mut self, step: &Step, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        self.failure = None;
        self.before = self.state.clone();
        let (streams, file) = self.typed.open(step, &self.state);
        self.record.streams = streams;
        self.input_bytes = self.typed.pipe.take().filter(|_| step.piped);
        let command = step.expanded(self.typed.surroundings(&self.state));
        let flow = self.at_desk(outside, processes, tells, |desk| run(&command, file.as_deref(), desk));
        self.take_flow(flow, tells);
    }

    /// Ends the command that is over: if it failed, the state is as before; what it wrote goes where it was kept for.
    pub(super) fn end_step(&mut self, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        if !std::mem::take(&mut self.typed.is_on) {
            return;
        }
        if self.failure.is_some() {
            self.put_back();
        }
        let mut streams = std::mem::take(&mut self.record.streams);
        for (place, purpose) in std::mem::take(&mut self.typed.kept_for) {
            let written = streams.take(place);
            match purpose {
                Purpose::Pipe => self.typed.pipe = Some(written),
                Purpose::Slot(slot) => self.typed.slots[slot] = written,
                Purpose::File { target, append } => {
                    let wrote =
                        self.at_desk(outside, processes, tells, |desk| cli::write(&target, append, written, desk));
                    self.left_something |= wrote.is_ok();
                    if let Err(failure) = wrote {
                        self.put_back();
                        self.take_flow(Err(failure), tells);
                    }
                }
            }
        }
        self.left_something |= self.failure.is_none();
    }

    /// A command that failed leaves the state before it, but for what stays all the same.
    fn put_back(&mut self) {
        let failed = std::mem::replace(&mut self.state, self.before.clone());
        if let Some(left) = failed.after_failure(&self.before) {
            self.state = left;
            self.left_something = true;
        }
        if let Input::Line { step, .. } = &mut self.input {
            // A step of the lesson is done when it has succeeded.
            *step = None;
        }
    }
}

fn run(command: &Expanded, file: Option<&str>, desk: &mut Desk<'_>) -> Result<cli::Flow, Failure> {
    if let Some(file) = file {
        desk.input = Some(cli::opened(file, desk)?);
    }
    cli::run(command, desk)
}
