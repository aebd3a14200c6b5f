//! `docker … prune`: what nothing needs any more. Without `-f` docker asks; the
//! answer comes on the standard input, and without one it does nothing.

mod builder;
mod container;
mod image;
mod system;

pub use builder::VERB as BUILDER;
pub use container::VERB as CONTAINER;
pub use image::VERB as IMAGE;
pub use system::VERB as SYSTEM;

use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::moment::moment;
use crate::cli::{Desk, Failure, Flag};
use crate::engine::Removed;
use crate::oci::Timestamp;
use crate::text::units;

/// The flag that agrees beforehand.
pub const FORCE: Flag = Flag::switch("force", Some('f'), "Do not prompt for confirmation");

/// Whether the learner agrees: by a flag, or by answering what docker asks.
pub fn is_confirmed(parsed: &Parsed<'_>, warning: &str, desk: &mut Desk<'_>) -> bool {
    if parsed.has("force") {
        return true;
    }
    desk.terminal.lines(format!("{warning} [y/N] ").split('\n'));
    let answer = desk.input.take().unwrap_or_default();
    let line = answer.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.trim_ascii().eq_ignore_ascii_case(b"y")
}

/// `until=`: only what was made before.
pub fn before(filters: &Filters, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let mut values = filters.values("until");
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Failure::daemon("more than one until filter specified"));
    }
    moment(value, now).map(Some).map_err(Failure::daemon)
}

/// A list of what went, with an empty line after it; nothing if nothing did.
pub fn list(heading: &str, lines: Vec<String>, desk: &mut Desk<'_>) {
    if !lines.is_empty() {
        desk.terminal.out(heading);
        desk.terminal.lines(lines);
        desk.terminal.out("");
    }
}

/// How much room is free now.
pub fn reclaimed(space: u64, desk: &mut Desk<'_>) {
    desk.terminal.out(format!("Total reclaimed space: {}", size(space)));
}

/// Four digits, as everywhere where room is counted.
fn size(bytes: u64) -> String {
    units::size_with_precision(bytes, 4)
}

fn line(removed: &Removed) -> String {
    match removed {
        Removed::Untagged(name) => format!("untagged: {name}"),
        Removed::Deleted(digest) => format!("deleted: {digest}"),
    }
}
