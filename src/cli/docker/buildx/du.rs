//! `docker buildx du`: what the build cache holds, the smallest first, and
//! the room it takes.

use serde_json::{Value, json};

use super::check_builder;
use crate::build::CacheRecord;
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::format::{Listing, is_table};
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::text::{sorted_by, units};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx du"],
    usage: "",
    about: "Disk usage",
    arguments: Arguments::None,
    flags: &[
        Flag::value("builder", None, "Override the configured builder instance"),
        Flag::values("filter", None, "Provide filter values").of("filter"),
        Flag::value("format", None, "Format the output"),
        Flag::switch("verbose", None, "Shorthand for \"--format=pretty\""),
    ],
    run,
};

const LISTING: Listing = Listing {
    types: &[("", "*commands.diskusageContext")],
    headers: &[
        ("ID", "ID"),
        ("Parents", "PARENTS"),
        ("CreatedAt", "CREATED AT"),
        ("Mutable", "MUTABLE"),
        ("Reclaimable", "RECLAIMABLE"),
        ("Shared", "SHARED"),
        ("Size", "SIZE"),
        ("Description", "DESCRIPTION"),
        ("UsageCount", "USAGE COUNT"),
        ("LastUsedAt", "LAST ACCESSED"),
        ("Type", "TYPE"),
    ],
};

const TABLE: &str = "table {{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}";
const PRETTY: &str = "pretty";

type Record = (CacheRecord, bool);

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    check_builder(parsed)?;
    let format = match parsed.value("format").unwrap_or_default() {
        "" if parsed.has("verbose") => PRETTY,
        "" | "table" => TABLE,
        _ if parsed.has("verbose") => {
            return Err(Failure::new("ERROR: --format and --verbose cannot be used together"));
        }
        format => format,
    };
    let filters = Filters::read(parsed, &["id", "until", "unused-for"])?;
    let mut records = desk.machine.engine.disk_usage().each_record;
    records.retain(|(record, _)| filters.values("id").all(|id| record.id.contains(id)));
    let records = sorted_by(records, |(a, _), (b, _)| a.size.cmp(&b.size).then_with(|| a.id.cmp(&b.id)));
    let now = desk.wire.now();
    if format == PRETTY {
        for record in &records {
            desk.terminal.lines(pretty(record, now));
        }
    } else {
        let rows: Vec<Value> = records.iter().map(|record| row(record, is_table(format), now)).collect();
        desk.terminal.lines(LISTING.lines(format, &rows)?);
    }
    if matches!(format, TABLE | PRETTY) && !parsed.given("filter") {
        desk.terminal.lines(summary(&records));
    }
    Ok(Flow::Done(0))
}

/// When it was last used, as all tables of records say it.
pub fn last_used(record: &CacheRecord, now: Timestamp) -> String {
    format!("{} ago", units::age(now.since(record.used.last)))
}

fn row((record, shared): &Record, in_table: bool, now: Timestamp) -> Value {
    let mark = if *shared && in_table { "*" } else { "" };
    json!({
        "ID": record.id,
        "Parents": null,
        "CreatedAt": record.created.in_go(),
        "Mutable": false,
        "Reclaimable": true,
        "Shared": shared,
        "Size": format!("{}{mark}", size(record.size)),
        "Description": "",
        "UsageCount": record.used.count,
        "LastUsedAt": last_used(record, now),
        "Type": "regular",
    })
}

/// One field a line, and an empty one behind each record.
fn pretty((record, shared): &Record, now: Timestamp) -> Vec<String> {
    vec![
        format!("ID:           {}", record.id),
        format!("Created at:   {}", record.created.in_go()),
        "Mutable:      false".to_owned(),
        "Reclaimable:  true".to_owned(),
        format!("Shared:       {shared}"),
        format!("Size:         {}", size(record.size)),
        format!("Usage count:  {}", record.used.count),
        format!("Last used:    {}", last_used(record, now)),
        "Type:         regular".to_owned(),
        String::new(),
    ]
}

/// No record is in use between two builds.
fn summary(records: &[Record]) -> Vec<String> {
    let total: u64 = records.iter().map(|(record, _)| record.size).sum();
    let shared: u64 = records.iter().filter(|(_, shared)| *shared).map(|(record, _)| record.size).sum();
    let mut lines = Vec::new();
    if shared > 0 {
        lines.extend([format!("Shared:\t\t{}", size(shared)), format!("Private:\t{}", size(total - shared))]);
    }
    lines.extend([format!("Reclaimable:\t{}", size(total)), format!("Total:\t\t{}", size(total))]);
    lines
}

/// Four digits, as everywhere where room is counted.
fn size(bytes: u64) -> String {
    units::size_with_precision(bytes, 4)
}
