//! Which containers `docker ps` shows.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/list.go>

use std::collections::BTreeMap;

use super::state;
use crate::cli::Failure;
use crate::cli::filters::Filters;
use crate::engine::{Container, Engine, Source, State};
use crate::text::quoted;

/// The filters the daemon knows.
pub const KNOWN: [&str; 15] = [
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
];

/// Those that ask for what containers here do not have.
const UNSUPPORTED: [&str; 2] = ["is-task", "isolation"];

/// States a container can be in.
const STATES: [&str; 7] = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];

/// The containers that are left, newest first; at most `limit` if that is not zero.
pub fn listed<'e>(
    engine: &'e Engine,
    filters: &Filters,
    all: bool,
    limit: usize,
) -> Result<Vec<&'e Container>, Failure> {
    check(filters)?;
    let place = |containers: &[&Container], name: &str| -> Result<usize, Failure> {
        let id = engine.find_container(name).map_err(Failure::daemon)?;
        Ok(containers.iter().position(|container| container.id == id).unwrap_or(containers.len()))
    };
    let mut containers = engine.list_containers();
    for name in filters.values("since") {
        containers.truncate(place(&containers, name)?);
    }
    for name in filters.values("before") {
        let at = place(&containers, name)?;
        containers.drain(..(at + 1).min(containers.len()));
    }
    let all = all || limit > 0 || filters.has("status");
    containers.retain(|container| {
        let runs = matches!(container.state, State::Running { .. } | State::Restarting { .. });
        (all || runs) && fits(engine, container, filters)
    });
    containers.truncate(if limit > 0 { limit } else { usize::MAX });
    Ok(containers)
}

fn check(filters: &Filters) -> Result<(), Failure> {
    if let Some(name) = UNSUPPORTED.iter().find(|name| filters.has(name)) {
        return Err(Failure::new(format!("filter '{name}' is not supported yet")));
    }
    for code in filters.values("exited") {
        if code.parse::<i32>().is_err() {
            let reason = format!("strconv.Atoi: parsing {}: invalid syntax", quoted(code));
            return Err(Failure::daemon(format!("invalid filter 'exited={code}': {reason}")));
        }
    }
    for status in filters.values("status") {
        if !STATES.contains(&status) {
            let states = STATES.join(", ");
            let reason = format!("invalid value for state ({status}): must be one of {states}");
            return Err(Failure::daemon(format!("invalid filter 'status={status}': {reason}")));
        }
    }
    let special = |pattern: &str| pattern.trim_start_matches('^').trim_end_matches('$').contains(SPECIAL);
    match filters.values("name").chain(filters.values("id")).find(|pattern| special(pattern)) {
        Some(pattern) => Err(Failure::new(format!("the regular expression {} is not supported yet", quoted(pattern)))),
        None => Ok(()),
    }
}

/// What a regular expression gives a meaning, but for the anchors.
const SPECIAL: [char; 13] = ['^', '$', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '\\'];

fn fits(engine: &Engine, container: &Container, filters: &Filters) -> bool {
    let any = |name: &str, fits: &dyn Fn(&str) -> bool| !filters.has(name) || filters.values(name).any(fits);
    let labels = labels(container);
    any("name", &|pattern| matches(pattern, &container.name) || matches(pattern, &format!("/{}", container.name)))
        && any("id", &|pattern| matches(pattern, &container.id))
        && any("status", &|status| status == state(container))
        && any("health", &|health| health == container.health.as_ref().map_or("none", |health| health.status.name()))
        && any("network", &|network| {
            let named = engine.find_network(network).map(|network| network.name);
            named.is_ok_and(|name| container.networks().any(|joined| joined.network == name))
        })
        && any("volume", &|volume| has_mount(container, volume))
        && any("publish", &|port| container.open_ports.iter().any(|open| is_in(port, open.container)))
        && any("expose", &|port| container.settings.exposed.iter().any(|exposed| is_in(port, *exposed)))
        && any(
            "exited",
            &|code| matches!(container.state, State::Exited { code: exited, .. } if code.parse() == Ok(exited)),
        )
        && any("ancestor", &|image| engine.find_image(image).is_ok_and(|root| root.digest == container.image))
        && filters.fit_labels(|key| labels.get(key).cloned())
}

/// Whether something is mounted from a volume or folder of this name, or at this place.
fn has_mount(container: &Container, wanted: &str) -> bool {
    container.settings.mounts.iter().any(|mount| {
        let source = match &mount.source {
            Source::Volume(name) => name.as_str(),
            Source::Bind(path) => path.as_str(),
            Source::Memory { .. } => "",
        };
        source == wanted || mount.target.as_str() == wanted
    })
}

/// Whether a port is `80`, `80/tcp` or in `80-90`.
fn is_in(typed: &str, port: u16) -> bool {
    let (range, protocol) = typed.split_once('/').unwrap_or((typed, "tcp"));
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let bounds = first.parse::<u16>().ok().zip(last.parse::<u16>().ok());
    protocol == "tcp" && bounds.is_some_and(|(first, last)| (first..=last).contains(&port))
}

/// A pattern of plain characters, points for any one, and anchors, found anywhere.
fn matches(pattern: &str, text: &str) -> bool {
    let (at_start, pattern) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
    let (at_end, pattern) = pattern.strip_suffix('$').map_or((false, pattern), |rest| (true, rest));
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let last = text.len().checked_sub(pattern.len());
    let starts = last.into_iter().flat_map(|last| 0..=last);
    let here = |start: &usize| {
        let end = start + pattern.len();
        let same = pattern.iter().zip(&text[*start..end]).all(|(wanted, c)| *wanted == '.' || wanted == c);
        same && (!at_start || *start == 0) && (!at_end || end == text.len())
    };
    starts.into_iter().any(|start| here(&start))
}

/// The labels a container has, those of its image included.
pub fn labels(container: &Container) -> &BTreeMap<String, String> {
    &container.settings.labels
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_is_found_anywhere_unless_anchored() {
        for (pattern, text, fits) in [
            ("we", "my_web", true),
            ("^we", "my_web", false),
            ("^my.web$", "my_web", true),
            ("b$", "web", true),
            ("", "web", true),
            ("website", "web", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
