//! `docker port`: which ports of the machine lead to a container.

use super::ps;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["port", "container port"],
    usage: "CONTAINER [PRIVATE_PORT[/PROTO]]",
    about: "List port mappings or a specific mapping for the container",
    arguments: Arguments::Between(1, 2),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let id = engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let open = engine.open_ports(&id).to_vec();
    let Some(wanted) = parsed.arguments.get(1) else {
        for open in &open {
            let (inner, outer) = (open.container, open.host.unwrap_or(0));
            desk.terminal
                .lines(ps::addresses(open).into_iter().map(|address| format!("{inner}/tcp -> {address}:{outer}")));
        }
        return Ok(Flow::Done(0));
    };
    let (port, protocol) = wanted.split_once('/').unwrap_or((wanted, "tcp"));
    let port: u16 = port.parse().map_err(|_| Failure::new(format!("invalid port '{port}': invalid syntax")))?;
    let found: Vec<_> = open.iter().filter(|open| open.container == port && protocol == "tcp").collect();
    if found.is_empty() {
        let typed = &parsed.arguments[0];
        return Err(Failure::new(format!("no public port '{port}/{protocol}' published for {typed}")));
    }
    for open in found {
        let outer = open.host.unwrap_or(0);
        desk.terminal.lines(ps::addresses(open).into_iter().map(|address| format!("{address}:{outer}")));
    }
    Ok(Flow::Done(0))
}
