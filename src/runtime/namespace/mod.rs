//! The processes of one container, as a PID namespace has them: the first, and
//! whatever it and its children start. They take turns of a fixed length, so
//! that what they do does not depend on the slices of whoever steps them. When
//! the first process ends, all end.

use std::collections::{BTreeMap, VecDeque};

use super::bounds::Pool;
use super::descriptors::Descriptors;
use super::errno::Errno;
use super::given::{Entry, Given, MAIN, News};
use super::input::Input;
use super::instance::{Instance, Pause, Turn};
use super::modules::{Module, Modules};
use super::output::Output;
use super::pids::{Ending, FIRST, KILL};
use super::process::{Process, Program, Running, StartError, Step, Usage};
use super::world::{Shared, World};
use crate::fs::{FsPath, Tree};
use crate::limits;
use crate::oci::Timestamp;
use crate::text::Stream;

/// What a shell says of a process that ended by `SIGKILL`.
const KILLED: i32 = 137;
/// What it says of a file that is no program.
const NOT_EXECUTABLE: i32 = 126;

/// The processes of a container, running or ended.
pub(super) struct Namespace {
    shared: Shared,
    modules: Modules,
    memory: Pool,
    /// What it may have in all; with less than a guest may have, it is killed for wanting more.
    memory_bytes: usize,
    processes: BTreeMap<u32, Instance>,
    /// Which of them entered from outside, and under what number.
    entered: BTreeMap<u32, u32>,
    /// Whose turn it is, and then whose.
    turns: VecDeque<u32>,
    /// Who sleeps, and until when: nanoseconds on the monotonic clock.
    sleepers: BTreeMap<u32, u64>,
    /// Who waits for something, and has a turn, but only until then.
    deadlines: BTreeMap<u32, u64>,
    /// How long everybody sleeps yet.
    asleep: Option<u64>,
    /// Fuel left of the present turn.
    turn_left: u64,
    /// Turns since anybody got on with something.
    in_vain: usize,
    fuel_left: u64,
    fuel_used: u64,
    news: Vec<News>,
    exit_code: Option<i32>,
}

impl std::fmt::Debug for Namespace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Namespace");
        shown.field("fuel_used", &self.fuel_used).field("processes", &self.processes).finish_non_exhaustive()
    }
}

impl Process for Namespace {
    fn step(&mut self, fuel: u64) -> Step {
        if let Some(nanos) = self.asleep.take() {
            self.shared.clock.sleep(nanos);
            self.rouse();
        }
        let mut slice = fuel;
        loop {
            if let Some(code) = self.exit_code {
                return Step::Exited { code };
            }
            if self.is_lost() {
                return Step::Running;
            }
            if self.fuel_left == 0 {
                return self.killed("out of time");
            }
            let Some(pid) = self.turns.front().copied() else { return self.rest() };
            let used = self.fuel_used;
            let pause = self.turn(pid, slice);
            slice = slice.saturating_sub(self.fuel_used - used);
            match self.paused(pid, pause) {
                Some(step) => return step,
                None if slice == 0 && self.exit_code.is_none() => return Step::Running,
                None => {}
            }
        }
    }

    fn give(&mut self, given: &Given, now: Timestamp) {
        self.let_time_pass(now);
        self.in_vain = 0;
        match given {
            Given::Input { session, bytes } => {
                self.echo(*session, bytes);
                self.shared.inputs.of(*session).feed(bytes);
            }
            Given::Signal(signal) => self.shared.pids.signal_first(*signal),
            Given::Interrupt(session) => {
                self.echo(*session, b"^C");
                self.shared.pids.interrupt(*session, self.shared.inputs.is_terminal(*session));
            }
            Given::Enter(entry) => self.enter(entry),
            Given::Packet(packet) => self.shared.network.receive(packet.clone()),
            Given::Leave(session) => self.shared.pids.kill_session(*session),
            // A folder that is gone cannot be filled; whoever took it away wanted that.
            Given::Files { at, files } => drop(self.shared.files.replace(at, files)),
        }
        self.kill();
    }

    fn take_output(&mut self) -> Vec<Output> {
        self.shared.output.take()
    }

    fn take_news(&mut self) -> Vec<News> {
        let packets = self.shared.network.take(self.exit_code.is_some());
        let news = std::mem::take(&mut self.news);
        packets.into_iter().map(News::Packet).chain(news).collect()
    }

    fn usage(&self) -> Usage {
        let running = |(pid, process): (&u32, &Instance)| Running {
            pid: *pid,
            parent: self.shared.pids.parent(*pid),
            command: process.arguments(),
        };
        Usage { memory_bytes: self.memory_bytes(), processes: self.processes.iter().map(running).collect() }
    }

    fn memory_bytes(&self) -> usize {
        self.memory_bytes.saturating_sub(self.memory.left())
    }

    fn changes(&self) -> u64 {
        self.shared.files.changes()
    }

