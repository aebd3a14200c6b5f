//! Containers: made from an image, with a writable tree of their own. The
//! process that runs in one is beside the state, never in it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::entering::merged;
use super::lifecycle::KILLED;
use super::{Around, Begun, Engine, Health, Image, Published, Settings, names};
use crate::event::{Event, Events};
use crate::fs::Tree;
use crate::host::Host;
use crate::limits;
use crate::oci::{Digest, Timestamp};
use crate::text::{Stream, sorted_by};

/// What `docker create` was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerSpec {
    /// The image as typed.
    pub image: String,
    /// Its name; drawn if none.
    pub name: Option<String>,
    /// In place of the image's entrypoint.
    pub entrypoint: Option<String>,
    /// In place of the image's command.
    pub arguments: Vec<String>,
    /// More environment, as `NAME=value`.
    pub environment: Vec<String>,
    /// In place of the image's working directory.
    pub directory: Option<String>,
    /// The rest.
    pub settings: Settings,
}

/// One container.
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    /// 64 hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The image as typed.
    pub image_name: String,
    /// The image's id.
    pub image: Digest,
    /// Entrypoint and arguments.
    pub command: Vec<String>,
    /// How many of those words are the entrypoint.
    pub entrypoint_words: usize,
    /// The environment, as `NAME=value`.
    pub environment: Vec<String>,
    /// Absolute.
    pub directory: String,
    /// Its files: the image's and what it wrote.
    pub tree: Tree,
    /// When it was made.
    pub created: Timestamp,
    /// What it was made with beside that.
    pub settings: Settings,
    /// What it is doing.
    pub state: State,
    /// Whether it is held while it runs.
    pub is_paused: bool,
    /// Whether its program was ended for want of memory.
    pub is_out_of_memory: bool,
    /// Whether somebody stopped it.
    pub is_stopped_by_hand: bool,
    /// How often it was begun again because its program had ended.
    pub restarts: u32,
    /// How long docker waited before that the last time.
    pub(super) waited: Duration,
    /// How it is, if it says so and runs.
    pub health: Option<Health>,
    /// The machine's ports that lead to it while it runs.
    pub open_ports: Vec<Published>,
    /// How its program was begun the last time.
    pub begun: Option<Begun>,
    /// What it wrote, bounded.
    pub log: Vec<LogEntry>,
    /// The room of the files that its programs wrote and of its log, in bytes, when the last of them ended.
    pub written_bytes: u64,
}

/// What a container is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Made, never started.
    Created,
    /// Its program runs since then.
    Running {
        /// When it began.
        since: Timestamp,
    },
    /// Its program ended.
    Exited {
        /// Exit code.
        code: i32,
        /// When.
        at: Timestamp,
    },
    /// Its program ended and is begun again soon.
    Restarting {
        /// Exit code.
        code: i32,
        /// When it ended.
        at: Timestamp,
        /// When it is begun again.
        until: Timestamp,
    },
}

/// A piece of output as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Where.
    pub stream: Stream,
    /// What.
    pub bytes: Bytes,
    /// When.
    pub at: Timestamp,
}

/// Why there is no such container, or no such container can be made; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// No container has this name or id.
    #[error("No such container: {name}")]
    NotFound {
        /// As typed.
        name: String,
    },
    /// The name is taken.
    #[error(
        "Conflict. The container name \"/{name}\" is already in use by container \"{id}\". \
         You have to remove (or rename) that container to be able to reuse that name."
    )]
    Conflict {
        /// The name.
        name: String,
        /// Who has it.
        id: String,
    },
    /// The name has characters a name must not have.
    #[error("Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")]
    Name {
        /// As typed.
        name: String,
    },
    /// Neither the image nor the command line says what to run.
    #[error("no command specified")]
    NoCommand,
    /// There is no room for its files.
    #[error("{reason}: no space left on device")]
    NoRoom {
        /// What whoever keeps them could not do.
        reason: String,
    },
    /// Its program does not run.
    #[error("container {id} is not running")]
    NotRunning {
        /// 64 hex digits.
        id: String,
    },
    /// It is held.
    #[error("Container {id} is paused, unpause the container before exec")]
    IsPaused {
        /// 64 hex digits.
        id: String,
    },
    /// It is to be held and is already.
    #[error("container {id} is already paused")]
    Paused {
        /// 64 hex digits.
        id: String,
    },
    /// It is to go on and does.
    #[error("Container {id} is not paused")]
    NotPaused {
        /// 64 hex digits.
        id: String,
    },
    /// It is held, and would have to go on first.
    #[error("cannot remove container \"{name}\": container is paused and must be unpaused first")]
    RemovePaused {
        /// As typed.
        name: String,
    },
    /// It runs.
    #[error(
        "cannot remove container \"{name}\": container is running: stop the container before removing or force remove"
    )]
    Running {
        /// As typed.
        name: String,
    },
}

