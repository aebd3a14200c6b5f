//! A question, whatever the way it is answered. What is right is never
//! written down: it is a claim about an execution, or a number one measures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Block, Claim, Experiment, Inline, MachineLine, Measure};
use crate::oci::Digest;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub question: Vec<Inline>,
    /// What has to be known first.
    pub prose: Vec<Block>,
    /// What was executed before, in a copy of the lab; the whole lesson for choices without it.
    pub given: Option<Experiment>,
    /// What must hold of what was given; whoever checks the lesson executes it.
    pub holds: Vec<Claim>,
    /// How it is answered.
    pub asked: Asked,
    /// What must hold of the lines that the answer makes.
    pub goals: Vec<Claim>,
    /// Help, a little more each.
    pub hints: Vec<String>,
    /// The row of the process table the hints point at, from 1.
    pub hint_row: Option<usize>,
    /// How long it may take, where there is a clock.
    pub seconds: Option<u32>,
    /// Shown after the right answer.
    pub explanation: Vec<Block>,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// By picking; just one of the claims holds.
    Choose(Vec<Choice>),
    /// By completing a line: what is odd of its pieces is to be filled in.
    Fill {
        /// Where it runs.
        machine: String,
        /// Text, word, text, word… text.
        pieces: Vec<String>,
        /// Words that do not belong there.
        others: Vec<String>,
    },
    /// By bringing lines into an order; this is one that works.
    Order(Vec<MachineLine>),
    /// By typing lines on this machine; these would do.
    Repair {
        /// Where.
        machine: String,
        /// Lines that do it.
        solution: Vec<MachineLine>,
    },
    /// By saying beforehand what a line will come to.
    Predict {
        /// What about it.
        measure: Measure,
        /// The line.
        command: MachineLine,
    },
}

/// A choice, what it claims, and how to try it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says.
    pub text: Vec<Inline>,
    /// What must hold for it to be right.
    pub claim: Claim,
    /// What shows where it leads.
    pub attempt: Option<Experiment>,
}

impl Question {
    /// What its part `solution` or `choice-2` executes.
    pub fn experiment(&self, part: &str) -> Option<Experiment> {
        if part == "solution" {
            let Experiment { after, lines } = self.given.clone().unwrap_or_default();
            return Some(Experiment { after, lines: lines.into_iter().chain(self.asked.solution()?).collect() });
        }
        let number = part.strip_prefix("choice-")?.parse::<usize>().ok()?;
        let choice = self.asked.choices().get(number.checked_sub(1)?)?;
        choice.attempt.as_ref().or(self.given.as_ref()).cloned()
    }
}

impl Asked {
    /// The choices, if there are any.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choose(choices) => choices,
            _ => &[],
        }
    }

    /// Lines that are a right answer; none where the answer is no line.
    pub fn solution(&self) -> Option<Vec<MachineLine>> {
        match self {
            Self::Choose(_) => None,
            Self::Fill { machine, pieces, .. } => {
                Some(vec![MachineLine { machine: machine.clone(), line: pieces.concat() }])
            }
            Self::Order(lines) | Self::Repair { solution: lines, .. } => Some(lines.clone()),
            Self::Predict { command, .. } => Some(vec![command.clone()]),
        }
    }

    /// The words to fill in and those that do not belong there, and the lines to order, as the learner
    /// finds them: in an order that says nothing, and is the same for everybody.
    pub fn pool(&self) -> Vec<String> {
        let words: Vec<String> = match self {
            Self::Fill { pieces, others, .. } => pieces.iter().skip(1).step_by(2).chain(others).cloned().collect(),
            Self::Order(lines) => lines.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        let pool: BTreeMap<Digest, String> =
            words.into_iter().map(|word| (Digest::of(word.as_bytes()), word)).collect();
        pool.into_values().collect()
    }
}
