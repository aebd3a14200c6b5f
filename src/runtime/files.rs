//! The file tree as a process changes it: what the paths of its calls lead
//! to, and the bytes of the files it holds open. A file that is unlinked
//! while open lives on without a name, as on any Unix.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::errno::Errno;
use crate::fs::{Content, FsPath, Kind, Node, Tree};
use crate::limits;
use crate::oci::Timestamp;

/// A tree, and the open files that no longer have a name in it.
pub(super) struct Files {
    tree: Tree,
    nameless: BTreeMap<u64, Content>,
    named_away: u64,
    bytes_left: u64,
    nodes_left: usize,
    /// Work done since the last [`Files::take_work`].
    work: u64,
}

/// Where an open file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the tree.
    At(FsPath),
    /// Unlinked, but still open.
    Nameless(u64),
}

impl Files {
    pub(super) fn new(tree: Tree) -> Self {
        Self {
            tree,
            nameless: BTreeMap::new(),
            named_away: 0,
            bytes_left: limits::GUEST_FILE_BYTES,
            nodes_left: limits::GUEST_NODES,
            work: 0,
        }
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Bytes moved and nodes walked since the last time, which the call pays for.
    pub(super) fn take_work(&mut self) -> u64 {
        std::mem::take(&mut self.work)
    }

    /// The path that `text` means as seen from `base`, links followed; the last one only if `follow`.
    pub(super) fn locate(&self, base: &FsPath, text: &str, follow: bool) -> Result<FsPath, Errno> {
        let path = base.join(text);
        let path = if follow { self.tree.resolve(&path)? } else { self.tree.resolve_parent(&path)? };
        let too_long = path.as_str().len() > limits::PATH_BYTES;
        if too_long || path.name().len() > limits::NAME_BYTES {
            return Err(Errno::Nametoolong);
        }
        Ok(path)
    }

    /// The node at a located path.
    pub(super) fn node(&self, path: &FsPath) -> Result<&Node, Errno> {
        self.tree.get(path).ok_or_else(|| self.why_absent(path))
    }

    /// The size of an open file, in bytes.
    pub(super) fn size(&self, place: &Place) -> Result<u64, Errno> {
        self.content(place).map(Content::size)
    }

    /// The bytes of an open file.
    pub(super) fn bytes(&self, place: &Place) -> Result<Arc<Vec<u8>>, Errno> {
        self.content(place)?.bytes().map_err(|_| Errno::Io)
    }

    fn content(&self, place: &Place) -> Result<&Content, Errno> {
        match place {
            Place::At(path) => self.node(path)?.content().ok_or(Errno::Isdir),
            Place::Nameless(id) => self.nameless.get(id).ok_or(Errno::Badf),
        }
    }

    /// Writes `bytes` at `offset`; a gap before it is filled with zeros.
    pub(super) fn write(&mut self, place: &Place, offset: u64, bytes: &[u8], now: Timestamp) -> Result<(), Errno> {
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::Fbig)?;
        if end > self.size(place)? {
            self.resize(place, end, now)?;
        }
        let start = usize::try_from(offset).map_err(|_| Errno::Fbig)?;
        let target = self.content_mut(place, now)?.make_mut().map_err(|_| Errno::Io)?;
        let target = target.get_mut(start..).and_then(|rest| rest.get_mut(..bytes.len()));
        target.ok_or(Errno::Fbig)?.copy_from_slice(bytes);
        Ok(())
    }

    /// Cuts a file, or extends it with zeros.
    pub(super) fn resize(&mut self, place: &Place, size: u64, now: Timestamp) -> Result<(), Errno> {
        let before = self.size(place)?;
        if size > limits::GUEST_FILE_BYTES {
            return Err(Errno::Fbig);
        }
        let left = self.bytes_left.saturating_add(before);
        let left = left.checked_sub(size).ok_or(Errno::Nospc)?;
        self.work = self.work.saturating_add(size.saturating_sub(before));
        let size = usize::try_from(size).map_err(|_| Errno::Fbig)?;
        let content = self.content_mut(place, now)?;
        if size == 0 {
            *content = Content::default();
        } else {
            content.make_mut().map_err(|_| Errno::Io)?.resize(size, 0);
        }
        self.bytes_left = left.min(limits::GUEST_FILE_BYTES);
        Ok(())
    }

