//! `ls`, `stat` and `du`.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::find::{names, walk};
use crate::options::{Failure, Options, on};
use crate::system::moment;
use crate::users;

pub(crate) fn ls(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "laA1dhRtr")?;
    let here = [".".to_owned()];
    let paths = if options.rest.is_empty() {
        &here[..]
    } else {
        &options.rest
    };
    let (mut folders, mut files, mut status) = (Vec::new(), Vec::new(), 0);
    for path in paths {
        match fs::symlink_metadata(path).and_then(|found| {
            if found.is_symlink() && !options.has('l') {
                fs::metadata(path)
            } else {
                Ok(found)
            }
        }) {
            Ok(found) if found.is_dir() && !options.has('d') => folders.push(path),
            Ok(_) => files.push(path.clone()),
            Err(error) => {
                let message = Failure::System(path.clone(), error).told().0;
                writeln!(io::stderr(), "ls: {message}")?;
                status = 1;
            }
        }
    }
    list(&files, "", &options)?;
    for (at, folder) in folders.iter().enumerate() {
        if paths.len() > 1 {
            let gap = if at > 0 || !files.is_empty() {
                "\n"
            } else {
                ""
            };
            writeln!(io::stdout(), "{gap}{folder}:")?;
        }
        let mut all = names(folder)?;
        all.retain(|name| options.has('a') || options.has('A') || !name.starts_with('.'));
        if options.has('a') {
            all.splice(0..0, [".".to_owned(), "..".to_owned()]);
        }
        list(&all, folder, &options)?;
    }
    Ok(status)
}

fn list(names: &[String], folder: &str, options: &Options) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for name in names {
        if options.has('l') {
            writeln!(out, "{}", long(&Path::new(folder).join(name), name)?)?;
        } else {
            writeln!(out, "{name}")?;
        }
    }
    Ok(())
}

fn long(path: &Path, name: &str) -> Result<String, Failure> {
    let found = fs::symlink_metadata(path).map_err(on(name))?;
    let target = if found.is_symlink() {
        format!(" -> {}", fs::read_link(path).map_err(on(name))?.display())
    } else {
        String::new()
    };
    let changed = moment(seconds(&found));
    let date = format!("{} {}", &changed[..10], &changed[11..16]);
    let owner = process::owner(&absolute(path)?).map_err(on(name))?;
    Ok(format!(
        "{} {:<8} {:<8} {:>8} {date} {name}{target}",
        letters(&found, path)?,
        users::user(owner.uid),
        users::group(owner.gid),
        found.len()
    ))
}

/// The type and permissions of a file, as `ls -l` writes them.
fn letters(found: &Metadata, path: &Path) -> Result<String, Failure> {
    if found.is_symlink() {
        return Ok("lrwxrwxrwx".to_owned());
    }
    let mode = process::mode(&absolute(path)?)?;
    let kind = if found.is_dir() { 'd' } else { '-' };
    Ok(format!("{kind}{}", permissions(mode)))
}

/// A path as the calls want it that preview 1 lacks.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    Ok(Path::new(&process::directory()?).join(path))
}

/// Permissions in letters, such as `rwxr-xr-x`.
pub(crate) fn permissions(mode: u32) -> String {
    let bits = (0..9).map(|at| {
        if mode >> (8 - at) & 1 == 1 {
            ['r', 'w', 'x'][at % 3]
        } else {
            '-'
        }
    });
    bits.collect()
}

fn seconds(found: &Metadata) -> u64 {
    found
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or_default()
        .as_secs()
}

pub(crate) fn stat(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "c:")?;
    for path in options.at_least(1)? {
        let found = fs::symlink_metadata(path).map_err(on(path))?;
        let place = absolute(Path::new(path))?;
        let mode = process::mode(&place).map_err(on(path))?;
        let owner = process::owner(&place).map_err(on(path))?;
        let kind = if found.is_dir() {
            "directory"
        } else if found.is_symlink() {
            "symbolic link"
        } else {
            "regular file"
        };
        let text = match options.value('c') {
            Some(format) => format
                .replace("%a", &format!("{mode:o}"))
                .replace("%s", &found.len().to_string())
                .replace("%n", path)
                .replace("%F", kind)
                .replace("%u", &owner.uid.to_string())
                .replace("%U", &users::user(owner.uid))
                .replace("%g", &owner.gid.to_string())
                .replace("%G", &users::group(owner.gid))
                .replace("%Y", &seconds(&found).to_string()),
            None => format!(
                "  File: {path}\n  Size: {}\t{kind}\nAccess: ({mode:04o}/{})\nModify: {}",
                found.len(),
                letters(&found, Path::new(path))?,
                moment(seconds(&found))
            ),
        };
        writeln!(io::stdout(), "{text}")?;
    }
    Ok(0)
}

pub(crate) fn du(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "shkba")?;
    let here = [".".to_owned()];
    for path in if options.rest.is_empty() {
        &here[..]
    } else {
        &options.rest
    } {
        let mut bytes = 0;
        walk(path, &mut |_, found| {
            bytes += if found.is_file() { found.len() } else { 0 };
            Ok(())
        })?;
        let size = if options.has('b') {
            bytes
        } else {
            bytes.div_ceil(1024)
        };
        writeln!(io::stdout(), "{size}\t{path}")?;
    }
    Ok(0)
}

/// How much a container may write, and has written; what its image holds does not count.
pub(crate) fn df(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "hkPT")?;
    let (all, left) = process::room()?;
    let used = all.saturating_sub(left);
    let shown = |bytes: u64| match (options.has('h'), bytes) {
        (false, bytes) => bytes.div_ceil(1024).to_string(),
        (true, 0) => "0".to_owned(),
        (true, bytes @ ..1_048_576) => format!("{}K", bytes.div_ceil(1024)),
        (true, bytes) => format!("{}M", bytes.div_ceil(1_048_576)),
    };
    let head = if options.has('h') {
        "Size"
    } else {
        "1K-blocks"
    };
    let share = (used * 100).div_ceil(all.max(1));
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<11} {head:>10} {:>9} {:>9} Use% Mounted on",
        "Filesystem", "Used", "Available"
    )?;
    writeln!(
        out,
        "{:<11} {:>10} {:>9} {:>9} {share:>3}% /",
        "overlay",
        shown(all),
        shown(used),
        shown(left)
    )?;
    Ok(0)
}
