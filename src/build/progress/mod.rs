//! The events of a build as text on standard error: [`Plain`] as a file gets
//! it, [`Tty`] as a terminal shows it, where lines change in place. Both end
//! with what went wrong and where.

mod ending;
mod plain;
mod raw;
mod tty;

pub use ending::excerpt;
pub use plain::Plain;
pub use raw::Raw;
pub use tty::Tty;

use crate::text::units;

/// `1.08MB / 1.08MB`, `195B`, or nothing.
fn amount(current: u64, total: u64) -> Option<String> {
    let current_size = units::progress_size(current);
    match (current, total) {
        (0, 0) => None,
        (_, 0) => Some(current_size),
        _ => Some(format!("{current_size} / {}", units::progress_size(total))),
    }
}

/// `1.2s`
fn seconds(millis: u64) -> String {
    // Tenths, a half rounded as a decimal fraction of two is: `{:.1}` sees the exact value.
    let seconds = std::time::Duration::from_millis(millis).as_secs_f64();
    format!("{seconds:.1}s")
}

/// When a line was written, in seconds: `0.167`, `12.34`, `123.4`.
fn moment(millis: u64) -> String {
    let seconds = std::time::Duration::from_millis(millis).as_secs_f64();
    let decimals = if seconds < 10.0 {
        3
    } else if seconds < 100.0 {
        2
    } else {
        1
    };
    format!("{seconds:.decimals$}")
}
