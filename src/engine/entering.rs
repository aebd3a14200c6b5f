//! Programs that enter a running container: those of `docker exec`, and the
//! checks of its health.

use std::sync::Arc;

use super::begun::Entered;
use super::{Around, Container, ContainerError, Engine};
use crate::event::Event;
use crate::fs::FsPath;
use crate::runtime::exec::{self, ExecError, Found};
use crate::runtime::{Entry, Given, User, UserError};

/// What is to run in a container beside its own program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecSpec {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// More environment, as `NAME=value`.
    pub environment: Vec<String>,
    /// In place of the container's working directory.
    pub directory: Option<String>,
    /// In place of the container's user.
    pub user: Option<String>,
    /// Whether its standard input stays open.
    pub fed: bool,
    /// Whether its streams are a terminal.
    pub tty: bool,
    /// 64 hex digits.
    pub id: String,
    /// Whether what it writes is kept and shown to nobody.
    pub is_kept: bool,
}

/// Why a program does not enter a container.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// There is no such container, or it does not run.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Nobody is known by the name that was given for its user.
    #[error(transparent)]
    User(UserError),
    /// Nobody is known any more by that of the container's own.
    #[error("{reason}")]
    OwnUser {
        /// In the words of whoever looked.
        reason: String,
    },
    /// It was not found, or must not be executed.
    #[error("OCI runtime exec failed: exec failed: unable to start container process: {0}")]
    Exec(ExecError),
}

impl Engine {
    /// Begins a program in a container that runs; its number there.
    pub fn enter(&mut self, id: &str, spec: &ExecSpec, around: &mut Around<'_>) -> Result<u32, EnterError> {
        let container = self.containers.get(id).filter(|container| container.is_running());
        let container = container.ok_or_else(|| ContainerError::NotRunning { id: id.to_owned() })?;
        if container.is_paused {
            return Err(ContainerError::IsPaused { id: id.to_owned() }.into());
        }
        let directory = FsPath::from(spec.directory.as_deref().unwrap_or(&container.directory));
        let environment = merged(&container.whole_environment(), &spec.environment);
        let mut live =
            container.resumed(around.processes).ok_or_else(|| ContainerError::NotRunning { id: id.to_owned() })?;
        let files = live.process.tree();
        let search = variable(&environment, "PATH").unwrap_or_default();
        let user = match &spec.user {
            Some(user) => User::look_up(user, &files).map_err(EnterError::User),
            None => User::look_up(&container.settings.user, &files)
                .map_err(|error| EnterError::OwnUser { reason: self.told(&error) }),
        };
        let program = user.and_then(|user| {
            let found = exec::resolve(&files, &spec.command, search, &directory, &user);
            found.map(|found| (found, user)).map_err(EnterError::Exec)
        });
        self.park(id, live, around);
        let (Found { program, arguments }, user) = program?;
        let environment = user.at_home(environment, &files);
        let begun = self.container_mut(id).and_then(|container| container.begun.as_mut()).expect("it runs");
        let session = begun.entered.keys().next_back().map_or(1, |last| last + 1);
        let output = spec.is_kept.then(Arc::default);
        let entered = Entered { id: spec.id.clone(), command: spec.command.clone(), code: None, output };
        begun.entered.insert(session, entered);
        let entry = Entry { session, program, arguments, environment, directory, user, fed: spec.fed, tty: spec.tty };
        let size = entry.arguments.iter().chain(&entry.environment).map(String::len).sum();
        begun.give(Given::Enter(entry), size, around.now);
        let command = spec.command.join(" ");
        self.note_container(around.now, "exec_create", id, &[("command", &command), ("execID", &spec.id)]);
        self.note_container(around.now, "exec_start", id, &[("command", &command), ("execID", &spec.id)]);
        Ok(session)
    }

    /// Why a container's own user is not known. Docker itself looks for it only beside its own store.
    /// <https://github.com/moby/moby/blob/docker-v29.7.2/daemon/exec_linux.go>
    fn told(&self, error: &UserError) -> String {
        if self.is_classic() { error.to_string() } else { error.of_containerd().to_owned() }
    }

    /// The exit code of a program that entered, once it has ended.
    pub fn exit_of(&self, id: &str, session: u32) -> Option<i32> {
        self.containers.get(id)?.begun.as_ref()?.entered.get(&session)?.code
    }

    /// Ends a program that entered, and those it started.
    pub fn leave(&mut self, id: &str, session: u32, around: &mut Around<'_>) {
        self.give(id, Given::Leave(session), 0, around.now);
    }

    /// What follows from the end of one.
    pub(super) fn left(&mut self, id: &str, session: u32, code: i32, around: &mut Around<'_>) {
        let begun = self.container_mut(id).and_then(|container| container.begun.as_mut());
        let Some(entered) = begun.and_then(|begun| begun.entered.get_mut(&session)) else { return };
        entered.code = Some(code);
        let (exec, output) = (entered.id.clone(), entered.output.clone());
        if let Some(output) = output {
            self.probed(id, session, code, &output, around.now);
        } else {
            (around.events)(Event::ExecExited { id: id.to_owned(), exec: session, code });
        }
        self.note_container(around.now, "exec_die", id, &[("execID", &exec), ("exitCode", &code.to_string())]);
    }
}

impl Container {
    /// The environment of its programs: what it was made with, and what says which ports are open.
    pub(super) fn whole_environment(&self) -> Vec<String> {
        let ports: Vec<String> = self.settings.exposed.iter().map(u16::to_string).collect();
        let mut environment = self.environment.clone();
        if !ports.is_empty() {
            environment.push(format!("LISTEN_FDS={}", ports.len()));
            environment.push(format!("LISTEN_FDNAMES={}", ports.join(":")));
        }
        if self.settings.tty {
            environment.push("TERM=xterm".to_owned());
        }
        environment
    }
}

/// An environment with more of it, a later variable in place of an earlier.
pub(super) fn merged(environment: &[String], more: &[String]) -> Vec<String> {
    let mut merged: Vec<String> = Vec::new();
    for entry in environment.iter().chain(more) {
        let name = entry.split('=').next();
        match merged.iter_mut().find(|known| known.split('=').next() == name) {
            Some(known) => known.clone_from(entry),
            None => merged.push(entry.clone()),
        }
    }
    merged
}

fn variable<'e>(environment: &'e [String], name: &str) -> Option<&'e str> {
    environment.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
}
