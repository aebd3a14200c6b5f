//! A lesson held to its word: everything it says, asks and promises is
//! executed, and what does not come about is told to its author.

use super::Session;
use super::asking::{Run, facts};
use crate::course::{Asked, Cost, Fact, Lesson, MachineLine, Modes, Pair, Passage, Question, Said};

impl Session {
    /// What of the open lesson is not so, a sentence each; nothing if all of it holds.
    ///
    /// # Errors
    /// No lesson is open, or one of its lines cannot even be begun.
    pub fn prove(&mut self) -> Result<Vec<String>, String> {
        let (lesson, modes) = (self.lesson()?, self.modes()?);
        let mut wrong = Vec::new();
        let steps: Vec<MachineLine> = lesson.steps.iter().map(|step| step.command.clone()).collect();
        let (runs, _) = self.lines(self.start()?, &steps)?;
        wrong.extend(failed("the steps", &runs));
        for (id, passage) in lesson.passages().chain(modes.passages()) {
            wrong.extend(self.passage(&lesson, &id, passage)?);
        }
        for (id, question) in lesson.questions().chain(modes.questions()) {
            wrong.extend(self.question(&lesson, &id, question)?);
        }
        wrong.extend(self.project(&modes)?);
        for cost in &modes.costs {
            wrong.extend(self.cost(cost)?);
        }
        for (at, scenario) in modes.scenarios.iter().enumerate() {
            let (runs, _) = self.lines(self.start()?, &scenario.lines)?;
            wrong.extend(failed(&format!("scenario {}", at + 1), &runs));
        }
        Ok(wrong)
    }

    fn passage(&mut self, lesson: &Lesson, id: &str, passage: &Passage) -> Result<Vec<String>, String> {
        let Some(show) = &passage.show else { return Ok(Vec::new()) };
        let (runs, _) = self.experiment(lesson, show)?;
        let facts = facts(&runs);
        let broken = passage.holds.iter().filter(|claim| !claim.holds(&facts));
        Ok(broken.map(|claim| format!("{id}: it does not hold that {claim}{}", ends(&runs))).collect())
    }

    /// Just one choice is right; what the author would answer is right; and what was given is not so already.
    fn question(&mut self, lesson: &Lesson, id: &str, question: &Question) -> Result<Vec<String>, String> {
        let (given, state) = self.experiment(lesson, &question.situation(lesson))?;
        let broken = question.holds.iter().filter(|claim| !claim.holds(&facts(&given)));
        let mut wrong: Vec<String> =
            broken.map(|claim| format!("{id}: it does not hold that {claim}{}", ends(&given))).collect();
        let choices = question.asked.choices().len();
        if choices > 0 {
            let right: Vec<usize> =
                (0..choices).filter(|at| question.is_right(&Said::Choice(*at), &facts(&given), &[])).collect();
            if right.len() != 1 {
                wrong.push(format!("{id}: {} choices are right instead of one", right.len()));
            }
            return Ok(wrong);
        }
        let solution = question.asked.solution().unwrap_or_default();
        let own = self.own(question, state.clone(), &solution)?;
        match &question.asked {
            Asked::Match(pairs) => return Ok([wrong, mismatched(id, pairs, &own)].concat()),
            Asked::Type { pieces, .. } if !question.is_right(&Said::Word(pieces[1].clone()), &facts(&given), &[]) => {
                wrong.push(format!("{id}: it does not hold that {}{}", pieces.concat(), ends(&given)));
            }
            _ => {}
        }
        let reached = |facts: &[Fact<'_>]| question.goals.iter().all(|goal| goal.holds(facts));
        if !reached(&facts(&own)) {
            wrong.push(format!("{id}: its own answer does not reach what is asked for{}", ends(&own)));
        }
        let snapshot = state.snapshot();
        let before = [Fact { machine: "", code: 0, events: &[], after: &snapshot }];
        if !question.goals.is_empty() && reached(&before) {
            wrong.push(format!("{id}: what is asked for is so before anything is done"));
        }
        if let Asked::Order(lines) = &question.asked
            && lines.iter().map(ToString::to_string).eq(question.asked.pool())
        {
            wrong.push(format!("{id}: its lines are shown in the right order"));
        }
        Ok(wrong)
    }

    /// Each task's goals are reached by its solution, and were not all reached before it.
    fn project(&mut self, modes: &Modes) -> Result<Vec<String>, String> {
        let mut wrong = Vec::new();
        let mut state = self.start()?;
        let mut all: Vec<Run> = Vec::new();
        for (at, task) in modes.project.iter().enumerate() {
            let number = at + 1;
            let open = |facts: &[Fact<'_>]| task.goals.iter().filter(|goal| !goal.is_reached(facts)).count();
            if open(&facts(&all)) == 0 {
                wrong.push(format!("task {number}: its goals are reached before it is done"));
            }
            let (runs, after) = self.lines(state, &task.solution)?;
            state = after;
            all.extend(runs);
            let facts = facts(&all);
            let missed = task.goals.iter().filter(|goal| !goal.is_reached(&facts));
            wrong.extend(missed.map(|goal| format!("task {number}: its solution does not reach: {}", goal.claim)));
        }
        Ok(wrong)
    }

    fn cost(&mut self, cost: &Cost) -> Result<Vec<String>, String> {
        let mut wrong = Vec::new();
        let settings = (0..1_usize << cost.switches.len()).map(|bits| on(cost, bits));
        for case in settings.filter_map(|on| cost.with(&on)).flatten() {
            let lines: Vec<MachineLine> = case.setup.iter().cloned().chain(case.round(1)).collect();
            let (runs, _) = self.lines(self.start()?, &lines)?;
            wrong.extend(failed(&case.name, &runs));
        }
        Ok(wrong)
    }
}

/// Each claim holds of its own line, and of no other: else there would be two answers.
fn mismatched(id: &str, pairs: &[Pair], own: &[Run]) -> Vec<String> {
    let facts = facts(own);
    let all = facts.iter().zip(pairs).flat_map(|fact| pairs.iter().map(move |pair| (fact, pair)));
    let wrong = all
        .filter(|((fact, line), pair)| pair.claim.holds(std::slice::from_ref(fact)) != (line.command == pair.command));
    wrong
        .map(|((_, line), pair)| {
            let word = if line.command == pair.command { "not, but should" } else { "too" };
            format!("{id}: of {} it holds {word}: {}", line.command, pair.claim)
        })
        .collect()
}

/// How the switches of a cost stand, a bit each.
fn on(cost: &Cost, bits: usize) -> Vec<bool> {
    (0..cost.switches.len()).map(|at| bits >> at & 1 == 1).collect()
}

fn failed(what: &str, runs: &[Run]) -> Vec<String> {
    let failed = runs.iter().filter(|run| run.code != 0);
    failed.map(|run| format!("{what}: {} ends with exit code {}{}", run.command, run.code, said(run))).collect()
}

/// How lines ended, for the author's eyes.
fn ends(runs: &[Run]) -> String {
    let ended = runs.iter().map(|run| format!("\n    {} ends with {}{}", run.command, run.code, said(run)));
    ended.collect::<Vec<_>>().concat()
}

fn said(run: &Run) -> String {
    run.output.last().map(|output| format!(": {}", output.line.text())).unwrap_or_default()
}
