//! The one protocol: what a host asks of a session, and what it is told.
//! Page, worker, native prompt and tests all speak it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::change::LabChange;
use super::exploration::{Explored, Peeked};
use super::foresight::Foreseen;
use super::handout::Handout;
use super::look::Inspection;
use super::resending::Resent;
use super::stops::{Compared, HistoryView};
use super::survey::{Surveyed, Weighed};
use crate::course::{Answer, LessonView, Measured, Measuring, ModesView, ScratchView, TraceView, Verdict};
use crate::event::{BlobMove, Exchange};
use crate::lab::{Keys, Snapshot};
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
        /// In this language, by its tag; a site has every lesson in each of its languages.
        language: String,
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
    /// Back to where the present step of the lesson began, with the lesson's own line for it.
    ResetStep,
    /// Back to the very start, forgetting everything.
    Reset,
    /// Ctrl-C for what runs.
    Interrupt,
    /// Keys for the program that reads what is typed, of which [`Tell::Reads`] told.
    Press(Keys),
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
    /// Looks through an image, layer by layer; answered by [`Tell::Explored`].
    Explore {
        /// The digest of its manifest, its index or, in the classic store, its configuration.
        image: Digest,
    },
    /// The text of a file as a layer has it; answered by [`Tell::Peeked`].
    Peek {
        /// The digest of the layer's blob.
        layer: Digest,
        /// Absolute path.
        path: String,
    },
    /// Looks a registry of the lab through; answered by [`Tell::Surveyed`].
    Survey {
        /// Its name.
        registry: String,
    },
    /// Bytes as they lie in a registry, and their digest computed anew; answered by [`Tell::Weighed`].
    Weigh {
        /// The registry.
        registry: String,
        /// The digest they are stored under.
        digest: Digest,
        /// From which of them on, from 0.
        from: u64,
    },
    /// Sends a request of the history once more, in a copy of the lab; answered by [`Tell::Resent`].
    Resend {
        /// The machine that sent it.
        machine: String,
        /// The request and its first answer.
        exchange: Exchange,
    },
    /// Builds a Dockerfile with this text in a copy of the lab; answered by [`Tell::Foreseen`].
    Foresee {
        /// The machine.
        machine: String,
        /// Absolute path.
        path: String,
        /// All of it.
        text: String,
    },
    /// What the lesson has for the modes beside its steps; answered by [`Tell::Modes`].
    Modes,
    /// Judges an answer; answered by [`Tell::Verdict`].
    Answer(Answer),
    /// Executes in a copy of the lab what a passage, a choice or a solution names; answered by [`Tell::Scratch`].
    ShowMe {
        /// The id from the lesson, such as `moment-1`, `quiz-2-choice-1` or `task-3-solution`.
        id: String,
    },
    /// Measures a cost of the lesson in copies of the lab, while the lab itself can be used; answered by
    /// [`Tell::Measuring`] and in the end by [`Tell::Measured`].
    Measure {
        /// The id from the lesson, such as `cost-1`.
        id: String,
        /// For each of its switches, whether it is on.
        on: Vec<bool>,
    },
    /// Gives up measuring; answered by [`Tell::Measured`] without anything.
    StopMeasuring,
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
    /// All steps, tables, questions and answers on paper, executed for it while the lab itself can be used;
    /// answered by [`Tell::Solving`] and in the end by [`Tell::Handout`].
    Handout,
    /// Gives the handout up; answered by [`Tell::Handout`] without one.
    StopHandout,
    /// The whole trace as JSON; answered by [`Tell::Trace`].
    Trace,
    /// Goes to any point of the history, on whatever branch.
    GoTo {
        /// Which operation it is after, by its index; none: the start.
        at: Option<usize>,
    },
    /// Names the point the history is at; a name that is known moves there.
    Bookmark {
        /// The name.
        name: String,
    },
    /// Takes a point's name away.
    ForgetBookmark {
        /// The name.
        name: String,
    },
    /// Two points beside each other; answered by [`Tell::Compared`].
    Compare {
        /// The one, as in [`Ask::GoTo`].
        one: Option<usize>,
        /// The other.
        other: Option<usize>,
    },
    /// The whole lab as a link; answered by [`Tell::Shared`].
    Share,
    /// Another lab in this one's place, done again step by step; in the end [`Tell::Restored`], on error all is as before.
    Restore {
        /// A text from [`Tell::Saved`], or a link.
        text: String,
    },
    /// Puts a file from outside where the prompt of a machine stands; an operation of the history.
    Bring {
        /// The machine.
        machine: String,
        /// Its name, without folders.
        name: String,
        /// All of it.
        bytes: Bytes,
    },
}

