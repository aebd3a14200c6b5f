//! `docker system df`: what takes room, and what of it nothing needs.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/command/formatter/disk_usage.go>

use serde_json::{Value, json};

use crate::cli::docker::FORMAT;
use crate::cli::docker::images::{self, LISTING as IMAGES};
use crate::cli::docker::ps::{LISTING as CONTAINERS, Style};
use crate::cli::flags::Parsed;
use crate::cli::format::{Listing, unfit};
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{DiskUsage, Engine, Usage};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::template::Template;
use crate::text::units;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["system df"],
    usage: "[OPTIONS]",
    about: "Show docker disk usage",
    arguments: Arguments::None,
    flags: &[
        Flag::value("format", None, FORMAT),
        Flag::switch("verbose", Some('v'), "Show detailed information on space usage"),
    ],
    run,
};

const KINDS: Listing = Listing {
    types: &[("", "*formatter.diskUsageImagesContext")],
    headers: &[
        ("Type", "TYPE"),
        ("TotalCount", "TOTAL"),
        ("Active", "ACTIVE"),
        ("Size", "SIZE"),
        ("Reclaimable", "RECLAIMABLE"),
    ],
};

const VOLUMES: Listing = Listing {
    types: &[("", "*formatter.volumeContext")],
    headers: &[("Name", "VOLUME NAME"), ("Links", "LINKS"), ("Size", "SIZE")],
};

const RECORDS: Listing = Listing {
    types: &[("", "*formatter.buildCacheContext")],
    headers: &[
        ("ID", "CACHE ID"),
        ("Parent", "PARENT"),
        ("CacheType", "CACHE TYPE"),
        ("Size", "SIZE"),
        ("CreatedSince", "CREATED"),
        ("LastUsedSince", "LAST USED"),
        ("UsageCount", "USAGE"),
        ("InUse", "IN USE"),
        ("Shared", "SHARED"),
        ("Description", "DESCRIPTION"),
    ],
};

/// What `-v` prints of all kinds together.
const EVERYTHING: Listing = Listing { types: &[("", "*formatter.diskUsageContext")], headers: &[] };

const KINDS_TABLE: &str = "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
const KINDS_RAW: &str =
    "type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n";
const IMAGES_TABLE: &str = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t\
                            {{.UniqueSize}}\t{{.Containers}}";
const CONTAINERS_TABLE: &str = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t\
                                {{.Status}}\t{{.Names}}";
const VOLUMES_TABLE: &str = "table {{.Name}}\t{{.Links}}\t{{.Size}}";
const RECORDS_TABLE: &str = "table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t\
                             {{.UsageCount}}\t{{.Shared}}";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let now = desk.wire.now();
    let engine = &desk.machine.engine;
    let usage = engine.disk_usage();
    let format = parsed.value("format").filter(|format| !format.is_empty()).unwrap_or("table");
    let lines = match (parsed.has("verbose"), format) {
        (false, "table") => KINDS.lines(KINDS_TABLE, &kinds(&usage))?,
        (false, "raw") => KINDS.lines(KINDS_RAW, &kinds(&usage))?,
        (false, format) => KINDS.lines(format, &kinds(&usage))?,
        (true, "table") => sections(engine, &usage, now)?,
        (true, "raw") => return Err(Failure::new("--format raw is not supported yet with --verbose")),
        (true, format) => everything(engine, &usage, now, format)?,
    };
    desk.terminal.lines(lines);
    Ok(Flow::Done(0))
}

/// One row a kind. There are no volumes yet.
fn kinds(usage: &DiskUsage<'_>) -> Vec<Value> {
    let row = |kind: &str, usage: Usage, percent: bool| {
        let reclaimable = size(usage.reclaimable);
        let share = (usage.reclaimable * 100).checked_div(usage.size).filter(|_| percent);
        json!({
            "Type": kind,
            "TotalCount": usage.total.to_string(),
            "Active": usage.active.to_string(),
            "Size": size(usage.size),
            "Reclaimable": share.map_or_else(|| reclaimable.clone(), |share| format!("{reclaimable} ({share}%)")),
        })
    };
    vec![
        row("Images", usage.images, true),
        row("Containers", usage.containers, true),
        row("Local Volumes", Usage::default(), true),
        row("Build Cache", usage.cache, false),
    ]
}

/// What `-v` prints by itself.
fn sections(engine: &Engine, usage: &DiskUsage<'_>, now: Timestamp) -> Result<Vec<String>, Failure> {
    let section = |heading: &str, listing: Listing, table: &str, rows: &[Value]| {
        let lines = listing.lines(table, rows)?;
        Ok::<_, Failure>([heading, ""].map(str::to_owned).into_iter().chain(lines).collect::<Vec<_>>())
    };
    let cache = format!("Build cache usage: {}", size(usage.cache.size));
    let sections = [
        section("Images space usage:", IMAGES, IMAGES_TABLE, &images(usage, true, now))?,
        section("Containers space usage:", CONTAINERS, CONTAINERS_TABLE, &containers(engine, usage, true, now))?,
        section("Local Volumes space usage:", VOLUMES, VOLUMES_TABLE, &[])?,
        section(&cache, RECORDS, RECORDS_TABLE, &records(usage, true, now))?,
    ];
    Ok(sections.join(&String::new()))
}

/// One template for all kinds together; ids are whole.
fn everything(engine: &Engine, usage: &DiskUsage<'_>, now: Timestamp, format: &str) -> Result<Vec<String>, Failure> {
    let all = json!({
        "Images": images(usage, false, now),
        "Containers": containers(engine, usage, false, now),
        "Volumes": [],
        "BuildCache": records(usage, false, now),
    });
    let format = if format == "json" { "{{json .}}" } else { format };
    let template = Template::parse(format).map_err(|error| unfit(&error))?;
    let mut out = String::new();
    template.execute(&all, &EVERYTHING.shape(), &mut out).map_err(|error| unfit(&error))?;
    Ok(out.split('\n').map(str::to_owned).collect())
}

/// Each image under its first name.
fn images(usage: &DiskUsage<'_>, short: bool, now: Timestamp) -> Vec<Value> {
    let row = |(summary, shared): &(crate::engine::Summary, u64)| {
        let mut row = images::first_row(summary, short, now);
        row["SharedSize"] = size(*shared).into();
        row["UniqueSize"] = size(summary.disk_usage().saturating_sub(*shared)).into();
        row
    };
    usage.each_image.iter().map(row).collect()
}

fn containers(engine: &Engine, usage: &DiskUsage<'_>, short: bool, now: Timestamp) -> Vec<Value> {
    let style = Style { short, sized: true, virtual_too: false, now };
    usage.each_container.iter().map(|container| style.row(engine, container)).collect()
}

fn records(usage: &DiskUsage<'_>, short: bool, now: Timestamp) -> Vec<Value> {
    let row = |(record, shared): &(crate::build::CacheRecord, bool)| {
        json!({
            "ID": if short { &record.id[..12] } else { &record.id },
            "Parent": "",
            "CacheType": "regular",
            "Size": units::size(record.size),
            "CreatedAt": record.created.in_go(),
            "CreatedSince": format!("{} ago", units::age(now.since(record.created))),
            "LastUsedAt": record.used.last.in_go(),
            "LastUsedSince": format!("{} ago", units::age(now.since(record.used.last))),
            "UsageCount": record.used.count.to_string(),
            "InUse": "false",
            "Shared": shared.to_string(),
            "Description": "",
        })
    };
    usage.each_record.iter().map(row).collect()
}

/// Four digits, as `docker system df` has them.
fn size(bytes: u64) -> String {
    units::size_with_precision(bytes, 4)
}
