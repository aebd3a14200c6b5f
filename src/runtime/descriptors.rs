//! The file descriptors of a process. 0, 1 and 2 are its streams, then come
//! the ports of its container that listen beforehand, if there are any, the
//! root folder, and the working directory where that is another folder.
//! What a number stands for is shared by all processes of a container: a child
//! that got it from its parent reads on where the parent stopped.
//!
//! Preview 1 knows no working directory: the C library of a guest hands every
//! path, absolute or relative, to the last folder opened beforehand, without
//! its leading slash. So what arrives at that descriptor is looked for in the
//! working directory first and in the root second. Only where both have it
//! can an absolute path be mistaken for a relative one.

use std::collections::BTreeMap;

use super::errno::{Errno, Outcome};
use super::files::Place;
use super::given::{Entry, MAIN};
use super::lookup;
use super::network::{Listener, Socket};
use super::pipe::Pipe;
use super::process::Reach;
use super::rights::{self, GivenUp, Rights};
use crate::fs::FsPath;
use crate::limits;
use crate::text::Stream;

/// The first descriptor that is not a stream.
const BEFOREHAND: u32 = 3;

/// The flag `append` of an open file.
pub(super) const APPEND: u16 = 1;

/// One open file, folder or stream.
#[derive(Debug)]
pub(super) enum Descriptor {
    /// Standard input of a program that was begun from outside.
    Input(u32),
    /// `/dev/null`.
    Null,
    /// `/dev/signals`.
    Signals,
    /// Its standard output or standard error.
    Output(u32, Stream),
    /// The end of a pipe to read from.
    Reader(Pipe),
    /// The end of a pipe to write to.
    Writer(Pipe),
    /// One end of a connection.
    Socket(Socket),
    /// A port that connections come to.
    Listener(Listener),
    /// A folder.
    Folder(Folder),
    /// A regular file.
    File(File),
}

/// An open folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub(super) path: FsPath,
    /// The name under which it was opened before the program began.
    pub(super) preopened: Option<String>,
    /// Whether no path may lead out of it.
    pub(super) confined: bool,
    /// Its entries as they were when reading them began.
    pub(super) listing: Vec<(String, u8)>,
}

/// An open file and the position in it.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) place: Place,
    pub(super) offset: u64,
    pub(super) readable: bool,
    pub(super) writable: bool,
    pub(super) flags: u16,
}

/// The table of one process.
#[derive(Debug)]
pub(super) struct Descriptors {
    numbers: BTreeMap<u32, u64>,
    /// What some of them may not do any more.
    given_up: BTreeMap<u32, GivenUp>,
    /// What all processes of the container have open; here while this one runs.
    pub(super) opened: Opened,
}

/// What is open, by a number that no process sees.
#[derive(Debug, Default)]
pub(super) struct Opened {
    descriptions: BTreeMap<u64, Description>,
    last: u64,
}

/// Something open, and how many descriptors stand for it.
#[derive(Debug)]
struct Description {
    descriptor: Descriptor,
    holders: usize,
}

impl Folder {
    /// A folder opened beforehand, under this name.
    pub(super) fn preopened(path: FsPath, name: &str, confined: bool) -> Self {
        Self { path, preopened: Some(name.to_owned()), confined, listing: Vec::new() }
    }

    /// A folder opened from this one.
    pub(super) fn opened(&self, path: FsPath) -> Self {
        Self { path, preopened: None, confined: self.confined, listing: Vec::new() }
    }

    /// Where a lookup from here begins.
    pub(super) fn start(&self) -> lookup::Folder<'_> {
        lookup::Folder { path: &self.path, confined: self.confined }
    }

    /// Whether paths that are not found here are looked for in the root.
    pub(super) fn falls_back(&self) -> bool {
        self.preopened.as_deref() == Some(".") && !self.confined
    }
}

impl Descriptors {
    /// The table of a container's first process, which begins in `directory`.
    pub(super) fn new(tty: bool, listeners: Vec<Listener>, directory: &FsPath, reach: &Reach) -> Self {
        let mut table = Self { numbers: BTreeMap::new(), given_up: BTreeMap::new(), opened: Opened::default() };
        table.put_streams(MAIN, tty);
        table.put_beforehand(listeners, directory, reach);
        table
    }

