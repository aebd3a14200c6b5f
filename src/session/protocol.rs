//! The one protocol: what a host asks of a session, and what it is told.
//! Page, worker, native prompt and tests all speak it.

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use crate::course::{LessonView, QuizAnswer, ScratchView, Verdict};
use crate::event::{BlobMove, Exchange};
use crate::lab::Snapshot;
use crate::oci::Digest;
use crate::text::{Line, Output};

/// What a host asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Ask {
    /// Starts with a lesson; with a saved text, restores what it holds.
    Open {
        /// Its id.
        lesson: String,
        /// A text from [`Tell::Saved`], if there is one.
        saved: Option<String>,
    },
    /// Runs a line as typed.
    Line {
        /// On this machine; where the prompt is, if none.
        machine: Option<String>,
        /// The line.
        line: String,
    },
    /// Runs the next line of the lesson, or steps forward to it if it was run before.
    Next,
    /// Goes to a point of the history: 0 is the start, n is after the nth operation of the branch.
    Jump {
        /// Which point.
        position: usize,
    },
    /// One operation back.
    Undo,
    /// One operation forward again.
    Redo,
    /// Back to the very start, forgetting everything.
    Reset,
    /// Ctrl-C for what runs.
    Interrupt,
    /// Replaces a lesson step's line by another one, goes to the point before it and runs it.
    EditStep {
        /// Which step, from 0.
        step: usize,
        /// The line to run instead.
        line: String,
    },
    /// The text of a file of a machine; answered by [`Tell::File`].
    ReadFile {
        /// The machine.
        machine: String,
        /// Absolute path.
        path: String,
    },
    /// Replaces a file's text, or makes the file; an operation of the history.
    WriteFile {
        /// The machine.
        machine: String,
        /// Absolute path.
        path: String,
        /// All of it.
        text: String,
    },
    /// What a digest names; answered by [`Tell::Inspected`].
    Inspect {
        /// The digest of a manifest, a configuration or a layer.
        digest: Digest,
    },
    /// Judges an answer; answered by [`Tell::Verdict`].
    Answer(QuizAnswer),
    /// Executes in a copy of the lab what a key moment or a choice names; answered by [`Tell::Scratch`].
    ShowMe {
        /// The id from the lesson, such as `moment-1` or `quiz-2-choice-0`.
        id: String,
    },
    /// The words that could stand at the end of a line; answered by [`Tell::Completed`].
    Complete {
        /// The line up to the cursor.
        line: String,
    },
    /// The image as a tar of an OCI layout; answered by [`Tell::Exported`].
    Export {
        /// The machine.
        machine: String,
        /// The image as typed.
        reference: String,
    },
    /// The whole trace as JSON; answered by [`Tell::Trace`].
    Trace,
}

/// What a host is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Tell {
    /// The worker's code is loaded and takes questions.
    Ready,
    /// Bytes of the page's own files are being fetched.
    Loading {
        /// What, in words.
        what: String,
    },
    /// The lesson was opened.
    Opened {
        /// All of it that the page may know.
        lesson: Box<LessonView>,
    },
    /// A command began.
    Started {
        /// Where.
        machine: String,
        /// The prompt it was typed at, such as `laptop:~/mlmodel $`.
        prompt: String,
        /// The line.
        line: String,
    },
    /// A command printed something.
    Printed {
        /// One line, or an update of one.
        output: Output,
    },
    /// A request was sent and answered.
    Exchanged {
        /// Both.
        exchange: Exchange,
    },
    /// A blob or manifest is on its way, or need not travel.
    Moved {
        /// Which, and how far.
        moved: BlobMove,
    },
    /// The command ended.
    Finished {
        /// Exit code.
        code: i32,
        /// Our advice, apart from docker's words.
        hint: Option<Line>,
    },
    /// The terminal is to be emptied.
    Cleared,
    /// The state as it is now, and the history around it.
    State {
        /// The facts.
        snapshot: Box<Snapshot>,
        /// The history.
        history: HistoryView,
        /// What the lesson makes of it: tables, transcript, ticks.
        trace: Box<crate::course::TraceView>,
        /// The prompt, such as `laptop:~/mlmodel $`.
        prompt: String,
    },
    /// What to keep so that [`Ask::Open`] restores this state.
    Saved {
        /// An opaque text.
        text: String,
    },
    /// What was saved could not be restored; the lab starts fresh.
    NotRestored {
        /// Why, in words for the learner.
        reason: String,
    },
    /// A file's text.
    File {
        /// The machine.
        machine: String,
        /// Absolute path.
        path: String,
        /// The text, or what stands in its way: too large, not text, not there.
        text: Result<String, String>,
    },
    /// What a digest names.
    Inspected {
        /// The question.
        digest: Digest,
        /// The answer.
        blob: BlobView,
    },
    /// How an answer was judged.
    Verdict(Verdict),
    /// What an execution in a copy of the lab did.
    Scratch(ScratchView),
    /// Words that could stand at the end of the line.
    Completed {
        /// The line they were asked for.
        line: String,
        /// Whole lines to choose from.
        candidates: Vec<String>,
    },
    /// A file to download.
    Exported {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// The trace, as JSON lines.
    Trace {
        /// The text.
        json: String,
    },
    /// A question could not be answered; nothing changed.
    Refused {
        /// Why.
        reason: String,
    },
}

/// The history as a row of stops.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct HistoryView {
    /// The operations of the current branch, first to last.
    pub operations: Vec<OperationView>,
    /// How many of them have happened: 0 is the start.
    pub position: usize,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct OperationView {
    /// Where.
    pub machine: String,
    /// The line.
    pub line: String,
    /// A word for the player: `build`, `tag`, `push`…
    pub label: String,
    /// Which step of the lesson it was, if it was one.
    pub step: Option<usize>,
    /// Exit code.
    pub code: i32,
}

/// A blob, looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BlobView {
    /// A manifest, an index or a configuration.
    Document {
        /// What it is.
        media_type: String,
        /// Bytes as stored.
        size: u64,
        /// The exact bytes, as text.
        text: String,
        /// Where it is: machines and registries.
        places: Vec<String>,
    },
    /// A layer.
    Layer {
        /// Bytes compressed.
        size: u64,
        /// Bytes uncompressed.
        unpacked: u64,
        /// The digest of the uncompressed tar, computed now.
        diff_id: Digest,
        /// Its entries: path, size, mode.
        entries: Vec<crate::lab::FileView>,
        /// Where it is: machines and registries.
        places: Vec<String>,
    },
    /// Nobody in the lab has these bytes.
    Unknown,
}
