//! `docker volume`: files that outlive containers.

use serde_json::{Value, json};

use super::{FORMAT, FORMAT_INSPECT, each, inspect, made, prune};
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Engine, Volume, VolumeError};
use crate::host::Host;
use crate::template::{Shape, View};

/// `docker volume create`.
pub const CREATE: Verb = Verb {
    paths: &["volume create"],
    usage: "[OPTIONS] [VOLUME]",
    about: "Create a volume",
    arguments: Arguments::AtMost(1),
    flags: &[
        Flag::value("driver", Some('d'), "Specify volume driver name").defaults_to("local"),
        Flag::values("label", None, "Set metadata for a volume"),
    ],
    run: create,
};

/// `docker volume ls`.
pub const LS: Verb = Verb {
    paths: &["volume ls", "volume list"],
    usage: "[OPTIONS]",
    about: "List volumes",
    arguments: Arguments::None,
    flags: &[
        Flag::filter("Provide filter values (e.g. \"dangling=true\")"),
        Flag::value("format", None, FORMAT),
        Flag::switch("quiet", Some('q'), "Only display volume names"),
    ],
    run: list,
};

/// `docker volume inspect`.
pub const INSPECT: Verb = Verb {
    paths: &["volume inspect"],
    usage: "[OPTIONS] VOLUME [VOLUME...]",
    about: "Display detailed information on one or more volumes",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::value("format", Some('f'), FORMAT_INSPECT)],
    run: inspect_each,
};

/// `docker volume rm`.
pub const RM: Verb = Verb {
    paths: &["volume rm", "volume remove"],
    usage: "[OPTIONS] VOLUME [VOLUME...]",
    about: "Remove one or more volumes",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::switch("force", Some('f'), "Force the removal of one or more volumes")],
    run: remove,
};

/// `docker volume prune`.
pub const PRUNE: Verb = Verb {
    paths: &["volume prune"],
    usage: "[OPTIONS]",
    about: "Remove unused local volumes",
    arguments: Arguments::None,
    flags: &[
        Flag::switch("all", Some('a'), "Remove all unused volumes, not just anonymous ones"),
        Flag::values("filter", None, "Provide filter values (e.g. \"label=<label>\")").of("filter"),
        prune::FORCE,
    ],
    run: prune_unused,
};

const LISTING: Listing = Listing {
    types: &[("", "*formatter.volumeContext")],
    headers: &[
        ("Name", "VOLUME NAME"),
        ("Driver", "DRIVER"),
        ("Scope", "SCOPE"),
        ("Availability", "AVAILABILITY"),
        ("Mountpoint", "MOUNTPOINT"),
        ("Labels", "LABELS"),
        ("Links", "LINKS"),
        ("Size", "SIZE"),
        ("Group", "GROUP"),
        ("Status", "STATUS"),
    ],
};

/// How templates see one.
pub const SHAPE: Shape =
    Shape { view: View::Document, types: &[("", "volume.Volume")], maps: &["/Labels", "/Options"], omitted: &[] };

/// Where docker would keep it on a Linux machine.
pub fn mountpoint(name: &str) -> String {
    format!("/var/lib/docker/volumes/{name}/_data")
}

fn create(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if let Some(driver) = parsed.value("driver").filter(|driver| *driver != "local") {
        return Err(Failure::daemon(format!("error looking up volume plugin {driver}: plugin \"{driver}\" not found")));
    }
    let name = parsed.arguments.first().map(String::as_str);
    let labels = made::labels(&parsed.values("label"));
    let Desk { machine, wire, .. } = desk;
    let name = machine.engine.create_volume(name, labels, wire).map_err(|error| Failure::daemon(&error))?;
    desk.terminal.out(name);
    Ok(Flow::Done(0))
}

