//! The file tree as a process changes it: what the paths of its calls lead
//! to, and the bytes of the files it holds open. A file that is unlinked
//! while open lives on without a name, as on any Unix, and one with several
//! names is written at all of them: both lie apart from the tree meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::errno::{Errno, Outcome};
use super::lookup;
use super::places::Places;
use crate::fs::{Content, FsPath, Kind, Link, Metadata, Node, Tree};
use crate::limits;
use crate::oci::Timestamp;

/// A tree, and the files that have no name in it, or more than one.
pub(super) struct Files {
    tree: Tree,
    apart: BTreeMap<Link, Apart>,
    /// Times of access by inode, where a program has set them: a layer keeps none.
    accessed: BTreeMap<u64, Timestamp>,
    /// What new links grow from.
    seed: u64,
    links_made: u64,
    places: Places,
    changes: u64,
    pub(super) bytes_left: u64,
    nodes_left: usize,
    /// Work done since the last [`Files::take_work`].
    work: u64,
}

/// A file that is not at one place of the tree. The nodes there that have its
/// link say only that it is there; what it holds is here.
struct Apart {
    node: Node,
    names: u64,
}

/// Where an open file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the tree.
    At(FsPath),
    /// Open without a name, or with several.
    Apart(Link),
}

impl Files {
    pub(super) fn new(tree: Tree, places: Places, seed: u64) -> Self {
        Self {
            apart: several_names(&tree),
            tree,
            places,
            changes: 0,
            accessed: BTreeMap::new(),
            seed,
            links_made: 0,
            bytes_left: limits::GUEST_FILE_BYTES,
            nodes_left: limits::GUEST_NODES,
            work: 0,
        }
    }

    /// The tree as it stands, every name of a file with what the file holds.
    pub(super) fn tree(&self) -> Tree {
        let mut tree = self.tree.clone();
        for (path, node) in self.tree.walk() {
            if let Some(apart) = node.link.and_then(|link| self.apart.get(&link))
                && let Some(stale) = tree.get_mut(&path)
            {
                stale.clone_from(&apart.node);
            }
        }
        tree
    }

    /// What is at a path, as the root of a tree.
    pub(super) fn folder(&self, at: &FsPath) -> Option<Tree> {
        let mut folder = Tree::default();
        folder.insert(&FsPath::root(), self.tree.get(at)?.clone()).ok()?;
        let below = folder.walk().filter_map(|(path, node)| Some((path, self.apart.get(&node.link?)?.node.clone())));
        for (path, node) in below.collect::<Vec<_>>() {
            folder.insert(&path, node).ok()?;
        }
        Some(folder)
    }

    /// Puts files in place of what is at a path; what is open there reads on in them.
    pub(super) fn replace(&mut self, at: &FsPath, files: &Tree) -> Outcome {
        let node = files.get(&FsPath::root()).ok_or(Errno::Noent)?;
        self.tree.insert(at, node.clone())?;
        for (link, Apart { node, names }) in several_names(&self.tree) {
            self.apart.entry(link).or_insert(Apart { node, names });
        }
        Ok(())
    }

    /// How often they have been changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Refuses what cannot be changed, and counts what is.
    fn change(&mut self, path: &FsPath) -> Outcome {
        self.places.check_change(path)?;
        self.changes += 1;
        Ok(())
    }

    /// Bytes moved and nodes walked since the last time, which the call pays for.
    pub(super) fn take_work(&mut self) -> u64 {
        std::mem::take(&mut self.work)
    }

    /// The path that `text` means as seen from `folder`.
    pub(super) fn locate(
        &self,
        folder: &lookup::Folder<'_>,
        text: &str,
        follow: lookup::Follow,
    ) -> Result<FsPath, Errno> {
        lookup::locate(&self.tree, folder, text, follow)
    }

    /// The node at a located path.
    pub(super) fn node(&self, path: &FsPath) -> Result<&Node, Errno> {
        let node = self.tree.get(path).ok_or_else(|| self.why_absent(path))?;
        Ok(node.link.and_then(|link| self.apart.get(&link)).map_or(node, |apart| &apart.node))
    }

