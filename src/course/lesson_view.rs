//! What the page may know of a lesson: prose, steps and questions, without
//! what makes an answer right.

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{Asked, Lesson, MachineLine, Mode, Passage, Pointer, Question, Step};

/// A lesson as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
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
    pub moments: Vec<PassageView>,
    /// The questions beside the steps.
    pub quiz: Vec<QuestionView>,
    /// The concept snapshot, a line each.
    pub concepts: Vec<Vec<Inline>>,
    /// The further modes it has something for, and how much of it can be solved.
    pub modes: Vec<(Mode, usize)>,
}

/// A box of the process flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct FlowBox {
    /// What it says.
    pub label: String,
    /// The step (from 0) during which it is reached; none for what follows the last.
    pub step: Option<usize>,
}

/// A step of the lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
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

/// A few paragraphs under a heading, perhaps with something to execute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct PassageView {
    /// For [`crate::session::Ask::ShowMe`].
    pub id: String,
    /// The heading.
    pub title: Vec<Inline>,
    /// The paragraphs.
    pub prose: Vec<Block>,
    /// The lines `show me` executes, as `machine $ line`; none if there is nothing to show.
    pub shows: Vec<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct QuestionView {
    /// For [`super::Answer`]; with `-solution` after it, for [`crate::session::Ask::ShowMe`], what is right.
    pub id: String,
    /// The question.
    pub question: Vec<Inline>,
    /// What has to be known first.
    pub prose: Vec<Block>,
    /// What was executed before, as `machine $ line`; a line each.
    pub given: Vec<String>,
    /// How it is answered.
    pub asked: AskedView,
    /// What the answer's lines have to lead to, in words.
    pub goals: Vec<String>,
    /// Hints, a little more each.
    pub hints: Vec<String>,
    /// The place in the process table the hints point at.
    pub pointer: Option<Pointer>,
    /// How long it may take, where there is a clock.
    pub seconds: Option<u32>,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AskedView {
    /// By picking one.
    Choose(Vec<ChoiceView>),
    /// By completing a line.
    Fill(FillView),
    /// By bringing these lines into an order.
    Order(Vec<String>),
    /// By typing lines on this machine.
    Repair(String),
    /// By a number: what, and of which line.
    Predict(PredictView),
    /// By pairing lines with what they do.
    Match(MatchView),
    /// By a word.
    Type,
}

/// A line to be completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct FillView {
    /// Where it runs.
    pub machine: String,
    /// What stands around the gaps: one more than there are gaps.
    pub around: Vec<String>,
    /// Words to choose from.
    pub words: Vec<String>,
}

/// A number to be said beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct PredictView {
    /// What is counted.
    pub measure: String,
    /// The line, as `machine $ line`.
    pub line: String,
}

/// Lines, and what they do, in an order that says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct MatchView {
    /// The lines, as `machine $ line`.
    pub lines: Vec<String>,
    /// What they do: just one for each.
    pub texts: Vec<String>,
}

/// A choice of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
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

impl Lesson {
    /// What the page may know: everything but what makes an answer right.
    pub fn view(&self) -> LessonView {
        LessonView {
            id: self.id.clone(),
            title: self.title.clone(),
            minutes: self.minutes,
            intro: self.intro.clone(),
            flow: self.flow.iter().map(|(label, step)| FlowBox { label: label.clone(), step: *step }).collect(),
            steps: self.steps.iter().map(step).collect(),
            moments: self.passages().map(|(id, moment)| passage(id, moment)).collect(),
            quiz: self.questions().map(|(id, asked)| question(id, asked, self)).collect(),
            concepts: self.concepts.clone(),
            modes: self.modes.clone(),
        }
    }
}

/// What the page may know of a question of this lesson.
pub(super) fn question(id: String, question: &Question, lesson: &Lesson) -> QuestionView {
    let given = question.given.as_ref().map(|given| {
        let steps = lesson.steps.iter().take(given.after).map(|step| &step.command);
        steps.chain(&given.lines).map(ToString::to_string).collect()
    });
    QuestionView {
        question: question.question.clone(),
        prose: question.prose.clone(),
        given: given.unwrap_or_default(),
        asked: asked(&id, question),
        goals: question.goals.iter().map(ToString::to_string).collect(),
        hints: question.hints.clone(),
        pointer: question.pointer,
        seconds: question.seconds,
        id,
    }
}

fn step(step: &Step) -> StepView {
    StepView {
        title: step.title.clone(),
        machine: step.command.machine.clone(),
        line: step.command.line.clone(),
        prose: step.prose.clone(),
        correction: step.correction.clone(),
    }
}

/// What the page shows of a passage.
pub(super) fn passage(id: String, passage: &Passage) -> PassageView {
    let shows = passage.show.as_ref().map(|show| lines(&show.lines)).unwrap_or_default();
    PassageView { id, title: passage.title.clone(), prose: passage.prose.clone(), shows }
}

fn asked(id: &str, question: &Question) -> AskedView {
    match &question.asked {
        Asked::Choose(choices) => {
            let choice = |(at, choice): (usize, &super::Choice)| {
                let can = choice.attempt.is_some() || question.given.is_some();
                ChoiceView { text: choice.text.clone(), show: can.then(|| format!("{id}-choice-{}", at + 1)) }
            };
            AskedView::Choose(choices.iter().enumerate().map(choice).collect())
        }
        Asked::Fill { machine, pieces, .. } => {
            let around = pieces.iter().step_by(2).cloned().collect();
            AskedView::Fill(FillView { machine: machine.clone(), around, words: question.asked.pool() })
        }
        Asked::Order(_) => AskedView::Order(question.asked.pool()),
        Asked::Repair { machine, .. } => AskedView::Repair(machine.clone()),
        Asked::Match(pairs) => {
            let lines = pairs.iter().map(|pair| pair.command.to_string()).collect();
            AskedView::Match(MatchView { lines, texts: question.asked.pool() })
        }
        Asked::Type { .. } => AskedView::Type,
        Asked::Predict { measure, command } => {
            AskedView::Predict(PredictView { measure: measure.to_string(), line: command.to_string() })
        }
    }
}

/// Lines as they are shown.
pub(super) fn lines(commands: &[MachineLine]) -> Vec<String> {
    commands.iter().map(ToString::to_string).collect()
}
