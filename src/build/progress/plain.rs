//! `--progress plain`: one block a step, as a log keeps it.

use super::ending::Ending;
use super::{amount, moment, seconds};
use crate::build::BuildError;
use crate::event::Event;
use crate::text::{Line, Output, Stream};

/// Times up to this long are not worth a word.
const SHORTEST_MILLIS: u64 = 10;

/// Renders events line by line.
#[derive(Debug, Default)]
pub struct Plain {
    begun: bool,
    ending: Ending,
}

impl Plain {
    /// The lines that `event` adds.
    pub fn event(&mut self, event: &Event) -> Vec<Output> {
        self.ending.note(event);
        let mut lines = Vec::new();
        match event {
            Event::BuildStepStarted { step, name } => {
                if !self.begun {
                    self.begun = true;
                    lines.push("#0 building with \"default\" instance using docker driver".to_owned());
                }
                lines.extend([String::new(), format!("#{step} {name}")]);
            }
            Event::BuildStepReported { step, id, current, total, done, millis } => {
                let amount = amount(*current, *total).map(|amount| format!(" {amount}")).unwrap_or_default();
                let time = if *millis > SHORTEST_MILLIS { format!(" {}", seconds(*millis)) } else { String::new() };
                let done = if *done { " done" } else { "" };
                lines.push(format!("#{step} {id}{amount}{time}{done}"));
            }
            Event::BuildWarned { rule, message, line } => {
                lines.push(format!("#1 WARN: {rule}: {message} (line {line})"));
            }
            Event::BuildStepWrote { step, text, millis, .. } => {
                lines.push(format!("#{step} {} {text}", moment(*millis)));
            }
            Event::BuildStepCanceled { step } => lines.push(format!("#{step} CANCELED")),
            Event::BuildStepCached { step } => lines.push(format!("#{step} CACHED")),
            Event::BuildStepDone { step, millis, .. } => lines.push(format!("#{step} DONE {}", seconds(*millis))),
            Event::BuildStepFailed { step, message } => lines.push(format!("#{step} ERROR: {message}")),
            _ => {}
        }
        let output = |line: String| Output { stream: Stream::Stderr, slot: None, line: Line::from(line) };
        lines.into_iter().map(output).collect()
    }

    /// The last lines: what failed, the remarks, the lines of the Dockerfile, the error.
    pub fn finish(&self, error: Option<&BuildError>) -> Vec<Output> {
        self.ending.lines(error)
    }
}
