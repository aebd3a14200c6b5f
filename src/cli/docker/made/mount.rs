//! What is mounted among a container's files: `-v`, `--mount` and `--tmpfs`.
//! <https://docs.docker.com/engine/storage/>

use crate::text::Case;
use std::collections::BTreeMap;

use crate::cli::Desk;
use crate::cli::flags::Parsed;
use crate::engine::{Mount, Source};
use crate::fs::{FsPath, Metadata};

/// A volume that gets its name when the container is made.
const ANONYMOUS: &str = "";

/// All that the flags ask for, in the order in which it is mounted: what lies deeper comes later.
pub fn all(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Vec<Mount>, String> {
    let mut mounts = Vec::new();
    for typed in parsed.values("volume") {
        mounts.push(volume(&typed, desk)?);
    }
    for typed in parsed.values("mount") {
        mounts.push(mount(&typed, desk)?);
    }
    for typed in parsed.values("tmpfs") {
        let target = typed.split(':').next().unwrap_or_default();
        mounts.push(Mount { target: absolute(target)?, source: Source::Memory, read_only: false });
    }
    for (at, mount) in mounts.iter().enumerate() {
        if mounts[..at].iter().any(|other| other.target == mount.target) {
            return Err(format!("Error response from daemon: Duplicate mount point: {}", mount.target));
        }
    }
    Ok(crate::text::sorted_by(mounts, |a, b| a.target.as_str().cmp(b.target.as_str())))
}

/// A place where the image wants a volume, if nothing is mounted there.
pub fn add_anonymous(mounts: &mut Vec<Mount>, target: FsPath) {
    if mounts.iter().all(|mount| mount.target != target) {
        mounts.push(Mount { target, source: Source::Volume(ANONYMOUS.to_owned()), read_only: false });
    }
}

/// Makes the volumes that are not there, and the folders that `-v` is to show.
pub fn make_volumes(mounts: &mut [Mount], desk: &mut Desk<'_>) -> Result<(), String> {
    for mount in mounts {
        if let Source::Volume(name) = &mut mount.source {
            let wanted = Some(name.as_str()).filter(|name| *name != ANONYMOUS);
            let made = desk.machine.engine.create_volume(wanted, BTreeMap::new(), &mut desk.wire);
            *name = made.map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// `SOURCE:TARGET[:OPTIONS]`, or a target alone.
fn volume(typed: &str, desk: &Desk<'_>) -> Result<Mount, String> {
    let parts: Vec<&str> = typed.split(':').collect();
    let (source, target, options) = match parts.as_slice() {
        [target] => (ANONYMOUS, *target, ""),
        [source, target] => (*source, *target, ""),
        [source, target, options] => (*source, *target, *options),
        _ => return Err(format!("invalid spec: {typed}: too many colons")),
    };
    if target.is_empty() || (parts.len() > 1 && source.is_empty()) {
        return Err(format!("invalid spec: {typed}: empty section between colons"));
    }
    let mut read_only = false;
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option {
            "ro" => read_only = true,
            "rw" | "z" | "Z" | "nocopy" | "cached" | "delegated" | "consistent" => {}
            _ => return Err(format!("Error response from daemon: invalid mode: {option}")),
        }
    }
    let source = if source.starts_with(['/', '.', '~']) {
        Source::Bind(desk.machine.resolve(source))
    } else {
        Source::Volume(source.to_owned())
    };
    Ok(Mount { target: absolute(target)?, source, read_only })
}

/// `type=bind,source=…,target=…,readonly`.
fn mount(typed: &str, desk: &Desk<'_>) -> Result<Mount, String> {
    let (mut kind, mut source, mut target, mut read_only) = ("volume", "", "", false);
    for field in typed.split(',') {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        match key.lowercase().as_str() {
            "type" => kind = value,
            "source" | "src" => source = value,
            "target" | "dst" | "destination" => target = value,
            "readonly" | "ro" => read_only = !matches!(value, "false" | "0"),
            "bind-propagation" | "consistency" | "volume-nocopy" | "volume-label" | "volume-driver" | "tmpfs-size"
            | "tmpfs-mode" => {}
            _ => {
                return Err(format!(
                    "invalid argument \"{typed}\" for \"--mount\" flag: unknown option '{key}' in '{field}'"
                ));
            }
        }
    }
    let wrong = |reason: String| format!("invalid argument \"{typed}\" for \"--mount\" flag: {reason}");
    if target.is_empty() {
        return Err(wrong("target is required".to_owned()));
    }
    let source = match kind {
        "bind" if source.is_empty() => return Err(wrong("source is required when type=bind".to_owned())),
        "bind" => {
            let path = desk.machine.resolve(source);
            if desk.machine.files.get(&path).is_none() {
                return Err(format!(
                    "Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: {path}"
                ));
            }
            Source::Bind(path)
        }
        "volume" => Source::Volume(source.to_owned()),
        "tmpfs" => Source::Memory,
        _ => return Err(wrong(format!("unknown mount type '{kind}'"))),
    };
    Ok(Mount { target: absolute(target)?, source, read_only })
}

fn absolute(target: &str) -> Result<FsPath, String> {
    match FsPath::from(target) {
        _ if !target.starts_with('/') => Err(format!(
            "Error response from daemon: invalid mount config for type \"volume\": invalid mount path: '{target}' mount path must be absolute"
        )),
        root if root == FsPath::root() => {
            Err("Error response from daemon: invalid specification: destination can't be '/'".to_owned())
        }
        path => Ok(path),
    }
}

/// The folders that `-v` names and that are not there: docker makes them.
pub fn make_folders(mounts: &[Mount], desk: &mut Desk<'_>) -> Result<(), String> {
    let now = crate::host::Host::now(&desk.wire);
    for mount in mounts {
        if let Source::Bind(path) = &mount.source
            && desk.machine.files.get(path).is_none()
        {
            let made = desk.machine.files.make_directories(path, Metadata::directory(now));
            made.map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}
