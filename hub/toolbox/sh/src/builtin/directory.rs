//! `cd` and `pwd`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/cd.html>

use std::io;
use std::path::Path;

use crate::flow::Outcome;
use crate::redirect::reason;
use crate::shell::Shell;

pub(super) fn cd(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (physical, arguments) = match options(arguments) {
        Ok(options) => options,
        Err(option) => return shell.refuse(2, format_args!("cd: Illegal option {option}")),
    };
    let (variable, target) = match arguments.first().map(String::as_str) {
        None => ("HOME", None),
        Some("-") => ("OLDPWD", None),
        Some(target) => ("", Some(target.to_owned())),
    };
    let value = shell
        .variables
        .get(variable)
        .filter(|value| !value.is_empty());
    let Some(target) = target.clone().or_else(|| value.map(str::to_owned)) else {
        return shell.refuse(2, format_args!("cd: {variable} not set"));
    };
    let (place, found) = searched(shell, &target);
    let path = match arrived(&place, physical) {
        Ok(path) => path,
        Err(error) => {
            let reason = reason(&error);
            return shell.refuse(2, format_args!("cd: can't cd to {target}: {reason}"));
        }
    };
    let old = std::mem::replace(&mut shell.directory, path.clone());
    shell.assign("OLDPWD", old)?;
    shell.assign("PWD", path.clone())?;
    if found || variable == "OLDPWD" {
        shell.say(&format!("{path}\n"))
    } else {
        Ok(0)
    }
}

/// Where a folder is, by `CDPATH` too: and whether that was needed.
fn searched(shell: &Shell, target: &str) -> (String, bool) {
    let plain = target.starts_with('/')
        || target
            .split('/')
            .next()
            .is_some_and(|first| matches!(first, "." | ".."));
    let folders = shell.variables.get("CDPATH").filter(|_| !plain);
    let here = |folder: &str| {
        let path = shell.absolute(folder).join(target);
        path.to_string_lossy().into_owned()
    };
    for folder in folders.unwrap_or_default().split(':') {
        let path = here(folder);
        if arrived(&path, false).is_ok() {
            return (path, !folder.is_empty());
        }
    }
    (here(""), false)
}

/// The folder that an absolute path leads to, without `.` and `..`, and without links if it is to be physical.
fn arrived(path: &str, physical: bool) -> io::Result<String> {
    let mut names: Vec<&str> = Vec::new();
    let joined = |names: &[&str]| format!("/{}", names.join("/"));
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if physical => names.push(name),
            ".." => {
                is_folder(&joined(&names))?;
                names.pop();
            }
            name => {
                // A file is no way to a folder, whatever comes behind it.
                if physical {
                    is_folder(&joined(&names))?;
                }
                names.push(name);
            }
        }
    }
    let path = joined(&names);
    is_folder(&path)?;
    if physical {
        return Ok(process::physical(Path::new(&path))?
            .to_string_lossy()
            .into_owned());
    }
    Ok(path)
}

fn is_folder(path: &str) -> io::Result<()> {
    if std::fs::metadata(path)?.is_dir() {
        Ok(())
    } else {
        Err(io::ErrorKind::NotADirectory.into())
    }
}

pub(super) fn pwd(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let Ok((physical, _)) = options(arguments) else {
        return shell.refuse(2, format_args!("pwd: Illegal option {}", arguments[0]));
    };
    let path = if physical {
        process::physical(Path::new(&shell.directory)).ok()
    } else {
        None
    };
    let path = path.map_or_else(
        || shell.directory.clone(),
        |path| path.to_string_lossy().into_owned(),
    );
    shell.say(&format!("{path}\n"))
}

/// Whether the last option asks for physical paths, and the operands; or an option that there is not.
fn options(mut arguments: &[String]) -> Result<(bool, &[String]), &str> {
    let mut physical = false;
    while let Some((option, rest)) = arguments.split_first() {
        let Some(letters) = option
            .strip_prefix('-')
            .filter(|letters| !letters.is_empty())
        else {
            break;
        };
        arguments = rest;
        if letters == "-" {
            break;
        }
        if letters.contains(|letter| !matches!(letter, 'L' | 'P')) {
            return Err(option);
        }
        physical = letters.ends_with('P');
    }
    Ok((physical, arguments))
}
