//! The state as the host is told it.

use serde_json::json;

use super::branching::history_view;
use super::{LabView, Open, Session, Tell, Tells};
use crate::course::{self, Observed};
use crate::lab::{History, Operation};

impl Session {
    /// Tells where the lab stands, and what to keep of it.
    pub(super) fn tell_state(&mut self, tells: Tells<'_>) {
        self.tell_lab(tells);
        if let (Some(open), None) = (&self.open, &self.running) {
            tells(Tell::Saved(open.save()));
        }
    }

    /// Tells where the lab stands.
    pub(super) fn tell_lab(&mut self, tells: Tells<'_>) {
        let Some(open) = &mut self.open else { return };
        let trace = open.trace();
        let running = self.running.as_ref().map(super::Execution::state);
        let state = running.unwrap_or_else(|| open.history.state());
        let known = open.history.snapshot();
        let snapshot = running.map_or_else(|| known.clone(), |state| state.snapshot().sharing(known));
        let history = history_view(&open.history);
        tells(Tell::State(Box::new(LabView { snapshot, history, trace, prompt: state.prompt() })));
    }
}

impl Open {
    fn trace(&mut self) -> course::TraceView {
        let branch = self.history.branch();
        let lines: Vec<String> = branch.iter().map(|operation| operation.line()).collect();
        let done = self.history.path().into_iter().zip(branch.iter().zip(&lines)).enumerate();
        let happened = done.map(|(at, (id, (operation, line)))| observe(at, id, operation, line));
        let happened: Vec<Observed<'_>> = happened.collect();
        let (modes, start) = (self.modes.as_deref(), self.history.start_snapshot());
        course::trace(&self.lesson, modes, &self.edits, start, &happened, &mut self.rows)
    }
}

fn observe<'a>(at: usize, id: usize, operation: &'a Operation, line: &'a str) -> Observed<'a> {
    Observed {
        id,
        position: at + 1,
        machine: operation.machine(),
        line,
        step: operation.step(),
        code: operation.code,
        events: &operation.events,
        after: &operation.snapshot,
    }
}

/// One JSON object a line: the start, then each operation of the branch that has happened.
pub(super) fn trace_json(history: &History) -> String {
    let start = json!({ "start": history.start_snapshot() });
    let branch = history.branch();
    let done = branch[..history.position()].iter().map(|operation| {
        json!({
            "machine": operation.machine(),
            "line": operation.line(),
            "code": operation.code,
            "events": operation.events,
            "snapshot": operation.snapshot,
        })
    });
    let lines: Vec<String> = std::iter::once(start).chain(done).map(|value| value.to_string()).collect();
    lines.join("\n")
}
