//! One learner's desk. A host asks, the session tells: this is the only way
//! in, for the page, the native prompt, the embed and the tests alike.

mod asking;
mod attempt;
mod branching;
mod change;
mod execution;
mod exploration;
mod foresight;
mod handout;
mod look;
mod measuring;
mod opening;
mod proof;
mod protocol;
mod record;
mod resending;
mod saving;
mod sharing;
mod stops;
mod streams;
mod survey;
mod telling;
mod told;

pub use attempt::Safe;
pub use change::{LabChange, Told};
pub use execution::Execution;
pub use exploration::{Exploration, Explored, ExploredLayer, FileChange, How, Peeked, Wasted};
pub use foresight::{Fate, Foreseen, ForeseenStep, Problem};
pub use handout::{Handout, Part, Set, Solved};
pub use look::{BlobView, DocumentView, Inspection, LayerFiles};
pub use protocol::{Ask, Completion, Download, End, FileText, LabView, Loading, Reader, Start, Tell};
pub use resending::Resent;
pub use stops::{BookmarkView, BranchView, Compared, HistoryView, OperationView};
pub use survey::{Named, Shelf, Shelved, StoredBytes, Survey, Surveyed, Weighed};

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use self::branching::Arriving;
use self::handout::Making;
use self::measuring::Measurement;
use crate::course::{Known, Lesson, Modes};
use crate::host::Host;
use crate::lab::{History, Input, Keys, LabSpec};
use crate::limits;
use crate::runtime::Processes;

/// Where what the session tells goes.
pub type Tells<'a> = &'a mut dyn FnMut(Tell);

/// A session: a lesson, its lab, and at most one running command.
pub struct Session {
    outside: Box<dyn Host>,
    processes: Box<dyn Processes>,
    /// Whether the host's terminal can update lines in place.
    tty: bool,
    open: Option<Open>,
    running: Option<Execution>,
    /// The exit code of the last line.
    code: i32,
    /// The point of the history a jump is on its way to.
    goal: Option<usize>,
    /// The lab that is to take this one's place.
    arriving: Option<Box<Arriving>>,
    /// The cost that is measured beside all else.
    measuring: Option<Box<Measurement>>,
    /// The handout that is made beside all else.
    making: Option<Box<Making>>,
    /// Where all this stood before what is being done.
    safe: Rc<Safe>,
}

/// A lesson that was opened.
#[derive(Clone)]
struct Open {
    lesson: Rc<Lesson>,
    language: String,
    /// What it has for the modes beside its steps, once somebody wanted one of them.
    modes: Option<Rc<Modes>>,
    spec: Rc<LabSpec>,
    history: History,
    /// Lines the learner put in place of a step's own.
    edits: BTreeMap<usize, String>,
    /// What was told of each operation.
    known: Known,
    /// The stops of the history, by operation.
    stops: Vec<Rc<OperationView>>,
    /// What is kept of it, as far as it was written.
    written: Rc<saving::Written>,
}

/// How much faster than the real one a watched wire's time passes.
const FASTER: u32 = 5;

const NOBODY: &str = "no program reads what is typed";
const BUSY: &str = "a command is still running; Ctrl-C ends it";

impl Session {
    /// A session over `outside` that runs programs as `processes`; it holds nothing until [`Ask::Open`].
    pub fn new(outside: Box<dyn Host>, processes: Box<dyn Processes>, tty: bool) -> Self {
        Self {
            outside,
            processes,
            tty,
            open: None,
            running: None,
            code: 0,
            goal: None,
            arriving: None,
            measuring: None,
            making: None,
            safe: Rc::default(),
        }
    }

    /// Answers one question. A command that takes longer goes on in [`Session::tick`].
    pub fn ask(&mut self, ask: Ask, tells: Tells<'_>) {
        if let Err(reason) = self.answer(ask, tells) {
            tells(Tell::Refused(reason));
        }
    }

    /// Whether a command is running, another lab or a handout is on its way, or something is measured, and wants
    /// [`Session::tick`].
    pub fn is_running(&self) -> bool {
        self.is_busy() || self.making.is_some() || self.measuring.is_some()
    }

    /// Whether nothing else can change the lab now.
    fn is_busy(&self) -> bool {
        self.running.is_some() || self.arriving.is_some()
    }

