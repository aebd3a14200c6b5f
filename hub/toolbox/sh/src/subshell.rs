//! Subshells. The child is this program again; it reads the state of its
//! parent, and what to do, from a pipe. It shares the open files, as after a
//! `fork`, and nothing else.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use brush_parser::ast::{Command, CompoundList};
use process::{Pid, Reaction, Spawn, signal::BROKEN_PIPE};
use serde::{Deserialize, Serialize};

use crate::flow::{Flow, Outcome};
use crate::shell::Shell;
use crate::streams::Streams;
use crate::trap;

/// The argument that tells the child what it is. No file has this name.
pub(crate) const MARK: &str = "/subshell/";
/// The descriptor at which the child finds its orders. Lower ones are streams and folders.
const ORDERS: u32 = 9;
/// Where the child finds the files of its parent: descriptor 0 at this, and so on.
const FILES: u32 = 10;

/// What a subshell does.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Body {
    Command(Box<Command>),
    List(CompoundList),
    Text(String),
    /// Writes a text: what a here-document holds beyond the room of a pipe.
    Write(String),
}

/// What crosses from parent to child.
#[derive(Serialize)]
struct Orders<'a> {
    shell: &'a Shell,
    numbers: Vec<u32>,
    body: &'a Body,
}

#[derive(Deserialize)]
struct Received {
    shell: Shell,
    numbers: Vec<u32>,
    body: Body,
}

impl Shell {
    /// Starts a subshell.
    pub(crate) fn start_subshell(&mut self, body: &Body) -> Result<Pid, Flow> {
        let (reader, writer) = process::pipe().map_err(|error| self.cannot_fork(error))?;
        let orders = Orders {
            shell: self,
            numbers: self.streams.all().map(|(number, _)| number).collect(),
            body,
        };
        let orders = serde_json::to_vec(&orders).map_err(|error| self.cannot_fork(error))?;
        let files = self
            .streams
            .all()
            .map(|(number, file)| (FILES + number, file));
        let reader_end = std::os::fd::AsFd::as_fd(&reader);
        let descriptors: Vec<_> = files.chain([(ORDERS, reader_end)]).collect();
        let spawned = process::spawn(&Spawn {
            path: Path::new(&self.program),
            arguments: &[self.name.clone(), MARK.to_owned()],
            environment: &[],
            directory: Path::new(&self.directory),
            descriptors: &descriptors,
        });
        drop(descriptors);
        let pid = spawned.map_err(|error| self.cannot_fork(error))?;
        drop(reader);
        // A child that died before it read its orders tells so by its status.
        process::react(BROKEN_PIPE, Reaction::Ignore);
        File::from(writer).write_all(&orders).unwrap_or_default();
        process::react(BROKEN_PIPE, trap::reaction(self.traps.get(BROKEN_PIPE)));
        Ok(pid)
    }

    /// Runs a subshell and waits for it.
    pub(crate) fn run_subshell(&mut self, body: &Body) -> Outcome {
        let pid = self.start_subshell(body)?;
        let status = self.wait_for(pid)?;
        self.after_failure(status)
    }

    /// What a text of commands writes, without the newlines at its end.
    pub(crate) fn substitute(&mut self, text: String) -> Result<String, Flow> {
        let saved = self.streams.clone();
        let (reader, writer) = process::pipe().map_err(|error| self.cannot_fork(error))?;
        self.streams.put(1, writer);
        let started = self.start_subshell(&Body::Text(text));
        self.streams = saved;
        let pid = started?;
        let mut bytes = Vec::new();
        File::from(reader)
            .read_to_end(&mut bytes)
            .map_err(|error| self.fatal(2, error))?;
        let status = self.wait_for(pid)?;
        self.substituted = Some(status);
        self.status = status;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.trim_end_matches('\n').replace('\0', ""))
    }

    fn cannot_fork(&self, error: impl std::fmt::Display) -> Flow {
        let error = error.to_string();
        self.fatal(
            2,
            format_args!(
                "cannot fork: {}",
                error.split(" (os error").next().unwrap_or_default()
            ),
        )
    }
}

/// The subshell's side: follows its orders to the end.
pub(crate) fn follow() -> i32 {
    let received: Received = match serde_json::from_reader(File::from(process::take(ORDERS))) {
        Ok(received) => received,
        // Its parent was killed meanwhile: nobody waits for the answer.
        Err(_) => return 2,
    };
    let Received {
        mut shell,
        numbers,
        body,
    } = received;
    shell.streams = Streams::given(numbers.into_iter().map(|number| (number, FILES + number)));
    shell.interactive = false;
    (shell.loops, shell.trapped) = (0, None);
    shell.traps.inherited();
    shell.is_last =
        matches!(body, Body::Command(ref command) if matches!(**command, Command::Simple(_)));
    let outcome = match &body {
        Body::Command(command) => shell.run_command(command),
        Body::List(list) => shell.run_list(list),
        Body::Text(text) => shell.run_text(text),
        Body::Write(text) => Ok(i32::from(shell.streams.write(1, text.as_bytes()).is_err())),
    };
    shell.ended(&outcome)
}
