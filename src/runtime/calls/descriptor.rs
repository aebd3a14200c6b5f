//! What can be asked of any descriptor, and what moves and closes one.

use super::{Guest, Outcome};
use crate::runtime::descriptors::{Descriptor, Folder};
use crate::runtime::errno::Errno;
use crate::runtime::files::Place;
use crate::runtime::network::NONBLOCK;
use crate::runtime::rights::{GivenUp, Rights};

/// File types as a guest sees them.
pub(super) const UNKNOWN: u8 = 0;
pub(super) const DIRECTORY: u8 = 3;
pub(super) const REGULAR_FILE: u8 = 4;
pub(super) const SOCKET: u8 = 6;
pub(super) const SYMBOLIC_LINK: u8 = 7;
const TERMINAL: u8 = 2;
/// What is open beforehand and no folder; preview 1 has only folders, and C libraries skip what they do not know.
const PREOPENED_SOCKET: u8 = 1;

pub(super) fn fd_advise(guest: &mut Guest<'_>, fd: u32, _offset: u64, _len: u64, _advice: u32) -> Outcome {
    // Advice about access patterns: files in memory gain nothing from it.
    guest.world.descriptors.file_mut(fd, Errno::Spipe).map(drop)
}

pub(super) fn fd_close(guest: &mut Guest<'_>, fd: u32) -> Outcome {
    let unused = guest.world.descriptors.close(fd)?;
    forget(guest, unused);
    Ok(())
}

pub(super) fn fd_sync(guest: &mut Guest<'_>, fd: u32) -> Outcome {
    // What is written is in the tree already.
    guest.world.descriptors.get(fd).map(drop)
}

pub(super) fn fd_fdstat_get(guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let (rights, inheriting) = guest.world.descriptors.rights(fd)?;
    let (kind, flags) = match guest.world.descriptors.get(fd)? {
        // A container without `-t` has no terminal: its streams are pipes.
        Descriptor::Input(session) | Descriptor::Output(session, _) if guest.world.inputs.is_terminal(*session) => {
            (TERMINAL, 0)
        }
        Descriptor::Input(_)
        | Descriptor::Null
        | Descriptor::Signals
        | Descriptor::Output(..)
        | Descriptor::Reader(_)
        | Descriptor::Writer(_) => (UNKNOWN, 0),
        Descriptor::Socket(socket) => (SOCKET, socket.flags),
        Descriptor::Listener(listener) => (SOCKET, listener.flags),
        Descriptor::Folder(_) => (DIRECTORY, 0),
        Descriptor::File(file) => (REGULAR_FILE, file.flags),
    };
    let mut record = [0; 24];
    record[0] = kind;
    record[2..4].copy_from_slice(&flags.to_le_bytes());
    record[8..16].copy_from_slice(&rights.to_le_bytes());
    record[16..].copy_from_slice(&inheriting.to_le_bytes());
    guest.memory.put(out, &record)
}

/// Rights can be given up, never taken.
pub(super) fn fd_fdstat_set_rights(guest: &mut Guest<'_>, fd: u32, base: Rights, inheriting: Rights) -> Outcome {
    let held = guest.world.descriptors.rights(fd)?;
    if base & !held.0 != 0 || inheriting & !held.1 != 0 {
        return Err(Errno::Notcapable);
    }
    guest.world.descriptors.give_up(fd, GivenUp { base: held.0 & !base, inheriting: held.1 & !inheriting });
    Ok(())
}

pub(super) fn fd_fdstat_set_flags(guest: &mut Guest<'_>, fd: u32, flags: u32) -> Outcome {
    let flags = u16::try_from(flags).map_err(|_| Errno::Inval)?;
    match guest.world.descriptors.get_mut(fd)? {
        Descriptor::File(file) => file.flags = flags,
        Descriptor::Socket(socket) => socket.flags = flags & NONBLOCK,
        Descriptor::Listener(listener) => listener.flags = flags & NONBLOCK,
        // An output never blocks and a pipe always does, whatever it is told.
        Descriptor::Input(_)
        | Descriptor::Null
        | Descriptor::Signals
        | Descriptor::Output(..)
        | Descriptor::Reader(_)
        | Descriptor::Writer(_) => {}
        Descriptor::Folder(_) => return Err(Errno::Isdir),
    }
    Ok(())
}

pub(super) fn fd_prestat_get(guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    if let Descriptor::Listener(_) = guest.world.descriptors.get(fd)? {
        return guest.memory.put(out, &[PREOPENED_SOCKET, 0, 0, 0, 0, 0, 0, 0]);
    }
    let len = preopened(guest, fd)?.len();
    guest.memory.put_u32(out, 0)?;
    let at = out.checked_add(4).ok_or(Errno::Fault)?;
    guest.memory.put_u32(at, u32::try_from(len).map_err(|_| Errno::Inval)?)
}

pub(super) fn fd_prestat_dir_name(guest: &mut Guest<'_>, fd: u32, at: u32, len: u32) -> Outcome {
    let name = preopened(guest, fd)?.to_owned();
    if (len as usize) < name.len() {
        return Err(Errno::Nametoolong);
    }
    guest.memory.put(at, name.as_bytes())
}

