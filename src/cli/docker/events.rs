//! `docker events`: what happened on this machine, as its daemon remembers it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::format;
use crate::cli::moment::moment;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::Happened;
use crate::host::Host;
use crate::oci::Timestamp;
use crate::template::{Shape, Template, View};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["events", "system events"],
    usage: "[OPTIONS]",
    about: "Get real time events from the server (here: those that have happened)",
    arguments: Arguments::None,
    flags: &[
        Flag::filter("Filter output based on conditions provided"),
        Flag::value("format", None, super::FORMAT_INSPECT),
        Flag::value("since", None, "Show all events created since timestamp"),
        Flag::value("until", None, "Stream events until this timestamp"),
    ],
    run,
};

const KNOWN: [&str; 8] = ["container", "event", "image", "label", "network", "scope", "type", "volume"];

const SHAPE: Shape =
    Shape { view: View::Document, types: &[("", "events.Message")], maps: &["/Actor/Attributes"], omitted: &[] };

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let filters = Filters::read(parsed, &KNOWN)?;
    let now = desk.wire.now();
    let time = |flag: &str| {
        let typed = parsed.value(flag).map(|typed| moment(typed, now)).transpose();
        typed.map_err(|error| Failure::daemon(format!("invalid value for \"{flag}\": {error}")))
    };
    let (since, until) = (time("since")?, time("until")?.unwrap_or(now));
    if since.is_some_and(|since| since > until) {
        return Err(Failure::daemon("`since` time cannot be after `until` time"));
    }
    let wanted = |happened: &&Arc<Happened>| {
        since.is_none_or(|since| happened.at >= since) && happened.at <= until && fits(happened, &filters)
    };
    let template = parsed.value("format").filter(|format| *format != "json").map(|format| {
        Template::parse(format).map_err(|error| Failure::with_code(64, format!("template parsing error: {error}")))
    });
    let template = template.transpose()?;
    let happened: Vec<Arc<Happened>> = desk.machine.engine.happened.iter().filter(wanted).cloned().collect();
    for happened in happened {
        let line = match (&template, parsed.value("format")) {
            (Some(template), _) => {
                let mut line = String::new();
                template.execute(&document(&happened), &SHAPE, &mut line).map_err(|error| format::unfit(&error))?;
                line
            }
            (None, Some(_)) => document(&happened).to_string(),
            (None, None) => written(&happened),
        };
        desk.terminal.lines(line.split('\n'));
    }
    Ok(Flow::Done(0))
}

fn fits(happened: &Happened, filters: &Filters) -> bool {
    let any = |name: &str, fits: &dyn Fn(&str) -> bool| !filters.has(name) || filters.values(name).any(fits);
    let attribute =
        |wanted: &str| happened.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let is_called = |typed: &str| happened.actor.starts_with(typed) || attribute("name") == Some(typed);
    let action = happened.action.split(':').next().unwrap_or_default();
    any("type", &|kind| kind == happened.kind)
        && any("scope", &|scope| scope == "local")
        && any("event", &|event| event == action || event == happened.action)
        && ["container", "network", "volume", "image"].iter().all(|kind| {
            any(kind, &|typed| (happened.kind == *kind && is_called(typed)) || attribute(kind) == Some(typed))
        })
        && filters.fit_labels(|key| attribute(key).map(str::to_owned))
}

/// `TIME KIND ACTION ID (NAME=VALUE, …)`
fn written(happened: &Happened) -> String {
    let Happened { at, kind, action, actor, attributes } = happened;
    let attributes: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let attributes = if attributes.is_empty() { String::new() } else { format!(" ({})", attributes.join(", ")) };
    format!("{} {kind} {action} {actor}{attributes}", to_the_nanosecond(*at))
}

/// With all nine digits, as docker writes times here.
fn to_the_nanosecond(at: Timestamp) -> String {
    let text = at.to_string();
    let whole = text.split(['.', 'Z']).next().unwrap_or_default();
    format!("{whole}.{:09}Z", at.nanos % 1_000_000_000)
}

fn document(happened: &Happened) -> Value {
    let attributes = happened.attributes.iter().map(|(name, value)| (name.clone(), json!(value)));
    json!({
        "Type": happened.kind,
        "Action": happened.action,
        "Actor": { "ID": happened.actor, "Attributes": attributes.collect::<Map<_, _>>() },
        "scope": "local",
        "time": happened.at.seconds(),
        "timeNano": happened.at.nanos,
    })
}
