//! The state as the host is told it.

use std::borrow::Cow;

use serde_json::json;

use super::{LabView, Open, Session, Tell, Tells};
use crate::course::{self, Observed};
use crate::lab::History;

impl Session {
    /// Tells where the lab stands, and what to keep of it.
    pub(super) fn tell_state(&mut self, tells: Tells<'_>) {
        self.tell_lab(tells);
        if let (Some(open), None) = (&mut self.open, &self.running) {
            tells(Tell::Saved(open.save()));
        }
    }

    /// Tells where the lab stands.
    pub(super) fn tell_lab(&mut self, tells: Tells<'_>) {
        let Some(open) = &mut self.open else { return };
        let (trace, history) = (open.trace(), open.history_view());
        let running = self.running.as_ref().map(super::Execution::state);
        let state = running.unwrap_or_else(|| open.history.state());
        let known = open.history.snapshot();
        let snapshot = running.map_or_else(|| known.clone(), |state| open.history.snapshot_of(state));
        tells(Tell::State(Box::new(LabView { snapshot, history, trace, prompt: state.prompt() })));
    }
}

impl Open {
    fn trace(&mut self) -> course::TraceView {
        let branch = self.history.branch();
        let lines: Vec<Cow<'_, str>> = branch.iter().map(|operation| operation.line()).collect();
        let done = self.history.path().into_iter().zip(branch.iter().zip(self.history.snapshots()).zip(&lines));
        let happened = done.enumerate().map(|(at, (id, ((operation, after), line)))| Observed {
            id,
            position: at + 1,
            machine: operation.machine(),
            line,
            step: operation.step(),
            code: operation.code,
            events: &operation.events,
            after,
        });
        let happened: Vec<Observed<'_>> = happened.collect();
        let (modes, start) = (self.modes.as_deref(), self.history.start_snapshot());
        course::trace(&self.lesson, modes, &self.edits, start, &happened, &mut self.known)
    }
}

/// One JSON object a line: the start, then each operation of the branch that has happened.
pub(super) fn trace_json(history: &History) -> String {
    let start = json!({ "start": history.start_snapshot() });
    let branch = history.branch();
    let done = branch[..history.position()].iter().zip(history.snapshots()).map(|(operation, snapshot)| {
        json!({
            "machine": operation.machine(),
            "line": operation.line(),
            "code": operation.code,
            "events": operation.events,
            "snapshot": snapshot,
        })
    });
    let lines: Vec<String> = std::iter::once(start).chain(done).map(|value| value.to_string()).collect();
    lines.join("\n")
}