pub(super) fn fd_renumber(guest: &mut Guest<'_>, from: u32, to: u32) -> Outcome {
    let unused = guest.world.descriptors.renumber(from, to)?;
    forget(guest, unused);
    Ok(())
}

fn forget(guest: &mut Guest<'_>, unused: Option<Place>) {
    if let Some(place) = unused {
        guest.world.files.forget(&place);
    }
}

fn preopened<'a>(guest: &'a Guest<'_>, fd: u32) -> Result<&'a str, Errno> {
    match guest.world.descriptors.get(fd)? {
        Descriptor::Folder(Folder { preopened: Some(name), .. }) => Ok(name),
        _ => Err(Errno::Badf),
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, WILD, trial};
    use super::*;
    use crate::runtime::rights;

    #[test]
    fn root_and_working_directory_are_open_beforehand() {
        let mut trial = trial();
        for (fd, name) in [(3, "/"), (4, ".")] {
            trial.call(|guest| fd_prestat_get(guest, fd, OUT)).unwrap();
            assert_eq!((trial.number(OUT), trial.number(OUT + 4)), (0, 1));
            trial.call(|guest| fd_prestat_dir_name(guest, fd, OUT, 1)).unwrap();
            assert_eq!(trial.read(OUT, 1), name.as_bytes());
        }
        assert_eq!(trial.call(|guest| fd_prestat_get(guest, 5, OUT)), Err(Errno::Badf));
        assert_eq!(trial.call(|guest| fd_prestat_get(guest, 0, OUT)), Err(Errno::Badf));
        assert_eq!(trial.call(|guest| fd_prestat_dir_name(guest, 3, OUT, 0)), Err(Errno::Nametoolong));
        assert_eq!(trial.call(|guest| fd_prestat_dir_name(guest, 3, WILD, 9)), Err(Errno::Fault));
    }

    #[test]
    fn streams_are_no_terminals_and_files_can_be_sought() {
        let mut trial = trial();
        trial.call(|guest| fd_fdstat_get(guest, 1, OUT)).unwrap();
        assert_eq!((trial.read(OUT, 1), trial.long(OUT + 8) & 1 << 2), (&[UNKNOWN][..], 0));
        let fd = trial.open("f", 0, 1).unwrap();
        trial.call(|guest| fd_fdstat_get(guest, fd, OUT)).unwrap();
        assert_eq!((trial.read(OUT, 3), trial.long(OUT + 8)), (&[REGULAR_FILE, 0, 1][..], rights::OF_FILE));
        trial.call(|guest| fd_fdstat_set_flags(guest, fd, 0)).unwrap();
        assert_eq!(trial.call(|guest| fd_fdstat_set_flags(guest, fd, 0x1_0000)), Err(Errno::Inval));
        assert_eq!(trial.call(|guest| fd_fdstat_get(guest, fd, WILD)), Err(Errno::Fault));
    }

    #[test]
    fn rights_are_given_up_for_good_and_for_what_is_opened_later() {
        let mut trial = trial();
        let fd = trial.open_folder("d", 2).unwrap();
        let kept = rights::OF_FOLDER & !rights::UNLINK_FILE;
        let set = |trial: &mut super::super::trial::Trial, base, inheriting| {
            trial.call(|guest| fd_fdstat_set_rights(guest, fd, base, inheriting))
        };
        assert_eq!(set(&mut trial, kept, rights::ALL & !rights::WRITE), Ok(()));
        assert_eq!(set(&mut trial, rights::OF_FOLDER, 0), Err(Errno::Notcapable));
        assert_eq!(set(&mut trial, 0, rights::WRITE), Err(Errno::Notcapable));
        let table = &trial.world.descriptors;
        assert_eq!(
            (table.allow(fd, rights::UNLINK_FILE), table.allow(fd, rights::OPEN)),
            (Err(Errno::Notcapable), Ok(()))
        );
        let (at, len) = trial.text("e");
        let open = |guest: &mut Guest<'_>| super::super::open::path_open(guest, fd, 0, at, len, 0, u64::MAX, 0, 0, OUT);
        let file = trial.ask(open).unwrap();
        assert_eq!(trial.world.descriptors.rights(file), Ok((rights::OF_FILE & !rights::WRITE, 0)));
        trial.call(|guest| fd_close(guest, file)).unwrap();
        assert_eq!(trial.open("f", 0, 0), Ok(file));
        assert_eq!(trial.world.descriptors.allow(file, rights::WRITE), Ok(()));
    }

    #[test]
    fn a_closed_number_is_bad() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        let other = trial.open_folder("d", 0).unwrap();
        assert_eq!(trial.call(|guest| fd_advise(guest, fd, 0, 0, 0)), Ok(()));
        assert_eq!(trial.call(|guest| fd_advise(guest, other, 0, 0, 0)), Err(Errno::Isdir));
        trial.call(|guest| fd_renumber(guest, fd, other)).unwrap();
        for result in [trial.call(|guest| fd_close(guest, fd)), trial.call(|guest| fd_sync(guest, fd))] {
            assert_eq!(result, Err(Errno::Badf));
        }
        assert_eq!(trial.call(|guest| fd_close(guest, other)), Ok(()));
    }
}
