//! What a file is: type, size, times; and changing size and times.

use super::descriptor::{REGULAR_FILE, UNKNOWN};
use super::folder::kind;
use super::path::{Follow, located};
use super::{Guest, Outcome};
use crate::fs::FsPath;
use crate::oci::Timestamp;
use crate::runtime::descriptors::{Descriptor, File};
use crate::runtime::errno::Errno;
use crate::runtime::files::Place;

/// Flags of the calls that set times.
const SET_MODIFIED: u32 = 4;
const SET_MODIFIED_NOW: u32 = 8;

/// The record of a `filestat`.
#[derive(Default)]
struct Stat {
    inode: u64,
    kind: u8,
    links: u64,
    size: u64,
    modified: Timestamp,
}

pub(super) fn fd_filestat_get(guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let stat = match guest.world.descriptors.get(fd)? {
        Descriptor::Input | Descriptor::Output(_) => Stat { kind: UNKNOWN, links: 1, ..Stat::default() },
        Descriptor::Folder(folder) => path_stat(guest, &folder.path)?,
        Descriptor::File(File { place: Place::At(path), .. }) => path_stat(guest, path)?,
        Descriptor::File(file) => {
            let size = guest.world.files.size(&file.place)?;
            Stat { kind: REGULAR_FILE, size, ..Stat::default() }
        }
    };
    put(guest, out, &stat)
}

pub(super) fn path_filestat_get(guest: &mut Guest<'_>, fd: u32, flags: u32, at: u32, len: u32, out: u32) -> Outcome {
    let path = located(guest, fd, at, len, Follow::from_flags(flags))?;
    let stat = path_stat(guest, &path)?;
    put(guest, out, &stat)
}

pub(super) fn fd_filestat_set_size(guest: &mut Guest<'_>, fd: u32, size: u64) -> Outcome {
    let file = guest.world.descriptors.file_mut(fd, Errno::Inval)?;
    if !file.writable {
        return Err(Errno::Inval);
    }
    guest.world.files.resize(&file.place, size, guest.world.clock.now())
}

pub(super) fn fd_allocate(guest: &mut Guest<'_>, fd: u32, offset: u64, len: u64) -> Outcome {
    let file = guest.world.descriptors.file_mut(fd, Errno::Spipe)?;
    let size = guest.world.files.size(&file.place)?;
    let end = offset.checked_add(len).ok_or(Errno::Fbig)?;
    if end > size { fd_filestat_set_size(guest, fd, end) } else { Ok(()) }
}

pub(super) fn fd_filestat_set_times(
    guest: &mut Guest<'_>,
    fd: u32,
    _accessed: u64,
    modified: u64,
    which: u32,
) -> Outcome {
    let path = match guest.world.descriptors.get(fd)? {
        Descriptor::Folder(folder) => folder.path.clone(),
        Descriptor::File(File { place: Place::At(path), .. }) => path.clone(),
        // Nobody can look up the time of a file without a name.
        Descriptor::File(_) => return Ok(()),
        _ => return Err(Errno::Inval),
    };
    set_modified(guest, &path, modified, which)
}

#[expect(clippy::too_many_arguments, reason = "preview 1 has it so")]
pub(super) fn path_filestat_set_times(
    guest: &mut Guest<'_>,
    fd: u32,
    flags: u32,
    at: u32,
    len: u32,
    _accessed: u64,
    modified: u64,
    which: u32,
) -> Outcome {
    let path = located(guest, fd, at, len, Follow::from_flags(flags))?;
    set_modified(guest, &path, modified, which)
}

/// A number for a path: FNV-1a, so that it is the same wherever it is asked for.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(super) fn inode(path: &FsPath) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    path.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

fn path_stat(guest: &Guest<'_>, path: &FsPath) -> Result<Stat, Errno> {
    let node = guest.world.files.node(path)?;
    Ok(Stat { inode: inode(path), kind: kind(node), links: 1, size: node.size(), modified: node.metadata.modified })
}

