//! What both forms of progress end with: the steps that failed, the remarks
//! of the linter, the lines of the Dockerfile in question, the error.

use std::collections::BTreeMap;

use super::moment;
use crate::build::{BuildError, Place};
use crate::event::Event;
use crate::text::{Line, Output, Stream, Style};

const RULE: &str = "--------------------";

/// Collects while the build runs.
#[derive(Debug, Default)]
pub(super) struct Ending {
    names: BTreeMap<u32, String>,
    /// What the programs of steps wrote.
    logs: BTreeMap<u32, Vec<String>>,
    failed: Vec<u32>,
    warnings: Vec<String>,
    /// What more there is to say of each warning, if somebody wants to know.
    details: Option<Vec<Vec<String>>>,
}

impl Ending {
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::BuildStepStarted { step, name } => drop(self.names.insert(*step, name.clone())),
            Event::BuildStepFailed { step, .. } => self.failed.push(*step),
            Event::BuildStepWrote { step, text, millis, .. } => {
                self.logs.entry(*step).or_default().push(format!("{} {text}", moment(*millis)));
            }
            Event::BuildWarned { rule, message, line } => {
                self.warnings.push(format!("{rule}: {message} (line {line})"));
            }
            _ => {}
        }
    }

    pub(super) fn expand(&mut self, details: Vec<Vec<String>>) {
        self.details = Some(details);
    }

    pub(super) fn lines(&self, error: Option<&BuildError>) -> Vec<Output> {
        let mut lines: Vec<Line> = Vec::new();
        for (step, name) in self.failed.iter().filter_map(|step| Some((step, self.names.get(step)?))) {
            lines.extend(["------".to_owned(), format!(" > {name}:")].map(Line::from));
            lines.extend(self.logs.get(step).into_iter().flatten().map(|line| Line::from(line.clone())));
            lines.push(Line::from("------"));
        }
        lines.extend(self.warning_lines());
        if let Some(error) = error {
            if let BuildError::Solve { place: Some(place), .. } = error {
                lines.extend(excerpt(place).into_iter().map(Line::from));
            }
            lines.push(Line::styled(Style::Bad, format!("ERROR: failed to build: {error}")));
        }
        lines.into_iter().map(|line| Output { stream: Stream::Stderr, slot: None, line }).collect()
    }

    fn warning_lines(&self) -> Vec<Line> {
        let count = match self.warnings.len() {
            0 => return Vec::new(),
            1 => "1 warning".to_owned(),
            many => format!("{many} warnings"),
        };
        let how = if self.details.is_none() { " (use docker --debug to expand)" } else { "" };
        let title = Line::from(" ").and(Style::Warn, format!("{count} found{how}:"));
        let mut lines = vec![Line::default(), title];
        for (at, warning) in self.warnings.iter().enumerate() {
            lines.push(Line::from(format!(" - {warning}")));
            let Some(details) = &self.details else { continue };
            lines.extend(details.get(at).into_iter().flatten().map(|line| Line::from(line.clone())));
            lines.push(Line::default());
        }
        lines
    }
}

/// The lines in question, marked, and about four around them.
pub fn excerpt(place: &Place) -> Vec<String> {
    let lines: Vec<&str> = place.text.split('\n').collect();
    let (first, last) = (place.lines.first as usize, (place.lines.last as usize).min(lines.len()));
    if first < 1 || first > lines.len() {
        return Vec::new();
    }
    let (start, end) = around(first, last, lines.len());
    let mut out = vec![format!("{}:{first}", place.file), RULE.to_owned()];
    for (number, line) in (start..=end).zip(&lines[start - 1..]) {
        let mark = if (first..=last).contains(&number) { ">>>" } else { "   " };
        out.push(format!(" {number:3} | {mark} {line}"));
    }
    out.push(RULE.to_owned());
    out
}

/// `BuildKit`'s way to widen a range: one line up, one down, till enough.
fn around(first: usize, last: usize, count: usize) -> (usize, usize) {
    let (mut start, mut end) = (first, last);
    let wanted = if first == last { 4 } else { 2 };
    let mut added = 0;
    while added < wanted {
        if start > 1 {
            start -= 1;
            added += 1;
        }
        if end < count {
            end += 1;
            added += 1;
        }
        added += 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::LineRange;

    #[test]
    fn the_lines_in_question_are_marked() {
        let place = Place {
            file: "Dockerfile".to_owned(),
            text: "FROM busybox:1.37\nRUN pipp install x\n".to_owned(),
            lines: LineRange { first: 2, last: 2 },
        };
        assert_eq!(
            excerpt(&place),
            [
                "Dockerfile:2",
                RULE,
                "   1 |     FROM busybox:1.37",
                "   2 | >>> RUN pipp install x",
                "   3 |     ",
                RULE,
            ]
        );
    }

    #[test]
    fn a_place_outside_the_text_is_not_shown() {
        let lines = LineRange { first: 0, last: 0 };
        let place = Place { file: "Dockerfile".to_owned(), text: String::new(), lines };
        assert!(excerpt(&place).is_empty());
    }
}
