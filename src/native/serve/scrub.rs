//! `drydock scrub`: every byte of a registry's folder is read and hashed again.
//! What is not what its name says is put aside, so that nobody is given it, and
//! can be pushed again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{self, Found};
use super::options::Scrub;
use crate::host::Kept;
use crate::native::disk::OnDisk;
use crate::native::{NativeError, screen};

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
    Ok(i32::from(wrong > 0))
}

fn put_aside(root: &Path, path: &Path) -> Result<PathBuf, NativeError> {
    let folder = root.join("quarantine");
    std::fs::create_dir_all(&folder).map_err(NativeError::file(&folder))?;
    let aside = folder.join(path.file_name().unwrap_or_default());
    std::fs::rename(path, &aside).map_err(NativeError::file(path))?;
    Ok(aside)
}
