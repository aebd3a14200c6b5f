//! Listing a folder. The entries are those of the moment reading began, so
//! that a program may remove what it lists.

use super::descriptor::{DIRECTORY, REGULAR_FILE, SYMBOLIC_LINK};
use super::{Guest, Outcome};
use crate::fs::{FsPath, Kind, Node};
use crate::runtime::descriptors::{Descriptor, Folder};
use crate::runtime::errno::Errno;
use crate::runtime::files::Files;

/// The fixed part of an entry, before its name.
const ENTRY_BYTES: usize = 24;

/// Fills the buffer with entries from `cookie` on. A full buffer means there is more: the last entry may be cut.
pub(super) fn fd_readdir(guest: &mut Guest<'_>, fd: u32, buffer: u32, len: u32, cookie: u64, out: u32) -> Outcome {
    let Descriptor::Folder(folder) = guest.world.descriptors.get_mut(fd)? else { return Err(Errno::Notdir) };
    if cookie == 0 {
        folder.listing = listing(&guest.world.files, &folder.path)?;
        guest.memory.charge(folder.listing.len() * ENTRY_BYTES);
    }
    let files = &guest.world.files;
    let used = guest.memory.fill(buffer, len, |room| list(files, folder, cookie, room))??;
    guest.memory.put_u32(out, u32::try_from(used).map_err(|_| Errno::Inval)?)
}

/// Puts as many entries there as there is room for: how many bytes they take.
fn list(files: &Files, folder: &Folder, cookie: u64, room: &mut [u8]) -> Result<usize, Errno> {
    let first = usize::try_from(cookie).map_err(|_| Errno::Inval)?;
    let mut used = 0;
    for (index, (name, kind)) in folder.listing.iter().enumerate().skip(first) {
        let entry = entry(index as u64 + 1, inode(files, &folder.path, name), name, *kind)?;
        let rest = &mut room[used..];
        let fits = entry.len().min(rest.len());
        rest[..fits].copy_from_slice(&entry[..fits]);
        used += fits;
        if used == room.len() {
            break;
        }
    }
    Ok(used)
}

/// The type of a node as a guest sees it.
pub(super) fn kind(node: &Node) -> u8 {
    match node.kind {
        Kind::File(_) => REGULAR_FILE,
        Kind::Directory(_) => DIRECTORY,
        Kind::Symlink(_) => SYMBOLIC_LINK,
    }
}

/// The number of an entry, or of the folder that `.` and `..` name.
fn inode(files: &Files, folder: &FsPath, name: &str) -> u64 {
    files.inode(&files.place(&folder.join(name)))
}

fn listing(files: &Files, path: &FsPath) -> Result<Vec<(String, u8)>, Errno> {
    let entries = files.node(path)?.entries().ok_or(Errno::Notdir)?;
    let itself = [".", ".."].map(|name| (name.to_owned(), DIRECTORY));
    Ok(itself.into_iter().chain(entries.iter().map(|(name, node)| (name.clone(), kind(node)))).collect())
}

fn entry(next: u64, inode: u64, name: &str, kind: u8) -> Result<Vec<u8>, Errno> {
    let mut entry = vec![0; ENTRY_BYTES];
    entry[..8].copy_from_slice(&next.to_le_bytes());
    entry[8..16].copy_from_slice(&inode.to_le_bytes());
    entry[16..20].copy_from_slice(&u32::try_from(name.len()).map_err(|_| Errno::Nametoolong)?.to_le_bytes());
    entry[20] = kind;
    entry.extend_from_slice(name.as_bytes());
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, Trial, WILD, trial};
    use super::*;

    fn names(trial: &mut Trial, fd: u32, len: u32) -> Vec<(String, u8)> {
        let (mut cookie, mut names) = (0, Vec::new());
        loop {
            let used = trial.ask(|guest| fd_readdir(guest, fd, 0x9000, len, cookie, OUT)).unwrap();
            let mut at = 0x9000;
            while at + 24 <= 0x9000 + used && at + 24 + trial.number(at + 16) <= 0x9000 + used {
                let name = trial.read(at + 24, trial.number(at + 16)).to_vec();
                names.push((String::from_utf8(name).unwrap(), trial.read(at + 20, 1)[0]));
                cookie = trial.long(at);
                at += 24 + trial.number(at + 16);
            }
            if used < len {
                return names;
            }
        }
    }

    #[test]
    fn a_small_buffer_lists_the_same_as_a_large_one() {
        let mut trial = trial();
        let expected = [(".", 3), ("..", 3), ("d", 3), ("f", 4), ("l", 7)].map(|(name, kind)| (name.to_owned(), kind));
        assert_eq!(names(&mut trial, 4, 4096), expected);
        assert_eq!(names(&mut trial, 4, 26), expected);
        assert_eq!(names(&mut trial, 3, 64).len(), 4);
    }

    #[test]
    fn only_folders_can_be_listed() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        for (fd, buffer, errno) in
            [(fd, 0, Errno::Notdir), (1, 0, Errno::Notdir), (88, 0, Errno::Badf), (3, WILD, Errno::Fault)]
        {
            assert_eq!(trial.ask(|guest| fd_readdir(guest, fd, buffer, 64, 0, OUT)), Err(errno));
        }
        assert_eq!(trial.ask(|guest| fd_readdir(guest, 3, 0x9000, 64, u64::MAX, OUT)), Ok(0));
    }
}