fn list(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let filters = Filters::read(parsed, &["dangling", "driver", "label", "name"])?;
    let dangling = filters.truth("dangling")?;
    let engine = &desk.machine.engine;
    let fits = |volume: &&Volume| {
        dangling.is_none_or(|dangling| dangling == engine.users_of_volume(&volume.name).next().is_none())
            && (!filters.has("driver") || filters.values("driver").any(|driver| driver == "local"))
            && (!filters.has("name") || filters.values("name").any(|name| volume.name.contains(name)))
            && filters.fit_labels(|key| volume.labels.get(key).cloned())
    };
    let rows: Vec<Value> = engine.volumes.values().filter(fits).map(|volume| row(engine, volume)).collect();
    let format = match parsed.value("format").unwrap_or_default() {
        _ if parsed.has("quiet") => "{{.Name}}",
        "" | "table" => "table {{.Driver}}\t{{.Name}}",
        format => format,
    };
    desk.terminal.lines(LISTING.lines(format, &rows)?);
    Ok(Flow::Done(0))
}

fn row(engine: &Engine, volume: &Volume) -> Value {
    let labels: Vec<String> = volume.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    json!({
        "Name": volume.name,
        "Driver": "local",
        "Scope": "local",
        "Availability": "N/A",
        "Mountpoint": mountpoint(&volume.name),
        "Labels": labels.join(","),
        "labels": volume.labels,
        "Links": engine.users_of_volume(&volume.name).count().to_string(),
        "Size": "N/A",
        "Group": "N/A",
        "Status": "N/A",
    })
}

fn inspect_each(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    inspect::of_each(parsed, &SHAPE, document, desk)
}

/// The document of a volume.
pub fn document(engine: &Engine, name: &str) -> Result<Value, String> {
    let missing = || VolumeError::NotFound { name: name.to_owned() }.to_string();
    let volume = engine.volumes.get(name).ok_or_else(missing)?;
    Ok(json!({
        "CreatedAt": volume.created.to_string(),
        "Driver": "local",
        "Labels": if volume.labels.is_empty() { Value::Null } else { json!(volume.labels) },
        "Mountpoint": mountpoint(&volume.name),
        "Name": volume.name,
        "Options": null,
        "Scope": "local",
    }))
}

fn remove(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let force = parsed.has("force");
    each::each(&parsed.arguments, desk, |name, desk| {
        let now = desk.wire.now();
        match desk.machine.engine.remove_volume(name, now) {
            Err(VolumeError::NotFound { .. }) if force => Ok(()),
            removed => removed.map_err(|error| error.to_string()),
        }
    })
}

fn prune_unused(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let filters = Filters::read(parsed, &["all", "label", "label!"])?;
    let all = parsed.has("all") || filters.truth("all")? == Some(true);
    let kind = if all { "all volumes" } else { "anonymous local volumes" };
    let warning = format!(
        "WARNING! This will remove {kind} not used by at least one container.\nAre you sure you want to continue?"
    );
    if !prune::is_confirmed(parsed, &warning, desk) {
        return Ok(Flow::Done(0));
    }
    let space = prune_objects(&filters, all, desk)?;
    prune::reclaimed(space, desk);
    Ok(Flow::Done(0))
}

/// Removes and lists those that no container has, or only those that nobody named; the room that is free now.
pub fn prune_objects(filters: &Filters, all: bool, desk: &mut Desk<'_>) -> Result<u64, Failure> {
    let (engine, now) = (&mut desk.machine.engine, desk.wire.now());
    let unused = |volume: &&Volume| {
        (all || volume.is_anonymous)
            && engine.users_of_volume(&volume.name).next().is_none()
            && filters.fit_labels(|key| volume.labels.get(key).cloned())
    };
    let unused: Vec<Volume> = engine.volumes.values().filter(unused).cloned().collect();
    let space: u64 = unused.iter().flat_map(|volume| volume.files.walk()).map(|(_, node)| node.size()).sum();
    let names: Vec<String> = unused.into_iter().map(|volume| volume.name).collect();
    for name in &names {
        engine.remove_volume(name, now).map_err(|error| Failure::daemon(&error))?;
    }
    prune::list("Deleted Volumes:", names, desk);
    Ok(space)
}
