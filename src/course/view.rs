//! What the page may know of a lesson: prose, steps, questions without keys,
//! and the tables drawn from what really happened.

use serde::{Deserialize, Serialize};

use crate::event::{BlobMove, Exchange};
use crate::text::Output;

/// A lesson as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonView {
    /// Such as `container-registries-for-ml`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// About how long it takes.
    pub minutes: u32,
    /// Opening prose.
    pub intro: Vec<Block>,
    /// The boxes of the process flow, first to last.
    pub flow: Vec<FlowBox>,
    /// The steps.
    pub steps: Vec<StepView>,
    /// The key moments.
    pub moments: Vec<MomentView>,
    /// The questions, without keys.
    pub quiz: Vec<QuestionView>,
    /// The concept snapshot, a line each.
    pub concepts: Vec<Vec<Inline>>,
}

/// A box of the process flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowBox {
    /// What it says.
    pub label: String,
    /// The step (from 0) during which it is reached; none for what follows the last.
    pub step: Option<usize>,
}

/// A step of the lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// Its heading.
    pub title: String,
    /// The machine its line runs on.
    pub machine: String,
    /// The line.
    pub line: String,
    /// The prose beside it.
    pub prose: Vec<Block>,
    /// Where common pictures of this step go wrong, and how we do it instead.
    pub correction: Vec<Block>,
}

/// A question a learner asks, with an answer that can be executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MomentView {
    /// For [`crate::session::Ask::ShowMe`].
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: Vec<Block>,
    /// The lines `show me` executes, as `machine $ line`.
    pub shows: Vec<String>,
}

/// A question of the quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionView {
    /// For [`QuizAnswer`].
    pub id: String,
    /// The question.
    pub question: Vec<Inline>,
    /// The choices.
    pub choices: Vec<ChoiceView>,
    /// A hint in words.
    pub hint: Vec<Inline>,
    /// The row of the process table the hint points at, from 1.
    pub hint_row: Option<usize>,
}

/// A choice of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceView {
    /// What it says.
    pub text: Vec<Inline>,
    /// For [`crate::session::Ask::ShowMe`], if it can be executed.
    pub show: Option<String>,
}

/// A paragraph, a list or a block of code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list, an item each.
    List(Vec<Vec<Inline>>),
    /// Code, as it stands.
    Code(String),
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Inline {
    /// Text.
    Text(String),
    /// Code.
    Code(String),
    /// Emphasis.
    Emphasis(String),
}

/// A choice made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuizAnswer {
    /// The question's id.
    pub question: String,
    /// The choice, from 0.
    pub choice: usize,
}

/// How an answer was judged; the key was computed just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The answer.
    pub answer: QuizAnswer,
    /// Whether it is right.
    pub right: bool,
    /// Why, in the lesson's words; for a right answer only.
    pub explanation: Vec<Block>,
    /// How it was found: what was executed and what came of it.
    pub evidence: String,
}

/// What an execution in a copy of the lab did. The lab itself is as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScratchView {
    /// What was asked for.
    pub id: String,
    /// Each line and what it printed.
    pub runs: Vec<ScratchRun>,
    /// The tracker's rows after it, as label and value.
    pub after: Vec<(String, String)>,
}

/// One line executed in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// The tables and the transcript, drawn from operations and snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceView {
    /// The process table: what has happened, then what the lesson has still to come.
    pub rows: Vec<ProcessRow>,
    /// The status tracker.
    pub tracker: Tracker,
    /// The story so far, a paragraph an operation.
    pub transcript: Vec<Vec<Inline>>,
    /// The step of the lesson that comes next, from 0; none when all are done.
    pub next_step: Option<usize>,
    /// The step the current point of the history belongs to, from 0.
    pub current_step: Option<usize>,
    /// For each box of the flow: reached, current or to come.
    pub flow: Vec<FlowState>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tracker {
    /// `start`, `after step 1`…, `final`.
    pub columns: Vec<String>,
    /// Which column is the current moment.
    pub current: usize,
    /// The groups, such as `laptop` and `registry.example.com`.
    pub groups: Vec<TrackerGroup>,
}

/// The rows of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackerGroup {
    /// The place.
    pub place: String,
    /// Its rows.
    pub rows: Vec<TrackerRow>,
}

/// One row: what is watched and its value at each moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackerRow {
    /// Such as `image store`.
    pub label: String,
    /// A value a column; none for moments still to come.
    pub values: Vec<Option<TrackerValue>>,
}

/// A value and whether it differs from the moment before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackerValue {
    /// A line each; empty for nothing.
    pub lines: Vec<String>,
    /// Whether this moment changed it.
    pub changed: bool,
}
