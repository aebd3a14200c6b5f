//! `echo`: its words, a space between.

use crate::cli::{Desk, Failure, Flow};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    desk.terminal.out(arguments.join(" "));
    Ok(Flow::Done(0))
}
