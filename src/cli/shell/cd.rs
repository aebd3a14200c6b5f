//! `cd` and `pwd`: where the prompt stands.

use crate::cli::{Desk, Failure, Flow};
use crate::lab::Machine;

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let typed = arguments.first().map_or("~", String::as_str);
    let path = if typed == "~" { Machine::home() } else { desk.machine.resolve(typed) };
    let failed = |reason: &str| Failure::with_code(2, format!("sh: cd: can't cd to {typed}: {reason}"));
    let target = desk.machine.files.resolve(&path).map_err(|_| failed("No such file or directory"))?;
    match desk.machine.files.get(&target) {
        None => Err(failed("No such file or directory")),
        Some(node) if node.entries().is_none() => Err(failed("Not a directory")),
        Some(_) => {
            desk.machine.directory = target;
            Ok(Flow::Done(0))
        }
    }
}

pub fn pwd(_: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let directory = desk.machine.directory.to_string();
    desk.terminal.out(directory);
    Ok(Flow::Done(0))
}
