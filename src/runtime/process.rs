//! What a program is to those who run it: started once, stepped until it ends.
//! Who interprets it stands behind two traits, for the interpreter is large
//! and not everybody has it at hand: [`super::Modules`] is the interpreter
//! itself, and the browser's worker fetches one when a program first runs.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::given::{Given, MAIN, News};
use super::modules::ModuleError;
use super::output::Output;
use super::parked::Parked;
use super::user::User;
use crate::fs::{FsPath, Tree};
use crate::limits;
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

    /// Gives it something from outside; its clock goes on to `now`, if it is behind, but not beyond the end of a sleep.
    fn give(&mut self, given: &Given, now: Timestamp);

    /// Feeds the standard input of the program it was started with; nothing is the end of it.
    fn feed(&mut self, bytes: &[u8]) {
        self.give(&Given::Input { session: MAIN, bytes: Bytes::copy_from_slice(bytes) }, Timestamp::default());
    }

    /// Takes what it has written since the last time.
    fn take_output(&mut self) -> Vec<Output>;

    /// Takes what else there is to tell of it since the last time.
    fn take_news(&mut self) -> Vec<News>;

    /// Fuel used so far, which is about the number of instructions.
    fn fuel_used(&self) -> u64;

    /// What it takes of the machine just now.
    fn usage(&self) -> Usage;

    /// The memory of that, in bytes.
    fn memory_bytes(&self) -> usize;

    /// How often it has changed its files.
    fn changes(&self) -> u64;

    /// What is at a path just now, as the root of a tree.
    fn folder(&mut self, at: &FsPath) -> Option<Tree>;

    /// The files as they are just now.
    fn tree(&mut self) -> Tree;

    /// The files as it leaves them.
    fn into_tree(self: Box<Self>) -> Tree;
}

/// What the processes of a container take of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Memory of all of them together, in bytes.
    pub memory_bytes: usize,
    /// Each of them that lives, in the order in which they began.
    pub processes: Vec<Running>,
}

/// One process that lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its number in the container, from 1.
    pub pid: u32,
    /// That of the one that started it; 0 if that is outside, or gone.
    pub parent: u32,
    /// Its arguments.
    pub command: Vec<String>,
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
    /// Who runs it.
    pub user: User,
    /// The files it sees; it changes only its own copy.
    pub tree: Tree,
    /// How much of them.
    pub reach: Reach,
    /// Places that it cannot change, and (with `false`) such below them as it can.
    pub read_only: Vec<(FsPath, bool)>,
    /// Folders that hold no more than so many bytes.
    pub rooms: Vec<(FsPath, u64)>,
    /// Whether somebody feeds its standard input; else that is at its end.
    pub fed: bool,
    /// Whether its streams are a terminal.
    pub tty: bool,
    /// TCP ports that are open beforehand, in ascending order.
    pub ports: Vec<u16>,
    /// Whether it can reach others over the network, and others it.
    pub networked: bool,
    /// How much memory it may have, in bytes: [`limits::GUEST_MEMORY_BYTES`], or less.
    pub memory_bytes: usize,
    /// The time at which its clock starts.
    pub started: Timestamp,
    /// What its randomness grows from.
    pub seed: u64,
    /// How much fuel it may use in all: [`limits::GUEST_FUEL`], or less.
    pub fuel: u64,
}

/// A program without arguments and files that may use what a guest may.
impl Default for Program {
    fn default() -> Self {
        Self {
            arguments: Vec::new(),
            environment: Vec::new(),
            directory: FsPath::root(),
            user: User::default(),
            tree: Tree::default(),
            reach: Reach::Everything,
            read_only: Vec::new(),
            rooms: Vec::new(),
            fed: false,
            tty: false,
            ports: Vec::new(),
            networked: false,
            memory_bytes: limits::GUEST_MEMORY_BYTES,
            started: Timestamp::default(),
            seed: 0,
            fuel: limits::GUEST_FUEL,
        }
    }
}

/// What a process can reach of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// All of them, as in a container: the root is open beforehand, and the working directory.
    #[default]
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
    /// It sleeps; its next step wakes it, unless something given does so before.
    Slept {
        /// How long.
        nanos: u64,
    },
    /// It waits for what only the caller can give: input, or something that happens to a connection.
    Hungry,
    /// It ended.
    Exited {
        /// 0 to 255.
        code: i32,
    },
}