    /// The table of a program that enters from outside, whose part of what is open is left where all of it is.
    pub(super) fn entered(opened: &mut Opened, entry: &Entry, listeners: Vec<Listener>, directory: &FsPath) -> Self {
        let opened_here = std::mem::take(opened);
        let mut table = Self { numbers: BTreeMap::new(), given_up: BTreeMap::new(), opened: opened_here };
        table.put_streams(entry.session, entry.tty);
        table.put_beforehand(listeners, directory, &Reach::Everything);
        *opened = std::mem::take(&mut table.opened);
        table
    }

    /// The table of a child: the folders, and for each pair of `inherited` what is open here at the
    /// second number, there at the first. What it stands for lies here as long as this process runs.
    pub(super) fn child(
        &mut self,
        inherited: &[(u32, u32)],
        listeners: Vec<Listener>,
        directory: &FsPath,
        reach: &Reach,
    ) -> Result<Self, Errno> {
        let numbers = inherited.iter().map(|(to, from)| Ok((*to, self.number(*from)?)));
        let numbers: BTreeMap<u32, u64> = numbers.collect::<Result<_, Errno>>()?;
        for id in numbers.values() {
            self.opened.hold(*id);
        }
        let mut child = Self { numbers, given_up: BTreeMap::new(), opened: std::mem::take(&mut self.opened) };
        for (to, from) in inherited {
            child.give_up(*to, self.given_up(*from));
        }
        child.put_beforehand(listeners, directory, reach);
        self.opened = std::mem::take(&mut child.opened);
        Ok(child)
    }

    pub(super) fn get(&self, number: u32) -> Result<&Descriptor, Errno> {
        self.opened.descriptions.get(&self.number(number)?).map(|open| &open.descriptor).ok_or(Errno::Badf)
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Result<&mut Descriptor, Errno> {
        let id = self.number(number)?;
        self.opened.descriptions.get_mut(&id).map(|open| &mut open.descriptor).ok_or(Errno::Badf)
    }

    pub(super) fn folder(&self, number: u32) -> Result<&Folder, Errno> {
        match self.get(number)? {
            Descriptor::Folder(folder) => Ok(folder),
            _ => Err(Errno::Notdir),
        }
    }

    /// The file behind a number; other descriptors answer with `otherwise`.
    pub(super) fn file_mut(&mut self, number: u32, otherwise: Errno) -> Result<&mut File, Errno> {
        match self.get_mut(number)? {
            Descriptor::File(file) => Ok(file),
            Descriptor::Folder(_) => Err(Errno::Isdir),
            _ => Err(otherwise),
        }
    }

    /// Refuses what a descriptor has given up; whether it is open is asked elsewhere.
    pub(super) fn allow(&self, number: u32, right: Rights) -> Outcome {
        if self.given_up(number).base & right == 0 { Ok(()) } else { Err(Errno::Notcapable) }
    }

    /// What a descriptor may not do any more.
    pub(super) fn given_up(&self, number: u32) -> GivenUp {
        self.given_up.get(&number).copied().unwrap_or_default()
    }

    /// What a descriptor may do, and what is opened from it.
    pub(super) fn rights(&self, number: u32) -> Result<(Rights, Rights), Errno> {
        let (base, inheriting) = match self.get(number)? {
            Descriptor::Input(_)
            | Descriptor::Null
            | Descriptor::Signals
            | Descriptor::Output(..)
            | Descriptor::Reader(_)
            | Descriptor::Writer(_) => (rights::OF_STREAM, 0),
            Descriptor::Socket(_) => (rights::OF_STREAM | rights::SHUTDOWN, 0),
            Descriptor::Listener(_) => (rights::OF_LISTENER, rights::OF_STREAM | rights::SHUTDOWN),
            Descriptor::Folder(_) => (rights::OF_FOLDER, rights::ALL),
            Descriptor::File(file) => {
                let unable =
                    if file.readable { 0 } else { rights::READ } | if file.writable { 0 } else { rights::WRITE };
                (rights::OF_FILE & !unable, 0)
            }
        };
        let given_up = self.given_up(number);
        Ok((base & !given_up.base, inheriting & !given_up.inheriting))
    }

    /// Takes rights away from a descriptor, for good.
    pub(super) fn give_up(&mut self, number: u32, more: GivenUp) {
        let GivenUp { base, inheriting } = self.given_up(number);
        if more != GivenUp::default() {
            let all = GivenUp { base: base | more.base, inheriting: inheriting | more.inheriting };
            self.given_up.insert(number, all);
        }
    }

    /// Opens at the lowest free number.
    pub(super) fn add(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        if self.numbers.len() >= limits::GUEST_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        let number = (0..u32::MAX).find(|number| !self.numbers.contains_key(number)).ok_or(Errno::Mfile)?;
        self.put(number, descriptor);
        Ok(number)
    }

    /// Closes; a place that nobody has open any more is returned.
    pub(super) fn close(&mut self, number: u32) -> Result<Option<Place>, Errno> {
        let id = self.numbers.remove(&number).ok_or(Errno::Badf)?;
        self.given_up.remove(&number);
        Ok(self.opened.release(id))
    }

    /// Closes all, as the end of a process does; the places that nobody has open any more are returned.
    pub(super) fn close_all(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.numbers).into_values().filter_map(|id| self.opened.release(id)).collect()
    }

