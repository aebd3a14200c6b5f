//! All that a process can reach: its arguments, its files, its clock. The
//! calls change it; nothing else of the host is within reach.

use wasmi::Memory;

use super::bounds::{Bounds, Pool};
use super::clock::Clock;
use super::descriptors::{Descriptors, Opened};
use super::files::Files;
use super::input::Input;
use super::modules::Modules;
use super::output::Pending;
use super::pids::{FIRST, Pids};
use super::process::{Program, Reach};
use super::random::Random;
use crate::fs::{FsPath, Tree};

/// The data of a wasmi store: one process's surroundings. What it has in
/// common with the other processes of its container is there while it runs.
pub(super) struct World {
    pub(super) pid: u32,
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<String>,
    /// Where it begins.
    pub(super) directory: FsPath,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) files: Files,
    pub(super) descriptors: Descriptors,
    pub(super) input: Input,
    pub(super) output: Pending,
    pub(super) pids: Pids,
    /// How much of the files it can reach.
    pub(super) reach: Reach,
    /// Whence the modules of its children come.
    pub(super) modules: Modules,
    /// Set by a call that the process must not simply return from.
    pub(super) stop: Option<Stop>,
    /// Fuel that calls cost beyond what was left of a slice.
    pub(super) debt: u64,
    /// The guest's memory, once there is an instance.
    pub(super) memory: Option<Memory>,
    /// What wasmi asks before memory or a table grows.
    pub(super) bounds: Bounds,
}

/// What the processes of one container have in common. It lies in the world
/// of the one that runs, and in between with the scheduler.
pub(super) struct Shared {
    pub(super) clock: Clock,
    random: Random,
    pub(super) files: Files,
    opened: Opened,
    pub(super) input: Input,
    pub(super) output: Pending,
    pub(super) pids: Pids,
}

/// Why a call suspends the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// `proc_exit` with this status.
    Exit(u32),
    /// A signal that it sent itself, such as `SIGPIPE` for writing where nobody reads.
    Signal(u32),
    /// It sleeps for so many nanoseconds.
    Sleep(u64),
    /// It gives others a turn, or its output must be taken first.
    Yield,
    /// It waits for another process; the call is made again at its next turn.
    Block,
    /// It wrote more than a process may.
    Flood,
}

impl World {
    /// The world of a container's first process.
    pub(super) fn new(program: Program, modules: Modules) -> Self {
        Self {
            pid: FIRST,
            arguments: program.arguments,
            environment: program.environment,
            clock: Clock::new(program.started),
            random: Random::new(program.seed),
            files: Files::new(program.tree, program.seed),
            descriptors: Descriptors::new(&program.directory, &program.reach),
            input: Input::new(program.fed),
            output: Pending::default(),
            pids: Pids::first(),
            directory: program.directory,
            reach: program.reach,
            modules,
            stop: None,
            debt: 0,
            memory: None,
            bounds: Bounds::new(Pool::default()),
        }
    }

    /// The world of a child, which has the shared part only while it runs.
    pub(super) fn child(&self, pid: u32, program: Program, descriptors: Descriptors) -> Self {
        let bounds = Bounds::new(self.bounds.pool());
        Self { pid, descriptors, bounds, pids: Pids::default(), ..Self::new(program, self.modules.clone()) }
    }

    /// Takes the shared part, or gives it back: what is in one place goes to the other.
    pub(super) fn exchange(&mut self, shared: &mut Shared) {
        std::mem::swap(&mut self.clock, &mut shared.clock);
        std::mem::swap(&mut self.random, &mut shared.random);
        std::mem::swap(&mut self.files, &mut shared.files);
        std::mem::swap(&mut self.descriptors.opened, &mut shared.opened);
        std::mem::swap(&mut self.input, &mut shared.input);
        std::mem::swap(&mut self.output, &mut shared.output);
        std::mem::swap(&mut self.pids, &mut shared.pids);
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            clock: Clock::new(crate::oci::Timestamp::default()),
            random: Random::new(0),
            files: Files::new(Tree::default(), 0),
            opened: Opened::default(),
            input: Input::default(),
            output: Pending::default(),
            pids: Pids::default(),
        }
    }
}
