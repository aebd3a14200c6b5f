//! From what happened to what the page shows: the process table, the status
//! tracker, the story, the boxes of the flow. Nothing here is typed in twice.

use std::collections::BTreeMap;

use super::{Fact, FlowState, Lesson, TraceView, process, story, tracker};
use crate::event::Event;
use crate::lab::Snapshot;

/// One operation as the course sees it.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
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
/// a learner put in place of a step's own.
pub fn trace(
    lesson: &Lesson,
    edits: &BTreeMap<usize, String>,
    start: &Snapshot,
    happened: &[Observed<'_>],
) -> TraceView {
    let current_step = happened.last().and_then(|last| last.step);
    let furthest = happened.iter().filter_map(|observed| observed.step).max();
    let next = furthest.map_or(0, |step| step + 1);
    let next_step = (next < lesson.steps.len()).then_some(next);
    TraceView {
        rows: process::rows(lesson, edits, happened, next),
        tracker: tracker::tracker(lesson, start, happened, next),
        transcript: happened.iter().filter_map(story::paragraph).collect(),
        next_step,
        current_step,
        flow: flow(lesson, furthest, current_step, next_step.is_none()),
        goals: goals(lesson, happened),
    }
}

fn goals(lesson: &Lesson, happened: &[Observed<'_>]) -> Vec<Vec<bool>> {
    let facts: Vec<Fact<'_>> = happened
        .iter()
        .map(|of| Fact { machine: of.machine, code: of.code, events: of.events, after: of.after })
        .collect();
    lesson.project.iter().map(|task| task.goals.iter().map(|goal| goal.is_reached(&facts)).collect()).collect()
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