    /// Lets the running command go on for a slice; false when nothing runs any more.
    pub fn tick(&mut self, tells: Tells<'_>) -> bool {
        let Some(execution) = &mut self.running else {
            if self.arriving.is_some() {
                self.go_on_restoring(tells);
            } else if self.making.is_some() {
                self.go_on_handing_out(tells);
            } else if self.measuring.is_some() {
                self.go_on_measuring(tells);
            }
            return self.is_running();
        };
        let had_container = execution.has_container();
        if execution.step(limits::SLICE_FUEL, self.outside.as_mut(), self.processes.as_mut(), tells) {
            self.finish(tells);
        } else if execution.has_container() != had_container {
            // What was pulled for a run is there now, and so is its container.
            self.tell_state(tells);
        }
        self.is_running()
    }

    /// The same where nobody types: what waits for that finds its input at the end, and Ctrl-C behind the last of them.
    pub fn tick_alone(&mut self, tells: Tells<'_>) -> bool {
        if self.waits_for_keys() && self.press(Keys::End, tells).is_err() {
            self.interrupt(tells);
        }
        self.tick(tells)
    }

    /// Whether nothing goes on until somebody types to the program that runs.
    pub fn waits_for_keys(&self) -> bool {
        self.running.as_ref().is_some_and(Execution::waits_for_keys)
    }

    /// How long a host that shows the wire to a person may rest before the next
    /// tick: modelled time passes for them as well, only faster.
    pub fn rest(&self) -> Duration {
        self.running.as_ref().map_or(Duration::ZERO, Execution::passed) / FASTER
    }

    fn answer(&mut self, ask: Ask, tells: Tells<'_>) -> Result<(), String> {
        match ask {
            Ask::Open { lesson, language, saved } => return self.open(&lesson, &language, saved.as_deref(), tells),
            Ask::Interrupt | Ask::Press(Keys::Interrupt) => {
                self.interrupt(tells);
                return Ok(());
            }
            Ask::Press(keys) => return self.press(keys, tells),
            _ => {}
        }
        let Some(open) = &mut self.open else { return Err("no lesson is open".to_owned()) };
        match ask {
            Ask::ReadFile { machine, path } => look::file(open.history.state(), machine, path, tells),
            Ask::Inspect { digest } => look::blob(open.history.state(), digest, tells),
            Ask::Explore { image } => tells(Tell::Explored(exploration::explore(open.history.state(), image))),
            Ask::Peek { layer, path } => tells(Tell::Peeked(exploration::peek(open.history.state(), layer, path))),
            Ask::Survey { registry } => tells(Tell::Surveyed(survey::survey(open.history.state(), registry))),
            Ask::Weigh { registry, digest, from } => {
                tells(Tell::Weighed(Box::new(survey::weigh(open.history.state(), registry, digest, from))));
            }
            Ask::Complete { line } => {
                let candidates = crate::cli::complete(&line, open.history.state());
                let help = crate::cli::explain(candidates.first().filter(|_| candidates.len() == 1).unwrap_or(&line));
                tells(Tell::Completed(Completion { line, candidates, help }));
            }
            Ask::Export { machine, reference } => look::export(open.history.state(), &machine, &reference, tells)?,
            Ask::Modes => return self.tell_modes(tells),
            Ask::Trace => tells(Tell::Trace(telling::trace_json(&open.history))),
            Ask::Share => tells(Tell::Shared(open.link())),
            Ask::Compare { one, other } => tells(Tell::Compared(open.compare(one, other)?)),
            Ask::StopMeasuring => self.stop_measuring(tells),
            Ask::StopHandout => self.stop_handing_out(tells),
            _ if self.is_busy() => return Err(BUSY.to_owned()),
            other => return self.change(other, tells),
        }
        Ok(())
    }

