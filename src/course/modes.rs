//! What a lesson holds for the modes beside its steps. A site has it in a
//! file of its own, which is fetched when the first of them is opened.

use serde::{Deserialize, Serialize};

use super::lesson::{Id, numbered};
use super::{Block, Claim, Experiment, Fact, Inline, MachineLine, Measure, Passage, Question};

/// A way to learn the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// What it is about, and when to use it.
    Learn,
    /// What hurts without it.
    Why,
    /// How it works inside.
    Deep,
    /// Step by step, with everything to be seen.
    #[default]
    Visualize,
    /// Lines to be completed.
    Try,
    /// Problems against the clock.
    Challenge,
    /// A small job in the lab.
    Project,
    /// Looking back.
    Review,
    /// What grows with what.
    Cost,
    /// Everything open.
    Sandbox,
}

/// What the modes beside the steps are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Modes {
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
    /// What can be otherwise in all of them.
    pub switches: Vec<Switch>,
}

/// Something that can be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// If it is on.
    pub on: Arm,
    /// If it is off.
    pub off: Arm,
}

/// What a switch adds where it stands so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arm {
    /// What that is, in words.
    pub name: String,
    /// Run before the setup of a case.
    pub setup: Vec<MachineLine>,
    /// Run each round, before the lines of a case.
    pub each: Vec<MachineLine>,
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

impl Mode {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::Learn,
        Self::Why,
        Self::Deep,
        Self::Visualize,
        Self::Try,
        Self::Challenge,
        Self::Project,
        Self::Review,
        Self::Cost,
        Self::Sandbox,
    ];
}

impl Modes {
    /// The modes as a site carries them.
    pub fn to_json(&self) -> Vec<u8> {
        crate::oci::json::compact(self)
    }

    /// The modes that there is something for, and how much of it can be solved.
    pub fn filled(&self) -> Vec<(Mode, usize)> {
        let filled = Mode::ALL.into_iter().filter(|mode| self.fills(*mode));
        filled.map(|mode| (mode, self.solvable(mode))).collect()
    }

    fn solvable(&self, mode: Mode) -> usize {
        match mode {
            Mode::Try => self.practice.len(),
            Mode::Challenge => self.challenge.len(),
            Mode::Project => self.project.len(),
            Mode::Review => self.review.len() + self.explain.len(),
            _ => 0,
        }
    }

    fn fills(&self, mode: Mode) -> bool {
        match mode {
            Mode::Learn => !self.learn.is_empty(),
            Mode::Why => !self.why.is_empty(),
            Mode::Deep => !self.deep.is_empty(),
            Mode::Visualize => false,
            Mode::Try => !self.practice.is_empty(),
            Mode::Challenge => !self.challenge.is_empty(),
            Mode::Project => !self.project.is_empty(),
            Mode::Review => !(self.cards.is_empty() && self.review.is_empty() && self.explain.is_empty()),
            Mode::Cost => !self.costs.is_empty(),
            Mode::Sandbox => !self.scenarios.is_empty(),
        }
    }

    /// All questions, each under the id by which answers name it, such as `try-2`.
    pub fn questions(&self) -> impl Iterator<Item = (String, &Question)> {
        let sets = ["try", "challenge", "review"];
        sets.into_iter().flat_map(|set| numbered(set, self.question_set(set)))
    }

    /// All passages, each under its id, such as `learn-1`.
    pub fn passages(&self) -> impl Iterator<Item = (String, &Passage)> {
        let sets = ["learn", "why", "deep", "card"];
        sets.into_iter().flat_map(|set| numbered(set, self.passage_set(set)))
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        let id = Id::read(id)?;
        self.question_set(id.set).get(id.at)
    }

    /// The cost with this id, such as `cost-1`.
    pub fn cost(&self, id: &str) -> Option<&Cost> {
        Id::read(id).filter(|id| id.set == "cost").and_then(|id| self.costs.get(id.at))
    }

    /// The experiment with this id: `learn-1`, `review-2-choice-1`, `try-1-solution` or `task-3-solution`.
    pub fn experiment(&self, id: &str) -> Option<Experiment> {
        match Id::read(id)? {
            Id { set: "task", at, part: "solution" } => self.solution(at),
            Id { set, at, part: "" } => self.passage_set(set).get(at)?.show.clone(),
            Id { set, at, part } => self.question_set(set).get(at)?.experiment(part),
        }
    }

    /// How far the project is: of each task, which goals are reached.
    pub fn goals(&self, facts: &[Fact<'_>]) -> Vec<Vec<bool>> {
        self.project.iter().map(|task| task.goals.iter().map(|goal| goal.is_reached(facts)).collect()).collect()
    }

    fn question_set(&self, set: &str) -> &[Question] {
        match set {
            "try" => &self.practice,
            "challenge" => &self.challenge,
            "review" => &self.review,
            _ => &[],
        }
    }

    fn passage_set(&self, set: &str) -> &[Passage] {
        match set {
            "learn" => &self.learn,
            "why" => &self.why,
            "deep" => &self.deep,
            "card" => &self.cards,
            _ => &[],
        }
    }

    /// What leads through the tasks up to this one, from 0.
    fn solution(&self, at: usize) -> Option<Experiment> {
        let lines = self.project.get(..=at)?.iter().flat_map(|task| task.solution.iter().cloned()).collect();
        Some(Experiment { after: 0, lines })
    }
}

impl Cost {
    /// The ways that are compared, with the switches standing so; none if there are not as many of them.
    pub fn with(&self, on: &[bool]) -> Option<Vec<Case>> {
        let arm = |(switch, on): (&'_ Switch, &bool)| if *on { switch.on.clone() } else { switch.off.clone() };
        let arms: Vec<Arm> = self.switches.iter().zip(on).map(arm).collect();
        let case = |case: &Case| {
            let names = std::iter::once(&case.name).chain(arms.iter().map(|arm| &arm.name));
            let names: Vec<&str> = names.map(String::as_str).filter(|name| !name.trim().is_empty()).collect();
            let joined = |own: &[MachineLine], of: fn(&Arm) -> &Vec<MachineLine>| -> Vec<MachineLine> {
                arms.iter().flat_map(of).chain(own).cloned().collect()
            };
            let setup = joined(&case.setup, |arm| &arm.setup);
            Case { name: names.join(" · "), setup, each: joined(&case.each, |arm| &arm.each) }
        };
        (on.len() == self.switches.len()).then(|| self.cases.iter().map(case).collect())
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
