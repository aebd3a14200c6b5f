//! `drydock gc`: what no repository of a registry's folder needs any more is
//! taken away. First the journal says so, then the files go: killed in
//! between, they are found again by the next collection.

use super::folder::Folder;
use super::options::Collect;
use crate::host::Host;
use crate::native::{NativeError, Site, screen};
use crate::registry::Garbage;
use crate::text;

/// Takes garbage away, or only says what would go.
pub fn collect(options: &Collect) -> Result<i32, NativeError> {
    let (folder, mut registry) = Folder::open(&options.root)?;
    let garbage = registry.garbage(&options.sweep, Site::new("").now());
    let garbage = garbage.map_err(|error| NativeError::Refused { reason: error.to_string() })?;
    screen::say(&told(&garbage, options.dry_run))?;
    if !options.dry_run {
        let before = registry.clone();
        registry.sweep(&garbage);
        folder.append(&registry.changes_since(&before)).map_err(NativeError::file(&options.root))?;
        for digest in &garbage.freed {
            let path = folder.path(digest);
            std::fs::remove_file(&path).map_err(NativeError::file(&path))?;
        }
        folder.tidy(&registry)?;
    }
    Ok(0)
}

fn told(garbage: &Garbage, dry_run: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let named = |what: &'static str| move |(name, digest): &(_, _)| format!("{what} {name}@{digest}");
    lines.extend(garbage.manifests.iter().map(named("manifest")));
    lines.extend(garbage.blobs.iter().map(named("blob")));
    lines.extend(garbage.freed.iter().map(|digest| format!("bytes of {digest}")));
    lines.extend(garbage.uploads.iter().map(|id| format!("upload {id}")));
    let word = if dry_run { "would be freed" } else { "freed" };
    lines.push(format!("{} blobs, {} {word}", garbage.freed.len(), text::units::size(garbage.freed_bytes)));
    lines.join("\n")
}
