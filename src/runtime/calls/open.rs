//! Opening files and folders.

use super::descriptor::{RIGHT_READ, RIGHT_WRITE};
use super::path::{Follow, located};
use super::{Guest, Outcome};
use crate::fs::{FsPath, Kind, Metadata, Node};
use crate::runtime::descriptors::{Descriptor, File, Folder};
use crate::runtime::errno::Errno;
use crate::runtime::files::Place;

/// How to open: the `oflags` of preview 1.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;

#[expect(clippy::too_many_arguments, reason = "preview 1 has it so")]
pub(super) fn path_open(
    guest: &mut Guest<'_>,
    fd: u32,
    follow: u32,
    at: u32,
    len: u32,
    how: u32,
    rights: u64,
    _inherited: u64,
    flags: u32,
    out: u32,
) -> Outcome {
    let follow = if how & EXCLUSIVE == 0 { Follow::from_flags(follow) } else { Follow::No };
    let path = located(guest, fd, at, len, follow)?;
    let flags = u16::try_from(flags).map_err(|_| Errno::Inval)?;
    make(guest, &path, how)?;
    let descriptor = match &guest.world.files.node(&path)?.kind {
        Kind::Directory(_) if how & TRUNCATE != 0 => return Err(Errno::Isdir),
        Kind::Directory(_) => Descriptor::Folder(Folder::new(path, None)),
        _ if how & DIRECTORY != 0 => return Err(Errno::Notdir),
        Kind::Symlink(_) => return Err(Errno::Loop),
        Kind::File(_) => file(guest, path, how, rights, flags)?,
    };
    let number = guest.world.descriptors.add(descriptor)?;
    guest.memory.put_u32(out, number)
}

/// Creates the file if that is asked for and nothing is there.
fn make(guest: &mut Guest<'_>, path: &FsPath, how: u32) -> Outcome {
    match (guest.world.files.node(path), how & CREATE != 0) {
        (Ok(_), true) if how & EXCLUSIVE != 0 => Err(Errno::Exist),
        (Err(Errno::Noent), true) if how & DIRECTORY != 0 => Err(Errno::Inval),
        (Err(Errno::Noent), true) => {
            let node = Node::file(Metadata::file(guest.world.clock.now()), Vec::new());
            guest.world.files.create(path, node)
        }
        (found, _) => found.map(drop),
    }
}

fn file(guest: &mut Guest<'_>, path: FsPath, how: u32, rights: u64, flags: u16) -> Result<Descriptor, Errno> {
    let place = Place::At(path);
    if how & TRUNCATE != 0 {
        guest.world.files.resize(&place, 0, guest.world.clock.now())?;
    }
    let (readable, writable) = (rights & RIGHT_READ != 0, rights & RIGHT_WRITE != 0);
    Ok(Descriptor::File(File { place, offset: 0, readable, writable, flags }))
}

#[cfg(test)]
mod tests {
    use super::super::trial::trial;
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
        assert_eq!(trial.open("d", DIRECTORY, 0), Ok(5));
        assert_eq!(trial.open("f", DIRECTORY, 0), Err(Errno::Notdir));
        assert_eq!(trial.open("d", TRUNCATE, 0), Err(Errno::Isdir));
        assert_eq!(trial.open("new", CREATE | DIRECTORY, 0), Err(Errno::Inval));
        assert_eq!(trial.open("f", 0, 0x1_0000), Err(Errno::Inval));
    }

    #[test]
    fn a_link_that_must_not_be_followed_is_not_opened() {
        let mut trial = trial();
        let (at, len) = trial.text("l");
        assert_eq!(trial.call(|guest| path_open(guest, 4, 0, at, len, 0, 0, 0, 0, 0)), Err(Errno::Loop));
    }
}
