//! Answers judged. What is right is found when the answer comes: claims are
//! held against what was executed, never against a table.

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{Asked, Block, Claim, Experiment, Fact, Goal, Lesson, MachineLine, Question, ScratchRun};

/// What a learner says to a question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
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
    /// For each line, the position of what it does among what was shown, from 0; none yet is nothing.
    Pairs(Vec<Option<usize>>),
    /// A word, as typed.
    Word(String),
}

impl Default for Said {
    /// Nothing, in words.
    fn default() -> Self {
        Self::Word(String::new())
    }
}

/// How an answer was judged; what is right was computed just now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct Verdict {
    /// The answer.
    pub answer: Answer,
    /// Whether it is right.
    pub right: bool,
    /// Why, in the lesson's words; for a right answer only.
    pub explanation: Vec<Block>,
    /// Of an answer in parts, which of them are right; empty for any other.
    pub parts: Vec<bool>,
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
            (Asked::Match(pairs), Said::Pairs(said)) => {
                let each_once = (0..pairs.len()).all(|at| said.contains(&Some(at))) && said.len() == pairs.len();
                let lines = each_once.then(|| pairs.iter().map(|pair| pair.command.clone()).collect());
                lines.ok_or_else(|| "each line is paired with one of what is shown".to_owned())
            }
            (Asked::Type { .. }, Said::Word(_)) => Ok(Vec::new()),
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
            (Asked::Type { pieces, any_case }, Said::Word(word)) => {
                completed(pieces, word, *any_case).is_some_and(|claim| claim.holds(given))
            }
            (Asked::Match(_), _) => self.parts(said, own).iter().all(|right| *right),
            (Asked::Predict { measure, .. }, Said::Number(text)) => number(text) == Some(measure.of(own)),
            _ => !own.is_empty() && self.goals.iter().all(|goal| goal.holds(own)),
        }
    }

    /// Of pairs, which are right; `own` is what each line did.
    pub fn parts(&self, said: &Said, own: &[Fact<'_>]) -> Vec<bool> {
        let (Asked::Match(pairs), Said::Pairs(said)) = (&self.asked, said) else { return Vec::new() };
        let pool = self.asked.pool();
        let right = |(fact, at): (&Fact<'_>, &Option<usize>)| {
            let text = at.and_then(|at| pool.get(at));
            let pair = pairs.iter().find(|pair| Some(&pair.text) == text);
            pair.is_some_and(|pair| pair.claim.holds(std::slice::from_ref(fact)))
        };
        own.iter().zip(said).map(right).collect()
    }

    /// What runs before the answer's own lines; choices and words without anything given are about the whole lesson.
    pub fn situation(&self, lesson: &Lesson) -> Experiment {
        let whole = || lesson.steps.iter().map(|step| step.command.clone()).collect();
        match (&self.given, &self.asked) {
            (Some(given), _) => given.clone(),
            (None, Asked::Choose(_) | Asked::Type { .. }) => Experiment { after: 0, lines: whole() },
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

/// The claim with a learner's words in its gap; none if that is no claim. It has as many words there as
/// the author's own, so that nobody can turn it into another claim.
fn completed(pieces: &[String; 3], said: &str, any_case: bool) -> Option<Claim> {
    let [before, own, after] = pieces;
    let words: Vec<&str> = said.split_whitespace().collect();
    let said = words.join(" ");
    let said = if any_case && said.eq_ignore_ascii_case(own) { own } else { &said };
    (words.len() == own.split_whitespace().count()).then(|| format!("{before}{said}{after}").parse().ok())?
}

/// A number as people write it: digits, with blanks, commas or underscores between them.
fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ',' | '_' | '\u{a0}' | '\u{202f}')).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Exchange};
    use crate::lab::Snapshot;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        assert_eq!(number("1,048 576"), Some(1_048_576));
        assert_eq!((number("many"), number("-1"), number("")), (None, None, None));
    }

    fn question(settings: &str) -> Question {
        let text =
            format!("---\nid: x\nmachines: m\n---\n## Try\n### A\n```quiz\n{settings}```\n- does this\n- does that\n");
        Lesson::read(&text).expect("a lesson").1.practice.remove(0)
    }

    #[test]
    fn a_word_completes_the_claim_and_cannot_make_it_another_one() {
        let text = "---\nid: x\nmachines: m\n---\n## Try\n### A\n```quiz\ntype any case: last request is [PUT]\n```\n### B\n```quiz\ntype: exit code is [1]\n```\n";
        let questions = Lesson::read(text).expect("a lesson").1.practice;
        let exchange = Exchange {
            registry: "r.test".into(),
            method: "PUT".into(),
            path: "/v2/a/manifests/1".into(),
            status: 201,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            sent: 0,
            received: 0,
            says: None,
            why: String::new(),
        };
        let (events, after) = ([Event::Exchanged(exchange)], Snapshot::default());
        let facts = [Fact { machine: "m", code: 1, events: &events, after: &after }];
        let right = |at: usize, word: &str| questions[at].is_right(&Said::Word(word.into()), &facts, &[]);
        assert!(right(0, " put ") && right(0, "PUT") && !right(0, "POST") && !right(0, ""));
        assert!(right(1, "1\n") && !right(1, "below 5") && !right(1, "2"));
    }

    #[test]
    fn each_line_is_paired_with_what_it_does() {
        let question = question("match: m $ one\nclaim: fails\nmatch: m $ two\nclaim: every line works\n");
        let after = Snapshot::default();
        let facts = [1, 0].map(|code| Fact { machine: "m", code, events: &[], after: &after });
        let first = question.asked.pool().iter().position(|text| text == "does this").expect("it is shown");
        let said = Said::Pairs(vec![Some(first), Some(1 - first)]);
        assert_eq!(question.lines_of(&said).expect("pairs").len(), 2);
        assert!(question.is_right(&said, &[], &facts));
        let crossed = Said::Pairs(vec![Some(1 - first), Some(first)]);
        assert_eq!(question.parts(&crossed, &facts), [false, false]);
        for wrong in [vec![], vec![Some(0)], vec![Some(0), None], vec![Some(0), Some(0)], vec![Some(0), Some(7)]] {
            assert!(question.lines_of(&Said::Pairs(wrong)).is_err());
        }
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
