//! What a program is to those who run it: started once, stepped until it ends.
//! Who interprets it stands behind two traits, for the interpreter is large
//! and not everybody has it at hand: [`super::Modules`] is the interpreter
//! itself, and the browser's worker fetches one when a program first runs.

use serde::{Deserialize, Serialize};

use super::modules::ModuleError;
use super::output::Output;
use super::parked::Parked;
use crate::fs::{FsPath, Tree};
use crate::oci::Timestamp;

/// Makes processes of modules.
pub trait Processes {
    /// A process of the module in these bytes; nothing of it has run yet.
    fn start(&mut self, module: &[u8], program: Program) -> Result<Box<dyn Process>, StartError>;

    /// Where processes are kept that go on later.
    fn parked(&mut self) -> &mut Parked;
}

/// A running process, or one that has ended. Dropping it is how it is interrupted.
pub trait Process: std::fmt::Debug {
    /// Runs it for about `fuel` instructions, or until it has something to tell.
    fn step(&mut self, fuel: u64) -> Step;

    /// Feeds its standard input; nothing is the end of it.
    fn feed(&mut self, bytes: &[u8]);

    /// Takes what it has written since the last time.
    fn take_output(&mut self) -> Vec<Output>;

    /// Fuel used so far, which is about the number of instructions.
    fn fuel_used(&self) -> u64;

    /// The files as it leaves them.
    fn into_tree(self: Box<Self>) -> Tree;
}

/// What a process starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The arguments; the first is the name of the program.
    pub arguments: Vec<String>,
    /// The environment, as `NAME=value`.
    pub environment: Vec<String>,
    /// The working directory.
    pub directory: FsPath,
    /// The files it sees; it changes only its own copy.
    pub tree: Tree,
    /// How much of them.
    pub reach: Reach,
    /// Whether somebody feeds its standard input; else that is at its end.
    pub fed: bool,
    /// The time at which its clock starts.
    pub started: Timestamp,
    /// What its randomness grows from.
    pub seed: u64,
    /// How much fuel it may use in all: [`crate::limits::GUEST_FUEL`], or less.
    pub fuel: u64,
}

/// What a process can reach of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// All of them, as in a container: the root is open beforehand, and the working directory.
    Everything,
    /// These folders and what is below each, by the names under which they are open beforehand.
    Folders(Vec<(String, FsPath)>),
}

/// Why a module did not become a process.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The bytes are no module.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// It wants something that is not there, or more memory than a guest may have.
    #[error("{reason}")]
    Instance {
        /// In the words of the interpreter.
        reason: String,
    },
    /// It is a library: it exports no `_start` without parameters and results.
    #[error("module has no `_start` function")]
    NoStart,
    /// There is no interpreter to run it; this says nothing of the module.
    #[error("{reason}")]
    NoInterpreter {
        /// In the words of whoever tried to fetch it.
        reason: String,
    },
}

/// What came of one slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// It has more to do, now or once its output is taken.
    Running,
    /// It sleeps; its own clock is set forward already, the caller may let time pass too.
    Slept {
        /// How long.
        nanos: u64,
    },
    /// It reads its standard input and must be fed first.
    Hungry,
    /// It ended.
    Exited {
        /// 0 to 255.
        code: i32,
    },
}
