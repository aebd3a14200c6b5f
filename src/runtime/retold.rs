//! A container's processes on an engine that the host lends. What that cannot
//! do exactly as the interpreter would — a trap, deep calls — it gives up;
//! then the interpreter does again all that was asked of them so far, and goes on.
//! Nobody notices, since the same requests have the same results.

use super::given::{Given, News};
use super::modules::Modules;
use super::namespace::Namespace;
use super::output::Output;
use super::process::{Process, Program, StartError, Step, Usage};
use crate::fs::{FsPath, Tree};
use crate::limits;
use crate::oci::Timestamp;

/// Processes that may have to be run again.
#[derive(Debug)]
pub(super) struct Retold {
    namespace: Namespace,
    /// What they began with and were asked, unless the interpreter runs them.
    tale: Option<Tale>,
}

/// All that decides what processes do.
struct Tale {
    modules: Modules,
    module: Vec<u8>,
    program: Program,
    asked: Vec<Asked>,
}

enum Asked {
    /// To make so many steps of so much fuel.
    Steps { fuel: u64, count: u64 },
    /// To take something from outside, at a time.
    Take(Given, Timestamp),
}

impl std::fmt::Debug for Tale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tale").field("asked", &self.asked.len()).finish_non_exhaustive()
    }
}

impl Retold {
    /// A program's first process; nothing of it has run yet. `modules` are on the host's engine.
    pub(super) fn start(modules: &Modules, module: &[u8], program: Program) -> Result<Self, StartError> {
        let interpreting = modules.interpreting();
        let lent = modules.load(module).map_err(StartError::from);
        match lent.and_then(|lent| Namespace::start(modules, &lent, program.clone())) {
            Ok(namespace) => {
                let tale = Tale { modules: interpreting, module: module.to_vec(), program, asked: Vec::new() };
                Ok(Self { namespace, tale: Some(tale) })
            }
            // It is refused in the interpreter's words, if it refuses.
            Err(_) => Ok(Self { namespace: interpreting.begin(module, program)?, tale: None }),
        }
    }

    /// Remembers that, as long as it may have to be told again.
    fn note(&mut self, asked: Asked) {
        let Some(tale) = &mut self.tale else { return };
        match (tale.asked.last_mut(), &asked) {
            (Some(Asked::Steps { fuel: last, count }), Asked::Steps { fuel, .. }) if last == fuel => *count += 1,
            _ => tale.asked.push(asked),
        }
    }

    fn retell(&mut self) {
        let Some(tale) = self.tale.take() else { return };
        match tale.modules.begin(&tale.module, tale.program) {
            Ok(namespace) => self.namespace = namespace,
            // What the host's engine could start, the interpreter can; if not, nobody is left to run it.
            Err(error) => {
                self.namespace.killed(&error.to_string());
                return;
            }
        }
        for asked in tale.asked {
            match asked {
                Asked::Steps { fuel, count } => {
                    for _ in 0..count {
                        self.namespace.step(fuel);
                        self.namespace.take_output();
                        self.namespace.take_news();
                    }
                }
                Asked::Take(given, now) => self.namespace.give(&given, now),
            }
        }
    }
}

impl Process for Retold {
    fn step(&mut self, fuel: u64) -> Step {
        if self.tale.as_ref().is_some_and(|tale| tale.asked.len() > limits::RETOLD_REQUESTS) {
            self.retell();
        }
        let step = self.namespace.step(fuel);
        if self.namespace.is_lost() {
            self.retell();
            return self.namespace.step(fuel);
        }
        if matches!(step, Step::Exited { .. }) {
            self.tale = None;
        }
        self.note(Asked::Steps { fuel, count: 1 });
        step
    }

    fn give(&mut self, given: &Given, now: Timestamp) {
        if self.tale.is_some() {
            self.note(Asked::Take(given.clone(), now));
        }
        self.namespace.give(given, now);
    }

    fn take_output(&mut self) -> Vec<Output> {
        self.namespace.take_output()
    }

    fn take_news(&mut self) -> Vec<News> {
        self.namespace.take_news()
    }

    fn fuel_used(&self) -> u64 {
        self.namespace.fuel_used()
    }

    fn usage(&self) -> Usage {
        self.namespace.usage()
    }

    fn memory_bytes(&self) -> usize {
        self.namespace.memory_bytes()
    }

    fn changes(&self) -> u64 {
        self.namespace.changes()
    }

    fn folder(&mut self, at: &FsPath) -> Option<Tree> {
        self.namespace.folder(at)
    }

    fn tree(&mut self) -> Tree {
        self.namespace.tree()
    }

    fn into_tree(self: Box<Self>) -> Tree {
        Box::new(self.namespace).into_tree()
    }
}
