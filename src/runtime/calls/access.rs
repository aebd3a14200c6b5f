//! What the user of a process may do with files. Root may everything; for
//! others each answer is that of Linux, by the permissions of the node and of
//! the folders on the way to it.

use super::{Guest, Outcome};
use crate::fs::{FsPath, Node};
use crate::runtime::errno::Errno;
use crate::runtime::user::{EXECUTE, User, WRITE};
use crate::runtime::world::World;

/// Whether the folders on the way to a path may be passed.
pub(super) fn reach(world: &World, path: &FsPath) -> Outcome {
    if world.user.is_root() {
        return Ok(());
    }
    let above = std::iter::successors(path.parent(), FsPath::parent);
    let folders = above.filter_map(|folder| world.files.node(&folder).ok());
    allow(folders.into_iter().all(|folder| world.user.may(EXECUTE, folder)), Errno::Acces)
}

/// Whether what is at a path may be used so.
pub(super) fn may(world: &World, wanted: u32, path: &FsPath) -> Outcome {
    allow(world.user.may(wanted, world.files.node(path)?), Errno::Acces)
}

/// Whether something may be put at a path, or be taken away from there.
pub(super) fn change(guest: &Guest<'_>, path: &FsPath) -> Outcome {
    let (user, files) = (&guest.world.user, &guest.world.files);
    let folder = path.parent().filter(|_| !user.is_root());
    let Some(folder) = folder.and_then(|folder| files.node(&folder).ok()) else { return Ok(()) };
    allow(user.may(WRITE | EXECUTE, folder), Errno::Acces)?;
    files.node(path).map_or(Ok(()), |node| allow(user.may_take(node, folder), Errno::Perm))
}

/// Whether a node is the user's own, so that its permissions may be changed.
pub(super) fn own(user: &User, node: &Node) -> Outcome {
    allow(user.is_root() || user.uid == node.metadata.uid, Errno::Perm)
}

fn allow(may: bool, else_: Errno) -> Outcome {
    if may { Ok(()) } else { Err(else_) }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, Trial, trial};
    use super::super::{open, path, spawn};
    use super::*;
    use crate::runtime::rights;

    /// A process of somebody whom no file belongs to.
    fn stranger() -> Trial {
        let mut trial = trial();
        trial.world.user = User { uid: 1000, gid: 1000, ..User::default() };
        trial
    }

    fn read_only(trial: &mut Trial, name: &str) -> Result<u32, Errno> {
        let (at, len) = trial.text(name);
        trial.ask(|guest| open::path_open(guest, 4, 1, at, len, 0, rights::READ, 0, 0, OUT))
    }

    #[test]
    fn a_stranger_reads_what_everybody_may_and_changes_nothing() {
        let mut trial = stranger();
        assert!(read_only(&mut trial, "f").is_ok());
        assert_eq!(trial.open("f", 0, 0), Err(Errno::Acces));
        assert_eq!(trial.open("new", 1, 0), Err(Errno::Acces));
        let (from, to) = (trial.text("f"), trial.text("d/g"));
        let denied = Err(Errno::Acces);
        assert_eq!(trial.call(|guest| path::path_unlink_file(guest, 4, from.0, from.1)), denied);
        assert_eq!(trial.call(|guest| path::path_create_directory(guest, 4, to.0, to.1)), denied);
        assert_eq!(trial.call(|guest| path::path_symlink(guest, from.0, from.1, 4, to.0, to.1)), denied);
        assert_eq!(trial.call(|guest| path::path_link(guest, 4, 0, from.0, from.1, 4, to.0, to.1)), denied);
        assert_eq!(trial.call(|guest| path::path_rename(guest, 4, from.0, from.1, 4, to.0, to.1)), denied);
        let file = trial.text("/app/f");
        assert_eq!(trial.call(|guest| spawn::set_mode(guest, file.0, file.1, 0o666)), Err(Errno::Perm));
        assert_eq!(trial.call(|guest| spawn::set_owner(guest, file.0, file.1, 1000, 1000)), Err(Errno::Perm));
        assert_eq!(trial.file("/app/f"), "hello");
    }

    #[test]
    fn what_lies_behind_a_closed_folder_is_out_of_reach_by_any_path() {
        let mut trial = stranger();
        trial.world.files.metadata_mut(&"/app/d".into()).unwrap().mode = 0o700;
        for name in ["d/e", "l", "../app/d/e", "d/../d/e"] {
            assert_eq!(read_only(&mut trial, name), Err(Errno::Acces), "{name}");
        }
        trial.world.files.metadata_mut(&"/app/d".into()).unwrap().uid = 1000;
        assert!(read_only(&mut trial, "l").is_ok() && trial.open("d/new", 1, 0).is_ok());
        let made = trial.world.files.node(&"/app/d/new".into()).unwrap().metadata;
        assert_eq!((made.uid, made.gid), (1000, 1000));
    }
}
