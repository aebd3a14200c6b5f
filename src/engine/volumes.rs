//! Volumes of one machine, and what else is mounted among a container's
//! files. Containers that run at once see each other's changes after each of
//! their steps.

use std::collections::BTreeMap;

use super::begun::Live;
use super::settings::{Mount, Source};
use super::{Around, Container, Engine};
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::host::Host;
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::Given;

/// Files that outlive containers.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    /// Its name; 64 hex digits if nobody named it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether nobody named it.
    pub is_anonymous: bool,
    /// Its files, from its root.
    pub files: Tree,
    /// Whether anything was ever mounted from it: what an image has there is copied only before.
    pub is_used: bool,
}

/// Why a volume cannot be made or removed; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VolumeError {
    /// No volume has this name.
    #[error("get {name}: no such volume")]
    NotFound {
        /// As typed.
        name: String,
    },
    /// The name has characters a name must not have.
    #[error(
        "create {name}: \"{name}\" includes invalid characters for a local volume name, only \
         \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
    )]
    Name {
        /// As typed.
        name: String,
    },
    /// Containers use it.
    #[error("remove {name}: volume is in use - [{users}]")]
    InUse {
        /// The volume.
        name: String,
        /// The ids of the containers.
        users: String,
    },
    /// Too many.
    #[error("create {name}: this lab has {} volumes and no more", limits::VOLUMES)]
    Full {
        /// The name.
        name: String,
    },
}

impl Engine {
    /// Makes a volume, if it is not there; its name, drawn if none is said.
    pub fn create_volume(
        &mut self,
        name: Option<&str>,
        labels: BTreeMap<String, String>,
        host: &mut dyn Host,
    ) -> Result<String, VolumeError> {
        let drawn = || {
            let mut id = [0; 32];
            host.random(&mut id);
            hex::encode(id)
        };
        let (is_anonymous, name) = (name.is_none(), name.map_or_else(drawn, str::to_owned));
        if self.volumes.contains_key(&name) {
            return Ok(name);
        }
        let plain = |c: char| c.is_ascii_alphanumeric();
        if !name.starts_with(plain) || name.len() < 2 || !name.chars().all(|c| plain(c) || "_.-".contains(c)) {
            return Err(VolumeError::Name { name });
        }
        if self.volumes.len() >= limits::VOLUMES {
            return Err(VolumeError::Full { name });
        }
        let created = host.now();
        let files = Tree::default();
        let volume = Volume { name: name.clone(), created, labels, is_anonymous, files, is_used: false };
        self.volumes.insert(name.clone(), volume);
        self.note(created, "volume", "create", &name, vec![("driver".into(), "local".into())]);
        Ok(name)
    }

    /// Removes a volume that no container has.
    pub fn remove_volume(&mut self, name: &str, now: Timestamp) -> Result<(), VolumeError> {
        if !self.volumes.contains_key(name) {
            return Err(VolumeError::NotFound { name: name.to_owned() });
        }
        let users: Vec<&str> = self.users_of_volume(name).map(|container| container.id.as_str()).collect();
        if !users.is_empty() {
            return Err(VolumeError::InUse { name: name.to_owned(), users: users.join(", ") });
        }
        self.volumes.remove(name);
        self.note(now, "volume", "destroy", name, vec![("driver".into(), "local".into())]);
        Ok(())
    }

    /// The containers that have a volume, running or not.
    pub fn users_of_volume(&self, name: &str) -> impl Iterator<Item = &Container> {
        let has = move |container: &&Container| container.volumes().any(|volume| volume == name);
        self.containers.values().map(|container| &**container).filter(has)
    }

    /// The files of a container with what is mounted among them; its own get the places of that.
    pub(super) fn mounted(&mut self, id: &str, around: &mut Around<'_>) -> Result<Tree, String> {
        let Some(container) = self.container_mut(id) else { return Ok(Tree::default()) };
        container.make_directory().map_err(|error| error.to_string())?;
        let (mounts, made) = (container.settings.mounts.clone(), Metadata::directory(container.created));
        let mut own = container.tree.clone();
        for mount in &mounts {
            let is_file = matches!(&mount.source, Source::Bind(path) if around.files.get(path).is_some_and(|node| node.content().is_some()));
            let folder =
                if is_file { mount.target.parent().unwrap_or_else(FsPath::root) } else { mount.target.clone() };
            own.make_directories(&folder, made).map_err(|error| error.to_string())?;
            if is_file && own.get(&mount.target).is_none() {
                own.insert(&mount.target, Node::file(made, Vec::new())).map_err(|error| error.to_string())?;
            }
        }
        container.tree = own.clone();
        let mut files = own;
        for mount in &mounts {
            let node = self.source_of(mount, &files, around)?;
            files.insert(&mount.target, node).map_err(|error| error.to_string())?;
        }
        Ok(files)
    }

    /// What is mounted at a place. What the image has there becomes the first content of a new volume.
    fn source_of(&mut self, mount: &Mount, files: &Tree, around: &Around<'_>) -> Result<Node, String> {
        let empty = || Node::directory(Metadata::directory(around.now));
        match &mount.source {
            Source::Memory { mode, uid, gid, .. } => {
                let metadata = Metadata::directory(around.now);
                Ok(Node::directory(Metadata { mode: *mode, uid: *uid, gid: *gid, ..metadata }))
            }
            Source::Bind(path) => around.files.get(path).cloned().ok_or_else(|| {
                format!("invalid mount config for type \"bind\": bind source path does not exist: {path}")
            }),
            Source::Volume(name) => {
                let volume = self.volumes.get_mut(name).ok_or_else(|| format!("get {name}: no such volume"))?;
                if !std::mem::replace(&mut volume.is_used, true)
                    && let Some(node) = files.get(&mount.target).filter(|node| node.entries().is_some())
                {
                    volume.files.insert(&FsPath::root(), node.clone()).map_err(|error| error.to_string())?;
                }
                Ok(volume.files.get(&FsPath::root()).cloned().unwrap_or_else(empty))
            }
        }
    }

