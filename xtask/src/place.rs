//! Where things are: the project, what builds leave, what outlives a checkout.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project")
}

/// The finished static site.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The user's cache of pinned tools, shared by all checkouts: each tool in a
/// folder named with its version, so that two versions never meet.
pub fn tools() -> Outcome<PathBuf> {
    let from = |name: &str, below: &str| {
        let folder = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some(Path::new(&folder).join(below))
    };
    let cache = from("XDG_CACHE_HOME", "").or_else(|| from("HOME", ".cache")).or_else(|| from("LOCALAPPDATA", ""));
    let cache = cache.ok_or_else(|| {
        Failure::new(
            "no cache folder: neither XDG_CACHE_HOME nor HOME is set",
            "set XDG_CACHE_HOME to a folder of yours",
        )
    })?;
    Ok(cache.join("drydock").join("tools"))
}
