//! `docker top` and `docker stats`: what runs in containers, and what it takes.

use serde_json::{Value, json};

use super::FORMAT;
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Container, State, computing};
use crate::host::Host;
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::{Running, Usage};
use crate::text::{aligned, units};

/// `docker top`.
pub const VERB: Verb = Verb {
    paths: &["top", "container top"],
    usage: "CONTAINER [ps OPTIONS]",
    about: "Display the running processes of a container",
    arguments: Arguments::Command,
    flags: &[],
    run: top,
};

/// `docker stats`.
pub const STATS: Verb = Verb {
    paths: &["stats", "container stats"],
    usage: "[OPTIONS] [CONTAINER...]",
    about: "Display a live stream of container(s) resource usage statistics (here: as it is now)",
    arguments: Arguments::AtLeast(0),
    flags: &[
        Flag::switch("all", Some('a'), "Show all containers (default shows just running)"),
        Flag::value("format", None, FORMAT),
        Flag::switch("no-stream", None, "Disable streaming stats and only pull the first result"),
        Flag::switch("no-trunc", None, "Do not truncate output"),
    ],
    run: stats,
};

const LISTING: Listing = Listing {
    types: &[("", "*formatter.statsContext")],
    headers: &[
        ("Container", "CONTAINER"),
        ("Name", "NAME"),
        ("ID", "CONTAINER ID"),
        ("CPUPerc", "CPU %"),
        ("MemUsage", "MEM USAGE / LIMIT"),
        ("MemPerc", "MEM %"),
        ("NetIO", "NET I/O"),
        ("BlockIO", "BLOCK I/O"),
        ("PIDs", "PIDS"),
    ],
};

const TABLE: &str =
    "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

fn top(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let id = desk.machine.engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let found = desk.daemon(|engine, around| engine.usage_of(&id, around));
    let (usage, _) = found.ok_or_else(|| Failure::daemon(format!("container {id} is not running")))?;
    let container = &desk.machine.engine.containers[&id];
    let began = container.begun.as_ref().map_or(container.created, |begun| begun.at);
    let clock = began.to_string().get(11..16).unwrap_or_default().to_owned();
    let terminal = if container.settings.tty { "pts/0" } else { "?" };
    let user = if container.settings.user.is_empty() { "root" } else { &container.settings.user };
    let header = "UID\tPID\tPPID\tC\tSTIME\tTTY\tTIME\tCMD".to_owned();
    let line = |process: &Running| {
        let (pid, parent, command) = (process.pid, process.parent, process.command.join(" "));
        format!("{user}\t{pid}\t{parent}\t0\t{clock}\t{terminal}\t00:00:00\t{command}")
    };
    let table: Vec<String> = std::iter::once(header).chain(usage.processes.iter().map(line)).collect();
    desk.terminal.lines(aligned(&table.join("\n"), 20, 3));
    Ok(Flow::Done(0))
}

fn stats(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let named = parsed.arguments.iter().map(|typed| engine.find_container(typed)).collect::<Result<Vec<_>, _>>();
    let named = named.map_err(Failure::daemon)?;
    let all = || engine.list_containers().into_iter().filter(|container| parsed.has("all") || container.is_running());
    let ids = if named.is_empty() { all().map(|container| container.id.clone()).collect() } else { named };
    let now = desk.wire.now();
    let mut rows = Vec::new();
    for id in ids {
        let used = desk.daemon(|engine, around| engine.usage_of(&id, around));
        rows.push(row(&desk.machine.engine.containers[&id], used, now, !parsed.has("no-trunc")));
    }
    let format = match parsed.value("format").unwrap_or_default() {
        "" | "table" => TABLE,
        format => format,
    };
    desk.terminal.lines(LISTING.lines(format, &rows)?);
    Ok(Flow::Done(0))
}

fn row(container: &Container, used: Option<(Usage, u64)>, now: Timestamp, short: bool) -> Value {
    let (usage, fuel) = used.unwrap_or_default();
    let State::Running { since } = container.state else {
        return json!({
            "Container": container.id, "Name": container.name, "ID": &container.id[..12], "CPUPerc": "--",
            "MemUsage": "-- / --", "MemPerc": "--", "NetIO": "--", "BlockIO": "--", "PIDs": "--",
        });
    };
    // Of the time that went by, so much was computing, modelled.
    let passed = now.since(since).as_nanos().max(1);
    let busy = computing(fuel).as_nanos().saturating_mul(10_000) / passed;
    let limit = match container.settings.memory_bytes {
        0 => limits::GUEST_MEMORY_BYTES as u64,
        limit => limit,
    };
    let memory = usage.memory_bytes as u64;
    let (received, sent) = container.begun.as_ref().map_or((0, 0), |begun| (begun.received_bytes, begun.sent_bytes));
    json!({
        "Container": container.id,
        "Name": container.name,
        "ID": if short { &container.id[..12] } else { &container.id },
        "CPUPerc": format!("{}.{:02}%", busy / 100, busy % 100),
        "MemUsage": format!("{} / {}", units::binary_size(memory), units::binary_size(limit)),
        "MemPerc": format!("{}.{:02}%", memory * 100 / limit, memory * 10_000 / limit % 100),
        "NetIO": format!("{} / {}", units::size(received), units::size(sent)),
        "BlockIO": "0B / 0B",
        "PIDs": usage.processes.len().to_string(),
    })
}
