//! What the learner is at beside the lab: the mode, answers, hints, the clock
//! of the challenge, notes in their own words, costs that are measured. Most of
//! it is remembered for the next visit.

use serde::{Deserialize, Serialize};

use super::intent::{Effect, Ticket};
use super::mode::Mode;
use super::named::Named;
use crate::course::{Answer, Measured, Measuring, QuestionView, Said, Series, Verdict};
use crate::session::Ask;

/// One second of the clock, in milliseconds.
const SECOND: u32 = 1_000;

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Study {
    /// The way the lesson is learnt.
    pub mode: Mode,
    /// The questions that were touched, by id.
    answers: Named<Answering>,
    /// What was written about the questions to explain.
    notes: Named<Note>,
    /// The questions that are tried again, while the others of their set wait; none: all are asked.
    pub again: Vec<String>,
    /// The costs that were measured, or are being measured.
    #[serde(skip)]
    costs: Named<Gauge>,
    /// Whether problems are not against the clock.
    pub unhurried: bool,
    /// The problem whose seconds are counted.
    #[serde(skip)]
    counted: Option<String>,
    /// Which wait of the clock counts.
    #[serde(skip)]
    ticket: u32,
}

/// A question on its way to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answering {
    /// What is ticked, filled in or typed.
    pub said: Option<Said>,
    /// How many hints are shown.
    pub hints: usize,
    /// How often it was judged.
    pub tries: usize,
    /// Whether a right answer was given.
    pub solved: bool,
    /// Whether it is being judged.
    #[serde(skip)]
    pub asked: bool,
    /// Whether it was begun, where that has to be said.
    pub begun: bool,
    /// The seconds that are left, where a clock runs.
    #[serde(skip)]
    pub left: Option<u32>,
    /// How the last answer was judged.
    #[serde(skip)]
    pub verdict: Option<Verdict>,
}

/// A text of the learner's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Whether it is held beside the points of a good answer.
    pub compared: bool,
    /// The points it has, as the learner sees it; from 0.
    pub points: Vec<usize>,
}

/// A cost that is measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gauge {
    /// How its switches stand; those that were not touched are on.
    pub on: Vec<bool>,
    /// How many rounds are measured of how many, while it is measured.
    pub runs: Option<(usize, usize)>,
    /// What came of it, also with the switches standing otherwise.
    pub series: Vec<Series>,
    /// The round that is looked at, from 1; none: the last.
    pub round: Option<usize>,
}

/// Lines that a chart can tell apart.
const SERIES: usize = 4;

/// What the learner does there. Questions, notes and costs are named by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Something was ticked, filled in or typed.
    Say(String, Said),
    /// It is to be judged.
    Check(String),
    /// Of the set they belong to, only these are asked, from the beginning; none: all are asked.
    Again(Vec<String>),
    /// So many hints are to be shown.
    Hints(String, usize),
    /// A problem is begun; the seconds it may take, if any.
    Begin(String, Option<u32>),
    /// Problems are against the clock, or not.
    Hurry(bool),
    /// The text of a note changed.
    Write(String, String),
    /// A note is to be held beside a good answer.
    Compare(String),
    /// A point of a good answer was ticked, or not any more.
    Point(String, usize),
    /// A switch of a cost, from 0, is turned.
    Turn(String, Vec<bool>),
    /// A cost is to be measured with its switches standing so.
    Measure(String, Vec<bool>),
    /// Measuring is to be given up.
    StopMeasuring,
    /// This round of a cost is looked at.
    Round(String, usize),
}

