//! Questions answered by doing: a copy of the lab runs the lesson's own lines,
//! then the lines in question. The learner's lab is not touched.

use std::rc::Rc;

use super::execution::Execution;
use super::{Session, Tell, Tells};
use crate::course::{
    Answer, Experiment, Fact, Lesson, MachineLine, Measured, Question, ScratchRun, ScratchView, Series, Verdict,
};
use crate::event::Event;
use crate::lab::{Input, Snapshot, State};
use crate::limits::{ANSWER_LINES, COST_ROUNDS, SCRATCH_SLICES};
use crate::text::Output;

/// A line that ran in a copy.
pub(super) struct Run {
    pub command: MachineLine,
    pub output: Vec<Output>,
    events: Vec<Event>,
    pub code: i32,
    after: Snapshot,
}

impl Session {
    /// Judges an answer by what it, or the lesson, does in a copy.
    pub(super) fn judge(&mut self, answer: Answer, tells: Tells<'_>) -> Result<(), String> {
        let lesson = self.lesson()?;
        let unknown = || format!("there is no question {:?}", answer.question);
        let modes;
        let question = if let Some(question) = lesson.question(&answer.question) {
            question
        } else {
            modes = self.modes()?;
            modes.question(&answer.question).ok_or_else(unknown)?
        };
        let own = question.lines_of(&answer.said)?;
        if own.len() > ANSWER_LINES {
            return Err(format!("an answer has at most {ANSWER_LINES} lines"));
        }
        let (given, state) = self.experiment(&lesson, &question.situation(&lesson))?;
        let (own, _) = self.lines(state, &own)?;
        let right = question.is_right(&answer.said, &facts(&given), &facts(&own));
        let explanation = if right { question.explanation.clone() } else { Vec::new() };
        let evidence = evidence(question, &given);
        tells(Tell::Verdict(Verdict { answer, right, explanation, evidence, runs: shown(own) }));
        Ok(())
    }

    /// Executes what a passage, a choice or a solution names, and tells what it did.
    pub(super) fn show(&mut self, id: &str, tells: Tells<'_>) -> Result<(), String> {
        let lesson = self.lesson()?;
        let experiment = match lesson.experiment(id) {
            Some(experiment) => experiment,
            None => self.modes()?.experiment(id).ok_or_else(|| format!("there is nothing to show for {id:?}"))?,
        };
        let (runs, state) = self.experiment(&lesson, &experiment)?;
        let after = facts_of(&state.snapshot());
        tells(Tell::Scratch(ScratchView { id: id.to_owned(), runs: shown(runs), after }));
        Ok(())
    }

    /// Measures a cost: each way of doing it in a copy of the lab as it was at the start.
    pub(super) fn measure(&mut self, id: &str, tells: Tells<'_>) -> Result<(), String> {
        let modes = self.modes()?;
        let cost = modes.cost(id).ok_or_else(|| format!("there is no cost {id:?}"))?;
        let mut series = Vec::new();
        for case in &cost.cases {
            let (_, mut state) = self.lines(self.start()?, &case.setup)?;
            let mut rounds = Vec::new();
            for round in 1..=cost.rounds.min(COST_ROUNDS) {
                let (runs, after) = self.lines(state, &case.round(round))?;
                rounds.push(cost.measure.of(&facts(&runs)));
                state = after;
            }
            series.push(Series { name: case.name.clone(), rounds });
        }
        tells(Tell::Measured(Measured { id: id.to_owned(), series }));
        Ok(())
    }

    pub(super) fn lesson(&self) -> Result<Rc<Lesson>, String> {
        self.open.as_ref().map(|open| Rc::clone(&open.lesson)).ok_or_else(|| "no lesson is open".to_owned())
    }

    pub(super) fn experiment(&mut self, lesson: &Lesson, experiment: &Experiment) -> Result<(Vec<Run>, State), String> {
        let (_, state) = self.lines(self.start()?, &steps(lesson, experiment.after))?;
        self.lines(state, &experiment.lines)
    }

    pub(super) fn start(&self) -> Result<State, String> {
        let open = self.open.as_ref().ok_or("no lesson is open")?;
        Ok(open.history.start().clone())
    }

    /// Runs lines one after the other; a failed one leaves what it leaves in the lab, and one that does
    /// not end is interrupted.
    pub(super) fn lines(&mut self, mut state: State, lines: &[MachineLine]) -> Result<(Vec<Run>, State), String> {
        let mut runs = Vec::new();
        for command in lines {
            let (machine, line) = (command.machine.clone(), command.line.clone());
            let input = Input::line(machine, line, 0);
            let (outside, processes) = (self.outside.as_mut(), self.processes.as_mut());
            let mut execution = Execution::begin(state.clone(), input, outside, processes, false, &mut drop)?;
            let mut ended = (0..SCRATCH_SLICES).any(|_| execution.step_alone(outside, processes, &mut drop));
            // A program may hear of Ctrl-C and go on, but not of the third in a row, nor when no more may be typed.
            while !ended {
                execution.interrupt(outside, processes, &mut drop);
                ended = execution.step_alone(outside, processes, &mut drop);
            }
            let (after, output, events, code) = execution.into_parts();
            state = after;
            runs.push(Run { command: command.clone(), output, events, code, after: state.snapshot() });
        }
        Ok((runs, state))
    }
}

fn steps(lesson: &Lesson, count: usize) -> Vec<MachineLine> {
    lesson.steps.iter().take(count).map(|step| step.command.clone()).collect()
}

/// What claims are held against.
pub(super) fn facts(runs: &[Run]) -> Vec<Fact<'_>> {
    runs.iter()
        .map(|run| Fact { machine: &run.command.machine, code: run.code, events: &run.events, after: &run.after })
        .collect()
}

fn shown(runs: Vec<Run>) -> Vec<ScratchRun> {
    let shown = |run: Run| {
        let MachineLine { machine, line } = run.command;
        ScratchRun { machine, line, output: run.output, code: run.code }
    };
    runs.into_iter().map(shown).collect()
}

/// What choices were judged by; other answers have runs of their own to show.
fn evidence(question: &Question, given: &[Run]) -> String {
    if question.asked.choices().is_empty() {
        return String::new();
    }
    if question.given.is_none() {
        return "The lesson's own steps were run in a copy of the lab.".to_owned();
    }
    let told = given.iter().map(|run| {
        let last = run.output.last().map(|output| output.line.text()).unwrap_or_default();
        format!("{} ended with exit code {}: {last}", run.command, run.code)
    });
    told.collect::<Vec<_>>().join("\n")
}

/// The tracker's facts at one moment.
fn facts_of(snapshot: &Snapshot) -> Vec<(String, String)> {
    let join = |lines: Vec<String>| if lines.is_empty() { "nothing".to_owned() } else { lines.join(", ") };
    let machines = snapshot.machines.iter().flat_map(|view| {
        let images = (format!("{} · image store", view.name), join(crate::course::images_of(view)));
        let containers = (format!("{} · containers", view.name), join(crate::course::containers_of(view)));
        [images, containers]
    });
    let registries = snapshot
        .registries
        .iter()
        .map(|view| (format!("{} · registry storage", view.name), join(crate::course::stored_in(view))));
    machines.chain(registries).collect()
}
