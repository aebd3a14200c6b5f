//! How a container's program was begun, what it has been given since, and
//! before which of its steps: all that is needed to run it again to just
//! where it is, on whatever interpreter.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::Vector;

use super::Container;
use crate::fs::{FsPath, Tree};
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::exec::Found;
use crate::runtime::{Given, Mark, Process, Processes, Program, StartError, User};

/// A run of a container's program.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    /// When.
    pub at: Timestamp,
    /// The program and its arguments.
    pub found: Found,
    /// Who runs it.
    pub user: User,
    /// What its randomness grows from.
    pub seed: u64,
    /// Whether nobody watches it from its beginning.
    pub detached: bool,
    /// Its files at the beginning, with what is mounted among them.
    pub files: Tree,
    /// Steps it has had.
    pub steps: u64,
    /// When it goes on, if it sleeps.
    pub wakes: Timestamp,
    /// Whether it waits to be given something.
    pub is_idle: bool,
    /// Whether it had more to do after its last step.
    pub is_busy: bool,
    /// The memory it took after that, in bytes.
    pub memory_bytes: usize,
    /// What it was given.
    pub given: Vector<Handed>,
    /// How much that was, in bytes.
    pub given_bytes: usize,
    /// The programs that entered it, by their number.
    pub entered: BTreeMap<u32, Entered>,
    /// Connections that came from outside.
    pub connections: u64,
    /// What it received over connections, in bytes.
    pub received_bytes: u64,
    /// What it sent, in bytes.
    pub sent_bytes: u64,
}

/// Something that a program was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    /// After so many steps.
    pub step: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub given: Given,
    /// Which, of all that anything was ever given: by where it is in memory.
    token: Arc<()>,
}

/// A program that entered a running container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// 64 hex digits.
    pub id: String,
    /// What it runs.
    pub command: Vec<String>,
    /// Its exit code, once it has ended.
    pub code: Option<i32>,
    /// What it wrote, if that is kept.
    pub output: Option<Arc<Vec<u8>>>,
}

/// A container's process, and how far it and its files are known outside.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) process: Box<dyn Process>,
    /// How much of what it is given has reached it.
    pub(super) given: usize,
    /// How often its files had changed when they were last looked at.
    pub(super) changes: u64,
}

impl Begun {
    /// A run of which nothing has happened yet.
    pub(super) fn new(at: Timestamp, (found, user): (Found, User), seed: u64, detached: bool, files: Tree) -> Self {
        Self {
            at,
            found,
            user,
            seed,
            detached,
            files,
            steps: 0,
            wakes: at,
            is_idle: false,
            is_busy: false,
            memory_bytes: 0,
            given: Vector::new(),
            given_bytes: 0,
            entered: BTreeMap::new(),
            connections: 0,
            received_bytes: 0,
            sent_bytes: 0,
        }
    }

    /// Keeps a process until it goes on.
    pub(super) fn park(&self, id: &str, live: Live, processes: &mut dyn Processes) {
        let last = live.given.checked_sub(1).and_then(|last| self.given.get(last));
        let last = last.map(|handed| Arc::clone(&handed.token));
        let mark = Mark { seed: self.seed, steps: self.steps, given: live.given, last };
        processes.parked().park(id, mark, live.process);
    }

    /// Whether what was kept is where this run is, or lacks only what it was given since its last step.
    fn is_at(&self, mark: &Mark) -> bool {
        let last = mark.given.checked_sub(1).map(|last| self.given.get(last));
        let is_same = match (last, &mark.last) {
            (None, None) => true,
            (Some(Some(handed)), Some(last)) => Arc::ptr_eq(&handed.token, last),
            _ => false,
        };
        let lacks_little = self.given.get(mark.given).is_none_or(|handed| handed.step == self.steps);
        is_same && lacks_little && (mark.seed, mark.steps) == (self.seed, self.steps)
    }

    /// Whether it has something to do at this time.
    pub(super) fn can_go_on(&self, now: Timestamp) -> bool {
        let is_given = self.given.last().is_some_and(|handed| handed.step == self.steps);
        is_given || (!self.is_idle && self.wakes <= now)
    }

    /// Gives it something, unless it was given too much already.
    pub(super) fn give(&mut self, given: Given, size: usize, at: Timestamp) -> bool {
        if self.given.len() >= limits::GIVEN_TIMES || self.given_bytes + size > limits::GIVEN_BYTES {
            return false;
        }
        self.given_bytes += size;
        self.given.push_back(Handed { step: self.steps, at, given, token: Arc::default() });
        self.is_idle = false;
        self.wakes = at;
        true
    }
}

impl Live {
    /// Gives the process what it has not had yet.
    pub(super) fn catch_up(&mut self, begun: &Begun) {
        self.catch_up_to(begun, begun.steps);
    }

    fn catch_up_to(&mut self, begun: &Begun, steps: u64) {
        while let Some(handed) = begun.given.get(self.given).filter(|handed| handed.step <= steps) {
            self.process.give(&handed.given, handed.at);
            self.given += 1;
        }
    }
}

impl Container {
    /// Its program at the beginning.
    pub(super) fn process(&self, begun: &Begun, processes: &mut dyn Processes) -> Result<Live, StartError> {
        let unreadable = |error: crate::fs::FsError| StartError::Instance { reason: error.to_string() };
        let bytes = begun.files.read(&begun.found.program).map_err(unreadable)?;
        let memory_bytes = usize::try_from(self.settings.memory_bytes).unwrap_or(usize::MAX);
        let program = Program {
            arguments: begun.found.arguments.clone(),
            environment: begun.user.at_home(self.whole_environment(), &begun.files),
            directory: FsPath::from(self.directory.as_str()),
            user: begun.user.clone(),
            tree: begun.files.clone(),
            read_only: self.read_only_places(),
            rooms: self.rooms(),
            fed: self.settings.fed,
            tty: self.settings.tty,
            ports: self.settings.exposed.iter().copied().collect(),
            networked: self.is_networked(),
            memory_bytes: if memory_bytes == 0 { limits::GUEST_MEMORY_BYTES } else { memory_bytes },
            started: begun.at,
            seed: begun.seed,
            ..Program::default()
        };
        let process = processes.start(&bytes, program)?;
        Ok(Live { process, given: 0, changes: 0 })
    }

    /// Its program where it is: as it was kept, or run again up to there; with all that it was given.
    pub(super) fn resumed(&self, processes: &mut dyn Processes) -> Option<Live> {
        let begun = self.begun.as_ref()?;
        let kept = processes.parked().unpark(&self.id, |mark| begun.is_at(mark));
        let mut live = match kept {
            Some((mark, process)) => Live { process, given: mark.given, changes: 0 },
            None => self.run_again(begun, processes)?,
        };
        live.changes = live.process.changes();
        live.catch_up(begun);
        Some(live)
    }

    fn run_again(&self, begun: &Begun, processes: &mut dyn Processes) -> Option<Live> {
        let mut live = self.process(begun, processes).ok()?;
        for step in 0..begun.steps {
            live.catch_up_to(begun, step);
            live.process.step(limits::SLICE_FUEL);
            drop((live.process.take_output(), live.process.take_news()));
        }
        Some(live)
    }
}
