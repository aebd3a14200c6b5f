//! What a file is: type, size, times; and changing size and times.

use super::descriptor::{SOCKET, UNKNOWN};
use super::folder::kind;
use super::path::located;
use super::{Guest, Outcome};
use crate::oci::Timestamp;
use crate::runtime::descriptors::Descriptor;
use crate::runtime::errno::Errno;
use crate::runtime::files::Place;
use crate::runtime::lookup::Follow;

/// Flags of the calls that set times; the next bit of each sets it to now.
const SET_ACCESSED: u32 = 1;
const SET_MODIFIED: u32 = 4;

/// The record of a `filestat`.
#[derive(Default)]
struct Stat {
    inode: u64,
    kind: u8,
    links: u64,
    size: u64,
    accessed: Timestamp,
    modified: Timestamp,
}

pub(super) fn fd_filestat_get(guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let stat = match guest.world.descriptors.get(fd)? {
        Descriptor::Input(_)
        | Descriptor::Null
        | Descriptor::Signals
        | Descriptor::Output(..)
        | Descriptor::Reader(_)
        | Descriptor::Writer(_) => Stat { kind: UNKNOWN, links: 1, ..Stat::default() },
        Descriptor::Socket(_) | Descriptor::Listener(_) => Stat { kind: SOCKET, links: 1, ..Stat::default() },
        Descriptor::Folder(folder) => stat(guest, &Place::At(folder.path.clone()))?,
        Descriptor::File(file) => stat(guest, &file.place)?,
    };
    put(guest, out, &stat)
}

pub(super) fn path_filestat_get(guest: &mut Guest<'_>, fd: u32, flags: u32, at: u32, len: u32, out: u32) -> Outcome {
    let path = located(guest, fd, at, len, Follow::from_flags(flags))?;
    let stat = stat(guest, &guest.world.files.place(&path))?;
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
    if len == 0 {
        return Err(Errno::Inval);
    }
    if end > size { fd_filestat_set_size(guest, fd, end) } else { Ok(()) }
}

pub(super) fn fd_filestat_set_times(
    guest: &mut Guest<'_>,
    fd: u32,
    accessed: u64,
    modified: u64,
    which: u32,
) -> Outcome {
    let place = match guest.world.descriptors.get(fd)? {
        Descriptor::Folder(folder) => Place::At(folder.path.clone()),
        Descriptor::File(file) => file.place.clone(),
        _ => return Err(Errno::Inval),
    };
    set_times(guest, &place, accessed, modified, which)
}

#[expect(clippy::too_many_arguments, reason = "preview 1 has it so")]
pub(super) fn path_filestat_set_times(
    guest: &mut Guest<'_>,
    fd: u32,
    flags: u32,
    at: u32,
    len: u32,
    accessed: u64,
    modified: u64,
    which: u32,
) -> Outcome {
    let path = located(guest, fd, at, len, Follow::from_flags(flags))?;
    guest.world.files.node(&path)?;
    let place = guest.world.files.place(&path);
    set_times(guest, &place, accessed, modified, which)
}

fn stat(guest: &Guest<'_>, place: &Place) -> Result<Stat, Errno> {
    let files = &guest.world.files;
    let (node, links) = files.open_node(place)?;
    Ok(Stat {
        inode: files.inode(place),
        kind: kind(node),
        links,
        size: node.size(),
        accessed: files.accessed(place, node),
        modified: node.metadata.modified,
    })
}

/// What is said of neither time stays as it is.
fn set_times(guest: &mut Guest<'_>, place: &Place, accessed: u64, modified: u64, which: u32) -> Outcome {
    let now = guest.world.clock.now();
    let accessed = time(which, SET_ACCESSED, accessed, now)?;
    let modified = time(which, SET_MODIFIED, modified, now)?;
    let files = &mut guest.world.files;
    let before = files.accessed(place, files.open_node(place)?.0);
    if accessed.is_some() || modified.is_some() {
        files.set_accessed(place, accessed.unwrap_or(before))?;
    }
    modified.map_or(Ok(()), |time| files.touch(place, time))
}

/// The time that `flag` sets, or the one after it to that of the clock.
fn time(which: u32, flag: u32, nanos: u64, now: Timestamp) -> Result<Option<Timestamp>, Errno> {
    match (which & flag != 0, which & flag << 1 != 0) {
        (true, true) => Err(Errno::Inval),
        (true, false) => Ok(Some(Timestamp { nanos })),
        (false, true) => Ok(Some(now)),
        (false, false) => Ok(None),
    }
}

fn put(guest: &mut Guest<'_>, out: u32, stat: &Stat) -> Outcome {
    // A layer keeps no time of change of the node itself; that of the content stands for it.
    let (accessed, modified) = (stat.accessed.nanos, stat.modified.nanos);
    let numbers = [1, stat.inode, u64::from(stat.kind), stat.links, stat.size, accessed, modified, modified];
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
    fn a_second_name_is_the_same_file_until_it_goes() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        let ((at, len), (to, to_len)) = (trial.text("f"), trial.text("d/g"));
        trial.call(|guest| super::super::path::path_link(guest, 4, 0, at, len, 4, to, to_len)).unwrap();
        trial.call(|guest| fd_filestat_set_size(guest, fd, 2)).unwrap();
        for name in ["f", "d/g"] {
            stat(&mut trial, name, 0).unwrap();
            assert_eq!((trial.long(OUT + 24), trial.long(OUT + 32)), (2, 2), "{name}");
        }
        let inode = trial.long(OUT + 8);
        trial.ask(|guest| fd_filestat_get(guest, fd, OUT)).unwrap();
        assert_eq!(trial.long(OUT + 8), inode);
        trial.call(|guest| super::super::path::path_unlink_file(guest, 4, at, len)).unwrap();
        trial.ask(|guest| fd_filestat_get(guest, fd, OUT)).unwrap();
        assert_eq!((trial.long(OUT + 24), trial.file("/app/d/g")), (1, "he".to_owned()));
    }

    #[test]
    fn one_time_is_set_without_the_other() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        let times = |trial: &mut Trial| {
            trial.ask(|guest| fd_filestat_get(guest, fd, OUT)).unwrap();
            (trial.long(OUT + 40), trial.long(OUT + 48))
        };
        let before = times(&mut trial);
        trial.call(|guest| fd_filestat_set_times(guest, fd, 1, 2, SET_MODIFIED)).unwrap();
        assert_eq!(times(&mut trial), (before.0, 2));
        trial.call(|guest| fd_filestat_set_times(guest, fd, 1, 9, SET_ACCESSED)).unwrap();
        assert_eq!(times(&mut trial), (1, 2));
        assert_eq!(trial.call(|guest| fd_filestat_set_times(guest, fd, 0, 0, 3)), Err(Errno::Inval));
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
        trial.call(|guest| path_filestat_set_times(guest, 4, 0, at, len, 0, 0, SET_MODIFIED << 1)).unwrap();
        assert_eq!(trial.call(|guest| fd_filestat_set_times(guest, fd, 0, 0, 12)), Err(Errno::Inval));
        assert_eq!(trial.call(|guest| fd_allocate(guest, fd, u64::MAX, 2)), Err(Errno::Fbig));
        assert_eq!(trial.call(|guest| fd_filestat_set_size(guest, fd, 1 << 40)), Err(Errno::Fbig));
        assert_eq!(trial.call(|guest| fd_filestat_set_size(guest, 1, 1)), Err(Errno::Inval));
    }
}
