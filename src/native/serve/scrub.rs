//! `drydock scrub`: every byte of a registry's folder is read and hashed again.
//! What is not what its name says is put aside, so that nobody is given it, and
//! can be pushed again. Of uploads that are open it is known how long they are;
//! their digest comes with the request that closes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{self, Found};
use super::options::Scrub;
use super::pieces::Pieces;
use crate::host::Kept;
use crate::native::disk::OnDisk;
use crate::native::{NativeError, screen};
use crate::oci::Algorithm;
use crate::registry::Registry;
use crate::store::Blobs;

/// Reads everything; ends with 1 if something was wrong.
pub fn scrub(options: &Scrub) -> Result<i32, NativeError> {
    let root = &options.root;
    let _lock = folder::lock(root)?;
    let (mut count, mut bytes, mut wrong) = (0_u64, 0_u64, 0_u64);
    for Found { digest, path, size } in folder::list(root).map_err(NativeError::file(root.join("blobs")))? {
        count += 1;
        bytes += size;
        let kept = Kept::Lent(Arc::new(OnDisk::new(&path, size)));
        let found = match kept.digest(digest.algorithm()) {
            Ok(found) if found == digest => continue,
            Ok(found) => format!("has the digest {found}"),
            Err(error) => format!("cannot be read: {error}"),
        };
        wrong += 1;
        let aside = put_aside(root, &path)?;
        screen::complain(&format!("drydock: {digest} {found}; it is in {} now", aside.display()));
    }
    screen::say(&format!("{count} blobs, {bytes} bytes read; {wrong} put aside"))?;
    Ok(i32::from(scrub_uploads(root)? > 0 || wrong > 0))
}

/// Reads what came of uploads that are open, and tells of them if there are any; how many are not whole.
fn scrub_uploads(root: &Path) -> Result<usize, NativeError> {
    let (mut registry, pieces) = (Registry::default(), Pieces::of(root));
    registry.restore(Blobs::default(), folder::read_journal(root)?);
    let mut lost = registry.find_pieces(&|id, number| pieces.find(id, number));
    let (mut count, mut bytes) = (0_u64, 0_u64);
    for (id, came) in registry.open_uploads() {
        if came.iter().all(|piece| piece.digest(Algorithm::default()).is_ok()) {
            (count, bytes) = (count + 1, bytes + came.iter().map(Kept::size).sum::<u64>());
        } else {
            lost.push(id.to_owned());
        }
    }
    for id in &lost {
        screen::complain(&format!("drydock: upload {} is not whole; it has to begin again", id.escape_default()));
    }
    if count > 0 {
        screen::say(&format!("{count} open uploads, {bytes} bytes read"))?;
    }
    Ok(lost.len())
}

fn put_aside(root: &Path, path: &Path) -> Result<PathBuf, NativeError> {
    let folder = root.join("quarantine");
    std::fs::create_dir_all(&folder).map_err(NativeError::file(&folder))?;
    let aside = folder.join(path.file_name().unwrap_or_default());
    std::fs::rename(path, &aside).map_err(NativeError::file(path))?;
    Ok(aside)
}
