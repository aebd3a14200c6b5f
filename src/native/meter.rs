//! How far a long step is, in the terminal's last row while it goes on.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::text::units::progress_size;

/// What is done sooner needs no telling; also how long one row stays.
const PATIENCE: Duration = Duration::from_millis(250);
/// How many cells the bar has.
const CELLS: u64 = 20;
/// Back to the beginning of the row, which is emptied.
const EMPTY_ROW: &str = "\r\x1b[2K";

/// Tells nothing where standard error is no terminal.
pub struct Meter {
    is_terminal: bool,
    /// When the row was written, or would have been; none between two steps.
    since: Cell<Option<Instant>>,
    is_shown: Cell<bool>,
}

impl Default for Meter {
    fn default() -> Self {
        let is_terminal = io::stdout().is_terminal() && io::stderr().is_terminal();
        Self { is_terminal, since: Cell::new(None), is_shown: Cell::new(false) }
    }
}

impl Meter {
    /// Shows of how many bytes how many are done by a `verb` such as `packing`; the row is gone when all are.
    pub fn show(&self, verb: &str, done: u64, of: u64) {
        if !self.is_terminal {
            return;
        }
        if done == of {
            self.since.set(None);
            if self.is_shown.take() {
                write(EMPTY_ROW);
            }
            return;
        }
        let since = self.since.get().unwrap_or_else(Instant::now);
        let is_due = since.elapsed() >= PATIENCE;
        self.since.set(Some(if is_due { Instant::now() } else { since }));
        if is_due {
            self.is_shown.set(true);
            write(&format!("{EMPTY_ROW}{}", row(verb, done, of)));
        }
    }
}

/// A terminal that is gone is found out by whoever prints the next line.
fn write(text: &str) {
    let mut terminal = io::stderr();
    drop(terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()));
}

/// ` => => packing [#####               ] 256.00MB / 1.07GB`
fn row(verb: &str, done: u64, of: u64) -> String {
    let full = usize::try_from(done.saturating_mul(CELLS) / of.max(1)).unwrap_or(usize::MAX);
    let (bar, width) = ("#".repeat(full), usize::try_from(CELLS).unwrap_or(usize::MAX));
    format!(" => => {verb} [{bar:width$}] {} / {}", progress_size(done), progress_size(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_with_the_bytes() {
        assert_eq!(row("packing", 0, 0), " => => packing [                    ] 0B / 0B");
        assert_eq!(row("packing", 512 << 20, 2 << 30), " => => packing [#####               ] 536.87MB / 2.15GB");
        assert_eq!(row("packing", 7, 7), " => => packing [####################] 7B / 7B");
    }
}
