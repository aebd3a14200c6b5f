//! `cd`, `pwd` and `umask`.

use crate::flow::Outcome;
use crate::redirect::reason;
use crate::shell::Shell;

pub(super) fn cd(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (physical, arguments) = options(arguments);
    let (target, shown) = match arguments.first().map(String::as_str) {
        None => (
            shell.variables.get("HOME").unwrap_or_default().to_owned(),
            false,
        ),
        Some("-") => (
            shell.variables.get("OLDPWD").unwrap_or_default().to_owned(),
            true,
        ),
        Some(target) => (target.to_owned(), false),
    };
    if target.is_empty() && arguments.is_empty() {
        return shell.refuse(2, "cd: HOME not set");
    }
    let (path, found) = searched(shell, &target);
    let path = if physical {
        std::fs::canonicalize(&path).map_or(path, |path| path.to_string_lossy().into_owned())
    } else {
        path
    };
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return shell.refuse(2, format_args!("cd: can't cd to {target}: Not a directory")),
        Err(error) => {
            return shell.refuse(
                2,
                format_args!("cd: can't cd to {target}: {}", reason(&error)),
            );
        }
    }
    let old = std::mem::replace(&mut shell.directory, path.clone());
    shell.assign("OLDPWD", old)?;
    shell.assign("PWD", path.clone())?;
    if shown || found {
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
    let folders = if plain {
        ""
    } else {
        shell.variables.get("CDPATH").unwrap_or_default()
    };
    for folder in folders.split(':').filter(|folder| !folder.is_empty()) {
        let path = tidy(&shell.absolute(folder).join(target).to_string_lossy());
        if std::path::Path::new(&path).is_dir() {
            return (path, true);
        }
    }
    (tidy(&shell.absolute(target).to_string_lossy()), false)
}

/// An absolute path without `.` and `..`.
fn tidy(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

pub(super) fn pwd(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (physical, _) = options(arguments);
    let path = if physical {
        std::fs::canonicalize(&shell.directory).ok()
    } else {
        None
    };
    let path = path.map_or_else(
        || shell.directory.clone(),
        |path| path.to_string_lossy().into_owned(),
    );
    shell.say(&format!("{path}\n"))
}

fn options(arguments: &[String]) -> (bool, &[String]) {
    match arguments.split_first() {
        Some((option, rest)) if option == "-P" => (true, rest),
        Some((option, rest)) if option == "-L" || option == "--" => (false, rest),
        _ => (false, arguments),
    }
}

/// Files get the permissions that WASI gives them, so there is one mask.
pub(super) fn umask(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match arguments.first().map(String::as_str) {
        None => shell.say("0022\n"),
        Some("-S") => shell.say("u=rwx,g=rx,o=rx\n"),
        Some("022" | "0022" | "22") => Ok(0),
        Some(mask) => shell.refuse(1, format_args!("umask: {mask}: only 022 can be set here")),
    }
}
