//! `export`, `unset` and `env`: the shell's variables; and the two words that
//! only end well or badly.

use crate::cli::script::is_name;
use crate::cli::{Desk, Failure, Flow};

pub fn export(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    for word in arguments {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        if !is_name(name) {
            return Err(Failure::with_code(2, format!("sh: export: {word}: bad variable name")));
        }
        if let Some(value) = value {
            desk.machine.variables.set(name, value);
        }
        desk.machine.export(name);
    }
    Ok(Flow::Done(0))
}

pub fn unset(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    for name in arguments {
        desk.machine.variables.unset(name);
    }
    Ok(Flow::Done(0))
}

pub fn env(_: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let environment = desk.machine.environment();
    desk.terminal.lines(environment.iter().map(|(name, value)| format!("{name}={value}")));
    Ok(Flow::Done(0))
}

pub fn succeed(_: &[String], _: &mut Desk<'_>) -> Result<Flow, Failure> {
    Ok(Flow::Done(0))
}

pub fn fail(_: &[String], _: &mut Desk<'_>) -> Result<Flow, Failure> {
    Ok(Flow::Done(1))
}
