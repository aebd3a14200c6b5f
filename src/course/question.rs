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
    /// The place in the process table the hints point at.
    pub pointer: Option<Pointer>,
    /// How long it may take, where there is a clock.
    pub seconds: Option<u32>,
    /// Shown after the right answer.
    pub explanation: Vec<Block>,
}

/// A place in the process table of the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The row, from 1.
    pub row: usize,
    /// The cell of it; none: the whole row.
    pub column: Option<Column>,
}

/// A column of the process table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// What was done.
    Action,
    /// Image name and tag.
    Image,
    /// Interaction with a registry.
    Registry,
    /// What came of it.
    Result,
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
    /// By pairing lines with what they do; each runs in a copy of its own after what is given.
    Match(Vec<Pair>),
    /// By typing a word with which a claim holds: what stands before it, a word that does, what stands after it.
    Type {
        /// The claim's words around the gap and, between them, one that belongs there.
        pieces: [String; 3],
        /// Whether capitals are as good as small letters.
        any_case: bool,
    },
    /// By saying beforehand what a line will come to.
    Predict {
        /// What about it.
        measure: Measure,
        /// The line.
        command: MachineLine,
    },
}

/// A line, what it does, and the claim that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The line.
    pub command: MachineLine,
    /// What must hold of it, and of no other line of the question.
    pub claim: Claim,
    /// The same in words.
    pub text: String,
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
            // What choices and words are about is the whole lesson, if nothing is given.
            let whole = || Experiment { after: usize::MAX, lines: Vec::new() };
            let about = self.asked.solution().map_or_else(whole, |_| Experiment::default());
            let Experiment { after, lines } = self.given.clone().unwrap_or(about);
            let lines = lines.into_iter().chain(self.asked.solution().unwrap_or_default()).collect();
            return Some(Experiment { after, lines });
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
            Self::Choose(_) | Self::Type { .. } => None,
            Self::Fill { machine, pieces, .. } => {
                Some(vec![MachineLine { machine: machine.clone(), line: pieces.concat() }])
            }
            Self::Order(lines) | Self::Repair { solution: lines, .. } => Some(lines.clone()),
            Self::Match(pairs) => Some(pairs.iter().map(|pair| pair.command.clone()).collect()),
            Self::Predict { command, .. } => Some(vec![command.clone()]),
        }
    }

    /// The words to fill in and those that do not belong there, the lines to order, what is to be paired
    /// with lines, as the learner finds them: in an order that says nothing, and is the same for everybody.
    pub fn pool(&self) -> Vec<String> {
        let words: Vec<String> = match self {
            Self::Fill { pieces, others, .. } => pieces.iter().skip(1).step_by(2).chain(others).cloned().collect(),
            Self::Order(lines) => lines.iter().map(ToString::to_string).collect(),
            Self::Match(pairs) => pairs.iter().map(|pair| pair.text.clone()).collect(),
            _ => Vec::new(),
        };
        let pool: BTreeMap<Digest, String> =
            words.into_iter().map(|word| (Digest::of(word.as_bytes()), word)).collect();
        pool.into_values().collect()
    }
}