impl Engine {
    /// Makes a container of `image`, whose files are `tree`; its id.
    pub fn create(
        &mut self,
        image: &Image,
        tree: Tree,
        spec: &ContainerSpec,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<String, ContainerError> {
        let (entrypoint, arguments) = command(image, spec);
        let entrypoint_words = entrypoint.len();
        let command = [entrypoint, arguments].concat();
        if command.is_empty() {
            return Err(ContainerError::NoCommand);
        }
        let mut id = [0; 32];
        host.random(&mut id);
        let id = hex::encode(id);
        self.check_room(&id)?;
        let name = self.container_name(spec, host)?;
        let config = &image.config.config;
        let container = Container {
            id: id.clone(),
            name: name.clone(),
            image_name: spec.image.clone(),
            image: image.root.digest,
            command: command.clone(),
            entrypoint_words,
            environment: environment(&config.env, spec, &id),
            directory: spec.directory.clone().unwrap_or_else(|| or_root(&config.working_dir)),
            tree,
            created: host.now(),
            settings: spec.settings.clone(),
            state: State::Created,
            is_paused: false,
            is_out_of_memory: false,
            is_stopped_by_hand: false,
            restarts: 0,
            waited: Duration::ZERO,
            health: None,
            open_ports: Vec::new(),
            begun: None,
            log: Vec::new(),
            written_bytes: 0,
        };
        let created = container.created;
        Arc::make_mut(&mut self.containers).insert(id.clone(), Arc::new(container));
        self.note_container(created, "create", &id, &[]);
        events(Event::ContainerCreated { id: id.clone(), name, image: spec.image.clone(), command });
        Ok(id)
    }

    /// The id of the container that `typed` means: its name, or the first digits of its id.
    pub fn find_container(&self, typed: &str) -> Result<String, ContainerError> {
        let by_name = self.containers.values().find(|container| container.name == typed);
        let mut by_id = self.containers.keys().filter(|id| !typed.is_empty() && id.starts_with(typed));
        let found = by_name.map(|container| &container.id).or_else(|| by_id.next().filter(|_| by_id.next().is_none()));
        found.cloned().ok_or_else(|| ContainerError::NotFound { name: typed.to_owned() })
    }

    /// A container to change; others that share it keep it as it was.
    pub fn container_mut(&mut self, id: &str) -> Option<&mut Container> {
        Arc::make_mut(&mut self.containers).get_mut(id).map(Arc::make_mut)
    }

    /// Removes a container that does not run, or any if `force`, and if so asked the volumes that nobody named.
    pub fn remove_container(
        &mut self,
        typed: &str,
        force: bool,
        with_volumes: bool,
        around: &mut Around<'_>,
    ) -> Result<(), ContainerError> {
        let id = self.find_container(typed)?;
        let Some(container) = self.containers.get(&id) else { return Ok(()) };
        match container.state {
            State::Running { .. } if !force && container.is_paused => {
                return Err(ContainerError::RemovePaused { name: typed.to_owned() });
            }
            State::Running { .. } | State::Restarting { .. } if !force => {
                return Err(ContainerError::Running { name: typed.to_owned() });
            }
            State::Running { .. } => {
                self.stop_restarting(&id);
                self.kill(&id, KILLED, around)?;
            }
            State::Created | State::Exited { .. } | State::Restarting { .. } => {}
        }
        self.take_away(&id, with_volumes, around.now, around.events);
        Ok(())
    }

    /// What follows from the removal of a container.
    pub(super) fn take_away(&mut self, id: &str, with_volumes: bool, now: Timestamp, events: Events<'_>) {
        self.note_container(now, "destroy", id, &[]);
        let Some(container) = Arc::make_mut(&mut self.containers).remove(id) else { return };
        events(Event::ContainerRemoved { id: id.to_owned() });
        for volume in container.volumes().filter(|_| with_volumes) {
            if self.volumes.get(volume).is_some_and(|volume| volume.is_anonymous) {
                // Another container may have it too; then it stays.
                let _ = self.remove_volume(volume, now);
            }
        }
    }

    /// Gives a container another name.
    pub fn rename(&mut self, typed: &str, name: &str, now: Timestamp) -> Result<(), ContainerError> {
        let id = self.find_container(typed)?;
        let name = self.checked_name(name.trim_start_matches('/'))?;
        let Some(container) = self.container_mut(&id) else { return Ok(()) };
        let old = std::mem::replace(&mut container.name, name);
        self.note_container(now, "rename", &id, &[("oldName", &format!("/{old}"))]);
        Ok(())
    }

    /// Containers, newest first.
    pub fn list_containers(&self) -> Vec<&Container> {
        let containers = self.containers.values().map(|container| &**container);
        sorted_by(containers, |a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)))
    }

    fn container_name(&self, spec: &ContainerSpec, host: &mut dyn Host) -> Result<String, ContainerError> {
        spec.name.as_ref().map_or_else(|| Ok(self.free_name(host)), |name| self.checked_name(name))
    }

    fn checked_name(&self, name: &str) -> Result<String, ContainerError> {
        let plain = |c: char| c.is_ascii_alphanumeric();
        if !name.starts_with(plain) || name.len() < 2 || !name.chars().all(|c| plain(c) || "_.-".contains(c)) {
            return Err(ContainerError::Name { name: name.to_owned() });
        }
        match self.containers.values().find(|container| container.name == name) {
            Some(other) => Err(ContainerError::Conflict { name: name.to_owned(), id: other.id.clone() }),
            None => Ok(name.to_owned()),
        }
    }

    /// A drawn name nobody has; after a few tries a number makes it so, as in docker.
    fn free_name(&self, host: &mut dyn Host) -> String {
        let mut random = [0; 2];
        host.random(&mut random);
        let drawn = names::name(random);
        let taken = |name: &str| self.containers.values().any(|container| container.name == name);
        let numbered = (1..).map(|number| format!("{drawn}{number}"));
        std::iter::once(drawn.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(drawn.clone())
    }
}

