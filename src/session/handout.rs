//! A handout: what the lesson's steps did, its questions and, apart from
//! them, its answers. All of it is executed for it, in copies of the lab: a
//! question a tick, so that the learner's own lines come between them and it
//! can be given up.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::asking::facts;
use super::{Session, Tell, Tells};
use crate::course::{
    self, Asked, Block, Inline, Known, Lesson, MachineLine, Observed, Question, QuestionView, Said, TraceView,
};

/// What a handout shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Handout {
    /// The tables of the whole lesson.
    pub trace: TraceView,
    /// The questions.
    pub parts: Vec<Part>,
}

/// The questions of a part of the lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Part {
    /// Which.
    pub set: Set,
    /// The questions.
    pub questions: Vec<QuestionView>,
    /// A right answer to each.
    pub solved: Vec<Solved>,
}

/// Where the questions of a part stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Set {
    /// Beside the steps.
    Quiz,
    /// Among the lines to be completed.
    Try,
    /// Among the problems.
    Challenge,
    /// Among those that look back.
    Review,
}

/// A question, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Solved {
    /// The answer, a line each.
    pub answer: Vec<Vec<Inline>>,
    /// Why, in the lesson's words.
    pub explanation: Vec<Block>,
}

/// A handout on its way.
pub(super) struct Making {
    lesson: Rc<Lesson>,
    /// The questions that are left, each with the part it is of.
    left: VecDeque<(usize, Question)>,
    /// How many there are.
    all: usize,
    /// What is there of it.
    handout: Box<Handout>,
}

impl Session {
    /// Begins a handout, with its tables.
    #[inline(never)]
    pub(super) fn hand_out(&mut self, tells: Tells<'_>) -> Result<(), String> {
        if self.making.is_some() {
            return Err("a handout is being made already".to_owned());
        }
        let (lesson, modes) = (self.lesson()?, self.modes()?);
        let (view, all) = (lesson.view(), modes.view(&lesson));
        let quiz = lesson.questions().map(|(_, question)| question).collect();
        let sets: [(Set, Vec<QuestionView>, Vec<&Question>); 4] = [
            (Set::Quiz, view.quiz, quiz),
            (Set::Try, all.practice, modes.practice.iter().collect()),
            (Set::Challenge, all.challenge, modes.challenge.iter().collect()),
            (Set::Review, all.review, modes.review.iter().collect()),
        ];
        let (mut left, mut parts) = (VecDeque::new(), Vec::new());
        for (set, questions, asked) in sets.into_iter().filter(|(_, questions, _)| !questions.is_empty()) {
            left.extend(asked.into_iter().map(|question| (parts.len(), question.clone())));
            parts.push(Part { set, questions, solved: Vec::new() });
        }
        tells(Tell::Solving { done: 0, all: left.len() });
        let handout = Box::new(Handout { trace: self.whole_trace(&lesson)?, parts });
        self.making = Some(Box::new(Making { lesson, all: left.len(), left, handout }));
        Ok(())
    }

    /// Goes on with the handout by a question, and tells it when none is left.
    #[inline(never)]
    pub(super) fn go_on_handing_out(&mut self, tells: Tells<'_>) {
        let Some(mut making) = self.making.take() else { return };
        let Some((part, question)) = making.left.pop_front() else {
            return tells(Tell::Handout(Some(making.handout)));
        };
        match self.solved(&making.lesson, &question) {
            Ok(solved) => {
                making.handout.parts[part].solved.push(solved);
                tells(Tell::Solving { done: making.all - making.left.len(), all: making.all });
                self.making = Some(making);
            }
            Err(reason) => {
                tells(Tell::Handout(None));
                tells(Tell::Refused(reason));
            }
        }
    }

    /// Gives the handout up.
    pub(super) fn stop_handing_out(&mut self, tells: Tells<'_>) {
        if self.making.take().is_some() {
            tells(Tell::Handout(None));
        }
    }

    /// The tables as they are after all steps, with the lesson's own lines.
    fn whole_trace(&mut self, lesson: &Lesson) -> Result<TraceView, String> {
        let commands: Vec<MachineLine> = lesson.steps.iter().map(|step| step.command.clone()).collect();
        let start = self.start()?;
        let (runs, _) = self.lines(start.clone(), &commands)?;
        let observed = runs.iter().enumerate().map(|(at, run)| Observed {
            id: at + 1,
            position: at + 1,
            machine: &run.command.machine,
            line: &run.command.line,
            step: Some(at),
            code: run.code,
            events: &run.events,
            after: &run.after,
        });
        let happened: Vec<Observed<'_>> = observed.collect();
        Ok(course::trace(lesson, None, &BTreeMap::new(), &start.snapshot(), &happened, &mut Known::default()))
    }

    /// What is right is found by executing, as when somebody answers.
    fn solved(&mut self, lesson: &Lesson, question: &Question) -> Result<Solved, String> {
        let code = |command: &MachineLine| vec![Inline::Code(command.to_string())];
        let answer = match &question.asked {
            Asked::Choose(choices) => {
                let (given, _) = self.experiment(lesson, &question.situation(lesson))?;
                let facts = facts(&given);
                let right = |(at, _): &(usize, _)| question.is_right(&Said::Choice(*at), &facts, &[]);
                choices.iter().enumerate().filter(right).map(|(_, choice)| choice.text.clone()).collect()
            }
            Asked::Match(pairs) => {
                let pair = |pair: &course::Pair| {
                    vec![Inline::Code(pair.command.to_string()), Inline::Text(format!(": {}", pair.text))]
                };
                pairs.iter().map(pair).collect()
            }
            Asked::Type { pieces, .. } => vec![vec![Inline::Code(pieces[1].clone())]],
            Asked::Predict { measure, command } => {
                let (_, state) = self.experiment(lesson, &question.situation(lesson))?;
                let (own, _) = self.lines(state, std::slice::from_ref(command))?;
                vec![vec![Inline::Text(measure.of(&facts(&own)).to_string())]]
            }
            Asked::Fill { .. } | Asked::Order(_) | Asked::Repair { .. } => {
                question.asked.solution().unwrap_or_default().iter().map(code).collect()
            }
        };
        Ok(Solved { answer, explanation: question.explanation.clone() })
    }
}
