//! What the page shows of what really happened: the tables and the transcript.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{Block, Inline};
use crate::event::{BlobMove, Exchange};
use crate::text::Output;

/// What an execution in a copy of the lab did. The lab itself is as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ScratchView {
    /// What was asked for.
    pub id: String,
    /// Each line and what it printed.
    pub runs: Vec<ScratchRun>,
    /// The tracker's rows after it, as label and value.
    pub after: Vec<(String, String)>,
    /// Why it is right, where it is the solution of a question.
    pub explanation: Vec<Block>,
}

/// One line executed in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ScratchRun {
    /// Where.
    pub machine: String,
    /// The line.
    pub line: String,
    /// What it printed.
    pub output: Vec<Output>,
    /// Exit code.
    pub code: i32,
}

/// How far the measuring of a cost is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Measuring {
    /// What was asked for.
    pub id: String,
    /// Rounds that are measured.
    pub done: usize,
    /// Rounds there are, of all ways together.
    pub all: usize,
}

/// What was measured of a cost: each way of doing it ran in a copy of the lab of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Measured {
    /// What was asked for.
    pub id: String,
    /// A series a way of doing it, in the lesson's order; none if measuring was given up.
    pub series: Vec<Series>,
}

/// One way of doing it, measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Series {
    /// What tells it from the others.
    pub name: String,
    /// What each round cost.
    pub rounds: Vec<u64>,
}

/// The tables and the transcript, drawn from operations and snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct TraceView {
    /// The process table: what has happened, then what the lesson has still to come.
    pub rows: Vec<Rc<ProcessRow>>,
    /// The status tracker.
    pub tracker: Tracker,
    /// The story so far, a paragraph an operation.
    pub transcript: Vec<Rc<Vec<Inline>>>,
    /// The step of the lesson that comes next, from 0; none when all are done.
    pub next_step: Option<usize>,
    /// The step the current point of the history belongs to, from 0.
    pub current_step: Option<usize>,
    /// For each box of the flow: reached, current or to come.
    pub flow: Vec<FlowState>,
    /// For each task of the project, whether each of its goals is reached.
    pub goals: Vec<Vec<bool>>,
}

/// How far a box of the flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FlowState {
    /// Still to come.
    ToCome,
    /// What happens at this point of the history.
    Current,
    /// Behind us.
    Reached,
}

/// One row of the process table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ProcessRow {
    /// From 1.
    pub number: usize,
    /// The stop of the history this row stands for, from 1; none if still to come.
    pub position: Option<usize>,
    /// Which step of the lesson, from 0, if it is one.
    pub step: Option<usize>,
    /// Where.
    pub machine: String,
    /// The line.
    pub line: String,
    /// Such as `Push image`.
    pub action: Cell,
    /// Image name and tag.
    pub image: Cell,
    /// Interaction with a registry.
    pub registry: Cell,
    /// What came of it.
    pub result: Cell,
}

/// A cell and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Why: the rule in plain words.
    pub why: String,
    /// The requests it was drawn from.
    pub exchanges: Vec<Exchange>,
    /// The blobs it was drawn from.
    pub moves: Vec<BlobMove>,
    /// The command that shows the same on a real machine.
    pub real: String,
}

/// The status tracker: a group of rows a place, a column a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct Tracker {
    /// `start`, `after step 1`…, `final`.
    pub columns: Vec<String>,
    /// Which column is the current moment.
    pub current: usize,
    /// The groups, such as `laptop` and `registry.example.com`.
    pub groups: Vec<TrackerGroup>,
}

/// The rows of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TrackerGroup {
    /// The place.
    pub place: String,
    /// Its rows.
    pub rows: Vec<TrackerRow>,
}

/// One row: what is watched and its value at each moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TrackerRow {
    /// Such as `image store`.
    pub label: String,
    /// A value a column; none for moments still to come.
    pub values: Vec<Option<TrackerValue>>,
}

/// A value and whether it differs from the moment before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TrackerValue {
    /// A line each; empty for nothing.
    pub lines: Vec<String>,
    /// Whether this moment changed it.
    pub changed: bool,
}
