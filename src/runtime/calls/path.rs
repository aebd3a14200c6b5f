//! Making, moving and removing what paths name.

use super::{Guest, Outcome, access};
use crate::fs::{FsPath, Kind, Metadata, Node};
use crate::runtime::errno::Errno;
use crate::runtime::files::Place;
use crate::runtime::lookup::{self, Follow};

pub(super) fn path_create_directory(guest: &mut Guest<'_>, fd: u32, at: u32, len: u32) -> Outcome {
    let path = located(guest, fd, at, len, Follow::No)?;
    let mode = 0o777 & !guest.world.mask;
    let metadata = Metadata { mode, ..Metadata::directory(guest.world.clock.now()) };
    let metadata = guest.world.user.owning(metadata);
    access::change(guest, &path)?;
    guest.world.files.create(&path, Node::directory(metadata))
}

pub(super) fn path_symlink(guest: &mut Guest<'_>, target: u32, target_len: u32, fd: u32, at: u32, len: u32) -> Outcome {
    let target = guest.memory.text(target, target_len)?.to_owned();
    if target.is_empty() {
        return Err(Errno::Noent);
    }
    let path = free(guest, fd, at, len)?;
    if target.starts_with('/') && guest.world.descriptors.folder(fd)?.confined {
        return Err(Errno::Perm);
    }
    let metadata = Metadata { mode: 0o777, ..Metadata::file(guest.world.clock.now()) };
    let metadata = guest.world.user.owning(metadata);
    access::change(guest, &path)?;
    guest.world.files.create(&path, Node::symlink(metadata, &target))
}

pub(super) fn path_readlink(
    guest: &mut Guest<'_>,
    fd: u32,
    at: u32,
    len: u32,
    buffer: u32,
    room: u32,
    out: u32,
) -> Outcome {
    let path = located(guest, fd, at, len, Follow::No)?;
    let Kind::Symlink(target) = &guest.world.files.node(&path)?.kind else { return Err(Errno::Inval) };
    let fits = target.len().min(room as usize);
    guest.memory.put(buffer, &target.as_bytes()[..fits])?;
    guest.memory.put_u32(out, u32::try_from(fits).map_err(|_| Errno::Inval)?)
}

#[expect(clippy::too_many_arguments, reason = "preview 1 has it so")]
pub(super) fn path_link(
    guest: &mut Guest<'_>,
    fd: u32,
    flags: u32,
    at: u32,
    len: u32,
    to_fd: u32,
    to_at: u32,
    to_len: u32,
) -> Outcome {
    let from = located(guest, fd, at, len, Follow::from_flags(flags))?;
    let to = free(guest, to_fd, to_at, to_len)?;
    access::change(guest, &to)?;
    let place = guest.world.files.link(&from, &to)?;
    guest.world.descriptors.relocated(&from, &place);
    Ok(())
}

pub(super) fn path_unlink_file(guest: &mut Guest<'_>, fd: u32, at: u32, len: u32) -> Outcome {
    let path = located(guest, fd, at, len, Follow::Never)?;
    access::change(guest, &path)?;
    let place = guest.world.files.unlink(&path)?;
    lose_name(guest, &path, &place);
    Ok(())
}

pub(super) fn path_remove_directory(guest: &mut Guest<'_>, fd: u32, at: u32, len: u32) -> Outcome {
    let path = located(guest, fd, at, len, Follow::Never)?;
    if guest.memory.text(at, len)?.trim_end_matches('/').rsplit('/').next() == Some(".") {
        return Err(Errno::Inval);
    }
    access::change(guest, &path)?;
    guest.world.files.remove_folder(&path)
}

pub(super) fn path_rename(
    guest: &mut Guest<'_>,
    fd: u32,
    at: u32,
    len: u32,
    to_fd: u32,
    to_at: u32,
    to_len: u32,
) -> Outcome {
    let from = located(guest, fd, at, len, Follow::Never)?;
    let to = located(guest, to_fd, to_at, to_len, Follow::Never)?;
    if ends_in_slash(guest, to_at, to_len)? && guest.world.files.node(&from)?.entries().is_none() {
        return Err(Errno::Notdir);
    }
    access::change(guest, &from)?;
    access::change(guest, &to)?;
    if let Some(place) = guest.world.files.rename(&from, &to)? {
        lose_name(guest, &to, &place);
    }
    guest.world.descriptors.moved(&from, &to);
    Ok(())
}

