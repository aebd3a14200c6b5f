//! Running other programs: found on the PATH, shown as they start, and judged
//! by how they end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome};
use crate::place;

/// Tells what is about to happen, in a line that stands out of a build's.
pub fn say(what: impl AsRef<str>) {
    eprintln!("==> {}", what.as_ref());
}

/// A command that starts at the root of the project.
pub fn command(program: impl AsRef<Path>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).current_dir(place::root());
    command
}

/// The cargo that runs this tool.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(PathBuf::from(cargo), arguments);
    // Cargo tells a package about itself in its environment; what is built from
    // here is another package, and would be rebuilt each time it saw a change.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command whose output the developer sees; `cure` helps if it fails.
pub fn run(command: &mut Command, cure: &str) -> Outcome {
    let line = line_of(command);
    eprintln!("  $ {line}");
    let status = command.status().map_err(|error| Failure::new(format!("`{line}` did not start: {error}"), cure))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}` failed ({status})"), cure)) }
}

/// What a command prints, or why it could not.
pub fn output(command: &mut Command, cure: &str) -> Outcome<String> {
    let line = line_of(command);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| Failure::new(format!("`{line}` did not start: {error}"), cure))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(Failure::new(format!("`{line}` failed ({})", output.status), cure))
    }
}

/// A program on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let names = [program.to_owned(), format!("{program}.exe"), format!("{program}.cmd")];
    let names = if cfg!(windows) { &names[..] } else { &names[..1] };
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|path| path.is_file())
}

/// The PATH with folders put before it.
pub fn path_with(first: &[&Path]) -> Outcome<OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let folders = first.iter().map(|folder| folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).map_err(|error| {
        Failure::new(format!("a folder cannot stand in PATH: {error}"), "choose another XDG_CACHE_HOME")
    })
}

fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