    /// Moves `from` over `to`; a place that nobody has open any more is returned.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Place>, Errno> {
        self.number(to)?;
        let moved = self.number(from)?;
        if from == to {
            return Ok(None);
        }
        self.numbers.remove(&from);
        let given_up = self.given_up.remove(&from);
        self.given_up.remove(&to);
        self.give_up(to, given_up.unwrap_or_default());
        Ok(self.numbers.insert(to, moved).and_then(|closed| self.opened.release(closed)))
    }

    /// The file at `path` is at `place` now; says whether anybody has it open.
    pub(super) fn relocated(&mut self, path: &FsPath, place: &Place) -> bool {
        let (named, mut held) = (Place::At(path.clone()), false);
        for open in self.opened.descriptions.values_mut() {
            let Descriptor::File(file) = &mut open.descriptor else { continue };
            if file.place == named {
                file.place = place.clone();
            }
            held |= file.place == *place;
        }
        held
    }

    /// What was at `from` and below it is at `to` now.
    pub(super) fn moved(&mut self, from: &FsPath, to: &FsPath) {
        for open in self.opened.descriptions.values_mut() {
            let (Descriptor::File(File { place: Place::At(path), .. }) | Descriptor::Folder(Folder { path, .. })) =
                &mut open.descriptor
            else {
                continue;
            };
            if let Some(below) = path.below(from).map(str::to_owned) {
                *path = to.join(&below);
            }
        }
    }

    fn number(&self, number: u32) -> Result<u64, Errno> {
        self.numbers.get(&number).copied().ok_or(Errno::Badf)
    }

    fn put(&mut self, number: u32, descriptor: Descriptor) {
        self.numbers.insert(number, self.opened.add(descriptor));
    }

    /// On a terminal both outputs are one.
    fn put_streams(&mut self, session: u32, tty: bool) {
        let errors = if tty { Stream::Stdout } else { Stream::Stderr };
        self.put(0, Descriptor::Input(session));
        self.put(1, Descriptor::Output(session, Stream::Stdout));
        self.put(2, Descriptor::Output(session, errors));
    }

    /// The ports and folders that are open beforehand.
    fn put_beforehand(&mut self, listeners: Vec<Listener>, directory: &FsPath, reach: &Reach) {
        let folders = match reach {
            Reach::Folders(folders) => {
                folders.iter().map(|(name, path)| Folder::preopened(path.clone(), name, true)).collect()
            }
            Reach::Everything => {
                let mut folders = vec![Folder::preopened(FsPath::root(), "/", false)];
                if *directory != FsPath::root() {
                    folders.push(Folder::preopened(directory.clone(), ".", false));
                }
                folders
            }
        };
        let listeners = listeners.into_iter().map(Descriptor::Listener);
        for (number, open) in (BEFOREHAND..).zip(listeners.chain(folders.into_iter().map(Descriptor::Folder))) {
            self.put(number, open);
        }
    }
}

impl Opened {
    fn add(&mut self, descriptor: Descriptor) -> u64 {
        self.last += 1;
        self.descriptions.insert(self.last, Description { descriptor, holders: 1 });
        self.last
    }

    fn hold(&mut self, id: u64) {
        if let Some(open) = self.descriptions.get_mut(&id) {
            open.holders += 1;
        }
    }

