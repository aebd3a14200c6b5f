//! Instructions that only describe the image: they make no layer, and a
//! history entry of their own.

use super::convert::Plan;
use super::error::SolveError;
use super::{ports, signal};
use crate::dockerfile::{self, CommandLine, Pair, quote_list};
use crate::oci::{Empty, Healthcheck};
use crate::text::units;

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
        plan.environment.set(name, value.clone());
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

pub(super) fn user(plan: &mut Plan, user: &str) -> Result<(), SolveError> {
    let user = plan.word(user)?;
    plan.record(format!("USER {user}"), false);
    plan.config.config.user = user;
    Ok(())
}

/// What is below a volume later in the build stays in the image; at run it is copied into a volume.
pub(super) fn volume(plan: &mut Plan, paths: &[String]) -> Result<(), SolveError> {
    let paths = paths.iter().map(|path| plan.word(path)).collect::<Result<Vec<_>, _>>()?;
    if paths.iter().any(String::is_empty) {
        return Err(SolveError::BlankVolume);
    }
    plan.record(format!("VOLUME [{}]", paths.join(" ")), false);
    plan.config.config.volumes.extend(paths.into_iter().map(|path| (path, Empty {})));
    Ok(())
}

pub(super) fn stop_signal(plan: &mut Plan, signal: &str) -> Result<(), SolveError> {
    let signal = plan.word(signal)?;
    if !signal::is_signal(&signal) {
        return Err(SolveError::Signal { signal });
    }
    plan.record(format!("STOPSIGNAL {signal}"), false);
    plan.config.config.stop_signal = signal;
    Ok(())
}

pub(super) fn shell(plan: &mut Plan, words: &[String]) {
    plan.record(format!("SHELL [{}]", words.join(" ")), false);
    plan.config.config.shell = words.to_vec();
}

pub(super) fn maintainer(plan: &mut Plan, name: &str) {
    plan.record(format!("MAINTAINER {name}"), false);
    plan.config.author = Some(name.to_owned());
}

pub(super) fn healthcheck(plan: &mut Plan, check: &dockerfile::Healthcheck) {
    let check = match check {
        dockerfile::Healthcheck::None => Healthcheck { test: vec!["NONE".to_owned()], ..Healthcheck::default() },
        dockerfile::Healthcheck::Test { line, interval, timeout, start_period, start_interval, retries } => {
            let (form, words) = match line {
                CommandLine::Exec(words) => ("CMD", words.clone()),
                CommandLine::Shell(text) => ("CMD-SHELL", vec![text.clone()]),
            };
            let nanos = |duration: &std::time::Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
            Healthcheck {
                test: std::iter::once(form.to_owned()).chain(words).collect(),
                interval: nanos(interval),
                timeout: nanos(timeout),
                start_period: nanos(start_period),
                start_interval: nanos(start_interval),
                retries: u64::from(*retries),
            }
        }
    };
    let [interval, timeout, period, every] =
        [check.interval, check.timeout, check.start_period, check.start_interval].map(units::go_duration);
    // Go prints the structure itself.
    plan.record(
        format!(
            "HEALTHCHECK {{Test:[{}] Interval:{interval} Timeout:{timeout} StartPeriod:{period} StartInterval:{every} \
             Retries:{}}}",
            check.test.join(" "),
            check.retries
        ),
        false,
    );
    plan.config.config.healthcheck = Some(check);
}

/// The shell form is a text for the shell of the image.
fn command(plan: &Plan, line: &CommandLine) -> Vec<String> {
    match line {
        CommandLine::Exec(words) => words.clone(),
        CommandLine::Shell(text) => with_shell(plan, text),
    }
}

/// `text` as the last argument of the shell that SHELL named, or of the usual one.
pub(super) fn with_shell(plan: &Plan, text: &str) -> Vec<String> {
    let shell = plan.config.config.shell.clone();
    let mut words = if shell.is_empty() { vec!["/bin/sh".to_owned(), "-c".to_owned()] } else { shell };
    words.push(text.to_owned());
    words
}

fn resolved(plan: &Plan, pairs: &[Pair]) -> Result<Vec<(String, String)>, SolveError> {
    pairs.iter().map(|pair| Ok((plan.word(&pair.name)?, plan.word(&pair.value)?))).collect()
}

fn listed(keyword: &str, pairs: &[(String, String)]) -> String {
    let words: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{keyword} {}", words.join(" "))
}
