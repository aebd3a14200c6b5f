//! `docker history`: which instruction made what, newest first.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;
use crate::text::{Column, table, units};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["history", "image history"],
    usage: "[OPTIONS] IMAGE",
    about: "Show the history of an image",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::switch("no-trunc", None, "Don't truncate output"),
        Flag::switch("quiet", Some('q'), "Only show image IDs"),
    ],
    run,
};

/// Characters of an instruction that are shown.
const CREATED_BY: usize = 45;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let root = engine.find_image(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let image = engine.image(&root).map_err(Failure::daemon)?;
    let whole = parsed.has("no-trunc");
    let id = if whole { root.digest.to_string() } else { root.digest.short() };
    if parsed.has("quiet") {
        desk.terminal.out(id);
        return Ok(Flow::Done(0));
    }
    let mut sizes = engine.layer_rooms(&image).into_iter();
    let now = desk.wire.now();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for entry in &image.config.history {
        let size = if entry.empty_layer { 0 } else { sizes.next().unwrap_or(0) };
        // Nothing was built in 1970: docker shows such a time as not available.
        let age = entry.created.filter(|created| created.seconds() > 0).map(|created| units::age(now.since(created)));
        rows.push(vec![
            "<missing>".to_owned(),
            age.map_or_else(|| "N/A".to_owned(), |age| format!("{age} ago")),
            shortened(&entry.created_by, whole),
            units::size(size),
            entry.comment.clone(),
        ]);
    }
    if let Some(newest) = rows.last_mut() {
        newest[0] = id;
    }
    rows.reverse();
    let columns = ["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"].map(Column::left);
    desk.terminal.lines(table(&columns, &rows));
    Ok(Flow::Done(0))
}

fn shortened(text: &str, whole: bool) -> String {
    if whole || text.chars().count() <= CREATED_BY {
        return text.to_owned();
    }
    text.chars().take(CREATED_BY - 1).chain(['…']).collect()
}
