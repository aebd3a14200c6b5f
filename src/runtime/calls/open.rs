//! Opening files and folders.

use super::path::{ends_in_slash, located};
use super::{Guest, Outcome, access};
use crate::fs::{FsPath, Kind, Metadata, Node};
use crate::runtime::descriptors::{Descriptor, File};
use crate::runtime::errno::Errno;
use crate::runtime::lookup::Follow;
use crate::runtime::rights::{self, GivenUp, Rights};
use crate::runtime::user;

/// How to open: the `oflags` of preview 1.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;
/// Beside them: the path ends in a slash.
const SLASH: u32 = 1 << 31;

/// Gives nothing to readers and keeps nothing of writers.
const NULL: &str = "/dev/null";
/// By it a program hears of signals that imports nothing beside preview 1: `hub/toolbox/README.md` says how.
const SIGNALS: &str = "/dev/signals";

#[expect(clippy::too_many_arguments, reason = "preview 1 has it so")]
pub(super) fn path_open(
    guest: &mut Guest<'_>,
    fd: u32,
    follow: u32,
    at: u32,
    len: u32,
    how: u32,
    wanted: Rights,
    _inherited: Rights,
    flags: u32,
    out: u32,
) -> Outcome {
    if let Some(device) = device(guest, fd, at, len)? {
        let number = guest.world.descriptors.add(device)?;
        return guest.memory.put_u32(out, number);
    }
    let follow = if how & EXCLUSIVE == 0 { Follow::from_flags(follow) } else { Follow::No };
    let path = located(guest, fd, at, len, follow)?;
    let flags = u16::try_from(flags).map_err(|_| Errno::Inval)?;
    if how & TRUNCATE != 0 {
        guest.world.descriptors.allow(fd, rights::PATH_SET_SIZE)?;
    }
    let slash = ends_in_slash(guest, at, len)?;
    make(guest, fd, &path, if slash { how | SLASH } else { how })?;
    access::may(guest.world, permission(how, wanted), &path)?;
    let descriptor = match &guest.world.files.node(&path)?.kind {
        Kind::Directory(_) if how & TRUNCATE != 0 || wanted & rights::WRITE != 0 => return Err(Errno::Isdir),
        Kind::Directory(_) => Descriptor::Folder(guest.world.descriptors.folder(fd)?.opened(path)),
        _ if how & DIRECTORY != 0 => return Err(Errno::Notdir),
        Kind::Symlink(_) => return Err(Errno::Loop),
        Kind::File(_) => file(guest, &path, how, wanted, flags)?,
    };
    let number = guest.world.descriptors.add(descriptor)?;
    let GivenUp { inheriting, .. } = guest.world.descriptors.given_up(fd);
    guest.world.descriptors.give_up(number, GivenUp { base: inheriting, inheriting });
    guest.memory.put_u32(out, number)
}

/// What the user must be allowed for an open of this kind.
fn permission(how: u32, wanted: Rights) -> u32 {
    let reads = if wanted & (rights::READ | rights::READDIR) == 0 { 0 } else { user::READ };
    let writes = how & TRUNCATE != 0 || wanted & rights::WRITE != 0;
    reads | if writes { user::WRITE } else { 0 }
}

/// The device that a path means, whatever the image holds.
fn device(guest: &Guest<'_>, fd: u32, at: u32, len: u32) -> Result<Option<Descriptor>, Errno> {
    let (folder, text) = (guest.world.descriptors.folder(fd)?, guest.memory.text(at, len)?);
    let (here, root) = (folder.path.join(text), FsPath::root().join(text));
    let means = |device: &str| here.as_str() == device || folder.falls_back() && root.as_str() == device;
    Ok(if means(NULL) { Some(Descriptor::Null) } else { means(SIGNALS).then_some(Descriptor::Signals) })
}

/// Creates the file if that is asked for and nothing is there.
fn make(guest: &mut Guest<'_>, fd: u32, path: &FsPath, how: u32) -> Outcome {
    match (guest.world.files.node(path), how & CREATE != 0) {
        (Ok(_), true) if how & EXCLUSIVE != 0 => Err(Errno::Exist),
        (Err(Errno::Noent), true) if how & DIRECTORY != 0 => Err(Errno::Inval),
        (Err(Errno::Noent), true) if how & SLASH != 0 => Err(Errno::Isdir),
        (Err(Errno::Noent), true) => {
            guest.world.descriptors.allow(fd, rights::CREATE_FILE)?;
            access::change(guest, path)?;
            let mode = 0o666 & !guest.world.mask;
            let metadata = Metadata { mode, ..Metadata::file(guest.world.clock.now()) };
            let metadata = guest.world.user.owning(metadata);
            let node = Node::file(metadata, Vec::new());
            guest.world.files.create(path, node)
        }
        (found, _) => found.map(drop),
    }
}