    fn folder(&mut self, at: &FsPath) -> Option<Tree> {
        self.shared.files.folder(at)
    }

    fn tree(&mut self) -> Tree {
        self.shared.files.tree()
    }

    fn into_tree(self: Box<Self>) -> Tree {
        self.shared.files.tree()
    }

    fn fuel_used(&self) -> u64 {
        self.fuel_used
    }
}

impl Namespace {
    /// A namespace with its first process; nothing of it has run yet.
    pub(super) fn start(modules: &Modules, module: &Module, program: Program) -> Result<Self, StartError> {
        let fuel_left = program.fuel;
        let memory_bytes = program.memory_bytes;
        let opens = module.opens(&program.directory);
        let world = World::new(program, &opens, modules.clone());
        let memory = world.pool.clone();
        let mut first = Instance::start(modules, module, world)?;
        let mut shared = Shared::default();
        first.exchange(&mut shared);
        Ok(Self {
            shared,
            modules: modules.clone(),
            memory,
            memory_bytes,
            processes: BTreeMap::from([(FIRST, first)]),
            entered: BTreeMap::new(),
            turns: VecDeque::from([FIRST]),
            sleepers: BTreeMap::new(),
            deadlines: BTreeMap::new(),
            asleep: None,
            turn_left: limits::TURN_FUEL,
            in_vain: 0,
            fuel_left,
            fuel_used: 0,
            news: Vec::new(),
            exit_code: None,
        })
    }

    /// Whether only the interpreter, from the beginning, can tell what happens next.
    pub(super) fn is_lost(&self) -> bool {
        self.shared.pids.is_lost
    }

    /// Lets a process run, for no longer than the slice and its turn.
    fn turn(&mut self, pid: u32, slice: u64) -> Pause {
        let Some(process) = self.processes.get_mut(&pid) else { return Pause::Ended(Ending::Killed(KILL)) };
        process.exchange(&mut self.shared);
        let Turn { pause, burnt } = process.turn(slice.min(self.turn_left).min(self.fuel_left));
        process.exchange(&mut self.shared);
        match process.deadline() {
            Some(deadline) => drop(self.deadlines.insert(pid, deadline)),
            None => drop(self.deadlines.remove(&pid)),
        }
        self.shared.pids.is_lost |= pause == Pause::Lost;
        self.fuel_used = self.fuel_used.saturating_add(burnt);
        self.fuel_left = self.fuel_left.saturating_sub(burnt);
        self.turn_left = self.turn_left.saturating_sub(burnt);
        for (pid, process) in std::mem::take(&mut self.shared.pids.born) {
            match self.processes.insert(pid, process) {
                Some(replaced) => self.close(replaced),
                None => self.turns.push_back(pid),
            }
        }
        if self.memory.take_exceeded() && self.memory_bytes < limits::GUEST_MEMORY_BYTES {
            self.news.push(News::OutOfMemory);
            return Pause::Ended(Ending::Killed(KILL));
        }
        pause
    }

    /// What follows from the way a turn ended; something to tell, perhaps.
    fn paused(&mut self, pid: u32, pause: Pause) -> Option<Step> {
        if pause == Pause::StillBlocked {
            self.in_vain += 1;
        } else {
            self.in_vain = 0;
            self.shared.network.forget_wants();
        }
        let step = match pause {
            Pause::OutOfFuel { required } if required <= self.turn_left => return Some(Step::Running),
            Pause::OutOfFuel { .. } | Pause::Blocked | Pause::Replaced => None,
            Pause::StillBlocked if self.in_vain < self.turns.len() => None,
            Pause::StillBlocked => Some(self.rest()),
            Pause::Yield | Pause::Lost => Some(Step::Running),
            Pause::Sleep(nanos) => {
                self.sleepers.insert(pid, self.shared.clock.elapsed().saturating_add(nanos));
                self.turns.retain(|other| *other != pid);
                self.turn_left = limits::TURN_FUEL;
                return self.kill();
            }
            Pause::Flood => Some(self.killed("too much output")),
            Pause::Ended(ending) => {
                self.end(pid, ending);
                return self.kill();
            }
        };
        self.turns.rotate_left(1.min(self.turns.len()));
        self.turn_left = limits::TURN_FUEL;
        self.kill().or(step)
    }

    /// Everybody waits: until the first wakes, to be given something, or for each other.
    fn rest(&mut self) -> Step {
        self.in_vain = 0;
        let waits = self.shared.inputs.is_hungry() || self.shared.network.is_wanted();
        match self.next_to_wake() {
            Some((_, until)) => {
                let nanos = until.saturating_sub(self.shared.clock.elapsed());
                self.asleep = Some(nanos);
                Step::Slept { nanos }
            }
            None if waits => Step::Hungry,
            None => self.killed("each process waits for another"),
        }
    }

    fn next_to_wake(&self) -> Option<(u32, u64)> {
        let waits = self.sleepers.iter().chain(&self.deadlines);
        waits.map(|(pid, until)| (*pid, *until)).min_by_key(|(pid, until)| (*until, *pid))
    }