    /// Puts a new node at a path where nothing is.
    pub(super) fn create(&mut self, path: &FsPath, node: Node) -> Result<(), Errno> {
        if self.tree.get(path).is_some() {
            return Err(Errno::Exist);
        }
        self.parent_folder(path)?;
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(Errno::Nospc)?;
        Ok(self.tree.insert(path, node)?)
    }

    /// Sets the time of last change.
    pub(super) fn touch(&mut self, path: &FsPath, time: Timestamp) -> Result<(), Errno> {
        let absent = self.why_absent(path);
        self.tree.get_mut(path).ok_or(absent)?.metadata.modified = time;
        Ok(())
    }

    /// Takes away a file or a link. Its bytes move to the place that is returned.
    pub(super) fn unlink(&mut self, path: &FsPath) -> Result<Place, Errno> {
        if matches!(self.node(path)?.kind, Kind::Directory(_)) {
            return Err(Errno::Isdir);
        }
        let node = self.tree.remove(path)?;
        self.nodes_left = self.nodes_left.saturating_add(1).min(limits::GUEST_NODES);
        self.named_away += 1;
        self.nameless.insert(self.named_away, node.content().cloned().unwrap_or_default());
        Ok(Place::Nameless(self.named_away))
    }

    /// Forgets the bytes of a file without a name, once nobody has it open.
    pub(super) fn forget(&mut self, place: &Place) {
        if let Place::Nameless(id) = place
            && let Some(content) = self.nameless.remove(id)
        {
            let left = self.bytes_left.saturating_add(content.size());
            self.bytes_left = left.min(limits::GUEST_FILE_BYTES);
        }
    }

    /// Takes away an empty folder.
    pub(super) fn remove_folder(&mut self, path: &FsPath) -> Result<(), Errno> {
        match self.node(path)?.entries() {
            None => return Err(Errno::Notdir),
            Some(entries) if !entries.is_empty() => return Err(Errno::Notempty),
            Some(_) if path.parent().is_none() => return Err(Errno::Perm),
            Some(_) => drop(self.tree.remove(path)?),
        }
        self.nodes_left = self.nodes_left.saturating_add(1).min(limits::GUEST_NODES);
        Ok(())
    }

    /// Moves a node, in place of what was there; the place of a replaced file is returned.
    pub(super) fn rename(&mut self, from: &FsPath, to: &FsPath) -> Result<Option<Place>, Errno> {
        let is_folder = self.node(from)?.entries().is_some();
        if from == to {
            return Ok(None);
        }
        if to.below(from).is_some() || from.parent().is_none() {
            return Err(Errno::Inval);
        }
        self.parent_folder(to)?;
        if to.as_str().len() + self.depth(from) > limits::PATH_BYTES {
            return Err(Errno::Nametoolong);
        }
        let replaced = match self.tree.get(to).map(|node| node.entries().is_some()) {
            None => None,
            Some(true) if is_folder => self.remove_folder(to).map(|()| None)?,
            Some(true) => return Err(Errno::Isdir),
            Some(false) if is_folder => return Err(Errno::Notdir),
            Some(false) => Some(self.unlink(to)?),
        };
        let node = self.tree.remove(from)?;
        self.tree.insert(to, Arc::unwrap_or_clone(node))?;
        Ok(replaced)
    }

    fn content_mut(&mut self, place: &Place, now: Timestamp) -> Result<&mut Content, Errno> {
        match place {
            Place::Nameless(id) => self.nameless.get_mut(id).ok_or(Errno::Badf),
            Place::At(path) => {
                let absent = self.why_absent(path);
                let node = self.tree.get_mut(path).ok_or(absent)?;
                node.metadata.modified = now;
                match &mut node.kind {
                    Kind::File(content) => Ok(content),
                    _ => Err(Errno::Isdir),
                }
            }
        }
    }

    /// How much longer than `top` the longest path below it is.
    fn depth(&mut self, top: &FsPath) -> usize {
        let (mut deepest, mut walked) = (0, 0);
        for (path, _) in self.tree.walk_from(top) {
            deepest = deepest.max(path.as_str().len() - top.as_str().len());
            walked += path.as_str().len() as u64;
        }
        self.work = self.work.saturating_add(walked);
        deepest
    }

