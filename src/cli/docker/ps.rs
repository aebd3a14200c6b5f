//! `docker ps`: the containers of this machine.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Container, State};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::text::{Column, table, units};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["ps", "container ls", "container list", "container ps"],
    usage: "[OPTIONS]",
    about: "List containers",
    arguments: Arguments::None,
    flags: &[
        Flag::switch("all", Some('a'), "Show all containers (default shows just running)"),
        Flag::switch("no-trunc", None, "Don't truncate output"),
        Flag::switch("quiet", Some('q'), "Only display container IDs"),
    ],
    run,
};

/// Characters of a command that are shown.
const COMMAND: usize = 20;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let whole = parsed.has("no-trunc");
    let now = desk.wire.now();
    let engine = &desk.machine.engine;
    let running = |container: &&&Container| parsed.has("all") || matches!(container.state, State::Running { .. });
    let listed = engine.list_containers();
    let listed = listed.iter().filter(running);
    if parsed.has("quiet") {
        let ids: Vec<String> = listed.map(|container| id(container, whole)).collect();
        desk.terminal.lines(ids);
        return Ok(Flow::Done(0));
    }
    let columns = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"].map(Column::left);
    let rows: Vec<Vec<String>> = listed
        .map(|container| {
            vec![
                id(container, whole),
                image(engine, container),
                command(container, whole),
                format!("{} ago", units::age(now.since(container.created))),
                status(container.state, now),
                String::new(),
                container.name.clone(),
            ]
        })
        .collect();
    desk.terminal.lines(table(&columns, &rows));
    Ok(Flow::Done(0))
}

fn id(container: &Container, whole: bool) -> String {
    if whole { container.id.clone() } else { container.id[..12].to_owned() }
}

/// The name the container was made from, or the image's id when that name means something else now.
fn image(engine: &crate::engine::Engine, container: &Container) -> String {
    let means = engine.find_image(&container.image_name).is_ok_and(|root| root.digest == container.image);
    if means { container.image_name.clone() } else { container.image.short() }
}

fn command(container: &Container, whole: bool) -> String {
    let text = container.command.join(" ");
    if whole || text.chars().count() <= COMMAND {
        return format!("\"{text}\"");
    }
    format!("\"{}…\"", text.chars().take(COMMAND - 1).collect::<String>())
}

fn status(state: State, now: Timestamp) -> String {
    match state {
        State::Created => "Created".to_owned(),
        State::Running { since } => format!("Up {}", units::age(now.since(since))),
        State::Exited { code, at } => format!("Exited ({code}) {} ago", units::age(now.since(at))),
    }
}