    /// The questions that move the history.
    fn change(&mut self, ask: Ask, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Err("no lesson is open".to_owned()) };
        match ask {
            Ask::Line { machine, line } => {
                let machine = machine.unwrap_or_else(|| open.history.state().machine().name.clone());
                let step = open.step_of(&machine, &line);
                self.begin_line(machine, line, step, tells)
            }
            Ask::WriteFile { machine, path, text } => self.begin(Input::Write { machine, path, text }, tells),
            Ask::Bring { machine, name, bytes } => self.begin(Input::Bring { machine, name, bytes }, tells),
            Ask::Jump { position } => self.jump(position, tells),
            Ask::Undo => self.jump(self.position().saturating_sub(1), tells),
            Ask::Redo if open.history.position() == open.history.branch().len() => {
                Err("there is nothing to do again".to_owned())
            }
            Ask::Next | Ask::Redo => self.jump(self.position() + 1, tells),
            Ask::EditStep { step, line } => self.edit_step(step, line, tells),
            Ask::ResetStep => {
                self.reset_step(tells);
                Ok(())
            }
            Ask::Reset => {
                *open = open.anew();
                tells(Tell::Cleared);
                self.tell_state(tells);
                Ok(())
            }
            Ask::GoTo { at } => self.go_to(at, tells),
            Ask::Bookmark { name } => self.bookmark(&name, tells),
            Ask::ForgetBookmark { name } => {
                self.forget_bookmark(&name, tells);
                Ok(())
            }
            Ask::Restore { text } => self.begin_restoring(&text),
            Ask::Answer(answer) => self.judge(answer, tells),
            Ask::ShowMe { id } => self.show(&id, tells),
            Ask::Measure { id, on } => self.measure(id, &on, tells),
            Ask::Handout => self.hand_out(tells),
            Ask::Foresee { machine, path, text } => self.foresee(machine, path, text, tells),
            Ask::Resend { machine, exchange } => {
                self.resend(&machine, exchange, tells);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn position(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.history.position())
    }

    /// Goes to a point of the history; beyond its end the lesson's next steps are run to get there.
    fn jump(&mut self, position: usize, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.history.jump(position) {
            self.tell_state(tells);
            return Ok(());
        }
        let end = open.history.branch().len();
        open.history.jump(end);
        if open.next_step().is_none() {
            return Err("the lesson has no further step".to_owned());
        }
        self.goal = Some(position);
        self.advance(tells)
    }

    /// Runs the next step of the lesson, if the goal is not reached.
    fn advance(&mut self, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &self.open else { return Ok(()) };
        let wanted = self.goal.is_some_and(|goal| open.history.position() < goal);
        let (true, Some(step)) = (wanted, open.next_step()) else {
            self.goal = None;
            return Ok(());
        };
        let machine = open.lesson.steps[step].command.machine.clone();
        let line = open.line_of(step);
        self.begin_line(machine, line, Some(step), tells)
    }

    fn edit_step(&mut self, step: usize, line: String, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if step >= open.lesson.steps.len() {
            return Err(format!("the lesson has no step {}", step.saturating_add(1)));
        }
        open.edits.insert(step, line);
        let done = open.history.branch().iter().position(|operation| operation.step() >= Some(step));
        let ready = done.or_else(|| (open.next_step() == Some(step)).then(|| open.history.position()));
        let Some(position) = ready else {
            // Earlier steps come first; the line waits for its turn.
            self.tell_state(tells);
            return Ok(());
        };
        open.history.jump(position);
        self.goal = Some(position + 1);
        self.advance(tells)
    }

    fn begin_line(&mut self, machine: String, line: String, at: Option<usize>, tells: Tells<'_>) -> Result<(), String> {
        let mut input = Input::line(machine, line, self.code);
        if let Input::Line { step, .. } = &mut input {
            *step = at;
        }
        self.begin(input, tells)
    }

    /// Starts an execution from the current state. What it leads to is kept only if it succeeds.
    fn begin(&mut self, input: Input, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &self.open else { return Ok(()) };
        open.history.check_room().map_err(|error| error.to_string())?;
        let state = open.history.state().clone();
        let (outside, processes) = (self.outside.as_mut(), self.processes.as_mut());
        let execution = Execution::begin(state, input, outside, processes, self.tty, tells)?;
        let waits = execution.is_waiting();
        self.running = Some(execution);
        if waits {
            self.tell_state(tells);
        } else {
            self.finish(tells);
        }
        Ok(())
    }

    fn interrupt(&mut self, tells: Tells<'_>) {
        self.goal = None;
        self.give_up_restoring(tells);
        if let Some(execution) = &mut self.running {
            execution.interrupt(self.outside.as_mut(), self.processes.as_mut(), tells);
            if !execution.is_waiting() {
                self.finish(tells);
            }
        }
    }

    /// Keys for a program, which goes on with them at once.
    fn press(&mut self, keys: Keys, tells: Tells<'_>) -> Result<(), String> {
        let Some(execution) = &mut self.running else { return Err(NOBODY.to_owned()) };
        execution.press(keys, self.processes.as_mut(), tells)?;
        self.tick(tells);
        Ok(())
    }

    /// Takes what the execution came to into the history, or forgets it.
    fn finish(&mut self, tells: Tells<'_>) {
        let (Some(execution), Some(open)) = (self.running.take(), &mut self.open) else { return };
        let failed = execution.has_failed();
        self.code = execution.code();
        if let Some(operation) = execution.into_operation(tells) {
            open.history.append(operation);
        }
        self.tell_state(tells);
        if failed {
            self.goal = None;
        }
        if let Err(reason) = self.advance(tells) {
            tells(Tell::Refused(reason));
        }
    }
}