    /// One descriptor less stands for it; a place that nobody has open any more is returned.
    fn release(&mut self, id: u64) -> Option<Place> {
        let open = self.descriptions.get_mut(&id)?;
        open.holders -= 1;
        if open.holders > 0 {
            return None;
        }
        let Description { descriptor: Descriptor::File(File { place, .. }), .. } = self.descriptions.remove(&id)?
        else {
            return None;
        };
        let held = |open: &Description| matches!(&open.descriptor, Descriptor::File(file) if file.place == place);
        (!self.descriptions.values().any(held)).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Link;
    use crate::runtime::network::Network;

    fn file(path: &str) -> Descriptor {
        let place = Place::At(path.into());
        Descriptor::File(File { place, offset: 0, readable: true, writable: true, flags: 0 })
    }

    fn apart(number: u8) -> Place {
        Place::Apart(Link::of(&FsPath::root(), &[number]))
    }

    #[test]
    fn the_lowest_free_number_is_taken() {
        let mut table = Descriptors::new(false, vec![], &"/app".into(), &Reach::Everything);
        assert_eq!(table.add(file("/a")), Ok(5));
        assert_eq!(table.add(file("/b")), Ok(6));
        table.close(5).unwrap();
        assert_eq!(table.add(file("/c")), Ok(5));
        assert_eq!(table.close(99), Err(Errno::Badf));
    }

    #[test]
    fn ports_that_are_open_beforehand_come_before_the_folders() {
        let listeners = Network::new(&[80, 443], false).beforehand();
        let table = Descriptors::new(false, listeners, &"/app".into(), &Reach::Everything);
        assert!([3, 4].iter().all(|number| matches!(table.get(*number), Ok(Descriptor::Listener(_)))));
        let folders = [5, 6].map(|number| table.folder(number).unwrap().path.to_string());
        assert_eq!(folders, ["/", "/app"]);
    }

    #[test]
    fn there_are_not_too_many() {
        let mut table = Descriptors::new(false, vec![], &FsPath::root(), &Reach::Everything);
        let opened = (0..5_000).map(|_| table.add(file("/a"))).take_while(Result::is_ok).count();
        assert_eq!(opened, limits::GUEST_DESCRIPTORS - 4);
    }

    #[test]
    fn a_place_is_unused_when_its_last_descriptor_goes() {
        let mut table = Descriptors::new(false, vec![], &FsPath::root(), &Reach::Everything);
        let numbers = [table.add(file("/a")).unwrap(), table.add(file("/a")).unwrap()];
        assert!(table.relocated(&"/a".into(), &apart(1)));
        assert!(!table.relocated(&"/a".into(), &apart(2)));
        assert_eq!(table.close(numbers[0]), Ok(None));
        assert_eq!(table.renumber(2, numbers[1]), Ok(Some(apart(1))));
        assert_eq!(table.renumber(9, 1), Err(Errno::Badf));
    }

    #[test]
    fn open_files_follow_their_folder() {
        let mut table = Descriptors::new(false, vec![], &FsPath::root(), &Reach::Everything);
        let number = table.add(file("/a/b/c")).unwrap();
        table.moved(&"/a".into(), &"/x".into());
        assert!(
            matches!(table.get(number), Ok(Descriptor::File(File { place: Place::At(path), .. })) if path.as_str() == "/x/b/c")
        );
    }

    #[test]
    fn a_child_shares_what_it_was_given_and_keeps_it_open() {
        let (root, all) = (FsPath::root(), Reach::Everything);
        let mut table = Descriptors::new(false, vec![], &root, &all);
        let number = table.add(file("/a")).unwrap();
        let mut child = table.child(&[(1, number), (2, number)], vec![], &"/app".into(), &all).unwrap();
        assert!(matches!(table.child(&[(0, 99)], vec![], &root, &all), Err(Errno::Badf)));
        table.file_mut(number, Errno::Badf).unwrap().offset = 7;
        assert!(table.relocated(&"/a".into(), &apart(1)));
        assert_eq!(table.close(number), Ok(None));
        std::mem::swap(&mut table.opened, &mut child.opened);
        assert_eq!(child.file_mut(2, Errno::Badf).unwrap().offset, 7);
        assert!(child.get(0).is_err());
        assert!(child.folder(BEFOREHAND + 1).is_ok_and(Folder::falls_back));
        assert_eq!(child.close_all(), [apart(1)]);
    }
}
