//! Traps, waiting for children, and the end of a shell.

use std::collections::BTreeMap;
use std::io;

use process::{Pid, Reaction, Waiting, signal};
use serde::{Deserialize, Serialize};

use crate::flow::{Flow, Outcome};
use crate::shell::Shell;

/// The commands that were asked for by `trap`, by the name of their condition; an empty one ignores.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Traps {
    commands: BTreeMap<String, String>,
    /// Those of the shell that a subshell came from: they are shown until it sets its own, and never run.
    outer: BTreeMap<String, String>,
}

impl Traps {
    /// What to do for a signal, or (0) at the end of the shell; nothing special if there is no command.
    pub(crate) fn set(&mut self, number: u8, command: Option<&str>) {
        let Some(name) = signal::name(number) else {
            return;
        };
        self.outer.clear();
        match command {
            Some(command) => drop(self.commands.insert(name.to_owned(), command.to_owned())),
            None => drop(self.commands.remove(name)),
        }
        if number != 0 {
            process::react(number, reaction(command));
        }
    }

    pub(crate) fn get(&self, number: u8) -> Option<&str> {
        self.commands.get(signal::name(number)?).map(String::as_str)
    }

    /// What `trap` shows.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&String, &String)> {
        self.commands.iter().chain(&self.outer)
    }

    /// In a subshell: only what is ignored stays.
    pub(crate) fn inherited(&mut self) {
        let (ignored, outer) = std::mem::take(&mut self.commands)
            .into_iter()
            .partition(|(_, command)| command.is_empty());
        self.commands = ignored;
        self.outer = outer;
        for number in self.commands.keys().filter_map(|name| signal::number(name)) {
            process::react(number, Reaction::Ignore);
        }
    }
}

/// What a signal does to the shell, whose trap this is.
pub(crate) fn reaction(command: Option<&str>) -> Reaction {
    match command {
        None => Reaction::Default,
        Some("") => Reaction::Ignore,
        Some(_) => Reaction::Catch,
    }
}

impl Shell {
    /// The status a shell ends with, after what `trap … EXIT` asks for.
    pub(crate) fn ended(&mut self, outcome: &Outcome) -> i32 {
        self.status = match outcome {
            Ok(status) | Err(Flow::Exit(status) | Flow::Failed(status) | Flow::Return(status)) => {
                *status
            }
            Err(Flow::Break(_) | Flow::Continue(_)) => 0,
        };
        let status = self.status;
        let command = self.traps.get(0).map(str::to_owned);
        self.traps.set(0, None);
        match self.run_trap(command.as_deref()) {
            Err(Flow::Exit(status) | Flow::Failed(status)) => status,
            _ => status,
        }
    }

    /// What to do for a signal from now on. Typed to, a shell survives Ctrl-C, with a trap or without.
    pub(crate) fn set_trap(&mut self, number: u8, command: Option<&str>) {
        self.traps.set(number, command);
        if self.interactive && number == signal::INTERRUPT && command.is_none() {
            process::react(number, Reaction::Catch);
        }
    }

    /// Waits for a child of ours: its status.
    #[expect(clippy::unnecessary_wraps, reason = "it is how a command ends")]
    pub(crate) fn wait_for(&mut self, pid: Pid) -> Outcome {
        if let Some(Some(status)) = self.jobs.remove(&pid) {
            return Ok(status);
        }
        match process::wait(pid, Waiting::ToTheEnd) {
            Ok(Some((_, ending))) => Ok(ending.status()),
            Ok(None) | Err(_) => Ok(127),
        }
    }

    /// Waits for a child in the background; a signal with a trap ends the waiting, and is the error.
    pub(crate) fn wait_for_job(&mut self, pid: Pid) -> Result<Result<i32, i32>, Flow> {
        match process::wait(pid, Waiting::UntilSignalled) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                let signal = self.run_caught()?;
                Ok(Err(128 + i32::from(signal.unwrap_or(0))))
            }
            waited => {
                self.jobs.remove(&pid);
                let ending = waited.ok().flatten();
                Ok(Ok(ending.map_or(127, |(_, ending)| ending.status())))
            }
        }
    }

    /// Runs the traps of the signals that have come: the first of them.
    pub(crate) fn run_caught(&mut self) -> Result<Option<u8>, Flow> {
        let mut first = None;
        while let Some(number) = process::caught() {
            first = first.or(Some(number));
            let command = self.traps.get(number).map(str::to_owned);
            self.run_trap(command.as_deref())?;
        }
        Ok(first)
    }

    /// Runs the command of a trap; `$?` is afterwards what it was.
    fn run_trap(&mut self, command: Option<&str>) -> Result<(), Flow> {
        let Some(command) = command.filter(|command| !command.is_empty()) else {
            return Ok(());
        };
        let status = self.status;
        let outer = self.trapped.replace(status);
        let outcome = self.run_text(command);
        self.trapped = outer;
        outcome?;
        self.status = status;
        Ok(())
    }
}
