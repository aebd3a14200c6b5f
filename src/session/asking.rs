//! Questions answered by doing: a copy of the lab runs the lesson's own lines,
//! then the lines in question. The learner's lab is not touched.

use std::rc::Rc;

use super::execution::Execution;
use super::{Session, Tell, Tells};
use crate::course::{Experiment, Fact, Lesson, MachineLine, QuizAnswer, ScratchRun, ScratchView, judge};
use crate::event::Event;
use crate::lab::{Input, Snapshot, State};
use crate::text::Output;

/// A line that ran in a copy.
struct Run {
    command: MachineLine,
    output: Vec<Output>,
    events: Vec<Event>,
    code: i32,
    after: Snapshot,
}

impl Session {
    /// Judges an answer by what the lesson, or the question's own experiment, does in a copy.
    pub(super) fn judge(&mut self, answer: &QuizAnswer, tells: Tells<'_>) -> Result<(), String> {
        let unknown = || format!("there is no question {:?}", answer.question);
        let lesson = self.open.as_ref().map(|open| Rc::clone(&open.lesson)).ok_or_else(unknown)?;
        let at = lesson.question_index(&answer.question).ok_or_else(unknown)?;
        let given = lesson.questions[at].given.clone();
        let runs = match &given {
            Some(experiment) => self.experiment(&lesson, experiment)?,
            None => self.lines(self.start()?, &steps(&lesson, lesson.steps.len()))?.0,
        };
        let evidence = given
            .map_or_else(|| "The lesson's own steps were run in a copy of the lab.".to_owned(), |_| evidence(&runs));
        let facts: Vec<Fact<'_>> =
            runs.iter().map(|run| Fact { code: run.code, events: &run.events, after: &run.after }).collect();
        let verdict = judge(&lesson, answer, &facts, evidence).ok_or_else(|| "there is no such choice".to_owned())?;
        tells(Tell::Verdict(verdict));
        Ok(())
    }

    /// Executes what a key moment or a choice names, and tells what it did.
    pub(super) fn show(&mut self, id: &str, tells: Tells<'_>) -> Result<(), String> {
        let unknown = || format!("there is nothing to show for {id:?}");
        let lesson = self.open.as_ref().map(|open| Rc::clone(&open.lesson)).ok_or_else(unknown)?;
        let experiment = lesson.experiment(id).ok_or_else(unknown)?;
        let runs = self.experiment(&lesson, experiment)?;
        let after = runs.last().map(|run| facts_of(&run.after)).unwrap_or_default();
        let runs = runs.into_iter().map(|run| ScratchRun {
            machine: run.command.machine,
            line: run.command.line,
            output: run.output,
            code: run.code,
        });
        tells(Tell::Scratch(ScratchView { id: id.to_owned(), runs: runs.collect(), after }));
        Ok(())
    }

    fn experiment(&mut self, lesson: &Lesson, experiment: &Experiment) -> Result<Vec<Run>, String> {
        let (_, state) = self.lines(self.start()?, &steps(lesson, experiment.after))?;
        Ok(self.lines(state, &experiment.lines)?.0)
    }

    fn start(&self) -> Result<State, String> {
        let open = self.open.as_ref().ok_or("no lesson is open")?;
        Ok(open.history.start().clone())
    }

    /// Runs lines one after the other; a failed one leaves what it leaves in the lab.
    fn lines(&mut self, mut state: State, lines: &[MachineLine]) -> Result<(Vec<Run>, State), String> {
        let mut runs = Vec::new();
        for command in lines {
            let (machine, line) = (command.machine.clone(), command.line.clone());
            let input = Input::Line { machine, line, step: None, interrupted: None, heard: None, status: 0 };
            let (outside, processes) = (self.outside.as_mut(), self.processes.as_mut());
            let mut execution = Execution::begin(state.clone(), input, outside, processes, false, &mut drop)?;
            execution.run_to_end(outside, processes, &mut drop);
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

fn evidence(runs: &[Run]) -> String {
    let told = runs.iter().map(|run| {
        let last = run.output.last().map(|output| output.line.text()).unwrap_or_default();
        format!("{} $ {} ended with exit code {}: {last}", run.command.machine, run.command.line, run.code)
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
