//! One line on its way: it runs on a copy of the state, prints and tells as it
//! goes, and in the end becomes an operation, or nothing.

mod calling;
mod keyboard;
mod line;
mod printing;
mod watching;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use self::keyboard::Typing;
use self::line::Typed;
use super::record::Record;
use super::streams::Target;
use super::{End, Start, Tell, Tells};
use crate::cli::{self, Building, Calling, Desk, Failure, Flow, Terminal, Transferring, Watching};
use crate::event::Event;
use crate::fs::{Metadata, Node};
use crate::host::Host;
use crate::lab::{Ear, Input, Operation, State};
use crate::limits;
use crate::runtime::Processes;
use crate::text::{Line, Output, Stream};

/// The time a learner is modelled to take between two lines.
const BETWEEN_LINES: Duration = Duration::from_secs(1);
/// What we say when a line heard more from a real registry than is kept.
const TOO_MUCH: &str = "More came from a real registry than is kept with the line. Undo and redo have it; after a \
                        reload the lab is as it was before this line.";
/// What a shell says of a command that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A line that runs, or has run.
pub struct Execution {
    state: State,
    /// The state before the command that is on.
    before: State,
    input: Input,
    record: Record,
    /// What of the line is still to be run.
    typed: Typed,
    /// What the command that is on reads.
    input_bytes: Option<Vec<u8>>,
    /// Whether a command of the line left something that stays.
    left_something: bool,
    /// What goes on after its verb returned.
    going: Option<Going>,
    tty: bool,
    /// The text of each stream that is not a whole line yet.
    partial: BTreeMap<Stream, Vec<u8>>,
    code: i32,
    failure: Option<Failure>,
    /// Pieces of transfers and builds that are done.
    pieces: u64,
    /// How much modelled time the last of them let pass, for whoever watches the wire or waits.
    passed: Duration,
    /// Whether the last step found that everybody waits.
    idles: bool,
    /// What is typed to the program that is followed.
    typing: Typing,
    /// Hears what real registries answer.
    ear: Ear,
}

/// What a line waits for.
enum Going {
    /// A container.
    Watched(Watching),
    /// An answer over the network.
    Call(Box<Calling>),
    /// A build.
    Build(Box<Building>),
    /// A push or a pull.
    Transfer(Transferring),
}

impl Execution {
    /// Runs `input` on `state` until it ends or waits for a container.
    pub fn begin(
        mut state: State,
        mut input: Input,
        outside: &mut dyn Host,
        processes: &mut dyn Processes,
        tty: bool,
        tells: Tells<'_>,
    ) -> Result<Self, String> {
        let no_machine = || format!("this lab has no machine {:?}", input.machine());
        state.here = state.machine_named(input.machine()).ok_or_else(no_machine)?;
        let before = state.clone();
        state.world.pass(BETWEEN_LINES);
        let (heard, keyed) = match &mut input {
            Input::Line { heard, keyed, .. } => (heard.take(), std::mem::take(keyed)),
            Input::Write { .. } | Input::Bring { .. } => (None, Vec::new()),
        };
        let record = Record::default();
        let mut execution = Self {
            state,
            before,
            input,
            record,
            typed: Typed::default(),
            input_bytes: None,
            left_something: false,
            going: None,
            tty,
            partial: BTreeMap::new(),
            code: 0,
            failure: None,
            pieces: 0,
            passed: Duration::ZERO,
            idles: false,
            typing: Typing::again(keyed),
            ear: Ear::new(heard),
        };
        execution.let_background_go_on(processes, tells);
        match execution.input.clone() {
            Input::Line { line, .. } => execution.run_line(&line, outside, processes, tells),
            Input::Write { path, text, .. } => execution.write_file(&path, text.into_bytes(), tells)?,
            Input::Bring { name, bytes, .. } => execution.bring(&name, &bytes, tells)?,
        }
        execution.tell_reader(tells);
        Ok(execution)
    }

