//! The processes of one container, as a PID namespace has them: the first, and
//! whatever it and its children start. They take turns of a fixed length, so
//! that what they do does not depend on the slices of whoever steps them. When
//! the first process ends, all end.

use std::collections::{BTreeMap, VecDeque};

use super::interpreted::{Interpreted, Pause, Turn};
use super::modules::{Module, Modules};
use super::output::Output;
use super::pids::{Ending, FIRST, KILL};
use super::process::{Process, Program, StartError, Step};
use super::world::{Shared, World};
use crate::fs::Tree;
use crate::limits;
use crate::text::Stream;

/// What a shell says of a process that ended by `SIGKILL`.
const KILLED: i32 = 137;

/// The processes of a container, running or ended.
pub(super) struct Namespace {
    shared: Shared,
    processes: BTreeMap<u32, Interpreted>,
    /// Whose turn it is, and then whose.
    turns: VecDeque<u32>,
    /// Who sleeps, and until when: nanoseconds on the monotonic clock.
    sleepers: BTreeMap<u32, u64>,
    /// Fuel left of the present turn.
    turn_left: u64,
    /// Turns since anybody got on with something.
    in_vain: usize,
    fuel_left: u64,
    fuel_used: u64,
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
        let mut slice = fuel;
        loop {
            if let Some(code) = self.exit_code {
                return Step::Exited { code };
            }
            if self.fuel_left == 0 {
                return self.killed("out of time");
            }
            let Some(pid) = self.turns.front().copied() else { return self.wake() };
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

    fn feed(&mut self, bytes: &[u8]) {
        self.shared.input.feed(bytes);
    }

    fn take_output(&mut self) -> Vec<Output> {
        self.shared.output.take()
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
        let mut first = Interpreted::start(modules, module, World::new(program, modules.clone()))?;
        let mut shared = Shared::default();
        first.exchange(&mut shared);
        Ok(Self {
            shared,
            processes: BTreeMap::from([(FIRST, first)]),
            turns: VecDeque::from([FIRST]),
            sleepers: BTreeMap::new(),
            turn_left: limits::TURN_FUEL,
            in_vain: 0,
            fuel_left,
            fuel_used: 0,
            exit_code: None,
        })
    }

    /// Lets a process run, for no longer than the slice and its turn.
    fn turn(&mut self, pid: u32, slice: u64) -> Pause {
        let Some(process) = self.processes.get_mut(&pid) else { return Pause::Ended(Ending::Killed(KILL)) };
        process.exchange(&mut self.shared);
        let turn = process.turn(slice.min(self.turn_left).min(self.fuel_left));
        process.exchange(&mut self.shared);
        let Turn { pause, burnt } = turn.expect("the interpreter was told to count fuel");
        self.fuel_used = self.fuel_used.saturating_add(burnt);
        self.fuel_left = self.fuel_left.saturating_sub(burnt);
        self.turn_left = self.turn_left.saturating_sub(burnt);
        for (pid, process) in std::mem::take(&mut self.shared.pids.born) {
            self.processes.insert(pid, process);
            self.turns.push_back(pid);
        }
        pause
    }

    /// What follows from the way a turn ended; something to tell, perhaps.
    fn paused(&mut self, pid: u32, pause: Pause) -> Option<Step> {
        self.in_vain = if pause == Pause::StillBlocked { self.in_vain + 1 } else { 0 };
        let step = match pause {
            Pause::OutOfFuel { required } if required <= self.turn_left => return Some(Step::Running),
            Pause::OutOfFuel { .. } | Pause::Blocked => None,
            Pause::StillBlocked if self.in_vain < self.turns.len() => None,
            Pause::StillBlocked => Some(self.wake()),
            Pause::Yield => Some(Step::Running),
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

    /// Everybody waits: time passes until the first sleeper wakes. Where nobody sleeps, they wait to be fed, or for each other.
    fn wake(&mut self) -> Step {
        self.in_vain = 0;
        let Some((&pid, &until)) = self.sleepers.iter().min_by_key(|(pid, until)| (**until, **pid)) else {
            let input = &self.shared.input;
            let is_hungry = input.is_wanted && input.is_dry();
            return if is_hungry { Step::Hungry } else { self.killed("each process waits for another") };
        };
        self.sleepers.remove(&pid);
        self.turns.push_front(pid);
        self.turn_left = limits::TURN_FUEL;
        let nanos = until.saturating_sub(self.shared.clock.elapsed());
        self.shared.clock.sleep(nanos);
        Step::Slept { nanos }
    }

    /// Ends those who were sent a signal.
    fn kill(&mut self) -> Option<Step> {
        for (pid, signal) in std::mem::take(&mut self.shared.pids.killed) {
            self.end(pid, Ending::Killed(signal));
        }
        self.exit_code.map(|code| Step::Exited { code })
    }

    fn end(&mut self, pid: u32, ending: Ending) {
        let Some(mut process) = self.processes.remove(&pid) else { return };
        process.exchange(&mut self.shared);
        process.close();
        process.exchange(&mut self.shared);
        if self.turns.front() == Some(&pid) {
            self.turn_left = limits::TURN_FUEL;
        }
        self.turns.retain(|other| *other != pid);
        self.sleepers.remove(&pid);
        self.shared.pids.ended(pid, ending);
        if pid == FIRST {
            self.finish(ending.code());
        }
    }

    fn killed(&mut self, reason: &str) -> Step {
        self.shared.output.push(Stream::Stderr, format!("killed: {reason}\n").as_bytes());
        self.finish(KILLED);
        Step::Exited { code: KILLED }
    }

    /// Ends all: their memory is free again at once.
    fn finish(&mut self, code: i32) {
        self.exit_code = Some(code);
        self.processes.clear();
        self.turns.clear();
        self.sleepers.clear();
    }
}

#[cfg(test)]
mod relatives;
#[cfg(test)]
mod tests;
