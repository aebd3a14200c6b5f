//! The file descriptors of a process. 0, 1 and 2 are its streams, 3 is the
//! root folder, and 4 the working directory where that is another folder.
//!
//! Preview 1 knows no working directory: the C library of a guest hands every
//! path, absolute or relative, to the last folder opened beforehand, without
//! its leading slash. So what arrives at descriptor 4 is looked for in the
//! working directory first and in the root second. Only where both have it
//! can an absolute path be mistaken for a relative one.

use std::collections::BTreeMap;

use super::errno::Errno;
use super::files::Place;
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
    /// Standard input; at its end from the start.
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
    pub(super) preopened: Option<&'static str>,
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
}

impl Folder {
    pub(super) fn new(path: FsPath, preopened: Option<&'static str>) -> Self {
        Self { path, preopened, listing: Vec::new() }
    }

    /// Whether paths that are not found here are looked for in the root.
    pub(super) fn falls_back(&self) -> bool {
        self.preopened == Some(".")
    }
}

impl Descriptors {
    /// The table of a process that begins in `directory`.
    pub(super) fn new(directory: &FsPath) -> Self {
        let root = FsPath::root();
        let mut open = BTreeMap::from([
            (0, Descriptor::Input),
            (1, Descriptor::Output(Stream::Stdout)),
            (2, Descriptor::Output(Stream::Stderr)),
        ]);
        if *directory != root {
            open.insert(ROOT + 1, Descriptor::Folder(Folder::new(directory.clone(), Some("."))));
        }
        open.insert(ROOT, Descriptor::Folder(Folder::new(root, Some("/"))));
        Self { open }
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
        Ok(self.open.insert(to, moved).and_then(|closed| self.unused(closed)))
    }

    /// The file at `path` lost its name and is at `place` now; says whether anybody has it open.
    pub(super) fn unlinked(&mut self, path: &FsPath, place: &Place) -> bool {
        let (named, mut held) = (Place::At(path.clone()), false);
        for descriptor in self.open.values_mut() {
            if let Descriptor::File(file) = descriptor
                && file.place == named
            {
                file.place = place.clone();
                held = true;
            }
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

    fn file(path: &str) -> Descriptor {
        let place = Place::At(path.into());
        Descriptor::File(File { place, offset: 0, readable: true, writable: true, flags: 0 })
    }

    #[test]
    fn the_lowest_free_number_is_taken() {
        let mut table = Descriptors::new(&"/app".into());
        assert_eq!(table.add(file("/a")), Ok(5));
        assert_eq!(table.add(file("/b")), Ok(6));
        table.close(5).unwrap();
        assert_eq!(table.add(file("/c")), Ok(5));
        assert_eq!(table.close(99), Err(Errno::Badf));
    }

    #[test]
    fn there_are_not_too_many() {
        let mut table = Descriptors::new(&FsPath::root());
        let opened = (0..5_000).map(|_| table.add(file("/a"))).take_while(Result::is_ok).count();
        assert_eq!(opened, limits::GUEST_DESCRIPTORS - 4);
    }

    #[test]
    fn a_place_is_unused_when_its_last_descriptor_goes() {
        let mut table = Descriptors::new(&FsPath::root());
        let numbers = [table.add(file("/a")).unwrap(), table.add(file("/a")).unwrap()];
        assert!(table.unlinked(&"/a".into(), &Place::Nameless(1)));
        assert!(!table.unlinked(&"/a".into(), &Place::Nameless(2)));
        assert_eq!(table.close(numbers[0]), Ok(None));
        assert_eq!(table.renumber(2, numbers[1]), Ok(Some(Place::Nameless(1))));
        assert_eq!(table.renumber(9, 1), Err(Errno::Badf));
    }

    #[test]
    fn open_files_follow_their_folder() {
        let mut table = Descriptors::new(&FsPath::root());
        let number = table.add(file("/a/b/c")).unwrap();
        table.moved(&"/a".into(), &"/x".into());
        assert!(
            matches!(table.get(number), Ok(Descriptor::File(File { place: Place::At(path), .. })) if path.as_str() == "/x/b/c")
        );
    }
}