impl Container {
    /// Keeps what the program wrote, up to the limit.
    pub fn write(&mut self, stream: Stream, bytes: &Bytes, at: Timestamp) {
        let kept: usize = self.log.iter().map(|entry| entry.bytes.len()).sum();
        let room = limits::OUTPUT_BYTES.saturating_sub(kept).min(bytes.len());
        if room > 0 {
            self.log.push(LogEntry { stream, bytes: bytes.slice(..room), at });
        }
    }

    /// The value of a variable of its environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
    }
}

/// Entrypoint and arguments; a new entrypoint drops the image's command.
fn command(image: &Image, spec: &ContainerSpec) -> (Vec<String>, Vec<String>) {
    let config = &image.config.config;
    let entrypoint = match &spec.entrypoint {
        Some(entrypoint) => Some(entrypoint).filter(|text| !text.is_empty()).cloned().into_iter().collect(),
        None => config.entrypoint.clone().unwrap_or_default(),
    };
    let default = if spec.entrypoint.is_none() { config.cmd.clone().unwrap_or_default() } else { Vec::new() };
    (entrypoint, if spec.arguments.is_empty() { default } else { spec.arguments.clone() })
}

/// `PATH` and `HOSTNAME` as docker sets them, then the image's, then the asked for; a later one wins.
fn environment(image: &[String], spec: &ContainerSpec, id: &str) -> Vec<String> {
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned();
    let hostname = Some(spec.settings.hostname.as_str()).filter(|name| !name.is_empty()).unwrap_or(&id[..12]);
    let own = merged(&[path, format!("HOSTNAME={hostname}")], image);
    merged(&own, &spec.environment)
}

fn or_root(directory: &str) -> String {
    if directory.is_empty() { "/".to_owned() } else { directory.to_owned() }
}
