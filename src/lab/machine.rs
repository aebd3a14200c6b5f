//! A machine of the lab: a docker daemon, the learner's files, and where the
//! prompt stands among them.

use super::{ProjectFile, Variables};
use crate::engine::Engine;
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::limits;
use crate::oci::Timestamp;

/// One machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Such as `laptop`.
    pub name: String,
    /// Its docker daemon.
    pub engine: Engine,
    /// The learner's files.
    pub files: Tree,
    /// Where the prompt stands.
    pub directory: FsPath,
    /// What its shell remembers.
    pub variables: Variables,
    /// How many bytes its disk holds.
    pub capacity_bytes: u64,
}

/// A disk is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no space left on device")]
pub struct NoSpace;

impl Machine {
    /// The home of the learner.
    pub fn home() -> FsPath {
        FsPath::from("/home/learner")
    }

    /// A machine with an empty home, and a place for how its daemon is configured.
    pub fn new(name: &str, time: Timestamp) -> Self {
        let mut files = Tree::default();
        for folder in [Self::home(), FsPath::from("/etc/docker")] {
            files.make_directories(&folder, Metadata::directory(time)).expect("the tree is empty");
        }
        Self {
            name: name.to_owned(),
            engine: Engine::default(),
            files,
            directory: Self::home(),
            variables: Variables::default(),
            capacity_bytes: limits::MACHINE_BYTES,
        }
    }

    /// Puts a project's files into a folder of the home and stands there.
    pub fn put_project(&mut self, folder: &str, files: &[ProjectFile], time: Timestamp) {
        let top = Self::home().join(folder);
        for file in files {
            let path = top.join(&file.name);
            let parent = path.parent().unwrap_or_else(FsPath::root);
            let made = self.files.make_directories(&parent, Metadata::directory(time));
            if made.is_ok() {
                let metadata = Metadata { mode: file.mode, ..Metadata::file(time) };
                let node = Node::file(metadata, file.bytes.clone());
                self.files.insert(&path, node).expect("its folder was just made");
            }
        }
        self.directory = top;
    }

    /// `typed` as seen from where the prompt stands; `~` is the home.
    pub fn resolve(&self, typed: &str) -> FsPath {
        match typed.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Self::home().join(rest.trim_start_matches('/')),
            _ => self.directory.join(typed),
        }
    }

    /// Whether so many more bytes fit on its disk.
    pub fn check_room(&self, size: u64) -> Result<(), NoSpace> {
        if size > self.free_bytes() { Err(NoSpace) } else { Ok(()) }
    }

    /// What more its disk can hold.
    pub fn free_bytes(&self) -> u64 {
        let used: u64 = self.files.walk().map(|(_, node)| node.size()).sum();
        self.capacity_bytes.saturating_sub(used)
    }

    /// `~` for the home, as prompts show it.
    pub fn shown_directory(&self) -> String {
        match self.directory.below(&Self::home()) {
            Some("") => "~".to_owned(),
            Some(rest) => format!("~/{rest}"),
            None => self.directory.to_string(),
        }
    }
}
