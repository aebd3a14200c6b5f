//! The file descriptors of a process. 0, 1 and 2 are its streams, 3 is the
//! root folder, and 4 the working directory where that is another folder.
//!
//! Preview 1 knows no working directory: the C library of a guest hands every
//! path, absolute or relative, to the last folder opened beforehand, without
//! its leading slash. So what arrives at descriptor 4 is looked for in the
//! working directory first and in the root second. Only where both have it
//! can an absolute path be mistaken for a relative one.

use std::collections::BTreeMap;

use super::errno::{Errno, Outcome};
use super::files::Place;
use super::lookup;
use super::process::Reach;
use super::rights::{self, GivenUp, Rights};
use crate::fs::FsPath;
use crate::limits;
use crate::text::Stream;

/// The folder of the first descriptor that is not a stream.
pub(super) const ROOT: u32 = 3;

/// The flag `append` of an open file.
pub(super) const APPEND: u16 = 1;

/// One open file, folder or stream.
#[derive(Debug, Clone)]
pub(super) enum Descriptor {
    /// Standard input.
    Input,
    /// Standard output or standard error.
    Output(Stream),
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
    open: BTreeMap<u32, Descriptor>,
    /// What some of them may not do any more.
    given_up: BTreeMap<u32, GivenUp>,
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
    /// The table of a process that begins in `directory`.
    pub(super) fn new(directory: &FsPath, reach: &Reach) -> Self {
        let mut open = BTreeMap::from([
            (0, Descriptor::Input),
            (1, Descriptor::Output(Stream::Stdout)),
            (2, Descriptor::Output(Stream::Stderr)),
        ]);
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
        open.extend((ROOT..).zip(folders.into_iter().map(Descriptor::Folder)));
        Self { open, given_up: BTreeMap::new() }
    }

    pub(super) fn get(&self, number: u32) -> Result<&Descriptor, Errno> {
        self.open.get(&number).ok_or(Errno::Badf)
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Result<&mut Descriptor, Errno> {
        self.open.get_mut(&number).ok_or(Errno::Badf)
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
            Descriptor::Input | Descriptor::Output(_) => (rights::OF_STREAM, 0),
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
        if self.open.len() >= limits::GUEST_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        let number = (0..u32::MAX).find(|number| !self.open.contains_key(number)).ok_or(Errno::Mfile)?;
        self.open.insert(number, descriptor);
        Ok(number)
    }

    /// Closes; a place that nobody has open any more is returned.
    pub(super) fn close(&mut self, number: u32) -> Result<Option<Place>, Errno> {
        let closed = self.open.remove(&number).ok_or(Errno::Badf)?;
        self.given_up.remove(&number);
        Ok(self.unused(closed))
    }

    /// Moves `from` over `to`; a place that nobody has open any more is returned.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Place>, Errno> {
        self.get(to)?;
        let moved = self.get(from)?.clone();
        if from == to {
            return Ok(None);
        }
        self.open.remove(&from);
        let given_up = self.given_up.remove(&from);
        self.given_up.remove(&to);
        self.give_up(to, given_up.unwrap_or_default());
        Ok(self.open.insert(to, moved).and_then(|closed| self.unused(closed)))
    }

    /// The file at `path` is at `place` now; says whether anybody has it open.
    pub(super) fn relocated(&mut self, path: &FsPath, place: &Place) -> bool {
        let (named, mut held) = (Place::At(path.clone()), false);
        for descriptor in self.open.values_mut() {
            let Descriptor::File(file) = descriptor else { continue };
            if file.place == named {
                file.place = place.clone();
            }
            held |= file.place == *place;
        }
        held
    }

    /// What was at `from` and below it is at `to` now.
    pub(super) fn moved(&mut self, from: &FsPath, to: &FsPath) {
        for descriptor in self.open.values_mut() {
            let (Descriptor::File(File { place: Place::At(path), .. }) | Descriptor::Folder(Folder { path, .. })) =
                descriptor
            else {
                continue;
            };
            if let Some(below) = path.below(from).map(str::to_owned) {
                *path = to.join(&below);
            }
        }
    }

    fn unused(&self, closed: Descriptor) -> Option<Place> {
        let Descriptor::File(File { place, .. }) = closed else { return None };
        let held = |other: &Descriptor| matches!(other, Descriptor::File(file) if file.place == place);
        (!self.open.values().any(held)).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Link;

    fn file(path: &str) -> Descriptor {
        let place = Place::At(path.into());
        Descriptor::File(File { place, offset: 0, readable: true, writable: true, flags: 0 })
    }

    fn apart(number: u8) -> Place {
        Place::Apart(Link::of(&FsPath::root(), &[number]))
    }

    #[test]
    fn the_lowest_free_number_is_taken() {
        let mut table = Descriptors::new(&"/app".into(), &Reach::Everything);
        assert_eq!(table.add(file("/a")), Ok(5));
        assert_eq!(table.add(file("/b")), Ok(6));
        table.close(5).unwrap();
        assert_eq!(table.add(file("/c")), Ok(5));
        assert_eq!(table.close(99), Err(Errno::Badf));
    }

    #[test]
    fn there_are_not_too_many() {
        let mut table = Descriptors::new(&FsPath::root(), &Reach::Everything);
        let opened = (0..5_000).map(|_| table.add(file("/a"))).take_while(Result::is_ok).count();
        assert_eq!(opened, limits::GUEST_DESCRIPTORS - 4);
    }

    #[test]
    fn a_place_is_unused_when_its_last_descriptor_goes() {
        let mut table = Descriptors::new(&FsPath::root(), &Reach::Everything);
        let numbers = [table.add(file("/a")).unwrap(), table.add(file("/a")).unwrap()];
        assert!(table.relocated(&"/a".into(), &apart(1)));
        assert!(!table.relocated(&"/a".into(), &apart(2)));
        assert_eq!(table.close(numbers[0]), Ok(None));
        assert_eq!(table.renumber(2, numbers[1]), Ok(Some(apart(1))));
        assert_eq!(table.renumber(9, 1), Err(Errno::Badf));
    }

    #[test]
    fn open_files_follow_their_folder() {
        let mut table = Descriptors::new(&FsPath::root(), &Reach::Everything);
        let number = table.add(file("/a/b/c")).unwrap();
        table.moved(&"/a".into(), &"/x".into());
        assert!(
            matches!(table.get(number), Ok(Descriptor::File(File { place: Place::At(path), .. })) if path.as_str() == "/x/b/c")
        );
    }
}
