//! `sleep`: the lab's clock goes on, and nobody waits.

use std::time::Duration;

use crate::cli::{Desk, Failure, Flow, duration};
use crate::limits;

/// As coreutils': seconds, or a number with a unit.
pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [typed] = arguments else {
        return Err(Failure::new("sleep: missing operand").hint("`sleep 10`, `sleep 5m`, `sleep 2h`"));
    };
    let seconds = typed.parse().ok().map(Duration::from_secs);
    let time = seconds.or_else(|| duration(typed)).filter(|time| time.as_secs() <= limits::SLEEP_SECONDS);
    let time = time.ok_or_else(|| {
        Failure::new(format!("sleep: invalid time interval '{typed}'")).hint(
            "A number of seconds, or with a unit: `90s`, `5m`, `2h`; a year at most. Only the lab's clock goes on.",
        )
    })?;
    desk.wire.world.pass(time);
    Ok(Flow::Done(0))
}