fn set_modified(guest: &mut Guest<'_>, path: &FsPath, modified: u64, which: u32) -> Outcome {
    match which & (SET_MODIFIED | SET_MODIFIED_NOW) {
        0 => guest.world.files.node(path).map(drop),
        SET_MODIFIED => guest.world.files.touch(path, Timestamp { nanos: modified }),
        SET_MODIFIED_NOW => guest.world.files.touch(path, guest.world.clock.now()),
        _ => Err(Errno::Inval),
    }
}

fn put(guest: &mut Guest<'_>, out: u32, stat: &Stat) -> Outcome {
    // Of the three times only the last change is kept; it stands for all.
    let time = stat.modified.nanos;
    let numbers = [1, stat.inode, u64::from(stat.kind), stat.links, stat.size, time, time, time];
    let record: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    guest.memory.put(out, &record)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, STARTED, Trial, WILD, trial};
    use super::*;

    /// Type, size and time of last change.
    fn stat(trial: &mut Trial, path: &str, flags: u32) -> Result<(u64, u64, u64), Errno> {
        let (at, len) = trial.text(path);
        trial.ask(|guest| path_filestat_get(guest, 4, flags, at, len, OUT))?;
        Ok((trial.long(OUT + 16), trial.long(OUT + 32), trial.long(OUT + 48)))
    }

    #[test]
    fn files_folders_and_links_are_told_apart() {
        let mut trial = trial();
        let time = STARTED.nanos;
        assert_eq!(stat(&mut trial, "f", 1), Ok((4, 5, time)));
        assert_eq!(stat(&mut trial, "d", 1), Ok((3, 0, time)));
        assert_eq!(stat(&mut trial, "l", 1), Ok((4, 0, time)));
        assert_eq!(stat(&mut trial, "l", 0), Ok((7, 3, time)));
        assert_eq!(stat(&mut trial, "none", 1), Err(Errno::Noent));
        assert_eq!(stat(&mut trial, "f/x", 1), Err(Errno::Notdir));
    }

    #[test]
    fn a_descriptor_and_its_path_are_the_same_file() {
        let mut trial = trial();
        stat(&mut trial, "f", 1).unwrap();
        let inode = trial.long(OUT + 8);
        let fd = trial.open("f", 0, 0).unwrap();
        trial.ask(|guest| fd_filestat_get(guest, fd, OUT)).unwrap();
        assert_eq!((trial.long(OUT + 8), trial.long(OUT + 24)), (inode, 1));
        trial.ask(|guest| fd_filestat_get(guest, 1, OUT)).unwrap();
        assert_eq!(trial.ask(|guest| fd_filestat_get(guest, fd, WILD)), Err(Errno::Fault));
    }

    #[test]
    fn sizes_and_times_are_set() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        trial.call(|guest| fd_filestat_set_size(guest, fd, 2)).unwrap();
        trial.call(|guest| fd_allocate(guest, fd, 1, 2)).unwrap();
        trial.call(|guest| fd_allocate(guest, fd, 0, 1)).unwrap();
        assert_eq!(trial.file("/app/f"), "he\0");
        trial.call(|guest| fd_filestat_set_times(guest, fd, 0, 77, SET_MODIFIED)).unwrap();
        assert_eq!(stat(&mut trial, "f", 1), Ok((4, 3, 77)));
        let (at, len) = trial.text("l");
        trial.call(|guest| path_filestat_set_times(guest, 4, 0, at, len, 0, 0, SET_MODIFIED_NOW)).unwrap();
        assert_eq!(trial.call(|guest| fd_filestat_set_times(guest, fd, 0, 0, 12)), Err(Errno::Inval));
        assert_eq!(trial.call(|guest| fd_allocate(guest, fd, u64::MAX, 2)), Err(Errno::Fbig));
        assert_eq!(trial.call(|guest| fd_filestat_set_size(guest, fd, 1 << 40)), Err(Errno::Fbig));
        assert_eq!(trial.call(|guest| fd_filestat_set_size(guest, 1, 1)), Err(Errno::Inval));
    }
}
