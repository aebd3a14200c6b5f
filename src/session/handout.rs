//! A handout: what the lesson's steps did, its questions and, apart from
//! them, its answers. All of it is executed for it, in copies of the lab.

use std::collections::BTreeMap;

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
    /// What it is called.
    pub title: String,
    /// The questions.
    pub questions: Vec<QuestionView>,
    /// A right answer to each.
    pub solved: Vec<Solved>,
}

/// A question, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Solved {
    /// The answer, a line each.
    pub answer: Vec<Vec<Inline>>,
    /// Why, in the lesson's words.
    pub explanation: Vec<Block>,
}

impl Session {
    /// Executes all that a handout shows.
    #[inline(never)]
    pub(super) fn hand_out(&mut self, tells: Tells<'_>) -> Result<(), String> {
        let (lesson, modes) = (self.lesson()?, self.modes()?);
        let (view, all) = (lesson.view(), modes.view(&lesson));
        let quiz = lesson.questions().map(|(_, question)| question).collect();
        let sets: [(&str, Vec<QuestionView>, Vec<&Question>); 4] = [
            ("Questions", view.quiz, quiz),
            ("Try", all.practice, modes.practice.iter().collect()),
            ("Challenge", all.challenge, modes.challenge.iter().collect()),
            ("Review", all.review, modes.review.iter().collect()),
        ];
        let mut parts = Vec::new();
        for (title, questions, asked) in sets.into_iter().filter(|(_, questions, _)| !questions.is_empty()) {
            let solved = asked.into_iter().map(|question| self.solved(&lesson, question)).collect::<Result<_, _>>()?;
            parts.push(Part { title: title.to_owned(), questions, solved });
        }
        let trace = self.whole_trace(&lesson)?;
        tells(Tell::Handout(Box::new(Handout { trace, parts })));
        Ok(())
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
