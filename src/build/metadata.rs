//! Instructions that only describe the image: they make no layer, and a
//! history entry of their own.

use super::convert::Plan;
use super::error::SolveError;
use super::ports;
use crate::dockerfile::{CommandLine, Pair, quote_list};
use crate::oci::Empty;

/// Values of one ENV see the environment before it.
pub(super) fn env(plan: &mut Plan, pairs: &[Pair]) -> Result<(), SolveError> {
    let pairs = resolved(plan, pairs)?;
    for (name, value) in &pairs {
        let env = &mut plan.config.config.env;
        let known = env.iter_mut().find(|pair| pair.split_once('=').is_some_and(|(known, _)| known == name));
        match known {
            Some(pair) => *pair = format!("{name}={value}"),
            None => env.push(format!("{name}={value}")),
        }
    }
    plan.record(listed("ENV", &pairs), false);
    Ok(())
}

pub(super) fn label(plan: &mut Plan, pairs: &[Pair]) -> Result<(), SolveError> {
    let pairs = resolved(plan, pairs)?;
    plan.config.config.labels.extend(pairs.iter().cloned());
    plan.record(listed("LABEL", &pairs), false);
    Ok(())
}

/// Publishes nothing; it is a note for whoever runs the image.
pub(super) fn expose(plan: &mut Plan, words: &[String]) -> Result<(), SolveError> {
    let mut exposed = Vec::new();
    for word in words {
        for specification in plan.words(word)? {
            exposed.extend(ports::parse(&specification).map_err(|reason| SolveError::Port { reason })?);
            ports::check_count(exposed.len()).map_err(|reason| SolveError::Port { reason })?;
        }
    }
    let notes = exposed.iter().map(|port| (port.clone(), Empty {}));
    plan.config.config.exposed_ports.extend(notes);
    plan.record(format!("EXPOSE [{}]", exposed.join(" ")), false);
    Ok(())
}

pub(super) fn cmd(plan: &mut Plan, line: &CommandLine) {
    let words = command(plan, line);
    plan.record(format!("CMD {}", quote_list(&words)), false);
    plan.config.config.cmd = (!words.is_empty()).then_some(words);
    plan.config.config.args_escaped = true;
}

/// A CMD that came with the base is meant for the base's entrypoint, and goes with it.
pub(super) fn entrypoint(plan: &mut Plan, line: &CommandLine, cmd_set: bool) {
    let words = command(plan, line);
    plan.record(format!("ENTRYPOINT {}", quote_list(&words)), false);
    plan.config.config.entrypoint = (!words.is_empty()).then_some(words);
    if !cmd_set {
        plan.config.config.cmd = None;
    }
}

/// The shell form is a text for the shell of the image.
fn command(plan: &Plan, line: &CommandLine) -> Vec<String> {
    match line {
        CommandLine::Exec(words) => words.clone(),
        CommandLine::Shell(text) => {
            let shell = plan.config.config.shell.clone();
            let mut words = if shell.is_empty() { vec!["/bin/sh".to_owned(), "-c".to_owned()] } else { shell };
            words.push(text.clone());
            words
        }
    }
}

fn resolved(plan: &Plan, pairs: &[Pair]) -> Result<Vec<(String, String)>, SolveError> {
    pairs.iter().map(|pair| Ok((plan.word(&pair.name)?, plan.word(&pair.value)?))).collect()
}

fn listed(keyword: &str, pairs: &[(String, String)]) -> String {
    let words: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{keyword} {}", words.join(" "))
}
