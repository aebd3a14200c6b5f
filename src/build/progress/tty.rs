//! `--progress tty`: a heading and a line a step, each changed in place while
//! the step runs. The slot of an output names the place it takes.

use std::collections::BTreeMap;

use super::ending::Ending;
use super::{amount, seconds};
use crate::build::BuildError;
use crate::event::Event;
use crate::text::{Line, Output, Stream, Style};

const WIDTH: usize = 80;
/// How many lines of a program are shown.
const LOG_LINES: usize = 6;
const PREFIX: &str = " => ";
const HEADING: &str = "build";
/// Times below are shown as none.
const SHORTEST_MILLIS: u64 = 50;

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// A step, by number.
    Step(u32),
    /// Something that a step reports.
    Report(u32, String),
    /// A line of its program, of the last ones.
    Log(u32, usize),
    /// A remark.
    Warning,
}

impl Row {
    /// Whether it stands with the step that reads the Dockerfile, as its remarks do.
    fn is_of_definition(&self) -> bool {
        matches!(self, Self::Step(1) | Self::Report(1, _) | Self::Warning)
    }
}

/// Renders events as lines to show or to replace.
#[derive(Debug, Default)]
pub struct Tty {
    steps: BTreeMap<u32, String>,
    finished: usize,
    failed: bool,
    millis: u64,
    /// The lines below the heading, each with what it is about.
    rows: Vec<(Row, Line)>,
    /// How many lines the program of each step has written.
    written: BTreeMap<u32, usize>,
    ending: Ending,
    /// Whether these are steps of no build, and nobody says who builds.
    is_bare: bool,
}

impl Tty {
    /// For steps of no build.
    pub fn bare() -> Self {
        Self { is_bare: true, ..Self::default() }
    }

    /// The lines that `event` changes.
    pub fn event(&mut self, event: &Event) -> Vec<Output> {
        self.ending.note(event);
        let (about, line) = match event {
            Event::BuildStepStarted { step, name } => {
                self.steps.insert(*step, name.clone());
                self.step(*step, "", 0, Style::Plain)
            }
            Event::BuildStepReported { step, id, current, total, done, millis } => {
                let style = if *done { Style::Done } else { Style::Plain };
                let text = row(&format!("=> {id}"), amount(*current, *total), *millis);
                (Row::Report(*step, id.clone()), Line::styled(style, text))
            }
            Event::BuildWarned { rule, message, line } => {
                let text = row(&format!("WARN: {rule}: {message} (line {line})"), None, 0);
                (Row::Warning, Line::styled(Style::Warn, text))
            }
            Event::BuildStepCached { step } => {
                self.finished += 1;
                self.step(*step, "CACHED ", 0, Style::Done)
            }
            Event::BuildStepDone { step, millis, .. } => {
                self.finished += 1;
                self.millis += millis;
                self.step(*step, "", *millis, Style::Done)
            }
            Event::BuildStepFailed { step, .. } => {
                self.failed = true;
                self.step(*step, "ERROR ", 0, Style::Bad)
            }
            Event::BuildStepCanceled { step } => {
                self.failed = true;
                self.step(*step, "CANCELED ", 0, Style::Warn)
            }
            Event::BuildStepWrote { step, text, .. } => {
                // Its last lines, each in the place of an older one.
                let count = self.written.entry(*step).or_default();
                *count += 1;
                let line = Line::styled(Style::Dim, row(&format!("=> # {text}"), None, 0));
                (Row::Log(*step, *count % LOG_LINES), line)
            }
            _ => return Vec::new(),
        };
        let mut lines = vec![self.heading(false)];
        lines.extend(self.place(about, line));
        lines
    }

    /// Puts a line in its place: that of the line about the same, or below all others. A remark comes below the step
    /// it is about, and what was there moves down.
    fn place(&mut self, about: Row, line: Line) -> Vec<Output> {
        let known = self.rows.iter().position(|(known, _)| *known == about && about != Row::Warning);
        if let Some(at) = known {
            self.rows[at].1 = line;
            return vec![self.row(at)];
        }
        let defined = self.rows.iter().rposition(|(row, _)| row.is_of_definition()).filter(|_| about == Row::Warning);
        let at = defined.map_or(self.rows.len(), |last| last + 1);
        self.rows.insert(at, (about, line));
        (at..self.rows.len()).map(|at| self.row(at)).collect()
    }

    fn row(&self, at: usize) -> Output {
        output(format!("{HEADING}.{at}"), self.rows[at].1.clone())
    }

    /// More to be said of each warning at the end.
    pub fn expand(&mut self, details: Vec<Vec<String>>) {
        self.ending.expand(details);
    }

    /// The heading as it stays, and the last lines.
    pub fn finish(&self, error: Option<&BuildError>) -> Vec<Output> {
        let heading = (!self.steps.is_empty()).then(|| self.heading(true));
        heading.into_iter().chain(self.ending.lines(error)).collect()
    }

    /// `[+] Building 0.3s (8/8) FINISHED           docker:default`
    fn heading(&self, last: bool) -> Output {
        let whole = last && !self.failed && self.finished == self.steps.len();
        let status = if whole { "FINISHED" } else { "" };
        let (time, finished, known) = (seconds(self.millis), self.finished, self.steps.len());
        let text = format!("[+] Building {time} ({finished}/{known}) {status}");
        let text = if self.is_bare { text } else { aligned(&text, "docker:default", WIDTH - 1) };
        output(HEADING.to_owned(), Line::from(text))
    }

    fn step(&self, step: u32, state: &str, millis: u64, style: Style) -> (Row, Line) {
        let name = self.steps.get(&step).map_or("", String::as_str);
        (Row::Step(step), Line::styled(style, row(&format!("{state}{name}"), None, millis)))
    }
}

fn output(slot: String, line: Line) -> Output {
    Output { stream: Stream::Stderr, slot: Some(slot), line }
}

/// A line with its time in the right margin; the name is cut, the amount is not.
fn row(name: &str, amount: Option<String>, millis: u64) -> String {
    let timer = format!(" {}", seconds(if millis < SHORTEST_MILLIS { 0 } else { millis }));
    let amount = amount.map(|amount| format!(" {amount}")).unwrap_or_default();
    let room = WIDTH.saturating_sub(PREFIX.len() + timer.len() + 2 + amount.len());
    let name: String = name.replace('\t', " ").chars().take(room).collect();
    aligned(&format!("{PREFIX}{name}{amount}"), &timer, WIDTH - 1)
}

/// `left` and `right` with what fits between them, at least one space.
fn aligned(left: &str, right: &str, width: usize) -> String {
    let room = width.saturating_sub(right.len() + 1);
    format!("{left:room$} {right}")
}