    fn run_line(&mut self, line: &str, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        let machine = self.state.machine().name.clone();
        tells(Tell::Started(Start { machine, prompt: self.state.prompt(), line: line.to_owned() }));
        match cli::read(line) {
            Ok(script) => self.typed = Typed::of(script, self.status()),
            Err(error) => self.take_flow(Err(error.into()), tells),
        }
        self.run_on(outside, processes, tells);
    }

    /// Lets `work` use the machine the prompt is on, the world and the terminal.
    fn at_desk<R>(
        &mut self,
        outside: &mut dyn Host,
        processes: &mut dyn Processes,
        tells: Tells<'_>,
        work: impl FnOnce(&mut Desk<'_>) -> R,
    ) -> R {
        let machines = self.state.machines.iter().map(|machine| machine.name.clone()).collect();
        let registries = self.state.world.registries.keys().cloned().collect();
        let mut outside = self.ear.at(outside);
        let (machine, wire) = self.state.split(&mut outside);
        let is_terminal = |stream| matches!(self.record.streams.target(stream), Target::Terminal(_));
        let (out, err) = (is_terminal(Stream::Stdout), is_terminal(Stream::Stderr));
        let input = self.input_bytes.take();
        let record = RefCell::new((&mut self.record, tells));
        let mut write = |bytes: &[u8]| record.borrow_mut().0.write(Stream::Stdout, bytes);
        let terminal = Terminal {
            tty: self.tty && out,
            tty_err: self.tty && err,
            write: if out { None } else { Some(&mut write) },
            print: &mut |output| {
                let (record, tells) = &mut *record.borrow_mut();
                record.print(output, tells);
            },
            tell: &mut |event| {
                let (record, tells) = &mut *record.borrow_mut();
                record.happen(event, tells);
            },
        };
        work(&mut Desk { machine, wire, terminal, processes, input, machines, registries })
    }

    fn take_flow(&mut self, flow: Result<Flow, Failure>, tells: Tells<'_>) {
        match flow {
            Ok(Flow::Done(code)) => self.code = code,
            Ok(Flow::Watching(watching)) => self.going = Some(Going::Watched(watching)),
            Ok(Flow::Calling(calling)) => self.going = Some(Going::Call(calling)),
            Ok(Flow::Building(building)) => self.going = Some(Going::Build(building)),
            Ok(Flow::Transferring(transferring)) => self.going = Some(Going::Transfer(transferring)),
            Ok(Flow::Enter(machine)) => {
                self.state.here = self.state.machine_named(&machine).unwrap_or(self.state.here);
                self.record.happen(Event::MachineEntered { machine }, tells);
            }
            Ok(Flow::Clear) => tells(Tell::Cleared),
            Err(failure) => {
                for line in &failure.lines {
                    let output = Output { stream: Stream::Stderr, slot: None, line: line.clone() };
                    self.record.print(output, tells);
                }
                self.code = failure.code;
                self.failure = Some(failure);
            }
        }
    }

    /// What the editor saves: a file of the learner's home, bounded like everything.
    fn write_file(&mut self, path: &str, bytes: Vec<u8>, tells: Tells<'_>) -> Result<(), String> {
        let time = self.state.world.clock;
        let here = self.state.here;
        let machine = &mut self.state.machines[here];
        let path = machine.resolve(path);
        let size = bytes.len() as u64;
        machine.check_room(size).map_err(|error| format!("write {path}: {error}"))?;
        let metadata =
            machine.files.get(&path).map_or(Metadata::file(time), |node| Metadata { modified: time, ..node.metadata });
        let node = Node::file(metadata, bytes);
        machine.files.insert(&path, node).map_err(|error| error.to_string())?;
        self.record.happen(Event::FileWritten { path: path.to_string(), size }, tells);
        Ok(())
    }

    /// What somebody brings: a file where the prompt stands.
    fn bring(&mut self, name: &str, bytes: &[u8], tells: Tells<'_>) -> Result<(), String> {
        let is_plain = !matches!(name, "" | "." | "..") && !name.contains('/') && !name.chars().any(char::is_control);
        if !is_plain || name.len() > limits::NAME_BYTES {
            return Err(format!("{name:?} cannot be the name of a file"));
        }
        self.write_file(&format!("./{name}"), bytes.to_vec(), tells)
    }

    /// Whether it has come to a container, and follows it.
    pub fn has_container(&self) -> bool {
        matches!(self.going, Some(Going::Watched(_)))
    }

    /// Whether a container's process or a build is still to be stepped.
    pub fn is_waiting(&self) -> bool {
        self.going.is_some()
    }

    /// The state as it is on the way.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How much modelled time went by in the last step while somebody could only wait.
    pub fn passed(&self) -> Duration {
        if self.is_waiting() { self.passed } else { Duration::ZERO }
    }

    /// The exit code; that of the last command that ran.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The exit code of the line before.
    fn status(&self) -> i32 {
        if let Input::Line { status, .. } = &self.input { *status } else { 0 }
    }

    /// Whether it failed, so that nothing of it will be kept.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some() && !self.left_something
    }