    /// The node of an open file, and how many names it has.
    pub(super) fn open_node(&self, place: &Place) -> Result<(&Node, u64), Errno> {
        match place {
            Place::At(path) => self.node(path).map(|node| (node, 1)),
            Place::Apart(link) => self.apart.get(link).map(|apart| (&apart.node, apart.names)).ok_or(Errno::Badf),
        }
    }

    /// Where the file at a path is.
    pub(super) fn place(&self, path: &FsPath) -> Place {
        let link = self.tree.get(path).and_then(|node| node.link);
        link.filter(|link| self.apart.contains_key(link)).map_or_else(|| Place::At(path.clone()), Place::Apart)
    }

    /// A number that this file has and no other, whatever its names are.
    pub(super) fn inode(&self, place: &Place) -> u64 {
        match place {
            Place::At(path) => Link::of(path, &self.seed.to_le_bytes()).number(),
            Place::Apart(link) => link.number(),
        }
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
        self.open_node(place)?.0.content().ok_or(Errno::Isdir)
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
        if let (Place::At(path), true) = (place, size > before) {
            self.work += self.places.check_room(&self.tree, path, size - before)?;
        }
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
        self.change(path)?;
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(Errno::Nospc)?;
        Ok(self.tree.insert(path, node)?)
    }

    /// Gives the file at `from` one more name. The place is returned where it is from now on.
    /// A symbolic link never changes but in time, so its second name is a copy.
    pub(super) fn link(&mut self, from: &FsPath, to: &FsPath) -> Result<Place, Errno> {
        let (node, place) = (self.node(from)?.clone(), self.place(from));
        if node.entries().is_some() {
            return Err(Errno::Perm);
        }
        if node.content().is_none() {
            return self.create(to, node).map(|()| place);
        }
        let link = if let Place::Apart(link) = place { link } else { self.new_link(from) };
        let node = Node { link: Some(link), ..node };
        self.create(to, node.clone())?;
        if let Place::At(path) = place {
            self.tree.get_mut(&path).ok_or(Errno::Noent)?.link = Some(link);
        }
        self.apart.entry(link).or_insert(Apart { node, names: 1 }).names += 1;
        Ok(Place::Apart(link))
    }

    /// Sets the time of last change.
    pub(super) fn touch(&mut self, place: &Place, time: Timestamp) -> Result<(), Errno> {
        self.node_mut(place)?.metadata.modified = time;
        Ok(())
    }

    /// The time of last access: that of last change, until a program says otherwise.
    pub(super) fn accessed(&self, place: &Place, node: &Node) -> Timestamp {
        self.accessed.get(&self.inode(place)).copied().unwrap_or(node.metadata.modified)
    }

    /// Sets the time of last access.
    pub(super) fn set_accessed(&mut self, place: &Place, time: Timestamp) -> Result<(), Errno> {
        self.open_node(place)?;
        if self.accessed.len() >= limits::GUEST_NODES {
            return Err(Errno::Nospc);
        }
        self.accessed.insert(self.inode(place), time);
        Ok(())
    }

    /// Whose a file is and what may be done with it, to be changed.
    pub(super) fn metadata_mut(&mut self, path: &FsPath) -> Result<&mut Metadata, Errno> {
        self.node_mut(&self.place(path)).map(|node| &mut node.metadata)
    }

    /// Takes away a name of a file or a link. The place is returned where its bytes are.
    pub(super) fn unlink(&mut self, path: &FsPath) -> Result<Place, Errno> {
        if matches!(self.node(path)?.kind, Kind::Directory(_)) {
            return Err(Errno::Isdir);
        }
        self.change(path)?;
        let place = self.place(path);
        self.accessed.remove(&self.inode(&Place::At(path.clone())));
        let node = Arc::unwrap_or_clone(self.tree.remove(path)?);
        self.nodes_left = self.nodes_left.saturating_add(1).min(limits::GUEST_NODES);
        if let Place::Apart(link) = place
            && let Some(apart) = self.apart.get_mut(&link)
        {
            apart.names = apart.names.saturating_sub(1);
            return Ok(place);
        }
        let link = self.new_link(path);
        self.apart.insert(link, Apart { node, names: 0 });
        Ok(Place::Apart(link))
    }

