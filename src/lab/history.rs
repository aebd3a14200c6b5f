//! The one history: every command that succeeded, with the state it led to.
//! Undo, redo, jumps, saving and restoring are all this. It is a tree: typing
//! at an earlier point begins a branch, and the other one stays.

mod branches;

pub use branches::Branch;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::heard::{from_base64, to_base64};
use super::{Heard, Keyed, Snapshot, State};
use crate::event::Event;
use crate::limits;
use crate::text::Output;

/// What was done, enough to do it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Input {
    /// A line at the prompt of a machine.
    Line {
        /// Which machine.
        machine: String,
        /// The line.
        line: String,
        /// The step of the lesson it was, from 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<usize>,
        /// After how much work Ctrl-C ended it, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interrupted: Option<u64>,
        /// What was typed to the programs that it ran.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        keyed: Vec<Keyed>,
        /// What real registries answered, if it spoke to any: done again, it hears the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard: Option<Vec<Heard>>,
        /// The exit code of the line before, which `$?` says; that line may have failed and not be kept.
        #[serde(default, skip_serializing_if = "is_zero")]
        status: i32,
    },
    /// A file written in the editor.
    Write {
        /// Which machine.
        machine: String,
        /// Absolute path.
        path: String,
        /// All of it.
        text: String,
    },
    /// A file that somebody brought from outside, whole.
    Bring {
        /// Which machine.
        machine: String,
        /// Its name, where the prompt stands.
        name: String,
        /// All of it.
        #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
        bytes: Bytes,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(status: &i32) -> bool {
    *status == 0
}

/// A thing done, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What was done.
    pub input: Input,
    /// What happened.
    pub events: Vec<Event>,
    /// What was printed, bounded.
    pub output: Vec<Output>,
    /// Exit code.
    pub code: i32,
    /// The state after it.
    pub after: State,
}

/// Why an operation cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// The lab remembers no more.
    #[error("this lab is full: it remembers {limit} operations; undo or reset to go on")]
    Full {
        /// The bound.
        limit: usize,
    },
    /// It cannot be a point's name.
    #[error("a name has one to {limit} bytes and fits on a line")]
    Name {
        /// The bound.
        limit: usize,
    },
    /// There are too many names.
    #[error("this lab keeps {limit} names of points; take one away to give another")]
    Bookmarks {
        /// The bound.
        limit: usize,
    },
    /// There is no such point.
    #[error("the history has no such point")]
    NoPoint,
}

/// All operations of a lab and the point it is at. A copy shares what was done.
#[derive(Debug, Clone)]
pub struct History {
    start: State,
    start_snapshot: Rc<Snapshot>,
    nodes: Vec<Node>,
    /// The node the lab is at; none at the start.
    current: Option<usize>,
    /// Of the start: the branch last taken.
    first: Option<usize>,
    /// Points with a name; none is the start.
    bookmarks: BTreeMap<String, Option<usize>>,
}

#[derive(Debug, Clone)]
struct Node {
    parent: Option<usize>,
    /// The branch last taken from here.
    next: Option<usize>,
    operation: Rc<Operation>,
    /// The state after it as the page sees it.
    snapshot: Rc<Snapshot>,
}

impl History {
    /// A history that begins with `start`.
    pub fn new(start: State) -> Self {
        let start_snapshot = Rc::new(start.snapshot());
        Self { start, start_snapshot, nodes: Vec::new(), current: None, first: None, bookmarks: BTreeMap::new() }
    }

    /// The state at the current point.
    pub fn state(&self) -> &State {
        self.current.map_or(&self.start, |at| &self.nodes[at].operation.after)
    }

    /// The state nobody has touched.
    pub fn start(&self) -> &State {
        &self.start
    }

    /// What the page sees at the current point.
    pub fn snapshot(&self) -> &Snapshot {
        self.current.map_or(&self.start_snapshot, |at| &self.nodes[at].snapshot)
    }

    /// What the page sees of a state that comes next; what did not change is held once for both.
    pub fn snapshot_of(&self, next: &State) -> Snapshot {
        next.snapshot_after(self.state(), self.snapshot())
    }

