//! `docker images`: the names on this machine and what they mean.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Engine, Image};
use crate::host::Host;
use crate::oci::Reference;
use crate::text::{Align, Column, table, units};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["images", "image ls", "image list"],
    usage: "[OPTIONS] [REPOSITORY[:TAG]]",
    about: "List images",
    arguments: Arguments::AtMost(1),
    flags: &[
        Flag::switch("all", Some('a'), "Show all images (default hides intermediate images)"),
        Flag::switch("digests", None, "Show digests"),
        Flag::switch("no-trunc", None, "Don't truncate output"),
        Flag::switch("quiet", Some('q'), "Only show image IDs"),
    ],
    run,
};

const COLUMNS: [Column; 5] = [
    Column { header: "IMAGE", least_width: 0, align: Align::Left, fill: true },
    Column { header: "ID", least_width: 12, align: Align::Left, fill: true },
    Column { header: "DISK USAGE", least_width: 10, align: Align::Right, fill: true },
    Column { header: "CONTENT SIZE", least_width: 12, align: Align::Right, fill: true },
    Column { header: "EXTRA", least_width: 5, align: Align::Left, fill: true },
];

/// One line of a list: a name, if it has one, and its image.
type Row = (Option<Reference>, Image);

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let filter = parsed.arguments.first().map(|typed| typed.parse::<Reference>().map_err(Failure::new)).transpose()?;
    let engine = &desk.machine.engine;
    let mut rows = rows(engine, filter.as_ref(), parsed.has("all"));
    let whole = parsed.has("no-trunc");
    if parsed.has("quiet") {
        let mut ids: Vec<String> = rows.iter().map(|(_, image)| id(image, whole)).collect();
        ids.dedup();
        desk.terminal.lines(ids);
        return Ok(Flow::Done(0));
    }
    let lines = if whole || parsed.has("digests") {
        rows.sort_by_key(|(_, image)| std::cmp::Reverse(image.config.created));
        classic(engine, &rows, parsed, desk.wire.now())
    } else {
        table(&COLUMNS, &rows.iter().map(|row| cells(engine, row)).collect::<Vec<_>>())
    };
    desk.terminal.lines(lines);
    Ok(Flow::Done(0))
}

fn rows(engine: &Engine, filter: Option<&Reference>, all: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for (names, image) in engine.images() {
        let parsed = names.iter().filter_map(|name| name.parse::<Reference>().ok());
        rows.extend(parsed.map(|reference| (Some(reference), image.clone())));
        if names.is_empty() && all {
            rows.push((None, image));
        }
    }
    if let Some(filter) = filter {
        rows.retain(|(reference, _)| {
            reference.as_ref().is_some_and(|reference| {
                reference.repository() == filter.repository() && (filter.tag.is_none() || filter.tag == reference.tag)
            })
        });
    }
    rows.sort_by_key(|(reference, _)| (reference.is_none(), reference.as_ref().map(Reference::familiar)));
    rows
}

fn cells(engine: &Engine, (reference, image): &Row) -> Vec<String> {
    let content = image.content_size();
    let disk = content + engine.layer_rooms(image).iter().sum::<u64>();
    let used = if engine.in_use(&image.root.digest) { "U" } else { "" };
    vec![
        reference.as_ref().map_or_else(|| "<untagged>".to_owned(), Reference::familiar),
        image.root.digest.short(),
        units::size(disk),
        units::size(content),
        format!(" {used}").trim_end().to_owned(),
    ]
}

/// The table of docker before 29, which some flags still ask for.
fn classic(engine: &Engine, rows: &[Row], parsed: &Parsed<'_>, now: crate::oci::Timestamp) -> Vec<crate::text::Line> {
    let digests = parsed.has("digests");
    let mut columns = vec![Column::left("REPOSITORY"), Column::left("TAG")];
    columns.extend(digests.then_some(Column::left("DIGEST")));
    columns.extend(["IMAGE ID", "CREATED", "SIZE"].map(Column::left));
    let none = || "<none>".to_owned();
    let cells = |(reference, image): &Row| {
        let name = reference.as_ref().map_or_else(none, Reference::familiar_name);
        let tag = reference.as_ref().and_then(|reference| reference.tag.clone()).unwrap_or_else(none);
        let disk = image.content_size() + engine.layer_rooms(image).iter().sum::<u64>();
        let created = units::age(now.since(image.config.created.unwrap_or_default()));
        let mut cells = vec![name, tag];
        cells.extend(digests.then(|| image.root.digest.to_string()));
        cells.extend([id(image, parsed.has("no-trunc")), format!("{created} ago"), units::size(disk)]);
        cells
    };
    table(&columns, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn id(image: &Image, whole: bool) -> String {
    if whole { image.root.digest.to_string() } else { image.root.digest.short() }
}
