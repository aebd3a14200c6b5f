//! A lesson as its author writes it: one Markdown file with a few lines of
//! settings on top. Everything the page shows of it, in every mode, and
//! everything that is executed for it, is in here. A site carries it read
//! already, as JSON, so that no learner downloads a Markdown parser.

use serde::{Deserialize, Serialize};

use super::{Block, Claim, Inline, Measure, Question};

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
    /// What it is about, and when to use it.
    pub learn: Vec<Passage>,
    /// What hurts without it.
    pub why: Vec<Passage>,
    /// How it works inside.
    pub deep: Vec<Passage>,
    /// Lines to be completed.
    pub practice: Vec<Question>,
    /// Problems against the clock.
    pub challenge: Vec<Question>,
    /// A small job, a task after the other, done in the lab itself.
    pub project: Vec<Task>,
    /// Flash cards: the front is the title, the back the prose.
    pub cards: Vec<Passage>,
    /// Questions that look back.
    pub review: Vec<Question>,
    /// What to explain in one's own words.
    pub explain: Vec<Explanation>,
    /// What grows with what.
    pub costs: Vec<Cost>,
    /// Places to start from when everything is open.
    pub scenarios: Vec<Scenario>,
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

/// A task of the project: its goals are held against the learner's own lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What it is.
    pub title: Vec<Inline>,
    /// What is wanted.
    pub prose: Vec<Block>,
    /// What must have come about.
    pub goals: Vec<Goal>,
    /// Help, a little more each.
    pub hints: Vec<String>,
    /// Lines that do it, after those of the tasks before.
    pub solution: Vec<MachineLine>,
}

/// A condition over what happened and what is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// The condition.
    pub claim: Claim,
    /// Whether it is enough that it held once; else it must hold now.
    pub once: bool,
}

/// Something to explain in one's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What.
    pub question: Vec<Inline>,
    /// What a good answer says, to be ticked by oneself.
    pub points: Vec<Vec<Inline>>,
    /// A good answer.
    pub answer: Vec<Block>,
}

/// A cost that grows: measured by running the lines again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// What is asked.
    pub title: Vec<Inline>,
    /// What there is to see.
    pub prose: Vec<Block>,
    /// What is counted along, such as `pushes`.
    pub count: String,
    /// What is measured.
    pub measure: Measure,
    /// How many rounds.
    pub rounds: usize,
    /// The ways that are compared.
    pub cases: Vec<Case>,
}

/// One way of doing it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Case {
    /// What tells it from the others.
    pub name: String,
    /// Run once, before the first round; not measured.
    pub setup: Vec<MachineLine>,
    /// Run each round; `{n}` is its number, from 1.
    pub each: Vec<MachineLine>,
}

/// A place to start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// What it is.
    pub title: Vec<Inline>,
    /// What to do there.
    pub prose: Vec<Block>,
    /// The lines that lead to it.
    pub lines: Vec<MachineLine>,
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

    /// All questions, each under the id by which answers name it, such as `quiz-2`.
    pub fn questions(&self) -> impl Iterator<Item = (String, &Question)> {
        let sets =
            [("quiz", &self.quiz), ("try", &self.practice), ("challenge", &self.challenge), ("review", &self.review)];
        sets.into_iter().flat_map(|(set, questions)| {
            questions.iter().enumerate().map(move |(at, question)| (format!("{set}-{}", at + 1), question))
        })
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|(known, _)| known == id).map(|(_, question)| question)
    }

    /// All passages, each under its id, such as `moment-1`.
    pub fn passages(&self) -> impl Iterator<Item = (String, &Passage)> {
        let sets = [
            ("moment", &self.moments),
            ("learn", &self.learn),
            ("why", &self.why),
            ("deep", &self.deep),
            ("card", &self.cards),
        ];
        sets.into_iter().flat_map(|(set, passages)| {
            passages.iter().enumerate().map(move |(at, passage)| (format!("{set}-{}", at + 1), passage))
        })
    }

    /// The experiment with this id: `moment-1`, `quiz-2-choice-1`, `try-1-solution` or `task-3-solution`.
    pub fn experiment(&self, id: &str) -> Option<Experiment> {
        if let Some(number) = id.strip_prefix("task-").and_then(|rest| rest.strip_suffix("-solution")) {
            return self.solution(number.parse::<usize>().ok()?);
        }
        if let Some(question) = id.strip_suffix("-solution") {
            let question = self.question(question)?;
            let given = question.given.clone().unwrap_or_default();
            let lines = given.lines.into_iter().chain(question.asked.solution()?).collect();
            return Some(Experiment { after: given.after, lines });
        }
        if let Some((question, choice)) = id.split_once("-choice-") {
            let question = self.question(question)?;
            let choice = question.asked.choices().get(choice.parse::<usize>().ok()?.checked_sub(1)?)?;
            return choice.attempt.as_ref().or(question.given.as_ref()).cloned();
        }
        self.passages().find(|(known, _)| known == id).and_then(|(_, passage)| passage.show.clone())
    }

    /// What leads through the tasks up to this one, from 1.
    fn solution(&self, number: usize) -> Option<Experiment> {
        let tasks = self.project.get(..number).filter(|tasks| !tasks.is_empty())?;
        let lines = tasks.iter().flat_map(|task| task.solution.iter().cloned()).collect();
        Some(Experiment { after: 0, lines })
    }
}

impl Case {
    /// The lines of a round, from 1.
    pub fn round(&self, number: usize) -> Vec<MachineLine> {
        let line = |command: &MachineLine| MachineLine {
            machine: command.machine.clone(),
            line: command.line.replace("{n}", &number.to_string()),
        };
        self.each.iter().map(line).collect()
    }
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
