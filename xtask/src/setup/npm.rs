//! Packages for Node, from a lock file of ours, into the user's cache.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::run::{command, find, run, say};

/// The Node that runs the browser tests is at least this.
const NODE: u32 = 20;

/// Installs what `folder/package-lock.json` names into `folder/node_modules`,
/// unless what is there came from the same lock.
pub fn install(folder: &Path) -> Outcome<PathBuf> {
    let modules = folder.join("node_modules");
    let (lock, stamp) = (folder.join("package-lock.json"), modules.join(".from-lock"));
    let wanted = std::fs::read(&lock).map_err(|error| {
        Failure::new(format!("{} cannot be read: {error}", lock.display()), "run `git checkout` on it")
    })?;
    if std::fs::read(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(modules);
    }
    let npm = find("npm").ok_or_else(|| Failure::new("npm is not on the PATH", cure()))?;
    say(format!("installing the Node packages of {}", folder.display()));
    let mut command = command(npm, &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    run(command.current_dir(folder), "check the network, then run the command above yourself")?;
    std::fs::write(&stamp, wanted).map_err(|error| {
        Failure::new(format!("{} cannot be written: {error}", stamp.display()), "check its permissions")
    })?;
    Ok(modules)
}

/// How to get Node.
pub fn cure() -> String {
    format!("install Node {NODE} or newer with npm (https://nodejs.org, or your system's package `nodejs` and `npm`)")
}

/// Installs one package of a version into a folder of its own.
pub fn add(home: &Path, package: &str, version: &str) -> Outcome {
    let npm = find("npm").ok_or_else(|| Failure::new("npm is not on the PATH", cure()))?;
    say(format!("installing {package} {version} into {}", home.display()));
    std::fs::create_dir_all(home).map_err(|error| {
        Failure::new(format!("{} cannot be made: {error}", home.display()), "check its permissions")
    })?;
    let exact = format!("{package}@{version}");
    let mut command =
        command(npm, &["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"]);
    run(command.arg(home).arg(exact).current_dir(home), "check the network, then run the command above yourself")
}