    /// The files that a container leaves: what is mounted goes back to where it is from.
    pub(super) fn unmounted(&mut self, id: &str, mut left: Tree, around: &mut Around<'_>) {
        let Some(container) = self.containers.get(id) else { return };
        let (mounts, before) = (container.settings.mounts.clone(), container.tree.clone());
        for mount in mounts.iter().rev() {
            if let Ok(node) = left.remove(&mount.target) {
                self.put_back(id, mount, &node, around);
            }
            if let Some(place) = before.get(&mount.target) {
                // Its folder may be gone with the one that the program took away.
                let _ = left.insert(&mount.target, place.clone());
            }
        }
        if let Some(container) = self.container_mut(id) {
            container.tree = left;
        }
        self.measure_container(id);
    }

    /// Lets others see what a running container changed in what it shares with them.
    pub(super) fn keep_mounts(&mut self, id: &str, live: &mut Live, around: &mut Around<'_>) {
        let Some(container) = self.containers.get(id).filter(|found| !found.settings.mounts.is_empty()) else { return };
        let mounts = container.settings.mounts.clone();
        if std::mem::replace(&mut live.changes, live.process.changes()) == live.changes {
            return;
        }
        for mount in mounts.iter().filter(|mount| !mount.read_only) {
            let folder = live.process.folder(&mount.target);
            if let Some(node) = folder.as_ref().and_then(|folder| folder.get(&FsPath::root())) {
                self.put_back(id, mount, node, around);
            }
        }
    }

    fn put_back(&mut self, id: &str, mount: &Mount, node: &Node, around: &mut Around<'_>) {
        if mount.read_only {
            return;
        }
        let mut files = Tree::default();
        // A file that is mounted by itself is the root of these.
        let kept = files.insert(&FsPath::root(), node.clone());
        debug_assert!(kept.is_ok(), "a root can be anything");
        let changed = match &mount.source {
            Source::Memory { .. } => false,
            Source::Bind(path) => {
                let differs = around.files.get(path) != Some(node);
                differs && around.files.insert(path, node.clone()).is_ok()
            }
            Source::Volume(name) => self.volumes.get_mut(name).is_some_and(|volume| {
                let differs = volume.files != files;
                volume.files = files.clone();
                differs
            }),
        };
        if changed {
            self.share(id, &mount.source, &files, around.now);
        }
    }

    /// Gives the other containers that have it what a volume or a folder of the machine holds now.
    pub(super) fn share(&mut self, from: &str, source: &Source, files: &Tree, now: Timestamp) {
        let running = self.containers.values().filter(|container| container.is_running() && container.id != from);
        let places = running.flat_map(|container| {
            let mounts = container.settings.mounts.iter().filter(|mount| mount.source == *source);
            mounts.map(|mount| (container.id.clone(), mount.target.clone()))
        });
        for (id, at) in places.collect::<Vec<_>>() {
            self.give(&id, Given::Files { at, files: files.clone() }, 0, now);
        }
    }

    /// Lets running containers see what changed in folders of the machine that are mounted in them.
    pub fn share_folders(&mut self, around: &mut Around<'_>) {
        let running = self.containers.values().filter(|container| container.is_running());
        let binds = running
            .flat_map(|container| container.settings.mounts.iter().map(|mount| (container.id.clone(), mount.clone())));
        for (id, mount) in binds.collect::<Vec<_>>() {
            let Source::Bind(path) = &mount.source else { continue };
            let Some(node) = around.files.get(path) else { continue };
            let Some(live) = self.containers.get(&id).and_then(|container| container.resumed(around.processes)) else {
                continue;
            };
            let mut live = live;
            let shown = live.process.folder(&mount.target);
            if shown.as_ref().and_then(|folder| folder.get(&FsPath::root())) != Some(node) {
                let mut files = Tree::default();
                let _ = files.insert(&FsPath::root(), node.clone());
                self.give(&id, Given::Files { at: mount.target.clone(), files }, 0, around.now);
            }
            self.park(&id, live, around);
        }
    }
}

impl Container {
    /// The names of its volumes.
    pub fn volumes(&self) -> impl Iterator<Item = &str> {
        self.settings.mounts.iter().filter_map(|mount| match &mount.source {
            Source::Volume(name) => Some(name.as_str()),
            Source::Bind(_) | Source::Memory { .. } => None,
        })
    }

    /// Which places hold no more than so many bytes.
    pub(super) fn rooms(&self) -> Vec<(FsPath, u64)> {
        let size = |mount: &Mount| if let Source::Memory { size_bytes, .. } = mount.source { size_bytes } else { 0 };
        self.settings
            .mounts
            .iter()
            .map(|mount| (mount.target.clone(), size(mount)))
            .filter(|(_, size)| *size > 0)
            .collect()
    }

    /// Which places its programs cannot change, and which below them they can.
    pub(super) fn read_only_places(&self) -> Vec<(FsPath, bool)> {
        let own = self.settings.read_only.then(|| (FsPath::root(), true));
        own.into_iter()
            .chain(self.settings.mounts.iter().map(|mount| (mount.target.clone(), mount.read_only)))
            .collect()
    }
}
