//! `docker context`: which daemon `docker` talks to. Each machine of a lab has
//! one, and the context that leads to it is in no file.
//! <https://docs.docker.com/engine/manage-resources/contexts/>

use serde_json::{Value, json};

use super::root::{SOCKET, context_file};
use super::{FORMAT, FORMAT_INSPECT, inspect};
use crate::cli::flags::Parsed;
use crate::cli::format::Listing;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::template::{Shape, View};

/// `docker context ls`.
pub const LS: Verb = Verb {
    paths: &["context ls", "context list"],
    usage: "[OPTIONS]",
    about: "List contexts",
    arguments: Arguments::None,
    flags: &[Flag::value("format", None, FORMAT), Flag::switch("quiet", Some('q'), "Only show context names")],
    run: list,
};

/// `docker context show`.
pub const SHOW: Verb = Verb {
    paths: &["context show"],
    usage: "",
    about: "Print the name of the current context",
    arguments: Arguments::None,
    flags: &[],
    run: |_, desk| {
        desk.terminal.out(DEFAULT);
        Ok(Flow::Done(0))
    },
};

/// `docker context inspect`.
pub const INSPECT: Verb = Verb {
    paths: &["context inspect"],
    usage: "[OPTIONS] [CONTEXT] [CONTEXT...]",
    about: "Display detailed information on one or more contexts",
    arguments: Arguments::AtLeast(0),
    flags: &[Flag::value("format", Some('f'), FORMAT_INSPECT)],
    run: |parsed, desk| {
        let names = if parsed.arguments.is_empty() { &[DEFAULT.to_owned()][..] } else { &parsed.arguments };
        inspect::of_names(names, parsed, &SHAPE, |name| check(name).map(|()| document()), desk)
    },
};

/// `docker context use`.
pub const USE: Verb = Verb {
    paths: &["context use"],
    usage: "CONTEXT",
    about: "Set the current docker context",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run: |parsed, desk| {
        check(&parsed.arguments[0]).map_err(Failure::new)?;
        desk.terminal.out(DEFAULT);
        desk.terminal.err(format!("Current context is now \"{DEFAULT}\""));
        Ok(Flow::Done(0))
    },
};

/// The name of the only one.
const DEFAULT: &str = "default";
const ABOUT: &str = "Current DOCKER_HOST based configuration";
/// Where others would be, and this one is not.
const NOWHERE: &str = "<IN MEMORY>";

const LISTING: Listing = Listing {
    types: &[("", "*formatter.clientContextContext")],
    headers: &[
        ("Name", "NAME"),
        ("Description", "DESCRIPTION"),
        ("DockerEndpoint", "DOCKER ENDPOINT"),
        ("Error", "ERROR"),
    ],
};

/// How templates see one.
const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[("", "contextWithTLSData")],
    maps: &["/Endpoints", "/Metadata", "/TLSMaterial"],
    omitted: &[],
};

fn list(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (format, mark) = match parsed.value("format").unwrap_or_default() {
        _ if parsed.has("quiet") => ("{{.Name}}", ""),
        "" | "table" => ("table {{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}", " *"),
        format => (format, if format.starts_with("table") { " *" } else { "" }),
    };
    let row: Value = json!({
        "Current": true,
        "Description": ABOUT,
        "DockerEndpoint": SOCKET,
        "Error": "",
        "Name": format!("{DEFAULT}{mark}"),
    });
    desk.terminal.lines(LISTING.lines(format, &[row])?);
    Ok(Flow::Done(0))
}

fn document() -> Value {
    json!({
        "Name": DEFAULT,
        "Metadata": {},
        "Endpoints": { "docker": { "Host": SOCKET, "SkipTLSVerify": false } },
        "TLSMaterial": {},
        "Storage": { "MetadataPath": NOWHERE, "TLSPath": NOWHERE },
    })
}

/// Docker's words for any other.
fn check(name: &str) -> Result<(), String> {
    if name == DEFAULT {
        return Ok(());
    }
    let file = context_file(name);
    Err(format!("context \"{name}\": context not found: open {file}: no such file or directory"))
}
