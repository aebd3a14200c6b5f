//! Questions answered by doing: a copy of the lab runs the lesson's own lines,
//! then the lines in question. The learner's lab is not touched.

use std::rc::Rc;

use super::execution::Execution;
use super::{Session, Tell, Tells};
use crate::course::{
    Answer, Asked, Block, Experiment, Fact, Lesson, MachineLine, Question, ScratchRun, ScratchView, Verdict,
};
use crate::event::Event;
use crate::lab::{Input, Snapshot, State};
use crate::limits::{ANSWER_LINES, SCRATCH_SLICES};
use crate::text::Output;

/// A line that ran in a copy.
pub(super) struct Run {
    pub command: MachineLine,
    pub output: Vec<Output>,
    pub events: Vec<Event>,
    pub code: i32,
    pub after: Snapshot,
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
        let own = self.own(question, state, &own)?;
        let right = question.is_right(&answer.said, &facts(&given), &facts(&own));
        let parts = question.parts(&answer.said, &facts(&own));
        let explanation = if right { question.explanation.clone() } else { Vec::new() };
        let evidence = evidence(question, &given);
        tells(Tell::Verdict(Verdict { answer, right, explanation, parts, evidence, runs: shown(own) }));
        Ok(())
    }

    /// Runs what an answer makes, after what was given: one line after the other, or each in a copy of its own.
    pub(super) fn own(&mut self, question: &Question, state: State, lines: &[MachineLine]) -> Result<Vec<Run>, String> {
        if !matches!(question.asked, Asked::Match(_)) {
            return Ok(self.lines(state, lines)?.0);
        }
        let mut runs = Vec::new();
        for line in lines {
            runs.extend(self.lines(state.clone(), std::slice::from_ref(line))?.0);
        }
        Ok(runs)
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
        let explanation = self.explanation(&lesson, id)?;
        tells(Tell::Scratch(ScratchView { id: id.to_owned(), runs: shown(runs), after, explanation }));
        Ok(())
    }

    /// What the lesson says of a question whose solution is shown.
    fn explanation(&mut self, lesson: &Lesson, id: &str) -> Result<Vec<Block>, String> {
        let Some(question) = id.strip_suffix("-solution") else { return Ok(Vec::new()) };
        let explained = |question: &Question| question.explanation.clone();
        if let Some(question) = lesson.question(question) {
            return Ok(explained(question));
        }
        Ok(self.modes()?.question(question).map(explained).unwrap_or_default())
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

/// What choices and words were judged by; other answers have runs of their own to show.
fn evidence(question: &Question, given: &[Run]) -> String {
    if !matches!(question.asked, Asked::Choose(_) | Asked::Type { .. }) {
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