    /// Goes on a little; true when it has ended.
    pub fn step(&mut self, fuel: u64, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) -> bool {
        match self.going.take() {
            None => {}
            Some(Going::Watched(watching)) => self.step_watched(watching, processes, tells),
            Some(Going::Call(calling)) => self.step_call(calling, outside, processes, tells),
            Some(Going::Build(building)) => self.step_build(building, fuel, outside, processes, tells),
            Some(Going::Transfer(transferring)) => self.step_transfer(transferring, outside, processes, tells),
        }
        self.run_on(outside, processes, tells);
        self.tell_reader(tells);
        !self.is_waiting()
    }

    fn step_build(
        &mut self,
        mut building: Box<Building>,
        fuel: u64,
        outside: &mut dyn Host,
        processes: &mut dyn Processes,
        tells: Tells<'_>,
    ) {
        self.pieces += 1;
        let flow = match self.at_desk(outside, processes, tells, |desk| building.step(fuel, desk)) {
            Ok(None) => Ok(Flow::Building(building)),
            Ok(Some(code)) => Ok(Flow::Done(code)),
            Err(failure) => Err(failure),
        };
        self.take_flow(flow, tells);
        if self.is_waiting() && self.is_interrupted_at(self.pieces) {
            self.interrupt(outside, processes, tells);
        }
    }

    /// Lets a transfer go on a piece. Ctrl-C comes again after as many pieces as in the log.
    fn step_transfer(
        &mut self,
        transferring: Transferring,
        outside: &mut dyn Host,
        processes: &mut dyn Processes,
        tells: Tells<'_>,
    ) {
        self.pieces += 1;
        let before = self.state.world.clock;
        let flow = self.at_desk(outside, processes, tells, |desk| transferring.step(desk));
        self.take_flow(flow, tells);
        self.passed = self.state.world.clock.since(before);
        if matches!(self.going, Some(Going::Transfer(_))) && self.is_interrupted_at(self.pieces) {
            self.interrupt(outside, processes, tells);
        }
    }

    /// Whether Ctrl-C comes after so much work: pieces of transfers and builds, steps of containers. It ends the line.
    fn is_interrupted_at(&mut self, work: u64) -> bool {
        let comes = matches!(self.input, Input::Line { interrupted: Some(at), .. } if work >= at);
        if comes {
            self.typed.stop();
        }
        comes
    }

    fn note_interrupt(&mut self, work: u64) {
        if let Input::Line { interrupted, .. } = &mut self.input {
            *interrupted = Some(work);
        }
    }

    /// Runs to the end without leaving.
    pub fn run_to_end(&mut self, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        while !self.step_alone(outside, processes, tells) {}
    }

    /// Ctrl-C: a program hears of it, and ends, or goes on in its own way. A transfer and a build are gone, and of
    /// them stays what docker keeps. The log remembers after how much work. The commands behind it do not run.
    pub fn interrupt(&mut self, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        if !self.interrupt_program(processes, tells) {
            self.typed.stop();
            self.give_up(outside, processes, tells);
        }
        if !self.is_waiting() {
            self.end_step(outside, processes, tells);
        }
        self.tell_reader(tells);
    }

