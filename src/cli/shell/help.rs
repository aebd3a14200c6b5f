//! `help` and `clear`: the prompt about itself.

use super::WORDS;
use crate::cli::{Desk, Failure, Flow};

pub fn run(_: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    for word in WORDS {
        let typed = format!("{} {}", word.name, word.usage);
        desk.terminal.out(format!("  {typed:<24} {}", word.about));
    }
    desk.terminal.out(format!(
        "  {:<24} {}",
        "docker COMMAND", "Images, containers, registries; `docker help` has its own list"
    ));
    desk.terminal.out(format!(
        "  {:<24} {}",
        "registry COMMAND", "Run the registries of this lab; `registry help` has its own list"
    ));
    Ok(Flow::Done(0))
}

pub fn clear(_: &[String], _: &mut Desk<'_>) -> Result<Flow, Failure> {
    Ok(Flow::Clear)
}
