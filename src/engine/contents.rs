//! The files of a container as they are just now, running or not: what of them
//! changed since its image, and what is put among them from outside.

use std::collections::BTreeMap;

use super::{Around, Container, ContainerError, Engine};
use crate::fs::{self, ChangeKind, FsPath, Node, Tree};
use crate::runtime::{Given, Usage};

impl Engine {
    /// The files of a container, with what is mounted among them.
    pub fn files_of(&mut self, id: &str, around: &mut Around<'_>) -> Result<Tree, ContainerError> {
        let container = self.containers.get(id).ok_or_else(|| ContainerError::NotFound { name: id.to_owned() })?;
        if !container.is_running() {
            return self.mounted(id, around).map_err(|_| ContainerError::NotRunning { id: id.to_owned() });
        }
        let mut live =
            container.resumed(around.processes).ok_or_else(|| ContainerError::NotRunning { id: id.to_owned() })?;
        let files = live.process.tree();
        self.park(id, live, around);
        Ok(files)
    }

    /// Its own files, in which what is mounted has left but its place.
    pub fn own_files_of(&mut self, id: &str, around: &mut Around<'_>) -> Result<Tree, ContainerError> {
        let mut files = self.files_of(id, around)?;
        let container = self.containers.get(id).ok_or_else(|| ContainerError::NotFound { name: id.to_owned() })?;
        for mount in &container.settings.mounts {
            if let Some(place) = container.tree.get(&mount.target) {
                // A place whose folder is gone is gone with it.
                let _ = files.insert(&mount.target, place.clone());
            }
        }
        Ok(files)
    }

    /// What changed since its image, by path. A folder in which something changed has changed.
    pub fn changes_of(
        &mut self,
        id: &str,
        around: &mut Around<'_>,
    ) -> Result<BTreeMap<FsPath, ChangeKind>, ContainerError> {
        let after = self.own_files_of(id, around)?;
        let before = self.files_of_image(id);
        let mut changes = BTreeMap::new();
        for change in fs::diff(&before, &after) {
            for parent in std::iter::successors(change.path.parent(), FsPath::parent) {
                if parent != FsPath::root() {
                    changes.entry(parent).or_insert(ChangeKind::Modified);
                }
            }
            changes.insert(change.path, change.kind);
        }
        Ok(changes)
    }

    /// The files that its image has.
    pub(super) fn files_of_image(&mut self, id: &str) -> Tree {
        let image = self.containers.get(id).and_then(|container| self.image_of(container));
        image.and_then(|image| self.unpack(&image).ok()).unwrap_or_default()
    }

    /// Puts a file or folder into a container, in place of what is there.
    pub fn put_into(&mut self, id: &str, at: &FsPath, node: &Node, around: &mut Around<'_>) -> Result<(), String> {
        let mut files = Tree::default();
        files.insert(&FsPath::root(), node.clone()).map_err(|error| error.to_string())?;
        let container = self.containers.get(id).ok_or("it is gone")?;
        if container.is_read_only_at(at) {
            return Err("container rootfs is marked read-only".to_owned());
        }
        if container.is_running() {
            self.give(id, Given::Files { at: at.clone(), files }, 0, around.now);
            return Ok(());
        }
        let mut all = self.mounted(id, around)?;
        all.insert(at, node.clone()).map_err(|error| error.to_string())?;
        self.unmounted(id, all, around);
        Ok(())
    }

    /// What a running container takes of the machine, and the fuel it has used.
    pub fn usage_of(&self, id: &str, around: &mut Around<'_>) -> Option<(Usage, u64)> {
        let container = self.containers.get(id).filter(|container| container.is_running())?;
        let live = container.resumed(around.processes)?;
        let usage = (live.process.usage(), live.process.fuel_used());
        self.park(id, live, around);
        Some(usage)
    }
}

impl Container {
    fn is_read_only_at(&self, path: &FsPath) -> bool {
        let places = self.read_only_places();
        let holds = |place: &&(FsPath, bool)| place.0 == *path || path.below(&place.0).is_some();
        places.iter().filter(holds).max_by_key(|place| place.0.as_str().len()).is_some_and(|place| place.1)
    }
}
