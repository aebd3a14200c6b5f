//! All that a process can reach: its arguments, its files, its clock. The
//! calls change it; nothing else of the host is within reach.

use wasmi::{Memory, StoreLimits, StoreLimitsBuilder};

use super::clock::Clock;
use super::descriptors::Descriptors;
use super::files::Files;
use super::input::Input;
use super::output::Pending;
use super::process::Program;
use super::random::Random;
use crate::limits;

/// The data of a wasmi store: one process's surroundings.
pub(super) struct World {
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<String>,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) files: Files,
    pub(super) descriptors: Descriptors,
    pub(super) input: Input,
    pub(super) output: Pending,
    /// Set by a call that the process must not simply return from.
    pub(super) stop: Option<Stop>,
    /// Fuel that calls cost beyond what was left of a slice.
    pub(super) debt: u64,
    /// The guest's memory, once there is an instance.
    pub(super) memory: Option<Memory>,
    /// What wasmi asks before memory or a table grows.
    pub(super) bounds: StoreLimits,
}

/// Why a call suspends the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// `proc_exit` with this status.
    Exit(u32),
    /// It sleeps for so many nanoseconds.
    Sleep(u64),
    /// It gives others a turn, or its output must be taken first.
    Yield,
    /// It waits for its input to be fed; then [`Input::waiting`] is read.
    Hungry,
    /// It wrote more than a process may.
    Flood,
}

impl World {
    pub(super) fn new(program: Program) -> Self {
        let bounds = StoreLimitsBuilder::new()
            .memory_size(limits::GUEST_MEMORY_BYTES)
            .table_elements(limits::GUEST_TABLE_ELEMENTS)
            .instances(1)
            .memories(1)
            .tables(limits::GUEST_TABLES);
        Self {
            arguments: program.arguments,
            environment: program.environment,
            clock: Clock::new(program.started),
            random: Random::new(program.seed),
            files: Files::new(program.tree, program.seed),
            descriptors: Descriptors::new(&program.directory, &program.reach),
            input: Input::new(program.fed),
            output: Pending::default(),
            stop: None,
            debt: 0,
            memory: None,
            bounds: bounds.build(),
        }
    }
}