/// What takes a while before it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Loading {
    /// The lesson is being fetched.
    Lesson,
    /// So are the files of its project.
    Files,
    /// So is what runs programs.
    Interpreter,
    /// So is what the lesson does without.
    Engine,
    /// What was done in another lab is done again.
    Again {
        /// How many operations are done.
        done: usize,
        /// How many there are.
        all: usize,
    },
}

/// What a host is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tell {
    /// The worker's code is loaded and takes questions.
    Ready,
    /// What comes next takes a while.
    Loading(Loading),
    /// What was being fetched is here, and what waited for it goes on.
    Loaded,
    /// The lesson was opened: all of it that the page may know, but for its modes.
    Opened(Box<LessonView>),
    /// What the lesson has for the modes beside its steps.
    Modes(Box<ModesView>),
    /// A command began.
    Started(Start),
    /// A command printed a line, or an update of one.
    Printed(Output),
    /// A request was sent and answered.
    Exchanged(Exchange),
    /// A blob or manifest is on its way, or need not travel.
    Moved(BlobMove),
    /// A program reads what is typed from now on, or (none) the prompt does again.
    Reads(Option<Reader>),
    /// The command ended.
    Finished(End),
    /// The terminal is to be emptied.
    Cleared,
    /// The state as it is now, and the history around it.
    State(Box<LabView>),
    /// The same as what differs from the state told last: so a worker tells its page of it.
    Changed(Box<LabChange>),
    /// What to keep so that [`Ask::Open`] restores this state: an opaque text.
    Saved(String),
    /// What was saved could not be restored, and why, in words for the learner; the lab starts fresh.
    NotRestored(String),
    /// A file's text.
    File(FileText),
    /// What a digest names.
    Inspected(Inspection),
    /// An image, layer by layer.
    Explored(Explored),
    /// A file of a layer.
    Peeked(Peeked),
    /// All that a registry holds.
    Surveyed(Surveyed),
    /// Bytes as they lie in a registry.
    Weighed(Box<Weighed>),
    /// What came of a request that was sent once more.
    Resent(Box<Resent>),
    /// What a build of a Dockerfile would do now.
    Foreseen(Foreseen),
    /// How an answer was judged.
    Verdict(Verdict),
    /// What an execution in a copy of the lab did.
    Scratch(ScratchView),
    /// How far a measure is.
    Measuring(Measuring),
    /// What was measured of a cost.
    Measured(Measured),
    /// How many of a handout's questions are solved.
    Solving {
        /// So many.
        done: usize,
        /// Of so many.
        all: usize,
    },
    /// What a handout shows; none if it was given up.
    Handout(Option<Box<Handout>>),
    /// Words that could stand at the end of the line.
    Completed(Completion),
    /// A file to download.
    Exported(Download),
    /// The trace, as JSON lines.
    Trace(String),
    /// Two points beside each other.
    Compared(Compared),
    /// The end of a link that holds the lab, from behind its `#`; or why there is none.
    Shared(Result<String, String>),
    /// The lab is now the one of [`Ask::Restore`].
    Restored,
    /// A question could not be answered, and why; nothing changed.
    Refused(String),
}

/// A command as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Start {
    /// Where.
    pub machine: String,
    /// The prompt it was typed at, such as `laptop:~/mlmodel $`.
    pub prompt: String,
    /// The line.
    pub line: String,
}

/// A program that reads what is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Reader {
    /// The name of its container.
    pub container: String,
    /// What it has written of a line that has no end yet, such as a question.
    pub begun: String,
    /// The keys that leave it running, each as the character that a terminal sends for it; none if it has no terminal of
    /// its own.
    pub leave: String,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct End {
    /// Exit code.
    pub code: i32,
    /// Our advice, apart from docker's words.
    pub hint: Option<Line>,
}

/// The lab at one point of its history.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct LabView {
    /// The facts.
    pub snapshot: Snapshot,
    /// The history.
    pub history: HistoryView,
    /// What the lesson makes of it: tables, transcript, ticks.
    pub trace: TraceView,
    /// The prompt, such as `laptop:~/mlmodel $`.
    pub prompt: String,
}

/// A file of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct FileText {
    /// The machine.
    pub machine: String,
    /// Absolute path.
    pub path: String,
    /// The text, or what stands in its way: too large, not text, not there.
    pub text: Result<String, String>,
}

/// Words that could stand at the end of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Completion {
    /// The line they were asked for.
    pub line: String,
    /// Whole lines to choose from.
    pub candidates: Vec<String>,
    /// What help says of its last word.
    pub help: Option<String>,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Download {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
