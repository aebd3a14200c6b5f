//! All that a process can reach: its arguments, its files, its clock. The
//! calls change it; nothing else of the host is within reach.

use super::bounds::Pool;
use super::clock::Clock;
use super::descriptors::{Descriptors, Opened};
use super::files::Files;
use super::given::MAIN;
use super::input::{Input, Inputs};
use super::modules::Modules;
use super::network::Network;
use super::output::Pending;
use super::pids::{FIRST, Pids};
use super::places::Places;
use super::process::{Program, Reach};
use super::random::Random;
use super::user::User;
use crate::fs::{FsPath, Tree};

/// The mask that a container begins with, as docker's do.
const MASK: u32 = 0o022;

/// One process's surroundings. What it has in
/// common with the other processes of its container is there while it runs.
pub(super) struct World {
    pub(super) pid: u32,
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<String>,
    /// Where it begins.
    pub(super) directory: FsPath,
    /// Who runs it.
    pub(super) user: User,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) files: Files,
    pub(super) descriptors: Descriptors,
    pub(super) inputs: Inputs,
    pub(super) output: Pending,
    pub(super) pids: Pids,
    pub(super) network: Network,
    /// How much of the files it can reach.
    pub(super) reach: Reach,
    /// The permissions that what it makes does not get.
    pub(super) mask: u32,
    /// Whence the modules of its children come.
    pub(super) modules: Modules,
    /// Set by a call that the process must not simply return from.
    pub(super) stop: Option<Stop>,
    /// Until when it waits, in nanoseconds of the monotonic clock, if it does not wait for ever.
    pub(super) deadline: Option<u64>,
    /// Fuel that calls cost beyond what was left of a slice.
    pub(super) debt: u64,
    /// Where its memory comes from.
    pub(super) pool: Pool,
}

/// What the processes of one container have in common. It lies in the world
/// of the one that runs, and in between with the scheduler.
pub(super) struct Shared {
    pub(super) clock: Clock,
    random: Random,
    pub(super) files: Files,
    pub(super) opened: Opened,
    pub(super) inputs: Inputs,
    pub(super) output: Pending,
    pub(super) pids: Pids,
    pub(super) network: Network,
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
    /// Another program takes its place.
    Replaced,
    /// It wrote more than a process may.
    Flood,
}

impl World {
    /// The world of a container's first process, which has this folder open beforehand beside the root.
    pub(super) fn new(program: Program, opens: &FsPath, modules: Modules) -> Self {
        let network = Network::new(&program.ports, program.networked);
        let mut inputs = Inputs::default();
        inputs.add(MAIN, Input::new(program.fed, program.tty));
        let pool = Pool::of(program.memory_bytes);
        Self {
            pid: FIRST,
            pids: Pids::first(&program.arguments, program.user.clone()),
            arguments: program.arguments,
            environment: program.environment,
            clock: Clock::new(program.started),
            random: Random::new(program.seed),
            files: Files::new(
                program.tree,
                Places { read_only: program.read_only, rooms: program.rooms },
                program.seed,
            ),
            descriptors: Descriptors::new(program.tty, network.beforehand(), opens, &program.reach),
            inputs,
            network,
            output: Pending::default(),
            directory: program.directory,
            user: program.user,
            reach: program.reach,
            mask: MASK,
            modules,
            stop: None,
            deadline: None,
            debt: 0,
            pool,
        }
    }

    /// The world of a child, which has the shared part only while it runs.
    pub(super) fn child(&self, pid: u32, program: Program, descriptors: Descriptors) -> Self {
        let child = Self::later(pid, program, descriptors, self.pool.clone(), self.modules.clone());
        Self { mask: self.mask, ..child }
    }

    /// The world of a process that begins while others run; files, time, randomness and network are theirs.
    pub(super) fn later(pid: u32, program: Program, descriptors: Descriptors, pool: Pool, modules: Modules) -> Self {
        Self { pid, descriptors, pool, pids: Pids::default(), ..Self::new(program, &FsPath::root(), modules) }
    }

    /// What is left of so much fuel after something that costs this; what is missing is owed.
    pub(super) fn pay(&mut self, cost: u64, fuel: u64) -> u64 {
        self.debt += cost.saturating_sub(fuel);
        fuel.saturating_sub(cost)
    }

    /// A signal ended its waiting.
    pub(super) fn wait_no_longer(&mut self) {
        self.deadline = None;
        self.network.forget(self.pid);
    }

    /// Takes the shared part, or gives it back: what is in one place goes to the other.
    pub(super) fn exchange(&mut self, shared: &mut Shared) {
        std::mem::swap(&mut self.clock, &mut shared.clock);
        std::mem::swap(&mut self.random, &mut shared.random);
        std::mem::swap(&mut self.files, &mut shared.files);
        std::mem::swap(&mut self.descriptors.opened, &mut shared.opened);
        std::mem::swap(&mut self.inputs, &mut shared.inputs);
        std::mem::swap(&mut self.output, &mut shared.output);
        std::mem::swap(&mut self.pids, &mut shared.pids);
        std::mem::swap(&mut self.network, &mut shared.network);
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            clock: Clock::new(crate::oci::Timestamp::default()),
            random: Random::new(0),
            files: Files::new(Tree::default(), Places::default(), 0),
            opened: Opened::default(),
            inputs: Inputs::default(),
            output: Pending::default(),
            pids: Pids::default(),
            network: Network::default(),
        }
    }
}
