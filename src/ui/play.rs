//! The player: the stops it draws, which are the history and then the steps
//! of the lesson that are still to come, and how it goes on by itself.

use super::words;
use crate::course::LessonView;
use crate::session::HistoryView;

/// Milliseconds between two steps at each speed; the middle one is the usual.
const SPEEDS: [u32; 5] = [6_000, 4_000, 2_500, 1_200, 500];
const USUAL: usize = 2;

/// How the player goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    /// Whether it goes on by itself.
    pub going: bool,
    /// Which of the speeds.
    speed: usize,
    /// Which wait counts.
    pub ticket: u32,
}

/// One stop of the player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// A word: `start`, `build`…
    pub label: String,
    /// The line that leads to it.
    pub line: String,
    /// Whether the history has it already.
    pub done: bool,
    /// Whether it failed.
    pub failed: bool,
}

/// All stops: the start, every operation of the branch, and the lesson's steps that no operation was yet.
pub fn stops(lesson: Option<&LessonView>, history: &HistoryView) -> Vec<Stop> {
    let start = Stop { label: words::start().to_owned(), line: String::new(), done: true, failed: false };
    let happened = history.operations.iter().map(|operation| Stop {
        label: operation.label.clone(),
        line: operation.line.clone(),
        done: true,
        failed: operation.code != 0,
    });
    let covered = history.operations.iter().filter_map(|operation| operation.step).max().map_or(0, |step| step + 1);
    let to_come = lesson.into_iter().flat_map(|lesson| lesson.steps.iter().skip(covered)).map(|step| Stop {
        label: word(&step.line),
        line: step.line.clone(),
        done: false,
        failed: false,
    });
    std::iter::once(start).chain(happened).chain(to_come).collect()
}

/// The word for a line: docker's verb, or the program.
fn word(line: &str) -> String {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default();
    let verb = if first == "docker" { words.next() } else { None };
    verb.unwrap_or(first).to_owned()
}

impl Play {
    /// Milliseconds between two steps.
    pub fn pause(&self) -> u32 {
        SPEEDS[self.speed]
    }

    /// The speed in words, against the usual one.
    pub fn speed(&self) -> &'static str {
        ["0.4×", "0.6×", "1×", "2×", "5×"][self.speed]
    }

    /// Faster, if true; else slower.
    pub fn change_speed(&mut self, faster: bool) {
        self.speed = if faster { (self.speed + 1).min(SPEEDS.len() - 1) } else { self.speed.saturating_sub(1) };
    }
}

impl Default for Play {
    fn default() -> Self {
        Self { going: false, speed: USUAL, ticket: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::course::StepView;
    use crate::session::OperationView;

    fn lesson(lines: &[&str]) -> LessonView {
        let step = |line: &&str| StepView {
            title: String::new(),
            machine: "laptop".into(),
            line: (*line).to_owned(),
            prose: Vec::new(),
            correction: Vec::new(),
        };
        LessonView { steps: lines.iter().map(step).collect(), ..LessonView::default() }
    }

    fn operation(line: &str, step: Option<usize>) -> OperationView {
        OperationView { machine: "laptop".into(), line: line.into(), label: word(line), step, code: 0 }
    }

    #[test]
    fn the_stops_are_the_history_and_then_the_lesson() {
        let lesson = lesson(&["docker build .", "docker tag a b", "docker push b"]);
        let operations = [operation("docker build .", Some(0)), operation("ls", None)].map(Rc::new).to_vec();
        let stops = stops(Some(&lesson), &HistoryView { operations, position: 2, ..HistoryView::default() });
        let labels: Vec<_> = stops.iter().map(|stop| (stop.label.as_str(), stop.done)).collect();
        assert_eq!(labels, [("start", true), ("build", true), ("ls", true), ("tag", false), ("push", false)]);
    }

    #[test]
    fn the_speed_stays_within_its_bounds() {
        let mut play = Play::default();
        assert_eq!(play.speed(), "1×");
        (0..9).for_each(|_| play.change_speed(true));
        assert_eq!(play.pause(), 500);
        (0..9).for_each(|_| play.change_speed(false));
        assert_eq!(play.pause(), 6_000);
    }
}
