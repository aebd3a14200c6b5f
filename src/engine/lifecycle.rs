//! The life of a container: begun, signalled, held, ended, and begun again.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::begun::{Begun, Live};
use super::settings::backoff;
use super::{Around, Container, ContainerError, Engine, Settings, State};
use crate::event::Event;
use crate::fs::{FsPath, Metadata};
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::exec::{self, ExecError};
use crate::runtime::{Given, StartError, User, UserError};
use crate::text::Stream;

/// What a shell says of a program that `SIGKILL` ended.
pub(super) const KILLED: i32 = 137;
/// The exit code of a file that is no program of this platform.
pub const FORMAT_ERROR: i32 = 255;
/// `SIGKILL`.
const KILL: u32 = 9;
/// `--cpus 1`, in thousand millionths.
pub(super) const WHOLE_CPU: u64 = 1_000_000_000;
/// Fuel a modelled second of computing burns; about one unit is one instruction.
const FUEL_PER_SECOND: u64 = 1_000_000_000;

/// Why a container's program does not begin.
#[derive(Debug, thiserror::Error)]
pub enum StartFailure {
    /// It was not found, or must not be executed.
    #[error(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: \
         runc create failed: unable to start container process: error during container init: {0}"
    )]
    Exec(ExecError),
    /// The file is no program this machine can run; said from inside the container.
    #[error("{0}")]
    Format(String),
    /// Nobody is known by the name of its user.
    #[error(transparent)]
    User(#[from] UserError),
    /// There is nothing to run it with, whatever it is.
    #[error("failed to create task for container: failed to start shim: start failed: {0}")]
    NoInterpreter(String),
    /// A port of the machine, or a network, is not to be had.
    #[error("failed to set up container networking: {0}")]
    Network(String),
    /// What is to be mounted is not there, or cannot be there.
    #[error("{0}")]
    Mount(String),
    /// Docker has no such bound; this lab is one page.
    #[error("this lab runs {} containers at once and no more", limits::RUNNING_CONTAINERS)]
    Crowded,
}

impl Engine {
    /// Begins the program of a container that does not run, on the files that it left.
    pub fn begin(&mut self, id: &str, detached: bool, seed: u64, around: &mut Around<'_>) -> Result<(), StartFailure> {
        if !self.has_room_to_run() {
            return Err(StartFailure::Crowded);
        }
        self.join_networks(id).map_err(StartFailure::Network)?;
        let begun = self.begin_process(id, detached, seed, around);
        if begun.is_err() {
            self.leave_networks(id);
        }
        begun?;
        let container = self.container_mut(id).expect("it was just begun");
        container.state = State::Running { since: around.now };
        container.is_paused = false;
        container.is_out_of_memory = false;
        container.is_stopped_by_hand = false;
        self.begin_health(id, around.now);
        self.note_container(around.now, "start", id, &[]);
        (around.events)(Event::ContainerStarted { id: id.to_owned() });
        Ok(())
    }

    fn begin_process(
        &mut self,
        id: &str,
        detached: bool,
        seed: u64,
        around: &mut Around<'_>,
    ) -> Result<(), StartFailure> {
        let files = self.mounted(id, around).map_err(StartFailure::Mount)?;
        let container = self.container_mut(id).expect("the caller has found it");
        let directory = FsPath::from(container.directory.as_str());
        let search = container.variable("PATH").unwrap_or_default().to_owned();
        let user = User::look_up(&container.settings.user, &files)?;
        let found =
            exec::resolve(&files, &container.command, &search, &directory, &user).map_err(|error| match error {
                ExecError::Inside { .. } => StartFailure::Format(error.to_string()),
                error => StartFailure::Exec(error),
            })?;
        let program = found.program.clone();
        let begun = Begun::new(around.now, (found, user), seed, detached, files);
        let live = container.process(&begun, around.processes).map_err(|error| match error {
            StartError::NoInterpreter { reason } => StartFailure::NoInterpreter(reason),
            error => StartFailure::Format(format!("exec {program}: exec format error: {error}")),
        })?;
        begun.park(id, live, around.processes);
        container.begun = Some(begun);
        Ok(())
    }