/// The path that a call names by a folder and a text in memory.
pub(super) fn located(guest: &Guest<'_>, fd: u32, at: u32, len: u32, follow: Follow) -> Result<FsPath, Errno> {
    let text = guest.memory.text(at, len)?;
    let folder = guest.world.descriptors.folder(fd)?;
    if text.is_empty() {
        return Err(Errno::Noent);
    }
    let files = &guest.world.files;
    let is_there = |path: &Result<FsPath, Errno>| path.as_ref().is_ok_and(|path| files.node(path).is_ok());
    let mut path = files.locate(&folder.start(), text, follow);
    if folder.falls_back() && !is_there(&path) {
        let root = FsPath::root();
        let other = files.locate(&lookup::Folder { path: &root, confined: false }, text, follow);
        if is_there(&other) || (path.is_err() && other.is_ok()) {
            path = other;
        }
    }
    let path = path?;
    access::reach(guest.world, &path)?;
    match files.node(&path) {
        Ok(node) if text.ends_with('/') && node.entries().is_none() => Err(Errno::Notdir),
        _ => Ok(path),
    }
}

/// The path of something that is to be made and is no folder.
fn free(guest: &Guest<'_>, fd: u32, at: u32, len: u32) -> Result<FsPath, Errno> {
    let path = located(guest, fd, at, len, Follow::Never)?;
    match guest.world.files.node(&path) {
        Ok(_) => Err(Errno::Exist),
        Err(_) if ends_in_slash(guest, at, len)? => Err(Errno::Noent),
        Err(_) => Ok(path),
    }
}

/// Whether a path asks for a folder.
pub(super) fn ends_in_slash(guest: &Guest<'_>, at: u32, len: u32) -> Result<bool, Errno> {
    Ok(guest.memory.text(at, len)?.ends_with('/'))
}