fn file(guest: &mut Guest<'_>, path: &FsPath, how: u32, wanted: Rights, flags: u16) -> Result<Descriptor, Errno> {
    let place = guest.world.files.place(path);
    if how & TRUNCATE != 0 {
        guest.world.files.resize(&place, 0, guest.world.clock.now())?;
    }
    let (readable, writable) = (wanted & rights::READ != 0, wanted & rights::WRITE != 0);
    Ok(Descriptor::File(File { place, offset: 0, readable, writable, flags }))
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, trial};
    use super::*;

    #[test]
    fn files_are_opened_created_and_emptied() {
        let mut trial = trial();
        assert_eq!(trial.open("f", 0, 0), Ok(5));
        assert_eq!(trial.open("new", 0, 0), Err(Errno::Noent));
        assert_eq!(trial.open("new", CREATE, 0), Ok(6));
        assert_eq!(trial.open("new", CREATE | EXCLUSIVE, 0), Err(Errno::Exist));
        assert_eq!(trial.open("l", CREATE | EXCLUSIVE, 0), Err(Errno::Exist));
        assert_eq!(trial.open("none/new", CREATE, 0), Err(Errno::Noent));
        assert_eq!(trial.open("f", TRUNCATE, 0), Ok(7));
        assert_eq!((trial.file("/app/f"), trial.file("/app/new")), (String::new(), String::new()));
    }

    #[test]
    fn a_folder_is_no_file_and_a_file_no_folder() {
        let mut trial = trial();
        assert_eq!(trial.open_folder("d", DIRECTORY), Ok(5));
        assert_eq!(trial.open("f", DIRECTORY, 0), Err(Errno::Notdir));
        assert_eq!(trial.open_folder("d", TRUNCATE), Err(Errno::Isdir));
        assert_eq!(trial.open("new", CREATE | DIRECTORY, 0), Err(Errno::Inval));
        assert_eq!(trial.open("f", 0, 0x1_0000), Err(Errno::Inval));
    }

    #[test]
    fn a_slash_behind_a_name_asks_for_a_folder() {
        let mut trial = trial();
        assert_eq!(trial.open("new/", CREATE, 0), Err(Errno::Isdir));
        assert_eq!(trial.open("f/", 0, 0), Err(Errno::Notdir));
        assert_eq!(trial.open_folder("d/", 0), Ok(5));
    }

    #[test]
    fn a_link_that_must_not_be_followed_is_not_opened() {
        let mut trial = trial();
        let (at, len) = trial.text("l");
        assert_eq!(trial.call(|guest| path_open(guest, 4, 0, at, len, 0, 0, 0, 0, 0)), Err(Errno::Loop));
    }

    #[test]
    fn signals_are_caught_and_heard_of_through_their_device() {
        let mut trial = trial();
        let fd = trial.open("dev/signals", 0, 0).unwrap();
        let wish = trial.piece_of("\x0f\x02");
        let write = |guest: &mut Guest<'_>| super::super::stream::fd_write(guest, fd, wish, 1, OUT);
        assert_eq!(trial.ask(write), Ok(2));
        for signal in [15, 2, 1] {
            trial.world.pids.signal_first(signal);
        }
        let room = trial.piece(0x9000, 9);
        let mut read = || trial.ask(|guest| super::super::stream::fd_read(guest, fd, room, 1, OUT));
        assert_eq!((read(), read()), (Ok(2), Ok(0)));
        assert_eq!(trial.read(0x9000, 2), [2, 15]);
        let kill = trial.piece_of("\x09");
        let write = |guest: &mut Guest<'_>| super::super::stream::fd_write(guest, fd, kill, 1, OUT);
        assert_eq!(trial.ask(write), Err(Errno::Inval));
    }

    #[test]
    fn the_null_device_is_there_in_every_image() {
        let mut trial = trial();
        let fd = trial.open("dev/null", CREATE | TRUNCATE, 0).unwrap();
        let piece = trial.piece_of("lost");
        let write = |guest: &mut Guest<'_>| super::super::stream::fd_write(guest, fd, piece, 1, OUT);
        assert_eq!(trial.ask(write), Ok(4));
        let read = |guest: &mut Guest<'_>| super::super::stream::fd_read(guest, fd, piece, 1, OUT);
        assert_eq!(trial.ask(read), Ok(0));
        assert!(trial.world.files.tree().get(&NULL.into()).is_none());
    }
}
