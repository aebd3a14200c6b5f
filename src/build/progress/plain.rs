//! `--progress plain`: one block a step, as a log keeps it.

use std::collections::BTreeMap;

use super::ending::Ending;
use super::{amount, moment, seconds};
use crate::build::BuildError;
use crate::event::Event;
use crate::text::{Line, Output, Stream};

/// Times up to this long are not worth a word.
const SHORTEST_MILLIS: u64 = 10;

/// The step that reads the Dockerfile, which remarks are about.
const DEFINITION: u32 = 1;

/// Renders events line by line.
#[derive(Debug, Default)]
pub struct Plain {
    names: BTreeMap<u32, String>,
    /// The step whose block is being written, until it ends.
    open: Option<u32>,
    /// The last line of the step that read the Dockerfile: remarks made later are a block of it once more.
    defined: Option<String>,
    ending: Ending,
    /// Whether these are steps of no build, and nobody says who builds.
    is_bare: bool,
}

impl Plain {
    /// For steps of no build.
    pub fn bare() -> Self {
        Self { is_bare: true, ..Self::default() }
    }

    /// The lines that `event` adds.
    pub fn event(&mut self, event: &Event) -> Vec<Output> {
        self.ending.note(event);
        let lines = match event {
            Event::BuildStepStarted { step, name } => self.begin(*step, name),
            Event::BuildStepReported { step, id, current, total, done, millis } => {
                let amount = amount(*current, *total).map(|amount| format!(" {amount}")).unwrap_or_default();
                let time = if *millis > SHORTEST_MILLIS { format!(" {}", seconds(*millis)) } else { String::new() };
                let done = if *done { " done" } else { "" };
                self.say(*step, &format!("{id}{amount}{time}{done}"))
            }
            Event::BuildWarned { rule, message, line } => {
                self.say(DEFINITION, &format!("WARN: {rule}: {message} (line {line})"))
            }
            Event::BuildStepWrote { step, text, millis, .. } => self.say(*step, &format!("{} {text}", moment(*millis))),
            Event::BuildStepCanceled { step } => self.end(*step, "CANCELED"),
            Event::BuildStepCached { step } => self.end(*step, "CACHED"),
            Event::BuildStepDone { step, millis, .. } => self.end(*step, &format!("DONE {}", seconds(*millis))),
            Event::BuildStepFailed { step, message } => self.end(*step, &format!("ERROR: {message}")),
            _ => Vec::new(),
        };
        lines.into_iter().map(output).collect()
    }

    fn begin(&mut self, step: u32, name: &str) -> Vec<String> {
        let is_first = self.names.is_empty();
        self.names.insert(step, name.to_owned());
        if is_first && self.is_bare {
            return self.turn_to(step).split_off(1);
        }
        let heading = is_first.then(|| "#0 building with \"default\" instance using docker driver".to_owned());
        heading.into_iter().chain(self.turn_to(step)).collect()
    }

    /// Leaves the block of another step, and writes the beginning of this one's, whether it was there before or not.
    fn turn_to(&mut self, step: u32) -> Vec<String> {
        let left = self.open.replace(step).filter(|open| *open != step).map(|open| self.left(open));
        let name = self.names.get(&step).map_or("", String::as_str);
        left.into_iter().chain([String::new(), format!("#{step} {name}")]).collect()
    }

    /// What is written where the block of a step stops; the Dockerfile was read before its remarks.
    fn left(&self, step: u32) -> String {
        let defined = self.defined.clone().filter(|_| step == DEFINITION);
        defined.unwrap_or_else(|| format!("#{step} ..."))
    }

    fn say(&mut self, step: u32, text: &str) -> Vec<String> {
        let mut lines = if self.open == Some(step) { Vec::new() } else { self.turn_to(step) };
        lines.push(format!("#{step} {text}"));
        lines
    }

    fn end(&mut self, step: u32, text: &str) -> Vec<String> {
        let lines = self.say(step, text);
        self.open = None;
        if step == DEFINITION {
            self.defined = lines.last().cloned();
        }
        lines
    }

    /// More to be said of each warning at the end.
    pub fn expand(&mut self, details: Vec<Vec<String>>) {
        self.ending.expand(details);
    }

    /// The last lines: what failed, the remarks, the lines of the Dockerfile, the error.
    pub fn finish(&self, error: Option<&BuildError>) -> Vec<Output> {
        let left = self.open.filter(|open| *open == DEFINITION && self.defined.is_some()).map(|open| self.left(open));
        left.into_iter().map(output).chain(self.ending.lines(error)).collect()
    }
}

fn output(line: String) -> Output {
    Output { stream: Stream::Stderr, slot: None, line: Line::from(line) }
}