    /// Forgets the bytes of a file that nobody has open any more, if it has no name.
    pub(super) fn forget(&mut self, place: &Place) {
        if let Place::Apart(link) = place
            && self.apart.get(link).is_some_and(|apart| apart.names == 0)
            && let Some(apart) = self.apart.remove(link)
        {
            let left = self.bytes_left.saturating_add(apart.node.size());
            self.bytes_left = left.min(limits::GUEST_FILE_BYTES);
        }
    }

    /// Takes away an empty folder.
    pub(super) fn remove_folder(&mut self, path: &FsPath) -> Result<(), Errno> {
        match self.node(path)?.entries() {
            None => return Err(Errno::Notdir),
            Some(entries) if !entries.is_empty() => return Err(Errno::Notempty),
            Some(_) if path.parent().is_none() => return Err(Errno::Perm),
            Some(_) => {}
        }
        self.change(path)?;
        self.tree.remove(path)?;
        self.nodes_left = self.nodes_left.saturating_add(1).min(limits::GUEST_NODES);
        Ok(())
    }

    /// Moves a node, in place of what was there; the place of a replaced file is returned.
    /// Two names of one file both stay.
    pub(super) fn rename(&mut self, from: &FsPath, to: &FsPath) -> Result<Option<Place>, Errno> {
        let is_folder = self.node(from)?.entries().is_some();
        if from == to || (self.tree.get(to).is_some() && self.place(from) == self.place(to)) {
            return Ok(None);
        }
        if to.below(from).is_some() || from.parent().is_none() {
            return Err(Errno::Inval);
        }
        self.parent_folder(to)?;
        if to.as_str().len() + self.depth(from) > limits::PATH_BYTES {
            return Err(Errno::Nametoolong);
        }
        self.change(from)?;
        self.change(to)?;
        self.work += self.places.check_move(&self.tree, from, to)?;
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
        let node = self.node_mut(place)?;
        node.metadata.modified = now;
        match &mut node.kind {
            Kind::File(content) => Ok(content),
            _ => Err(Errno::Isdir),
        }
    }

    fn node_mut(&mut self, place: &Place) -> Result<&mut Node, Errno> {
        match place {
            Place::At(path) => self.change(path)?,
            Place::Apart(_) => self.changes += 1,
        }
        match place {
            Place::Apart(link) => self.apart.get_mut(link).map(|apart| &mut apart.node).ok_or(Errno::Badf),
            Place::At(path) => {
                let absent = self.why_absent(path);
                self.tree.get_mut(path).ok_or(absent)
            }
        }
    }