    fn give_up(&mut self, outside: &mut dyn Host, processes: &mut dyn Processes, tells: Tells<'_>) {
        match self.going.take() {
            None => {}
            Some(Going::Watched(watching)) => {
                self.note_interrupt(self.pieces);
                self.interrupt_watched(&watching, processes, tells);
            }
            Some(Going::Call(calling)) => {
                self.note_interrupt(self.pieces);
                self.at_desk(outside, processes, tells, |desk| calling.interrupt(desk));
                self.code = INTERRUPTED;
            }
            Some(Going::Build(building)) => {
                self.note_interrupt(self.pieces);
                let ended = self.at_desk(outside, processes, tells, |desk| building.interrupt(desk));
                let ended = ended.map(|()| Flow::Done(INTERRUPTED));
                self.take_flow(ended.map_err(|failure| Failure { code: INTERRUPTED, ..failure }), tells);
            }
            Some(Going::Transfer(transferring)) => {
                self.note_interrupt(self.pieces);
                self.at_desk(outside, processes, tells, |desk| transferring.interrupt(desk));
                self.code = INTERRUPTED;
            }
        }
    }

    /// Tells the end; the operation to keep, if it succeeded or left something behind.
    pub fn into_operation(mut self, tells: Tells<'_>) -> Option<Operation> {
        if let Input::Line { heard, .. } = &mut self.input {
            let ear = std::mem::take(&mut self.ear);
            let too_much = ear.is_full().then_some(TOO_MUCH);
            let hint = self.failure.as_ref().map_or(too_much, |failure| failure.hint.as_deref());
            let hint = hint.map(|hint| Line::styled(crate::text::Style::Hint, hint));
            tells(Tell::Finished(End { code: self.code, hint }));
            *heard = Some(ear.into_heard()).filter(|heard| !heard.is_empty());
        }
        if self.failure.is_some() && !self.left_something {
            return None;
        }
        let Record { mut output, mut events, .. } = self.record;
        // They are kept as long as the lab.
        output.shrink_to_fit();
        events.shrink_to_fit();
        Some(Operation { input: self.input, events, output, code: self.code, after: self.state })
    }

    /// Our advice after a failure.
    pub fn hint(&self) -> Option<&str> {
        self.failure.as_ref()?.hint.as_deref()
    }

