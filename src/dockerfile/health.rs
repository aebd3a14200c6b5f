//! HEALTHCHECK: a command, or NONE, and how often it runs.

use std::time::Duration;

use super::command::{command_line, words};
use super::duration;
use super::fault::InstructionFault;
use super::flags::{Flags, Kind};
use super::node::{Arguments, Node};
use super::{CommandLine, Healthcheck};
use crate::text::Case;

const SHORTEST_NANOSECONDS: i64 = 1_000_000;

pub(super) fn healthcheck(node: &Node) -> Result<Healthcheck, InstructionFault> {
    let Some((kind, rest)) = words(&node.arguments).split_first() else {
        return Err(InstructionFault::NoArgument { keyword: "HEALTHCHECK".to_owned() });
    };
    let kind = kind.uppercase();
    if kind == "NONE" {
        return if rest.is_empty() { Ok(Healthcheck::None) } else { Err(InstructionFault::HealthNone) };
    }
    let value = |name| (name, Kind::Value);
    let known = ["interval", "retries", "start-interval", "start-period", "timeout"].map(value);
    let flags = Flags::read(&node.flags, &known)?;
    let line = match (&node.arguments, rest.is_empty()) {
        _ if kind != "CMD" => return Err(InstructionFault::HealthKind { kind }),
        (_, true) => return Err(InstructionFault::HealthCommand),
        (Arguments::Json(_), _) => CommandLine::Exec(rest.to_vec()),
        _ => command_line(&Arguments::Plain(rest.to_vec())),
    };
    Ok(Healthcheck::Test {
        line,
        interval: interval(&flags, "interval")?,
        timeout: interval(&flags, "timeout")?,
        start_period: interval(&flags, "start-period")?,
        start_interval: interval(&flags, "start-interval")?,
        retries: retries(&flags)?,
    })
}

/// Zero where nothing is said.
fn interval(flags: &Flags<'_>, flag: &'static str) -> Result<Duration, InstructionFault> {
    let nanoseconds = flags.text(flag).map_or(Ok(0), |text| duration::nanoseconds(&text))?;
    if nanoseconds != 0 && nanoseconds < SHORTEST_NANOSECONDS {
        return Err(InstructionFault::Interval { flag });
    }
    Ok(Duration::from_nanos(nanoseconds.unsigned_abs()))
}

/// A number as Go's `ParseInt` reads it into 32 bits.
fn retries(flags: &Flags<'_>) -> Result<u32, InstructionFault> {
    let Some(text) = flags.text("retries") else { return Ok(0) };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InstructionFault::Retries { text, reason: "invalid syntax" });
    }
    let Ok(retries) = text.parse::<i32>() else {
        return Err(InstructionFault::Retries { text, reason: "value out of range" });
    };
    u32::try_from(retries).map_err(|_| InstructionFault::NegativeRetries { retries })
}