    /// A link that no other file has, here or in another container.
    fn new_link(&mut self, path: &FsPath) -> Link {
        self.links_made += 1;
        let seed = [self.seed, self.links_made].map(u64::to_le_bytes).concat();
        Link::of(path, &seed)
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

/// The files of a tree that have a link of their own, each with how many names it has there.
fn several_names(tree: &Tree) -> BTreeMap<Link, Apart> {
    let mut apart = BTreeMap::new();
    for (_, node) in tree.walk() {
        if let Some(link) = node.link {
            apart.entry(link).or_insert_with(|| Apart { node: node.clone(), names: 0 }).names += 1;
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp { nanos: 7 };

    fn files() -> Files {
        let mut files = Files::new(Tree::default(), Places::default(), 0);
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
    fn no_more_is_moved_into_a_folder_than_it_holds() {
        let places = Places { rooms: vec![("/d".into(), 9)], ..Places::default() };
        let mut files = Files { places, ..files() };
        files.create(&"/five".into(), Node::file(Metadata::file(NOW), vec![0; 5])).unwrap();
        files.create(&"/four".into(), Node::file(Metadata::file(NOW), vec![0; 4])).unwrap();
        assert_eq!(files.rename(&"/d/f".into(), &"/d/g".into()), Ok(None));
        assert_eq!(files.rename(&"/five".into(), &"/d/five".into()), Err(Errno::Nospc));
        assert_eq!(files.rename(&"/four".into(), &"/d/four".into()), Ok(None));
        assert_eq!(files.rename(&"/d/g".into(), &"/g".into()), Ok(None));
        assert_eq!(files.rename(&"/five".into(), &"/d/five".into()), Ok(None));
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
    fn a_file_with_two_names_is_one_file() {
        let mut files = files();
        let place = files.link(&"/d/f".into(), &"/g".into()).unwrap();
        assert_eq!((files.place(&"/d/f".into()), files.place(&"/g".into())), (place.clone(), place.clone()));
        files.write(&place, 0, b"J", NOW).unwrap();
        assert_eq!(files.open_node(&place).unwrap().1, 2);
        assert_eq!(files.rename(&"/g".into(), &"/d/f".into()), Ok(None));
        let left = files.tree();
        assert_eq!(left.read(&"/d/f".into()).unwrap(), left.read(&"/g".into()).unwrap());
        let mut again = Files::new(left, Places::default(), 1);
        let place = again.place(&"/g".into());
        again.write(&place, 4, b"y", NOW).unwrap();
        assert_eq!(again.unlink(&"/g".into()), Ok(place.clone()));
        again.forget(&place);
        assert_eq!(again.tree().read(&"/d/f".into()).unwrap().as_slice(), b"Jelly");
        assert_eq!(again.link(&"/d".into(), &"/e".into()), Err(Errno::Perm));
        assert_eq!(again.link(&"/d/f".into(), &"/d/f".into()), Err(Errno::Exist));
    }

    #[test]
    fn what_is_read_only_stays_but_for_the_places_that_are_not() {
        let mut tree = files().tree();
        tree.insert(&"/v".into(), Node::directory(Metadata::directory(NOW))).unwrap();
        let read_only = vec![("/".into(), true), ("/v".into(), false)];
        let mut files = Files::new(tree, Places { read_only, ..Places::default() }, 0);
        assert_eq!(files.write(&at("/d/f"), 0, b"J", NOW), Err(Errno::Rofs));
        assert_eq!(files.unlink(&"/d/f".into()), Err(Errno::Rofs));
        assert_eq!(files.rename(&"/d/f".into(), &"/v/f".into()), Err(Errno::Rofs));
        assert_eq!(files.create(&"/n".into(), Node::directory(Metadata::directory(NOW))), Err(Errno::Rofs));
        assert_eq!(files.changes(), 0);
        assert_eq!(files.create(&"/v/n".into(), Node::directory(Metadata::directory(NOW))), Ok(()));
        assert_eq!(files.changes(), 1);
        let folder = files.folder(&"/v".into()).unwrap();
        assert!(folder.get(&"/n".into()).is_some());
        files.replace(&"/d".into(), &folder).unwrap();
        assert!(files.node(&"/d/n".into()).is_ok() && files.node(&"/d/f".into()).is_err());
    }

    #[test]
    fn a_folder_holds_no_more_than_it_may() {
        let mut files = files();
        files.places.rooms = vec![("/d".into(), 8)];
        assert_eq!(files.write(&at("/d/f"), 5, b"abc", NOW), Ok(()));
        assert_eq!(files.write(&at("/d/f"), 8, b"x", NOW), Err(Errno::Nospc));
        files.create(&"/d/g".into(), Node::file(Metadata::file(NOW), Vec::new())).unwrap();
        assert_eq!(files.write(&at("/d/g"), 0, b"x", NOW), Err(Errno::Nospc));
        assert_eq!(files.resize(&at("/d/f"), 7, NOW), Ok(()));
        assert_eq!(files.write(&at("/d/g"), 0, b"x", NOW), Ok(()));
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
    }
}