    /// The first of those who sleep goes on; who waits for something besides has its turn anyway.
    fn rouse(&mut self) {
        let Some((pid, _)) = self.next_to_wake() else { return };
        if self.sleepers.remove(&pid).is_some() {
            self.turns.push_front(pid);
            self.turn_left = limits::TURN_FUEL;
        }
    }

    /// The clock goes on to `now`, if it is behind, but not beyond the moment at which somebody wakes.
    fn let_time_pass(&mut self, now: Timestamp) {
        let nanos = now.nanos.saturating_sub(self.shared.clock.now().nanos);
        // Whoever sleeps is looked for again after those who have a turn now.
        let asleep = self.asleep.take();
        self.shared.clock.sleep(asleep.map_or(nanos, |asleep| nanos.min(asleep)));
    }

    /// A terminal shows what is typed at it.
    fn echo(&mut self, session: u32, bytes: &[u8]) {
        if self.shared.inputs.is_terminal(session) {
            self.shared.output.push(session, Stream::Stdout, bytes);
        }
    }

    /// Begins one more program beside the first.
    fn enter(&mut self, entry: &Entry) {
        self.shared.inputs.add(entry.session, Input::new(entry.fed, entry.tty));
        if self.begin(entry).is_err() {
            self.news.push(News::Left { session: entry.session, code: NOT_EXECUTABLE });
        }
    }

    fn begin(&mut self, entry: &Entry) -> Result<(), Errno> {
        self.shared.pids.room()?;
        let content = self.shared.files.node(&entry.program)?.content().cloned().ok_or(Errno::Acces)?;
        let module = self.modules.load_file(&content)?;
        let program = Program {
            arguments: entry.arguments.clone(),
            environment: entry.environment.clone(),
            directory: entry.directory.clone(),
            user: entry.user.clone(),
            ..Program::default()
        };
        let listeners = self.shared.network.beforehand();
        let descriptors =
            Descriptors::entered(&mut self.shared.opened, entry, listeners, &module.opens(&entry.directory));
        let pid = self.shared.pids.enter_from_outside(entry.session, &program.arguments, entry.user.clone());
        let world = World::later(pid, program, descriptors, self.memory.clone(), self.modules.clone());
        let Ok(process) = Instance::start(&self.modules, &module, world) else {
            self.shared.pids.is_lost |= module.is_lent();
            self.shared.pids.forget(pid);
            return Err(Errno::Noexec);
        };
        self.processes.insert(pid, process);
        self.entered.insert(pid, entry.session);
        self.turns.push_back(pid);
        Ok(())
    }

    /// Ends those who were sent a signal, or the waiting of those who caught one.
    fn kill(&mut self) -> Option<Step> {
        for pid in std::mem::take(&mut self.shared.pids.interrupted) {
            let Some(process) = self.processes.get_mut(&pid) else { continue };
            if !process.interrupt() {
                self.shared.pids.came_early(pid);
            }
            if self.sleepers.remove(&pid).is_some() {
                self.turns.push_back(pid);
            }
        }
        for (pid, signal) in std::mem::take(&mut self.shared.pids.killed) {
            self.end(pid, Ending::Killed(signal));
        }
        self.exit_code.map(|code| Step::Exited { code })
    }

    fn end(&mut self, pid: u32, ending: Ending) {
        let Some(process) = self.processes.remove(&pid) else { return };
        self.close(process);
        if self.turns.front() == Some(&pid) {
            self.turn_left = limits::TURN_FUEL;
        }
        self.turns.retain(|other| *other != pid);
        self.sleepers.remove(&pid);
        self.deadlines.remove(&pid);
        if let Some(session) = self.entered.remove(&pid) {
            self.news.push(News::Left { session, code: ending.code() });
        }
        self.shared.pids.ended(pid, ending);
        if pid == FIRST {
            self.finish(ending.code());
        }
    }

    /// Closes what a process has open that is no more.
    fn close(&mut self, mut process: Instance) {
        process.exchange(&mut self.shared);
        process.close();
        process.exchange(&mut self.shared);
    }

    pub(super) fn killed(&mut self, reason: &str) -> Step {
        self.shared.output.push(MAIN, Stream::Stderr, format!("killed: {reason}\n").as_bytes());
        self.finish(KILLED);
        Step::Exited { code: KILLED }
    }

    /// Ends all: their memory is free again at once. What a connection still holds is on its way.
    fn finish(&mut self, code: i32) {
        self.exit_code = Some(code);
        for session in std::mem::take(&mut self.entered).into_values() {
            self.news.push(News::Left { session, code: KILLED });
        }
        self.processes.clear();
        self.turns.clear();
        self.sleepers.clear();
        self.deadlines.clear();
    }
}

#[cfg(test)]
mod connections;
#[cfg(test)]
mod relatives;
#[cfg(test)]
mod tests;
