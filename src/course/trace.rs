//! From what happened to what the page shows: the process table, the status
//! tracker, the story, the boxes of the flow. Nothing here is typed in twice.

use std::collections::BTreeMap;

use super::{Fact, FlowState, Known, Lesson, Modes, TraceView, process, tracker};
use crate::event::Event;
use crate::lab::Snapshot;

/// One operation as the course sees it.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// What tells the operation from all others of its lab.
    pub id: usize,
    /// The stop of the history after it, from 1.
    pub position: usize,
    /// Where.
    pub machine: &'a str,
    /// The line.
    pub line: &'a str,
    /// Which step of the lesson, from 0, if it was one.
    pub step: Option<usize>,
    /// Exit code.
    pub code: i32,
    /// What happened.
    pub events: &'a [Event],
    /// The state after it.
    pub after: &'a Snapshot,
}

/// The tables for the operations that have happened. `edits` holds the lines
/// a learner put in place of a step's own; goals are those of `modes`, if they are there. What
/// happened is told once; `known` keeps them.
pub fn trace(
    lesson: &Lesson,
    modes: Option<&Modes>,
    edits: &BTreeMap<usize, String>,
    start: &Snapshot,
    happened: &[Observed<'_>],
    known: &mut Known,
) -> TraceView {
    let current_step = happened.last().and_then(|last| last.step);
    let furthest = happened.iter().filter_map(|observed| observed.step).max();
    let next = furthest.map_or(0, |step| step + 1);
    let next_step = (next < lesson.steps.len()).then_some(next);
    TraceView {
        rows: process::rows(lesson, edits, happened, next, known),
        tracker: tracker::tracker(lesson, start, happened, next),
        transcript: happened.iter().filter_map(|of| known.get(of.id)?.as_ref()?.paragraph.clone()).collect(),
        next_step,
        current_step,
        flow: flow(lesson, furthest, current_step, next_step.is_none()),
        goals: modes.map_or_else(Vec::new, |modes| modes.goals(&facts(happened))),
    }
}

fn facts<'a>(happened: &'a [Observed<'a>]) -> Vec<Fact<'a>> {
    let fact = |of: &Observed<'a>| Fact { machine: of.machine, code: of.code, events: of.events, after: of.after };
    happened.iter().map(fact).collect()
}

fn flow(lesson: &Lesson, furthest: Option<usize>, current: Option<usize>, done: bool) -> Vec<FlowState> {
    let state = |step: Option<usize>| match step {
        None if done => FlowState::Current,
        Some(step) if Some(step) == current && !done => FlowState::Current,
        Some(step) if furthest.is_some_and(|furthest| step <= furthest) => FlowState::Reached,
        _ => FlowState::ToCome,
    };
    lesson.flow.iter().map(|(_, step)| state(*step)).collect()
}
