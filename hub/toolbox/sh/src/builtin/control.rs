//! Builtins that steer: `break`, `return`, `eval`, `exec`, `exit`, `.`.

use crate::flow::{Flow, Outcome};
use crate::parse::Script;
use crate::redirect::reason;
use crate::shell::Shell;

#[expect(clippy::unnecessary_wraps, reason = "it is a builtin")]
pub(super) fn nothing(_: &mut Shell, _: &[String]) -> Outcome {
    Ok(0)
}

#[expect(clippy::unnecessary_wraps, reason = "it is a builtin")]
pub(super) fn no(_: &mut Shell, _: &[String]) -> Outcome {
    Ok(1)
}

pub(super) fn leave(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match levels(shell, "break", arguments)? {
        0 => Ok(0),
        levels => Err(Flow::Break(levels)),
    }
}

pub(super) fn next(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match levels(shell, "continue", arguments)? {
        0 => Ok(0),
        levels => Err(Flow::Continue(levels)),
    }
}

pub(super) fn back(shell: &mut Shell, arguments: &[String]) -> Outcome {
    Err(Flow::Return(status(shell, "return", arguments)?))
}

pub(super) fn exit(shell: &mut Shell, arguments: &[String]) -> Outcome {
    Err(Flow::Exit(status(shell, "exit", arguments)?))
}

pub(super) fn eval(shell: &mut Shell, arguments: &[String]) -> Outcome {
    shell.run_text(&arguments.join(" "))
}

/// Lets a program take the place of the shell.
pub(super) fn exec(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    if arguments.is_empty() {
        return Ok(0);
    }
    let (status, message) = shell.become_program(arguments);
    Err(shell.fatal(status, message))
}

pub(super) fn source(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let Some(name) = arguments.first() else {
        return Err(shell.fatal(2, ".: filename argument required"));
    };
    let path = if name.contains('/') {
        shell.absolute(name)
    } else {
        find(shell, name).ok_or_else(|| shell.fatal(2, format_args!(".: {name}: not found")))?
    };
    let bytes = std::fs::read(path);
    let bytes = bytes.map_err(|error| {
        shell.fatal(2, format_args!(".: cannot open {name}: {}", reason(&error)))
    })?;
    match shell.run_script(Script::file(String::from_utf8_lossy(&bytes).into_owned())) {
        Err(Flow::Return(status)) => Ok(status),
        outcome => outcome,
    }
}

/// A readable file in the folders of `PATH`.
fn find(shell: &Shell, name: &str) -> Option<std::path::PathBuf> {
    let folders = shell.variables.get("PATH").unwrap_or_default().split(':');
    let mut paths = folders.map(|folder| shell.absolute(folder).join(name));
    paths.find(|path| path.is_file())
}

fn levels(shell: &Shell, name: &str, arguments: &[String]) -> Result<usize, Flow> {
    let wanted = match arguments.first() {
        None => 1,
        Some(text) => match text.parse() {
            Ok(levels @ 1..) => levels,
            _ => return Err(shell.fatal(2, format_args!("{name}: Illegal number: {text}"))),
        },
    };
    Ok(wanted.min(shell.loops))
}

fn status(shell: &Shell, name: &str, arguments: &[String]) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    match arguments.first() {
        None => Ok(shell.trapped.unwrap_or(shell.status)),
        Some(text) => match text.parse::<u32>() {
            Ok(status) => Ok(i32::from(status.to_le_bytes()[0])),
            Err(_) => Err(shell.fatal(2, format_args!("{name}: Illegal number: {text}"))),
        },
    }
}