    /// Nobody waits for the program of a container any more.
    pub fn leave_alone(&mut self, id: &str) {
        if let Some(begun) = self.container_mut(id).and_then(|container| container.begun.as_mut()) {
            begun.detached = true;
        }
    }

    /// A program of another kind that nobody watches: what is said of it is in the log.
    pub fn ended_inside(&mut self, id: &str, message: &str, around: &mut Around<'_>) {
        if let Some(container) = self.container_mut(id) {
            container.write(Stream::Stderr, &format!("{message}\n").into(), around.now);
        }
        self.note_format_error(id, around);
    }

    /// A program of another kind ends at once.
    pub fn note_format_error(&mut self, id: &str, around: &mut Around<'_>) {
        if let Some(container) = self.container_mut(id) {
            container.state = State::Exited { code: FORMAT_ERROR, at: around.now };
            (around.events)(Event::ContainerExited { id: id.to_owned(), code: FORMAT_ERROR, fuel: 0 });
        }
    }

    /// Sends a signal to the first process of a container, which ends of it, hears it, or does not notice.
    pub fn signal(&mut self, id: &str, signal: u32, around: &mut Around<'_>) -> Result<(), ContainerError> {
        let container = self.containers.get(id).filter(|container| container.is_running());
        let container = container.ok_or_else(|| ContainerError::NotRunning { id: id.to_owned() })?;
        let is_deadly = signal == KILL || container.settings.init;
        self.note_container(around.now, "kill", id, &[("signal", &signal.to_string())]);
        if is_deadly {
            let code = 128 + i32::try_from(signal).unwrap_or_default();
            return self.kill(id, code, around);
        }
        self.give(id, Given::Signal(signal), 0, around.now);
        Ok(())
    }

    /// Ends a program that runs, as a signal does that it cannot catch.
    pub fn kill(&mut self, id: &str, code: i32, around: &mut Around<'_>) -> Result<(), ContainerError> {
        let container = self.containers.get(id).filter(|container| container.is_running());
        let container = container.ok_or_else(|| ContainerError::NotRunning { id: id.to_owned() })?;
        let live = container.resumed(around.processes);
        self.ended(id, live, code, around);
        Ok(())
    }

    /// Holds a container, or lets it go on; nothing of it notices.
    pub fn hold(&mut self, id: &str, is_held: bool, around: &mut Around<'_>) -> Result<(), ContainerError> {
        let container = self.container_mut(id).ok_or_else(|| ContainerError::NotFound { name: id.to_owned() })?;
        match (container.is_running(), container.is_paused, is_held) {
            (false, ..) => return Err(ContainerError::NotRunning { id: id.to_owned() }),
            (_, true, true) => return Err(ContainerError::Paused { id: id.to_owned() }),
            (_, false, false) => return Err(ContainerError::NotPaused { id: id.to_owned() }),
            _ => container.is_paused = is_held,
        }
        self.note_container(around.now, if is_held { "pause" } else { "unpause" }, id, &[]);
        Ok(())
    }

    /// Gives a container something; what is too much is not given.
    pub(super) fn give(&mut self, id: &str, given: Given, size: usize, now: Timestamp) -> bool {
        let begun = self.container_mut(id).and_then(|container| container.begun.as_mut());
        begun.is_some_and(|begun| begun.give(given, size, now))
    }

