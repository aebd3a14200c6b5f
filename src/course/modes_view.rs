//! What the page may know of the modes beside the steps: all of it, without
//! what makes an answer right.

use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::lesson::numbered;
use super::lesson_view::{lines, passage, question};
use super::{
    Arm, Block, Case, Cost, Explanation, Inline, Lesson, MachineLine, Modes, Passage, PassageView, Question,
    QuestionView, Scenario, Task,
};

/// What the modes beside the steps show; a mode without anything is not offered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct ModesView {
    /// What it is about, and when to use it.
    pub learn: Vec<PassageView>,
    /// What hurts without it.
    pub why: Vec<PassageView>,
    /// How it works inside.
    pub deep: Vec<PassageView>,
    /// Lines to be completed.
    pub practice: Vec<QuestionView>,
    /// Problems against the clock.
    pub challenge: Vec<QuestionView>,
    /// The tasks of the project.
    pub project: Vec<TaskView>,
    /// Flash cards: title in front, prose on the back.
    pub cards: Vec<PassageView>,
    /// Questions that look back.
    pub review: Vec<QuestionView>,
    /// What to explain in one's own words.
    pub explain: Vec<ExplanationView>,
    /// What grows with what.
    pub costs: Vec<CostView>,
    /// Places to start from when everything is open.
    pub scenarios: Vec<ScenarioView>,
}

/// A task of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TaskView {
    /// Such as `task-1`; with `-solution` after it, for [`crate::session::Ask::ShowMe`], what leads to it and does it.
    pub id: String,
    /// What it is.
    pub title: Vec<Inline>,
    /// What is wanted.
    pub prose: Vec<Block>,
    /// Its goals, in words.
    pub goals: Vec<String>,
    /// Hints, a little more each.
    pub hints: Vec<String>,
}

/// Something to explain in one's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ExplanationView {
    /// What.
    pub question: Vec<Inline>,
    /// What a good answer says.
    pub points: Vec<Vec<Inline>>,
    /// A good answer.
    pub answer: Vec<Block>,
}

/// A cost that grows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct CostView {
    /// For [`crate::session::Ask::Measure`].
    pub id: String,
    /// What is asked.
    pub title: Vec<Inline>,
    /// What there is to see.
    pub prose: Vec<Block>,
    /// What is counted along.
    pub count: String,
    /// What is measured.
    pub measure: String,
    /// Whether that is a number of bytes.
    pub bytes: bool,
    /// How many rounds.
    pub rounds: usize,
    /// The ways that are compared, and the lines of each.
    pub cases: Vec<CaseView>,
    /// What can be otherwise in all of them.
    pub switches: Vec<SwitchView>,
}

/// Something that can be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct SwitchView {
    /// What it adds if it is on.
    pub on: CaseView,
    /// What it adds if it is off.
    pub off: CaseView,
}

/// One way of doing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct CaseView {
    /// What tells it from the others.
    pub name: String,
    /// Run once, before the first round, as `machine $ line`.
    pub setup: Vec<String>,
    /// Run each round.
    pub each: Vec<String>,
}

/// A place to start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ScenarioView {
    /// What it is.
    pub title: Vec<Inline>,
    /// What to do there.
    pub prose: Vec<Block>,
    /// The lines that lead to it: machine and line.
    pub lines: Vec<(String, String)>,
}

impl Modes {
    /// What the page may know of the modes of this lesson.
    pub fn view(&self, lesson: &Lesson) -> ModesView {
        let passages = |set, passages: &[Passage]| numbered(set, passages).map(|(id, of)| passage(id, of)).collect();
        let questions =
            |set, questions: &[Question]| numbered(set, questions).map(|(id, of)| question(id, of, lesson)).collect();
        ModesView {
            learn: passages("learn", &self.learn),
            why: passages("why", &self.why),
            deep: passages("deep", &self.deep),
            practice: questions("try", &self.practice),
            challenge: questions("challenge", &self.challenge),
            project: numbered("task", &self.project).map(|(id, of)| task(id, of)).collect(),
            cards: passages("card", &self.cards),
            review: questions("review", &self.review),
            explain: self.explain.iter().map(explanation).collect(),
            costs: numbered("cost", &self.costs).map(|(id, of)| cost(id, of)).collect(),
            scenarios: self.scenarios.iter().map(scenario).collect(),
        }
    }
}

fn task(id: String, task: &Task) -> TaskView {
    TaskView {
        id,
        title: task.title.clone(),
        prose: task.prose.clone(),
        goals: task.goals.iter().map(|goal| goal.claim.to_string()).collect(),
        hints: task.hints.clone(),
    }
}

fn explanation(explanation: &Explanation) -> ExplanationView {
    ExplanationView {
        question: explanation.question.clone(),
        points: explanation.points.clone(),
        answer: explanation.answer.clone(),
    }
}

fn cost(id: String, cost: &Cost) -> CostView {
    let case = |case: &Case| CaseView { name: case.name.clone(), setup: lines(&case.setup), each: lines(&case.each) };
    let arm = |arm: &Arm| CaseView { name: arm.name.clone(), setup: lines(&arm.setup), each: lines(&arm.each) };
    CostView {
        id,
        title: cost.title.clone(),
        prose: cost.prose.clone(),
        count: cost.count.clone(),
        measure: cost.measure.to_string(),
        bytes: cost.measure.is_bytes(),
        rounds: cost.rounds,
        cases: cost.cases.iter().map(case).collect(),
        switches: cost
            .switches
            .iter()
            .map(|switch| SwitchView { on: arm(&switch.on), off: arm(&switch.off) })
            .collect(),
    }
}

fn scenario(scenario: &Scenario) -> ScenarioView {
    let line = |command: &MachineLine| (command.machine.clone(), command.line.clone());
    ScenarioView {
        title: scenario.title.clone(),
        prose: scenario.prose.clone(),
        lines: scenario.lines.iter().map(line).collect(),
    }
}
