//! A lesson as its author writes it: one Markdown file with a few lines of
//! settings on top. Everything the page shows of it, in every mode, and
//! everything that is executed for it, is in here or in its [`super::Modes`]. A
//! site carries both read already, as JSON, so that no learner downloads a
//! Markdown parser.

use serde::{Deserialize, Serialize};

use super::{Block, Claim, Inline, Mode, Question};

/// A lesson, read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lesson {
    /// Such as `container-registries-for-ml`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// About how long it takes.
    pub minutes: u32,
    /// What the lab's randomness grows from.
    pub seed: u64,
    /// The machines of its lab.
    pub machines: Vec<String>,
    /// The registries of its lab.
    pub registries: Vec<String>,
    /// The folder of the project on the first machine.
    pub folder: String,
    /// The files of the project.
    pub files: Vec<String>,
    /// Opening prose.
    pub intro: Vec<Block>,
    /// The boxes of the process flow and the step (from 0) that reaches each.
    pub flow: Vec<(String, Option<usize>)>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The key moments: questions learners ask, and their answers.
    pub moments: Vec<Passage>,
    /// The questions beside the steps.
    pub quiz: Vec<Question>,
    /// The concept snapshot.
    pub concepts: Vec<Vec<Inline>>,
    /// The further modes it has something for, and how much of it can be solved; what that is, is in [`super::Modes`].
    pub modes: Vec<(Mode, usize)>,
}

/// A step: a line and the prose beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// Where the line runs, and the line.
    pub command: MachineLine,
    /// The prose.
    pub prose: Vec<Block>,
    /// Where other pictures of this step go wrong.
    pub correction: Vec<Block>,
}

/// A line at a machine's prompt, written `machine $ line`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineLine {
    /// Which machine.
    pub machine: String,
    /// The line.
    pub line: String,
}

/// Something to execute in a copy of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Experiment {
    /// After so many steps of the lesson.
    pub after: usize,
    /// The lines.
    pub lines: Vec<MachineLine>,
}

/// A few paragraphs under a heading, perhaps with something to execute and
/// with what must hold for them to be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The heading.
    pub title: Vec<Inline>,
    /// The paragraphs.
    pub prose: Vec<Block>,
    /// What shows it.
    pub show: Option<Experiment>,
    /// What must hold of that execution; whoever checks the lesson executes it.
    pub holds: Vec<Claim>,
}

/// Why a text is not a lesson.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LessonError {
    /// The settings between `---` are missing or one of them is wrong.
    #[error("the lesson's settings: {reason}")]
    Settings {
        /// What is wrong.
        reason: String,
    },
    /// A part does not have the shape it needs.
    #[error("the lesson's part {part:?}: {reason}")]
    Part {
        /// Which.
        part: String,
        /// What is wrong.
        reason: String,
    },
}

impl Lesson {
    /// The lesson as a site carries it.
    pub fn to_json(&self) -> Vec<u8> {
        crate::oci::json::compact(self)
    }

    /// The questions beside the steps, each under the id by which answers name it, such as `quiz-2`.
    pub fn questions(&self) -> impl Iterator<Item = (String, &Question)> {
        numbered("quiz", &self.quiz)
    }

    /// The key moments, each under its id, such as `moment-1`.
    pub fn passages(&self) -> impl Iterator<Item = (String, &Passage)> {
        numbered("moment", &self.moments)
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        match Id::read(id)? {
            Id { set: "quiz", at, .. } => self.quiz.get(at),
            _ => None,
        }
    }

    /// The experiment with this id: `moment-1` or `quiz-2-choice-1`.
    pub fn experiment(&self, id: &str) -> Option<Experiment> {
        match Id::read(id)? {
            Id { set: "moment", at, .. } => self.moments.get(at)?.show.clone(),
            Id { set: "quiz", at, part } => self.quiz.get(at)?.experiment(part),
            _ => None,
        }
    }
}

/// What an id such as `quiz-2-choice-1` names.
pub(super) struct Id<'a> {
    /// The set, such as `quiz`.
    pub set: &'a str,
    /// Which of it, from 0.
    pub at: usize,
    /// What of that, such as `choice-1`; empty for the whole.
    pub part: &'a str,
}

impl<'a> Id<'a> {
    pub fn read(id: &'a str) -> Option<Self> {
        let (set, rest) = id.split_once('-')?;
        let (number, part) = rest.split_once('-').unwrap_or((rest, ""));
        Some(Self { set, at: number.parse::<usize>().ok()?.checked_sub(1)?, part })
    }
}

/// The items of a set, each under its id.
pub(super) fn numbered<'a, T>(set: &'a str, items: &'a [T]) -> impl Iterator<Item = (String, &'a T)> {
    items.iter().enumerate().map(move |(at, item)| (format!("{set}-{}", at + 1), item))
}

impl MachineLine {
    /// Reads `machine $ line`.
    pub fn read(text: &str) -> Option<Self> {
        let (machine, line) = text.split_once(" $ ")?;
        Some(Self { machine: machine.trim().to_owned(), line: line.trim().to_owned() })
    }
}

impl std::fmt::Display for MachineLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} $ {}", self.machine, self.line)
    }
}