    /// The state it leaves, what it printed, what happened, its exit code: where no history is kept.
    pub fn into_parts(self) -> (State, Vec<Output>, Vec<Event>, i32) {
        (self.state, self.record.output, self.record.events, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SendError;
    use crate::lab::{LabSpec, ProjectFile};
    use crate::limits;
    use crate::oci::Timestamp;
    use crate::runtime::{Modules, Parked, Process, Program, StartError};
    use bytes::Bytes;

    /// Writes a line, then counts for ever.
    const SPIN: &str = r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\10\00\00\00\06\00\00\00")
        (data (i32.const 16) "begin\0a")
        (func (export "_start")
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (loop $on (br $on))))"#;

    pub(super) struct Nowhere;

    impl Host for Nowhere {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }

        fn random(&mut self, bytes: &mut [u8]) {
            bytes.fill(7);
        }

        fn send(&mut self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, SendError> {
            Err(SendError { reason: "connection refused".into() })
        }
    }

    fn lab() -> State {
        lab_with(SPIN)
    }

    /// A lab whose project is an image of this program.
    pub(super) fn lab_with(program: &str) -> State {
        let dockerfile = b"FROM scratch\nCOPY spin.wasm /spin\nCMD [\"/spin\"]\n".to_vec();
        let spin = wat::parse_str(program).expect("a module");
        let files = vec![
            ProjectFile { name: "Dockerfile".into(), mode: 0o644, bytes: dockerfile },
            ProjectFile { name: "spin.wasm".into(), mode: 0o755, bytes: spin },
        ];
        State::new(&LabSpec { machines: vec!["laptop".into()], folder: "spin".into(), files, ..LabSpec::default() })
    }

    /// A learner's lines, one after the other, with one interpreter or with a new one for each.
    pub(super) struct Prompt {
        pub(super) state: State,
        pub(super) modules: Modules,
        forgets: bool,
    }

    impl Prompt {
        pub(super) fn new(program: &str, forgets: bool) -> Self {
            let mut prompt = Self { state: lab_with(program), modules: Modules::default(), forgets };
            prompt.line("docker build -t job:1 .", None);
            prompt
        }

        pub(super) fn line(&mut self, line: &str, interrupted: Option<u64>) -> Operation {
            if self.forgets {
                self.modules = Modules::default();
            }
            let mut execution = begin_with(self.state.clone(), line, interrupted, &mut self.modules);
            execution.run_to_end(&mut Nowhere, &mut self.modules, &mut drop);
            let operation = execution.into_operation(&mut drop).expect(line);
            self.state = operation.after.clone();
            operation
        }

        /// The exit code of a line that fails.
        pub(super) fn refused(&mut self, line: &str) -> i32 {
            let mut execution = begin_with(self.state.clone(), line, None, &mut self.modules);
            execution.run_to_end(&mut Nowhere, &mut self.modules, &mut drop);
            assert!(execution.has_failed(), "{line}");
            execution.code()
        }

        pub(super) fn printed(&mut self, line: &str) -> Vec<String> {
            self.line(line, None).output.iter().map(|output| output.line.text()).collect()
        }
    }

    /// An interpreter that cannot be fetched.
    #[derive(Default)]
    struct Unreachable(Parked);

    impl Processes for Unreachable {
        fn start(&mut self, _: &[u8], _: Program) -> Result<Box<dyn Process>, StartError> {
            Err(StartError::NoInterpreter { reason: "the server answered 404".into() })
        }

        fn parked(&mut self) -> &mut Parked {
            &mut self.0
        }
    }

    fn begin(state: State, line: &str, interrupted: Option<u64>) -> Execution {
        begin_with(state, line, interrupted, &mut Modules::default())
    }

    pub(super) fn begin_with(
        state: State,
        line: &str,
        interrupted: Option<u64>,
        processes: &mut dyn Processes,
    ) -> Execution {
        let mut input = Input::line("laptop".into(), line.into(), 0);
        if let Input::Line { interrupted: at, .. } = &mut input {
            *at = interrupted;
        }
        begin_input(state, input, processes)
    }

    /// A line that is done again.
    pub(super) fn begin_input(state: State, input: Input, processes: &mut dyn Processes) -> Execution {
        Execution::begin(state, input, &mut Nowhere, processes, false, &mut drop).expect("a machine")
    }

    fn built() -> State {
        let mut build = begin(lab(), "docker build -t spin:1 .", None);
        run_to_end(&mut build);
        build.into_operation(&mut drop).expect("it builds").after
    }

    fn step(execution: &mut Execution) -> bool {
        execution.step(limits::SLICE_FUEL, &mut Nowhere, &mut Modules::default(), &mut drop)
    }

    fn run_to_end(execution: &mut Execution) {
        execution.run_to_end(&mut Nowhere, &mut Modules::default(), &mut drop);
    }

    /// Ctrl-C, of which the program ends in its next step.
    fn interrupt(execution: &mut Execution) {
        execution.interrupt(&mut Nowhere, &mut Modules::default(), &mut drop);
        assert!(step(execution), "it has ended");
    }

    /// The same line again, as the log has it, comes to the same.
    fn done_again(operation: &Operation) {
        let mut again = begin_input(built(), operation.input.clone(), &mut Modules::default());
        run_to_end(&mut again);
        let again = again.into_operation(&mut drop).expect("it is kept again");
        let of = |operation: &Operation| (operation.code, operation.after.snapshot(), operation.events.clone());
        assert_eq!((&again.input, of(&again)), (&operation.input, of(operation)));
    }

    #[test]
    fn ctrl_c_ends_an_endless_program_with_130_and_comes_again_when_the_log_is_replayed() {
        let mut live = begin(built(), "docker run spin:1", None);
        assert!(!step(&mut live), "it goes on for ever");
        assert!(!step(&mut live), "it goes on for ever");
        interrupt(&mut live);
        let operation = live.into_operation(&mut drop).expect("an interrupted run is kept");
        assert_eq!(operation.code, INTERRUPTED);
        assert_eq!(operation.output[0].line.text(), "begin");
        done_again(&operation);
    }

    #[test]
    fn a_log_that_knows_only_when_ctrl_c_came_comes_to_the_same() {
        let mut old = begin(built(), "docker run spin:1", Some(2));
        run_to_end(&mut old);
        let operation = old.into_operation(&mut drop).expect("it is kept");
        assert_eq!(operation.code, INTERRUPTED);
        done_again(&operation);
    }

    #[test]
    fn ctrl_c_ends_the_line_and_what_its_other_commands_did_stays() {
        let line = "docker tag spin:1 spin:2; docker run spin:1 | cat > f; docker rmi spin:2";
        let mut live = begin(built(), line, None);
        assert!(!step(&mut live) && !step(&mut live), "it goes on for ever");
        interrupt(&mut live);
        let operation = live.into_operation(&mut drop).expect("something was done");
        let names = |operation: &Operation| operation.after.machine().engine.names.len();
        assert_eq!((operation.code, names(&operation)), (INTERRUPTED, 2));
        done_again(&operation);
    }

    #[test]
    fn a_command_that_fails_leaves_what_the_others_of_its_line_did() {
        let table = [
            ("docker tag spin:1 a:1 && docker rmi nosuch", 1, true),
            ("docker rmi nosuch && docker tag spin:1 a:1", 1, false),
            ("docker rmi nosuch || docker tag spin:1 a:1", 0, true),
            ("docker tag spin:1 a:1 > no/such/folder", 1, false),
        ];
        for (line, code, tagged) in table {
            let mut execution = begin(built(), line, None);
            run_to_end(&mut execution);
            let has_failed = execution.has_failed();
            let operation = execution.into_operation(&mut drop);
            assert_eq!(has_failed, operation.is_none(), "{line}");
            let names = operation.as_ref().map_or(1, |operation| operation.after.machine().engine.names.len());
            assert_eq!(names == 2, tagged, "{line}");
            assert!(operation.is_none_or(|operation| operation.code == code), "{line}");
        }
    }

    #[test]
    fn a_failed_line_leaves_nothing_behind() {
        for line in ["docker run nosuch:1", "docker push spin:1", "docker rmi nosuch", "frobnicate", "echo 'open"] {
            let mut execution = begin(built(), line, None);
            run_to_end(&mut execution);
            assert!(execution.has_failed() && execution.into_operation(&mut drop).is_none(), "{line}");
        }
    }

    #[test]
    fn without_an_interpreter_a_run_fails_whole_and_may_be_tried_again() {
        let failed = begin_with(built(), "docker run spin:1", None, &mut Unreachable::default());
        assert!(!failed.is_waiting() && failed.has_failed());
        let (_, output, _, code) = failed.into_parts();
        let text = "docker: Error response from daemon: failed to create task for container: failed to start shim: \
                    start failed: the server answered 404";
        assert_eq!((output[0].line.text().as_str(), code), (text, 125));
        assert!(begin(built(), "docker run spin:1", None).is_waiting());
    }

    #[test]
    fn a_file_too_large_for_the_machine_is_refused() {
        let text = "x".repeat(usize::try_from(limits::MACHINE_BYTES).expect("small") + 1);
        let input = Input::Write { machine: "laptop".into(), path: "/home/learner/x".into(), text };
        let refused = Execution::begin(lab(), input, &mut Nowhere, &mut Modules::default(), false, &mut drop);
        assert_eq!(refused.err().as_deref(), Some("write /home/learner/x: no space left on device"));
    }
}