/// Tells those who have a file open that it lost its name; with nobody left, its bytes go too.
fn lose_name(guest: &mut Guest<'_>, path: &FsPath, place: &Place) {
    if !guest.world.descriptors.relocated(path, place) {
        guest.world.files.forget(place);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, Trial, WILD, trial};
    use super::*;

    fn on(trial: &mut Trial, path: &str, call: impl FnOnce(&mut Guest<'_>, u32, u32) -> Outcome) -> Outcome {
        let (at, len) = trial.text(path);
        trial.call(|guest| call(guest, at, len))
    }

    fn make(trial: &mut Trial, path: &str) -> Outcome {
        on(trial, path, |guest, at, len| path_create_directory(guest, 4, at, len))
    }

    fn unlink(trial: &mut Trial, path: &str) -> Outcome {
        on(trial, path, |guest, at, len| path_unlink_file(guest, 4, at, len))
    }

    fn rename(trial: &mut Trial, from: &str, to: &str) -> Outcome {
        let (to_at, to_len) = trial.text(to);
        on(trial, from, |guest, at, len| path_rename(guest, 4, at, len, 4, to_at, to_len))
    }

    #[test]
    fn folders_are_made_and_removed() {
        let mut trial = trial();
        assert_eq!(make(&mut trial, "new/"), Ok(()));
        assert_eq!(make(&mut trial, "new"), Err(Errno::Exist));
        assert_eq!(make(&mut trial, "none/new"), Err(Errno::Noent));
        assert_eq!(make(&mut trial, ""), Err(Errno::Noent));
        assert_eq!(make(&mut trial, "a\0b"), Err(Errno::Inval));
        let remove = |guest: &mut Guest<'_>, at, len| path_remove_directory(guest, 4, at, len);
        assert_eq!(on(&mut trial, "d", remove), Err(Errno::Notempty));
        assert_eq!(on(&mut trial, "new", remove), Ok(()));
        assert_eq!(on(&mut trial, "f", remove), Err(Errno::Notdir));
    }

    #[test]
    fn a_link_leads_to_a_text_without_nul() {
        let mut trial = trial();
        let (target, len) = trial.text("a\0b");
        let link = |guest: &mut Guest<'_>, at, path_len| path_symlink(guest, target, len, 4, at, path_len);
        assert_eq!(on(&mut trial, "odd", link), Err(Errno::Inval));
    }

    #[test]
    fn links_are_made_read_and_followed() {
        let mut trial = trial();
        let (target, target_len) = trial.text("/etc/os");
        on(&mut trial, "os", |guest, at, len| path_symlink(guest, target, target_len, 4, at, len)).unwrap();
        on(&mut trial, "os", |guest, at, len| path_readlink(guest, 4, at, len, 0x9000, 4, OUT)).unwrap();
        assert_eq!((trial.number(OUT), trial.read(0x9000, 4)), (4, &b"/etc"[..]));
        assert_eq!(
            on(&mut trial, "f", |guest, at, len| path_readlink(guest, 4, at, len, 0, 9, OUT)),
            Err(Errno::Inval)
        );
        assert_eq!(trial.file("/app/os"), "linux");
        assert_eq!(unlink(&mut trial, "os"), Ok(()));
        assert_eq!(trial.file("/etc/os"), "linux");
    }

    #[test]
    fn a_rename_replaces_what_may_be_replaced() {
        let mut trial = trial();
        assert_eq!(rename(&mut trial, "d", "f"), Err(Errno::Notdir));
        assert_eq!(rename(&mut trial, "f", "d"), Err(Errno::Isdir));
        assert_eq!(rename(&mut trial, "none", "x"), Err(Errno::Noent));
        assert_eq!(rename(&mut trial, "d", "d/inside"), Err(Errno::Inval));
        assert_eq!(rename(&mut trial, "f", "f"), Ok(()));
        assert_eq!(rename(&mut trial, "f", "d/e"), Ok(()));
        assert_eq!(trial.file("/app/d/e"), "hello");
        assert_eq!(rename(&mut trial, "d", "moved"), Ok(()));
        assert_eq!(trial.file("/app/moved/e"), "hello");
    }

    #[test]
    fn an_open_file_survives_its_name() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        assert_eq!(unlink(&mut trial, "f"), Ok(()));
        assert_eq!(unlink(&mut trial, "f"), Err(Errno::Noent));
        trial.ask(|guest| super::super::stat::fd_filestat_get(guest, fd, OUT)).unwrap();
        assert_eq!((trial.long(OUT + 24), trial.long(OUT + 32)), (0, 5));
        assert_eq!(trial.call(|guest| super::super::descriptor::fd_close(guest, fd)), Ok(()));
    }

    #[test]
    fn the_working_directory_comes_first_and_the_root_second() {
        let mut trial = trial();
        let mut find = |path: &str| {
            let (at, len) = trial.text(path);
            let mut found = None;
            let outcome = trial.call(|guest| located(guest, 4, at, len, Follow::Yes).map(|path| found = Some(path)));
            outcome.map(|()| found.unwrap().to_string())
        };
        for (path, expected) in [
            ("f", "/app/f"),
            ("etc/os", "/etc/os"),
            ("app/f", "/app/f"),
            ("new", "/app/new"),
            ("etc/new", "/etc/new"),
            ("../etc/os", "/etc/os"),
            ("l", "/app/d/e"),
            ("/etc/os", "/etc/os"),
        ] {
            assert_eq!(find(path).as_deref(), Ok(expected), "{path}");
        }
        assert_eq!(find("f/"), Err(Errno::Notdir));
    }

    #[test]
    fn bad_paths_are_errors() {
        let mut trial = trial();
        trial.write(0x200, &[0xff, 0xfe]);
        assert_eq!(trial.call(|guest| path_unlink_file(guest, 4, 0x200, 2)), Err(Errno::Ilseq));
        assert_eq!(trial.call(|guest| path_unlink_file(guest, 4, WILD, 99)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| path_unlink_file(guest, 4, 0, 5_000)), Err(Errno::Nametoolong));
        assert_eq!(trial.call(|guest| path_unlink_file(guest, 1, 0x200, 0)), Err(Errno::Notdir));
        assert_eq!(trial.call(|guest| path_unlink_file(guest, 77, 0x200, 0)), Err(Errno::Badf));
    }
}
