//! `ssh`: the prompt moves to another machine of the lab.

use crate::cli::{Desk, Failure, Flow};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [machine] = arguments else {
        return Err(Failure::with_code(255, "usage: ssh MACHINE").hint(there_are(desk)));
    };
    if desk.machines.contains(machine) {
        return Ok(Flow::Enter(machine.clone()));
    }
    let message = format!("ssh: Could not resolve hostname {machine}: Name or service not known");
    Err(Failure::with_code(255, message).hint(there_are(desk)))
}

/// Back to where the lab began.
pub fn exit(_: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    Ok(Flow::Enter(desk.machines[0].clone()))
}

fn there_are(desk: &Desk<'_>) -> String {
    format!("The machines of this lab: {}.", desk.machines.join(", "))
}