    /// What follows from the end of a program.
    pub(super) fn ended(&mut self, id: &str, live: Option<Live>, code: i32, around: &mut Around<'_>) {
        let fuel = live.as_ref().map_or(0, |live| live.process.fuel_used());
        self.hang_up(id, around.now);
        self.leave_networks(id);
        if let Some(live) = live {
            let tree = live.process.into_tree();
            self.unmounted(id, tree, around);
        }
        let Some(container) = self.container_mut(id) else { return };
        let begun = container.begun.as_mut().expect("it ran");
        let at = if begun.detached { around.now } else { around.now.after(container.settings.computing(fuel)) };
        for entered in begun.entered.values_mut() {
            entered.code = entered.code.or(Some(KILLED));
        }
        let begun_at = begun.at;
        container.state = State::Exited { code, at };
        container.is_paused = false;
        container.health = None;
        let (restart, by_hand) = (container.settings.restart, container.is_stopped_by_hand);
        let again = restart.applies(code, container.restarts, by_hand);
        if again {
            container.waited = backoff(container.waited, begun_at, at);
            container.state = State::Restarting { code, at, until: at.after(container.waited) };
        }
        let remove = container.settings.remove;
        self.last_code = code;
        self.note_container(at, "die", id, &[("exitCode", &code.to_string())]);
        (around.events)(Event::ContainerExited { id: id.to_owned(), code, fuel });
        if remove {
            self.take_away(id, true, around.now, around.events);
        }
    }

    /// Begins again those whose time has come.
    pub(super) fn restart_due(&mut self, around: &mut Around<'_>) {
        let due = |container: &&Arc<Container>| matches!(container.state, State::Restarting { until, .. } if until <= around.now);
        let due: Vec<String> = self.containers.values().filter(due).map(|container| container.id.clone()).collect();
        for id in due {
            let Some(container) = self.container_mut(&id) else { continue };
            container.restarts += 1;
            let seed = container.begun.as_ref().map_or(0, |begun| begun.seed.wrapping_add(1));
            if let Err(failure) = self.begin(&id, true, seed, around) {
                let message = failure.to_string();
                self.ended_inside(&id, &message, around);
            }
        }
    }

    /// Lets a container be that was to be begun again.
    pub fn stop_restarting(&mut self, id: &str) {
        if let Some(container) = self.container_mut(id) {
            container.is_stopped_by_hand = true;
            if let State::Restarting { code, at, .. } = container.state {
                container.state = State::Exited { code, at };
            }
        }
    }

    /// Feeds the standard input of a program that was begun from outside; nothing is its end. False: it has had too much.
    pub fn feed(&mut self, id: &str, session: u32, bytes: Bytes, now: Timestamp) -> bool {
        let size = bytes.len();
        self.give(id, Given::Input { session, bytes }, size, now)
    }

    /// The same with all there is to feed, and then the end.
    pub fn feed_whole(&mut self, id: &str, session: u32, bytes: Bytes, now: Timestamp) {
        if !bytes.is_empty() {
            self.feed(id, session, bytes, now);
        }
        self.feed(id, session, Bytes::new(), now);
    }

    /// Whether nothing in a container goes on before it is given something.
    pub fn is_idle(&self, id: &str) -> bool {
        let begun = self.containers.get(id).and_then(|container| container.begun.as_ref());
        begun.is_some_and(|begun| begun.is_idle)
    }

    /// Ctrl-C for a program that was begun from outside. False: it has been given too much.
    pub fn interrupt(&mut self, id: &str, session: u32, now: Timestamp) -> bool {
        self.give(id, Given::Interrupt(session), 0, now)
    }
}

/// The time that so much computing takes, modelled.
pub fn computing(fuel: u64) -> Duration {
    let nanos = u128::from(fuel) * 1_000_000_000 / u128::from(FUEL_PER_SECOND);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

impl Settings {
    /// The time that so much computing takes with the share of a processor that the container has, modelled.
    pub fn computing(&self, fuel: u64) -> Duration {
        let whole = computing(fuel);
        match self.nano_cpus {
            // A program computes one thing at a time: more than one processor makes it no faster.
            0 | WHOLE_CPU.. => whole,
            share => {
                let nanos = whole.as_nanos() * u128::from(WHOLE_CPU) / u128::from(share);
                Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
            }
        }
    }
}

impl Container {
    /// Makes the folder that its program begins in, as runc does.
    pub(super) fn make_directory(&mut self) -> Result<(), ExecError> {
        let made = Metadata::directory(self.created);
        let directory = FsPath::from(self.directory.as_str());
        let absent = |_| ExecError::NotFound { command: self.command[0].clone() };
        self.tree.make_directories(&directory, made).map_err(absent)
    }
}
