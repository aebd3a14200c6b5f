//! `docker buildx ls`: the builders, each with its nodes. Here the daemon
//! itself is the only one.

use serde_json::{Value, json};

use super::BUILDER;
use crate::cli::flags::Parsed;
use crate::cli::format::{Listing, is_table};
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx ls"],
    usage: "",
    about: "List builder instances",
    arguments: Arguments::None,
    flags: &[
        Flag::value("format", None, "Format the output").defaults_to("table"),
        Flag::switch("no-trunc", None, "Don't truncate output"),
    ],
    run,
};

const LISTING: Listing = Listing {
    types: &[("", "*commands.lsContext")],
    headers: &[
        ("Name", "NAME/NODE"),
        ("DriverEndpoint", "DRIVER/ENDPOINT"),
        ("LastActivity", "LAST ACTIVITY"),
        ("Status", "STATUS"),
        ("Buildkit", "BUILDKIT"),
        ("Platforms", "PLATFORMS"),
    ],
};

const TABLE: &str = "table {{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let format = match parsed.value("format").unwrap_or("table") {
        "json" => return Err(Failure::new("ERROR: --format json is not supported yet in this lab")),
        "table" | "" => TABLE,
        format => format,
    };
    let platform = desk.machine.engine.platform().to_string();
    desk.terminal.lines(LISTING.lines(format, &rows(is_table(format), &platform))?);
    Ok(Flow::Done(0))
}

/// The builder, and its node below it. The version is ours, for no `BuildKit` is here.
fn rows(table: bool, platform: &str) -> [Value; 2] {
    let (mark, indent) = if table { ("*", r" \_ ") } else { ("", "") };
    let row = |name: String, endpoint: String, status: &str, version: &str, platforms: &str| {
        json!({
            "Name": name,
            "DriverEndpoint": endpoint,
            "LastActivity": "",
            "Status": status,
            "Buildkit": version,
            "Platforms": platforms,
        })
    };
    let version = concat!("drydock ", env!("CARGO_PKG_VERSION"));
    let node = format!("{indent}{BUILDER}");
    [
        row(format!("{BUILDER}{mark}"), "docker".to_owned(), "", "", ""),
        row(node.clone(), node, "running", version, platform),
    ]
}