impl Study {
    /// In the same mode, with everything else forgotten.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { mode: self.mode, ..Self::default() }
    }

    /// How a question stands.
    pub fn of(&self, question: &str) -> Answering {
        self.answers.get(question).cloned().unwrap_or_default()
    }

    /// Whether a question is asked now, and does not wait while others of its set are tried again.
    pub fn asks(&self, question: &QuestionView) -> bool {
        let set = |id: &str| id.rsplit_once('-').map(|(set, _)| set.to_owned());
        let of_its_set = |again: &String| set(again) == set(&question.id);
        self.again.contains(&question.id) || !self.again.iter().any(of_its_set)
    }

    /// How many questions of a set are solved.
    pub fn solved(&self, set: &str) -> usize {
        self.answers.count(|id, answering| answering.solved && id.rsplit_once('-').is_some_and(|(of, _)| of == set))
    }

    /// How many explanations are held beside a good one.
    pub fn compared(&self) -> usize {
        self.notes.count(|_, note| note.compared)
    }

    /// Adds what was done elsewhere: what is solved stays solved, what is written stays as it is.
    pub fn add(&mut self, other: Self) {
        other.answers.take_each(|id, answering| {
            let own = self.answers.at(&id);
            if !own.solved && (answering.solved || own.said.is_none()) {
                *own = Answering { asked: false, ..answering };
            }
        });
        other.notes.take_each(|id, note| {
            let own = self.notes.at(&id);
            if own.text.is_empty() {
                *own = note;
            }
        });
    }

    /// The note on a question to explain.
    pub fn note(&self, id: &str) -> Note {
        self.notes.get(id).cloned().unwrap_or_default()
    }

    /// How far the measure of a cost is.
    pub fn cost(&self, id: &str) -> Gauge {
        self.costs.get(id).cloned().unwrap_or_default()
    }

    /// Takes what the learner does; the effects are to be carried out in order.
    pub fn act(&mut self, act: Act) -> Vec<Effect> {
        match act {
            Act::Say(question, said) => {
                let answering = self.answers.at(&question);
                (answering.said, answering.verdict) = (Some(said), None);
            }
            Act::Check(question) => return self.check(question),
            Act::Again(questions) => {
                for question in &questions {
                    *self.answers.at(question) = Answering::default();
                }
                self.again = questions;
            }
            Act::Hints(question, count) => self.answers.at(&question).hints = count,
            Act::Begin(question, seconds) => return self.begin(question, seconds),
            Act::Hurry(hurry) => {
                self.unhurried = !hurry;
                self.counted = None;
            }
            Act::Write(id, text) => self.notes.at(&id).text = text,
            Act::Compare(id) => self.notes.at(&id).compared = true,
            Act::Point(id, point) => {
                let points = &mut self.notes.at(&id).points;
                match points.iter().position(|ticked| *ticked == point) {
                    Some(at) => drop(points.remove(at)),
                    None => points.push(point),
                }
            }
            Act::Turn(id, on) => self.costs.at(&id).on = on,
            Act::Measure(id, on) => {
                self.costs.at(&id).runs = Some((0, 0));
                return vec![Effect::Ask(Ask::Measure { id, on })];
            }
            Act::StopMeasuring => return vec![Effect::Ask(Ask::StopMeasuring)],
            Act::Round(id, round) => self.costs.at(&id).round = Some(round),
        }
        Vec::new()
    }

    /// Takes how an answer was judged.
    pub fn hear(&mut self, verdict: Verdict) {
        let id = verdict.answer.question.clone();
        if verdict.right && self.counted.as_ref() == Some(&id) {
            self.counted = None;
        }
        let answering = self.answers.at(&id);
        answering.asked = false;
        answering.tries += 1;
        answering.solved |= verdict.right;
        answering.verdict = Some(verdict);
    }

    /// Whether a cost is being measured: only one is at a time.
    pub fn measures(&self) -> bool {
        self.costs.any(|gauge| gauge.runs.is_some())
    }

    /// Takes how far a measure is.
    pub fn hear_measuring(&mut self, measuring: &Measuring) {
        self.costs.at(&measuring.id).runs = Some((measuring.done, measuring.all));
    }

    /// Takes what was measured; beside it stays what was measured before of other ways.
    pub fn take(&mut self, measured: Measured) {
        let gauge = self.costs.at(&measured.id);
        gauge.runs = None;
        gauge.series.retain(|known| measured.series.iter().all(|new| new.name != known.name));
        gauge.series.extend(measured.series);
        let older = gauge.series.len().saturating_sub(SERIES);
        gauge.series.drain(..older);
    }

    /// A question could not be answered: nothing is on its way any more.
    pub fn refused(&mut self) {
        self.answers.each(|answering| answering.asked = false);
        self.costs.each(|gauge| gauge.runs = None);
    }

    /// One more second of the clock is over.
    pub fn second(&mut self, ticket: u32) -> Vec<Effect> {
        let Some(question) = self.counted.clone().filter(|_| ticket == self.ticket) else { return Vec::new() };
        let left = self.answers.at(&question).left.unwrap_or_default().saturating_sub(1);
        self.answers.at(&question).left = Some(left);
        if left == 0 {
            self.counted = None;
            return Vec::new();
        }
        vec![Effect::Wait { millis: SECOND, ticket: Ticket::Clock(ticket) }]
    }

    fn check(&mut self, question: String) -> Vec<Effect> {
        let answering = self.answers.at(&question);
        let Some(said) = answering.said.clone().filter(|_| answering.can_be_checked()) else { return Vec::new() };
        answering.asked = true;
        vec![Effect::Ask(Ask::Answer(Answer { question, said }))]
    }

    fn begin(&mut self, question: String, seconds: Option<u32>) -> Vec<Effect> {
        let seconds = seconds.filter(|_| !self.unhurried);
        // One clock runs: the problem that was left has no end any more.
        if let Some(left) = self.counted.take() {
            self.answers.at(&left).left = None;
        }
        let answering = self.answers.at(&question);
        (answering.begun, answering.left) = (true, seconds);
        if seconds.is_none() {
            return Vec::new();
        }
        self.counted = Some(question);
        self.ticket = self.ticket.wrapping_add(1);
        vec![Effect::Wait { millis: SECOND, ticket: Ticket::Clock(self.ticket) }]
    }
}