    fn parent_folder(&self, path: &FsPath) -> Result<(), Errno> {
        let parent = path.parent().ok_or(Errno::Exist)?;
        self.node(&parent)?.entries().map(drop).ok_or(Errno::Notdir)
    }

    /// `ENOTDIR` if a file stands on the way, else `ENOENT`.
    fn why_absent(&self, path: &FsPath) -> Errno {
        let above = std::iter::successors(path.parent(), FsPath::parent).find_map(|path| self.tree.get(&path));
        if above.is_some_and(|node| node.entries().is_none()) { Errno::Notdir } else { Errno::Noent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Metadata;

    const NOW: Timestamp = Timestamp { nanos: 7 };

    fn files() -> Files {
        let mut files = Files::new(Tree::default());
        let metadata = Metadata::file(Timestamp::default());
        files.create(&"/d".into(), Node::directory(metadata)).unwrap();
        files.create(&"/d/f".into(), Node::file(metadata, b"hello".to_vec())).unwrap();
        files
    }

    fn at(path: &str) -> Place {
        Place::At(path.into())
    }

    #[test]
    fn a_write_leaves_the_shared_original_alone() {
        let mut files = files();
        let before = files.tree().clone();
        files.write(&at("/d/f"), 4, b"p!", NOW).unwrap();
        files.write(&at("/d/f"), 8, b"x", NOW).unwrap();
        assert_eq!(files.bytes(&at("/d/f")).unwrap().as_slice(), b"hellp!\0\0x");
        assert_eq!(files.node(&"/d/f".into()).unwrap().metadata.modified, NOW);
        assert_eq!(before.get(&"/d/f".into()).unwrap().size(), 5);
    }

    #[test]
    fn an_unlinked_file_can_still_be_written_until_it_is_forgotten() {
        let mut files = files();
        let place = files.unlink(&"/d/f".into()).unwrap();
        files.write(&place, 0, b"J", NOW).unwrap();
        assert_eq!(files.bytes(&place).unwrap().as_slice(), b"Jello");
        files.forget(&place);
        assert_eq!(files.bytes(&place), Err(Errno::Badf));
        assert_eq!(files.remove_folder(&"/d".into()), Ok(()));
    }

    #[test]
    fn sizes_are_bounded_before_memory_is_asked_for() {
        let mut files = files();
        assert_eq!(files.write(&at("/d/f"), u64::MAX, b"x", NOW), Err(Errno::Fbig));
        assert_eq!(files.write(&at("/d/f"), u64::MAX - 9, b"x", NOW), Err(Errno::Fbig));
        assert_eq!(files.take_work(), 0);
        files.bytes_left = 10;
        assert_eq!(files.resize(&at("/d/f"), 16, NOW), Err(Errno::Nospc));
        assert_eq!(files.resize(&at("/d/f"), 15, NOW), Ok(()));
        assert_eq!((files.bytes_left, files.take_work(), files.take_work()), (0, 10, 0));
        files.nodes_left = 0;
        assert_eq!(files.create(&"/n".into(), Node::directory(Metadata::directory(NOW))), Err(Errno::Nospc));
    }

    #[test]
    fn the_errors_are_those_of_a_unix() {
        let mut files = files();
        let node = |path: &str| files.node(&path.into()).map(drop).unwrap_err();
        assert_eq!((node("/x/y"), node("/d/f/x"), node("/d/f/x/y")), (Errno::Noent, Errno::Notdir, Errno::Notdir));
        assert_eq!(files.remove_folder(&"/d".into()), Err(Errno::Notempty));
        assert_eq!(files.remove_folder(&"/d/f".into()), Err(Errno::Notdir));
        assert_eq!(files.remove_folder(&"/".into()), Err(Errno::Notempty));
        assert_eq!(files.unlink(&"/d".into()), Err(Errno::Isdir));
        assert_eq!(files.rename(&"/d".into(), &"/d/e".into()), Err(Errno::Inval));
        assert_eq!(files.rename(&"/d/f".into(), &"/no/f".into()), Err(Errno::Noent));
        let long = format!("/{}", "n".repeat(300));
        assert_eq!(files.locate(&FsPath::root(), &long, true), Err(Errno::Nametoolong));
    }
}