    /// The state after an operation, or at the start; none if there is no such point.
    pub fn state_at(&self, at: Option<usize>) -> Option<&State> {
        at.map_or(Some(&self.start), |at| self.nodes.get(at).map(|node| &node.operation.after))
    }

    /// What the page saw at the start.
    pub fn start_snapshot(&self) -> &Snapshot {
        &self.start_snapshot
    }

    /// Whether one more operation fits.
    pub fn check_room(&self) -> Result<(), HistoryError> {
        let limit = limits::OPERATIONS;
        if self.nodes.len() >= limit { Err(HistoryError::Full { limit }) } else { Ok(()) }
    }

    /// Adds what was just done and moves there. What followed before stays as another branch.
    pub fn append(&mut self, operation: Operation) {
        let at = self.nodes.len();
        let snapshot = Rc::new(self.snapshot_of(&operation.after));
        self.nodes.push(Node { parent: self.current, next: None, operation: Rc::new(operation), snapshot });
        self.set_next(self.current, at);
        self.current = Some(at);
    }

    /// The operations of the current branch, first to last, also those that are undone.
    pub fn branch(&self) -> Vec<&Operation> {
        self.branch_nodes().into_iter().map(|at| &*self.nodes[at].operation).collect()
    }

    /// The indices of these.
    pub fn way(&self) -> Vec<usize> {
        self.branch_nodes()
    }

    /// What the page saw after each of them.
    pub fn snapshots(&self) -> Vec<&Snapshot> {
        self.branch_nodes().into_iter().map(|at| &*self.nodes[at].snapshot).collect()
    }

    /// The indices of the operations that have happened, first to last.
    pub fn path(&self) -> Vec<usize> {
        self.up_to(self.current)
    }

    /// How many operations of the branch have happened.
    pub fn position(&self) -> usize {
        self.up_to(self.current).len()
    }

    /// Goes to the point after `position` operations of the branch; false if there is none.
    pub fn jump(&mut self, position: usize) -> bool {
        let branch = self.branch_nodes();
        if position > branch.len() {
            return false;
        }
        self.current = position.checked_sub(1).map(|last| branch[last]);
        true
    }

    /// Nothing follows the current point any more; what did is a branch that can be gone to.
    pub fn turn_away(&mut self) {
        match self.current {
            Some(at) => self.nodes[at].next = None,
            None => self.first = None,
        }
    }

    /// Whether something once followed the current point that does not any more.
    pub fn is_turned_away(&self) -> bool {
        let next = self.current.map_or(self.first, |at| self.nodes[at].next);
        next.is_none() && self.nodes.iter().any(|node| node.parent == self.current)
    }

    /// Every operation with the index of the one it followed, in the order they were done.
    pub fn log(&self) -> impl Iterator<Item = (Option<usize>, &Operation)> {
        self.nodes.iter().map(|node| (node.parent, &*node.operation))
    }

    /// Goes to the operation with this index, or to the start; for restoring a log.
    pub fn go(&mut self, at: Option<usize>) -> bool {
        if at.is_some_and(|at| at >= self.nodes.len()) {
            return false;
        }
        let path = self.up_to(at);
        let parents = std::iter::once(None).chain(path.iter().copied().map(Some));
        for (parent, child) in parents.zip(&path) {
            self.set_next(parent, *child);
        }
        self.current = at;
        true
    }

    /// The operation with this index.
    pub fn operation(&self, at: usize) -> Option<&Operation> {
        self.nodes.get(at).map(|node| &*node.operation)
    }

    /// The index of the operation the lab is at.
    pub fn current(&self) -> Option<usize> {
        self.current
    }

    fn set_next(&mut self, parent: Option<usize>, child: usize) {
        match parent {
            Some(parent) => self.nodes[parent].next = Some(child),
            None => self.first = Some(child),
        }
    }

    fn branch_nodes(&self) -> Vec<usize> {
        let next = |at: Option<usize>| at.map_or(self.first, |at| self.nodes[at].next);
        let past = self.up_to(self.current);
        let future = std::iter::successors(next(self.current), |at| next(Some(*at)));
        past.into_iter().chain(future).collect()
    }