impl Answering {
    /// Whether what is said can be judged.
    pub fn can_be_checked(&self) -> bool {
        let whole = |said: &Said| !matches!(said, Said::Pairs(pairs) if pairs.contains(&None));
        self.said.as_ref().is_some_and(whole) && !self.asked
    }

    /// Whether it was answered, and never right.
    pub fn is_wrong(&self) -> bool {
        self.tries > 0 && !self.solved
    }

    /// Whether the time is over.
    pub fn is_late(&self) -> bool {
        self.left == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(question: &str, right: bool) -> Verdict {
        let answer = Answer { question: question.into(), said: Said::Number("3".into()) };
        Verdict { answer, right, ..Verdict::default() }
    }

    #[test]
    fn an_answer_is_asked_once_at_a_time() {
        let mut study = Study::default();
        assert!(study.act(Act::Check("try-1".into())).is_empty(), "nothing was said yet");
        study.act(Act::Say("try-1".into(), Said::Number("3".into())));
        assert_eq!(study.act(Act::Check("try-1".into())).len(), 1);
        assert!(study.act(Act::Check("try-1".into())).is_empty(), "it is being judged");
        study.hear(verdict("try-1", false));
        assert_eq!((study.of("try-1").tries, study.of("try-1").solved), (1, false));
        assert_eq!(study.act(Act::Check("try-1".into())).len(), 1);
        study.refused();
        assert!(!study.of("try-1").asked);
    }

    #[test]
    fn the_clock_counts_down_and_only_the_newest_wait_counts() {
        let mut study = Study::default();
        let effects = study.act(Act::Begin("challenge-1".into(), Some(2)));
        let [Effect::Wait { ticket: Ticket::Clock(ticket), .. }] = effects[..] else { panic!("{effects:?}") };
        assert!(study.second(ticket.wrapping_sub(1)).is_empty());
        assert_eq!(study.second(ticket).len(), 1);
        assert!(study.second(ticket).is_empty());
        assert!(study.of("challenge-1").is_late());
    }

    #[test]
    fn the_clock_stops_at_the_right_answer_and_when_another_problem_is_begun() {
        let mut study = Study::default();
        study.act(Act::Begin("challenge-1".into(), Some(2)));
        study.act(Act::Begin("challenge-2".into(), Some(9)));
        assert_eq!((study.of("challenge-1").left, study.of("challenge-2").left), (None, Some(9)));
        study.hear(verdict("challenge-2", true));
        assert!(study.second(2).is_empty());
        assert_eq!(study.of("challenge-2").left, Some(9));
    }

    #[test]
    fn what_was_solved_is_remembered_and_what_runs_is_not() {
        let mut study = Study { mode: Mode::Try, ..Study::default() };
        study.act(Act::Begin("try-1".into(), Some(9)));
        study.act(Act::Say("try-1".into(), Said::Number("3".into())));
        study.hear(verdict("try-1", true));
        study.act(Act::Measure("cost-1".into(), Vec::new()));
        let again: Study = serde_json::from_slice(&serde_json::to_vec(&study).expect("JSON")).expect("a study");
        assert_eq!((again.mode, again.of("try-1").solved, again.of("try-1").tries), (Mode::Try, true, 1));
        assert!(again.of("try-1").left.is_none() && again.cost("cost-1").runs.is_none());
        assert!(serde_json::from_str::<Study>("{}").expect("an older one") == Study::default());
    }

    #[test]
    fn who_wants_no_hurry_has_no_clock() {
        let mut study = Study::default();
        study.act(Act::Hurry(false));
        assert!(study.act(Act::Begin("challenge-1".into(), Some(2))).is_empty());
        assert!(study.of("challenge-1").begun && !study.of("challenge-1").is_late());
    }
}
