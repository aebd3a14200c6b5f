//! `registry ls` and `registry inspect`: the registries of the lab, at a glance
//! and in full.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::registry;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::host::Host;
use crate::lab::registry_view;
use crate::registry::{Registry, Repository, Scheme};
use crate::text::{Column, table, units};

/// `registry ls`.
pub const VERB: Verb = Verb {
    paths: &["registry ls"],
    usage: "",
    about: "List the registries of this lab",
    arguments: Arguments::None,
    flags: &[],
    run: list,
};

/// `registry inspect`.
pub const INSPECT: Verb = Verb {
    paths: &["registry inspect"],
    usage: "REGISTRY",
    about: "Display all there is to know of a registry",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run: inspect,
};

fn list(_: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let rows: Vec<Vec<String>> = desk.wire.world.registries.values().map(row).collect();
    let columns = ["REGISTRY", "ACCESS", "REPOSITORIES", "TAGS", "SIZE", "FAULTS"].map(Column::left);
    desk.terminal.lines(table(&columns, &rows));
    Ok(Flow::Done(0))
}

fn row(registry: &Registry) -> Vec<String> {
    let shown: Vec<&Repository> = registry.repositories().map(|(_, of)| of).filter(|of| !of.is_empty()).collect();
    let access = match registry.access.scheme {
        None => "anonymous",
        Some(Scheme::Basic) => "basic",
        Some(Scheme::Bearer { .. }) => "token",
    };
    let read_only = if registry.policies.all.read_only { ", read-only" } else { "" };
    vec![
        registry.name().to_owned(),
        format!("{access}{read_only}"),
        shown.len().to_string(),
        shown.iter().map(|repository| repository.tags.len()).sum::<usize>().to_string(),
        units::size(registry.blobs().size_bytes()),
        registry.faults.len().to_string(),
    ]
}

fn inspect(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let now = desk.wire.now();
    let view = registry_view(registry(&parsed.arguments[0], desk)?, now, None);
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"    "));
    view.serialize(&mut serializer).map_err(Failure::new)?;
    desk.terminal.lines(String::from_utf8_lossy(&text).lines());
    Ok(Flow::Done(0))
}