    /// From the first operation to `at`.
    fn up_to(&self, at: Option<usize>) -> Vec<usize> {
        let mut path: Vec<usize> = std::iter::successors(at, |at| self.nodes[*at].parent).collect();
        path.reverse();
        path
    }
}

impl Input {
    /// A line as somebody types it, after one that ended with `status`; nothing has come of it yet.
    pub fn line(machine: String, line: String, status: i32) -> Self {
        Self::Line { machine, line, step: None, interrupted: None, keyed: Vec::new(), heard: None, status }
    }

    /// To be done again: without a network, whatever was heard from it then.
    #[must_use]
    pub fn again(mut self) -> Self {
        if let Self::Line { heard, .. } = &mut self {
            heard.get_or_insert_default();
        }
        self
    }

    /// Whether more came from outside than is kept, so that it cannot be done again.
    pub fn is_beyond_keeping(&self) -> bool {
        match self {
            Self::Line { heard, .. } => heard.as_ref().is_some_and(|heard| heard.contains(&Heard::TooMuch)),
            Self::Bring { bytes, .. } => bytes.len() > limits::BROUGHT_BYTES,
            Self::Write { .. } => false,
        }
    }

    /// What it holds of the outside, in bytes: a file that was brought, answers that were heard.
    pub fn outside_bytes(&self) -> usize {
        match self {
            Self::Line { heard, .. } => heard.iter().flatten().map(Heard::size).sum(),
            Self::Bring { bytes, .. } => bytes.len(),
            Self::Write { .. } => 0,
        }
    }

    /// The machine it is for.
    pub fn machine(&self) -> &str {
        match self {
            Self::Line { machine, .. } | Self::Write { machine, .. } | Self::Bring { machine, .. } => machine,
        }
    }

    /// The step of the lesson it is, from 0.
    pub fn step(&self) -> Option<usize> {
        if let Self::Line { step, .. } = self { *step } else { None }
    }
}

impl Operation {
    /// The machine it was done on.
    pub fn machine(&self) -> &str {
        self.input.machine()
    }

    /// The line typed, or what was done in words.
    pub fn line(&self) -> Cow<'_, str> {
        match &self.input {
            Input::Line { line, .. } => line.into(),
            Input::Write { path, .. } => format!("edit {path}").into(),
            Input::Bring { name, .. } => format!("bring {name}").into(),
        }
    }

    /// The step of the lesson it was, from 0.
    pub fn step(&self) -> Option<usize> {
        self.input.step()
    }
}

#[cfg(test)]
mod tests {
    use super::super::LabSpec;
    use super::*;

    pub fn history() -> History {
        History::new(State::new(&LabSpec::default()))
    }

    /// Does these one after the other.
    pub fn done(history: &mut History, texts: &[&str]) {
        for text in texts {
            history.append(operation(history, text));
        }
    }

    fn operation(history: &History, text: &str) -> Operation {
        let input = Input::Write { machine: "laptop".into(), path: text.into(), text: String::new() };
        let after = history.state().clone();
        Operation { input, events: vec![], output: vec![], code: 0, after }
    }

    fn lines(history: &History) -> Vec<String> {
        history.branch().iter().map(|operation| operation.line().into_owned()).collect()
    }

    #[test]
    fn typing_at_an_earlier_point_begins_a_branch_and_the_other_one_stays() {
        let mut history = history();
        done(&mut history, &["a", "b"]);
        assert!(history.jump(1));
        done(&mut history, &["c"]);
        assert_eq!(lines(&history), ["edit a", "edit c"]);
        assert!(history.go(Some(1)));
        assert_eq!(lines(&history), ["edit a", "edit b"]);
        assert_eq!(history.position(), 2);
    }

    #[test]
    fn undone_operations_stay_in_the_branch_and_jumps_beyond_it_are_refused() {
        let mut history = history();
        done(&mut history, &["a"]);
        assert!(history.jump(0));
        assert_eq!((history.position(), history.branch().len()), (0, 1));
        assert!(!history.jump(2));
        assert!(history.jump(1));
    }
}
