//! `docker version`: says honestly what answers here.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["version"],
    usage: "[OPTIONS]",
    about: "Show the Docker version information",
    arguments: Arguments::None,
    flags: &[],
    run,
};

/// The docker whose behaviour this is.
const BEHAVES_LIKE: &str = "29.7.2";

fn run(_: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    desk.terminal.out(format!("Drydock {}", env!("CARGO_PKG_VERSION")));
    desk.terminal.out(format!(" Behaves like:      Docker {BEHAVES_LIKE} (containerd image store)"));
    desk.terminal.out(format!(" OS/Arch:           {}", desk.machine.engine.platform()));
    Ok(Flow::Done(0))
}

/// `docker --version`.
pub fn short(desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    desk.terminal.out(format!("Drydock {}, behaves like Docker version {BEHAVES_LIKE}", env!("CARGO_PKG_VERSION")));
    Ok(Flow::Done(0))
}
