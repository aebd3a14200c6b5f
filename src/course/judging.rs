//! Answers judged. What is right is found when the answer comes: claims are
//! held against what was executed, never against a table.

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{Asked, Block, Experiment, Fact, Goal, Lesson, MachineLine, Question, ScratchRun};

/// What a learner says to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Answer {
    /// The question's id.
    pub question: String,
    /// The answer.
    pub said: Said,
}

/// An answer, by the way the question is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Said {
    /// A choice, from 0.
    Choice(usize),
    /// What was filled in, gap by gap.
    Words(Vec<String>),
    /// The order: positions in what was shown, from 0.
    Order(Vec<usize>),
    /// Lines that were typed, one below the other.
    Lines(String),
    /// A number, as typed.
    Number(String),
}

/// How an answer was judged; what is right was computed just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Verdict {
    /// The answer.
    pub answer: Answer,
    /// Whether it is right.
    pub right: bool,
    /// Why, in the lesson's words; for a right answer only.
    pub explanation: Vec<Block>,
    /// How it was found: what was executed and what came of it.
    pub evidence: String,
    /// What the answer's own lines did, in a copy of the lab.
    pub runs: Vec<ScratchRun>,
}

impl Question {
    /// What has to be executed to judge this answer, after what is given; an error if it is no answer to
    /// this question.
    pub fn lines_of(&self, said: &Said) -> Result<Vec<MachineLine>, String> {
        match (&self.asked, said) {
            (Asked::Choose(choices), Said::Choice(choice)) if *choice < choices.len() => Ok(Vec::new()),
            (Asked::Fill { machine, pieces, .. }, Said::Words(words)) if words.len() == pieces.len() / 2 => {
                let mut words = words.iter();
                let piece = |(at, piece): (usize, &String)| match at % 2 {
                    0 => piece.clone(),
                    _ => words.next().map(|word| word.trim().to_owned()).unwrap_or_default(),
                };
                let line = pieces.iter().enumerate().map(piece).collect();
                Ok(vec![MachineLine { machine: machine.clone(), line }])
            }
            (Asked::Order(_), Said::Order(order)) => {
                let pool = self.asked.pool();
                let each_once = (0..pool.len()).all(|at| order.contains(&at)) && order.len() == pool.len();
                let lines = each_once.then(|| order.iter().filter_map(|at| MachineLine::read(&pool[*at])).collect());
                lines.ok_or_else(|| "an order has each line once".to_owned())
            }
            (Asked::Repair { machine, .. }, Said::Lines(text)) => {
                let line = |line: &str| MachineLine::read(line).unwrap_or_else(|| command(machine, line));
                Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect())
            }
            (Asked::Predict { command, .. }, Said::Number(_)) => Ok(vec![command.clone()]),
            _ => Err("that is no answer to this question".to_owned()),
        }
    }

    /// Whether the answer is right. `given` is what ran before, for choices the whole of it; `own` is what
    /// the answer's lines did.
    pub fn is_right(&self, said: &Said, given: &[Fact<'_>], own: &[Fact<'_>]) -> bool {
        match (&self.asked, said) {
            (Asked::Choose(choices), Said::Choice(choice)) => {
                choices.get(*choice).is_some_and(|choice| choice.claim.holds(given))
            }
            (Asked::Predict { measure, .. }, Said::Number(text)) => number(text) == Some(measure.of(own)),
            _ => !own.is_empty() && self.goals.iter().all(|goal| goal.holds(own)),
        }
    }

    /// What runs before the answer's own lines; choices without anything given are about the whole lesson.
    pub fn situation(&self, lesson: &Lesson) -> Experiment {
        let whole = || lesson.steps.iter().map(|step| step.command.clone()).collect();
        match (&self.given, &self.asked) {
            (Some(given), _) => given.clone(),
            (None, Asked::Choose(_)) => Experiment { after: 0, lines: whole() },
            (None, _) => Experiment::default(),
        }
    }
}

impl Goal {
    /// Whether it is reached, after all of this.
    pub fn is_reached(&self, facts: &[Fact<'_>]) -> bool {
        let now = self.claim.holds(facts);
        now || self.once && facts.iter().any(|fact| self.claim.holds(std::slice::from_ref(fact)))
    }
}

fn command(machine: &str, line: &str) -> MachineLine {
    MachineLine { machine: machine.to_owned(), line: line.to_owned() }
}

/// A number as people write it: digits, with blanks, commas or underscores between them.
fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ',' | '_' | '\u{a0}' | '\u{202f}')).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        assert_eq!(number("1,048 576"), Some(1_048_576));
        assert_eq!((number("many"), number("-1"), number("")), (None, None, None));
    }

    #[test]
    fn an_order_has_each_line_once() {
        let question = Lesson::read(
            "---\nid: x\nmachines: m\n---\n## Try\n### A\n```quiz\norder: m $ one\norder: m $ two\ngoal: every line works\n```\n",
        );
        let question = question.expect("a lesson").1.practice.remove(0);
        assert_eq!(question.lines_of(&Said::Order(vec![1, 0])).expect("an order").len(), 2);
        for wrong in [vec![], vec![0], vec![0, 0], vec![0, 1, 1], vec![0, 7]] {
            assert!(question.lines_of(&Said::Order(wrong)).is_err());
        }
        assert!(question.lines_of(&Said::Choice(0)).is_err());
    }
}
