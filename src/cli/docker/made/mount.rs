//! What is mounted among a container's files: `-v`, `--mount` and `--tmpfs`.
//! <https://docs.docker.com/engine/storage/>

use std::collections::BTreeMap;

use crate::cli::Desk;
use crate::cli::flags::Parsed;
use crate::engine::{Mount, Source};
use crate::fs::{FsPath, Metadata};
use crate::text::Case;

/// A volume that gets its name when the container is made.
const ANONYMOUS: &str = "";
/// What everybody may do with a folder in memory.
const MEMORY_MODE: u32 = 0o1777;

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
        let (target, options) = typed.split_once(':').unwrap_or((&typed, ""));
        mounts.push(memory(absolute(target)?, options)?);
    }
    for (at, mount) in mounts.iter().enumerate() {
        if mounts[..at].iter().any(|other| other.target == mount.target) {
            return Err(format!("Error response from daemon: Duplicate mount point: {}", mount.target));
        }
    }
    Ok(crate::text::sorted_by(mounts, |a, b| a.target.as_str().cmp(b.target.as_str())))
}

/// Linux's options of a file system in memory, as far as they mean something here.
/// <https://github.com/moby/sys/blob/mount/v0.3.4/mount/flags_linux.go>
fn memory(target: FsPath, options: &str) -> Result<Mount, String> {
    const HOLLOW: [&str; 18] = [
        "rw",
        "exec",
        "noexec",
        "suid",
        "nosuid",
        "dev",
        "nodev",
        "atime",
        "noatime",
        "diratime",
        "nodiratime",
        "relatime",
        "norelatime",
        "strictatime",
        "nostrictatime",
        "sync",
        "async",
        "defaults",
    ];
    let (mut mode, mut uid, mut gid, mut size_bytes, mut read_only) = (MEMORY_MODE, 0, 0, 0, false);
    for option in options.split(',').filter(|option| !option.is_empty()) {
        let wrong = || format!("Error response from daemon: invalid tmpfs option [\"{option}\"]");
        match option.split_once('=') {
            None if option == "ro" => read_only = true,
            None if HOLLOW.contains(&option) => {}
            Some(("mode", value)) => mode = u32::from_str_radix(value, 8).map_err(|_| wrong())? & 0o7777,
            Some(("size", value)) => size_bytes = memory_size(value).ok_or_else(wrong)?,
            Some(("uid", value)) => uid = value.parse().map_err(|_| wrong())?,
            Some(("gid", value)) => gid = value.parse().map_err(|_| wrong())?,
            Some(("nr_inodes" | "nr_blocks", _)) => {}
            _ => return Err(wrong()),
        }
    }
    Ok(Mount { target, source: Source::Memory { mode, uid, gid, size_bytes }, read_only })
}

/// Bytes, or with `k`, `m`, `g` so many times 1024.
fn memory_size(text: &str) -> Option<u64> {
    let (digits, unit) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1 << 10),
        (at, 'm' | 'M') => (&text[..at], 1 << 20),
        (at, 'g' | 'G') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
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
    let (mut mode, mut size_bytes) = (MEMORY_MODE, 0);
    let invalid = |key: &str, value: &str| {
        format!("invalid argument \"{typed}\" for \"--mount\" flag: invalid value for {key}: {value}")
    };
    for field in typed.split(',') {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        match key.lowercase().as_str() {
            "type" => kind = value,
            "source" | "src" => source = value,
            "target" | "dst" | "destination" => target = value,
            "readonly" | "ro" => read_only = !matches!(value, "false" | "0"),
            "tmpfs-mode" => mode = u32::from_str_radix(value, 8).map_err(|_| invalid(key, value))? & 0o7777,
            "tmpfs-size" => size_bytes = memory_size(value).ok_or_else(|| invalid(key, value))?,
            "bind-propagation" | "consistency" | "volume-nocopy" | "volume-label" | "volume-driver" => {}
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
        "tmpfs" => Source::Memory { mode, uid: 0, gid: 0, size_bytes },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_memory_is_whose_its_options_say() {
        let made = memory("/run".into(), "uid=1000,gid=7,size=1k").expect("all are known");
        assert_eq!(made.source, Source::Memory { mode: MEMORY_MODE, uid: 1000, gid: 7, size_bytes: 1024 });
        assert!(memory("/run".into(), "uid=ana").is_err());
    }
}
