//! How steps are shown, a build's or others: in one of the ways of `BuildKit`.

use crate::build::BuildError;
use crate::build::progress::{Plain, Raw, Tty};
use crate::cli::Terminal;
use crate::event::Event;
use crate::text::Output;

/// The one of the ways.
pub enum Progress {
    /// A block a step.
    Plain(Plain),
    /// A line a step, changed in place.
    Tty(Tty),
    /// A document a line.
    Raw(Raw),
    /// Not at all.
    Quiet,
}

impl Progress {
    /// The way of this name; `auto` is by what it is shown on.
    pub fn named(mode: &str, is_tty: bool) -> Option<Self> {
        Some(match mode {
            "auto" if is_tty => Self::Tty(Tty::default()),
            "tty" => Self::Tty(Tty::default()),
            "auto" | "plain" => Self::Plain(Plain::default()),
            "rawjson" => Self::Raw(Raw::default()),
            "quiet" | "none" => Self::Quiet,
            _ => return None,
        })
    }

    /// The same for steps of no build.
    #[must_use]
    pub fn bare(self) -> Self {
        match self {
            Self::Plain(_) => Self::Plain(Plain::bare()),
            Self::Tty(_) => Self::Tty(Tty::bare()),
            other => other,
        }
    }

    /// The lines that `event` adds.
    pub fn event(&mut self, event: &Event) -> Vec<Output> {
        match self {
            Self::Plain(plain) => plain.event(event),
            Self::Tty(tty) => tty.event(event),
            Self::Raw(raw) => raw.event(event),
            Self::Quiet => Vec::new(),
        }
    }

    /// Prints what `event` adds, and hands it on.
    pub fn show(&mut self, event: Event, terminal: &mut Terminal<'_>) {
        self.event(&event).into_iter().for_each(&mut *terminal.print);
        terminal.event(event);
    }

    /// More to be said of each warning at the end.
    pub fn expand(&mut self, details: Vec<Vec<String>>) {
        match self {
            Self::Plain(plain) => plain.expand(details),
            Self::Tty(tty) => tty.expand(details),
            Self::Raw(_) | Self::Quiet => {}
        }
    }

    /// The last lines.
    pub fn finish(&mut self, error: Option<&BuildError>) -> Vec<Output> {
        match self {
            Self::Plain(plain) => plain.finish(error),
            Self::Tty(tty) => tty.finish(error),
            Self::Raw(_) | Self::Quiet => Plain::default().finish(error),
        }
    }
}
