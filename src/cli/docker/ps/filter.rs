//! Which containers `docker ps` shows.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/list.go>

use std::collections::BTreeMap;

use super::state;
use crate::cli::Failure;
use crate::cli::filters::Filters;
use crate::engine::{Container, Engine, State};
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
const UNSUPPORTED: [&str; 7] = ["expose", "health", "is-task", "isolation", "network", "publish", "volume"];

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
        (all || matches!(container.state, State::Running { .. })) && fits(engine, container, filters)
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
    let labels = labels(engine, container);
    any("name", &|pattern| matches(pattern, &container.name) || matches(pattern, &format!("/{}", container.name)))
        && any("id", &|pattern| matches(pattern, &container.id))
        && any("status", &|status| status == state(container.state))
        && any(
            "exited",
            &|code| matches!(container.state, State::Exited { code: exited, .. } if code.parse() == Ok(exited)),
        )
        && any("ancestor", &|image| engine.find_image(image).is_ok_and(|root| root.digest == container.image))
        && filters.fit_labels(|key| labels.get(key).cloned())
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

/// The labels a container has from its image.
pub fn labels(engine: &Engine, container: &Container) -> BTreeMap<String, String> {
    engine.image_of(container).map(|image| image.config.config.labels).unwrap_or_default()
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
