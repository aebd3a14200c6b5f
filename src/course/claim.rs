//! What a choice claims, in words a lesson's author writes and the engine's
//! own facts decide. There is no other answer key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Measure;
use crate::event::Event;
use crate::lab::{MachineView, Snapshot};
use crate::oci::{Digest, Reference};

/// A claim about an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claim {
    /// `fails`: the last line's exit code is not 0.
    Fails,
    /// `every line works`: its exit code is 0.
    Works,
    /// `pushed REFERENCE`: a push of just this name succeeded.
    Pushed(String),
    /// `pushed to REGISTRY`: a push to this registry succeeded.
    PushedTo(String),
    /// `REGISTRY fills at step N`: it was empty before the step and holds a tag after it.
    Fills(String, usize),
    /// `REGISTRY holds REPOSITORY:TAG` at the end.
    Holds(String, String),
    /// `MACHINE lacks REFERENCE` at the end.
    Lacks(String, String),
    /// `MACHINE has REFERENCE` at the end.
    Has(String, String),
    /// `MACHINE ran REFERENCE`: a container made from this name ended well.
    Ran(String, String),
    /// `PLACE names REFERENCE and REFERENCE alike`: both lead to one digest at the end, in a registry or on a machine.
    Alike(String, String, String),
    /// `PLACE names REFERENCE and REFERENCE apart`: both are there at the end, and lead to two digests.
    Apart(String, String, String),
    /// `line N fails`: it is the first whose exit code is not 0.
    FailsAt(usize),
    /// `last request is METHOD`, of all that were sent.
    LastRequest(String),
    /// `MEASURE is N`, over all lines, such as `blobs moved is 0`.
    Is(Measure, u64),
    /// `MEASURE is below N`.
    Below(Measure, u64),
}

/// What a claim is judged by: each line that ran, in order.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// Where it ran.
    pub machine: &'a str,
    /// Exit code.
    pub code: i32,
    /// What happened.
    pub events: &'a [Event],
    /// The state after it.
    pub after: &'a Snapshot,
}

impl Claim {
    /// Whether it holds of what ran.
    pub fn holds(&self, facts: &[Fact<'_>]) -> bool {
        let mut pushed = facts.iter().flat_map(|fact| fact.events).filter_map(|event| match event {
            Event::ImagePushed { reference, .. } => Some(reference),
            _ => None,
        });
        match self {
            Self::Fails => facts.last().is_some_and(|fact| fact.code != 0),
            Self::Works => !facts.is_empty() && facts.iter().all(|fact| fact.code == 0),
            Self::Pushed(name) => pushed.any(|reference| reference == name),
            Self::PushedTo(registry) => pushed
                .any(|reference| reference.parse::<Reference>().is_ok_and(|reference| reference.domain == *registry)),
            Self::Fills(registry, step) => {
                let first = facts.iter().position(|fact| tags(fact.after, registry).next().is_some());
                first.is_some_and(|at| at + 1 == *step)
            }
            Self::Holds(registry, name) => {
                facts.last().is_some_and(|fact| tags(fact.after, registry).any(|(tag, _)| tag == *name))
            }
            Self::Lacks(machine, name) => {
                facts.last().and_then(|fact| of(fact.after, machine)).is_some_and(|view| !has(view, name))
            }
            Self::Has(machine, name) => {
                facts.last().and_then(|fact| of(fact.after, machine)).is_some_and(|view| has(view, name))
            }
            Self::Ran(machine, name) => facts.iter().any(|fact| ran(fact, machine, name)),
            Self::Alike(place, one, other) => named(facts, place, one, other).is_some_and(|(one, other)| one == other),
            Self::Apart(place, one, other) => named(facts, place, one, other).is_some_and(|(one, other)| one != other),
            Self::FailsAt(line) => facts.iter().position(|fact| fact.code != 0).is_some_and(|at| at + 1 == *line),
            Self::LastRequest(method) => last_request(facts) == Some(method.as_str()),
            Self::Is(measure, number) => measure.of(facts) == *number,
            Self::Below(measure, number) => measure.of(facts) < *number,
        }
    }
}

/// What two names lead to at the end, if both are there.
fn named<'a>(facts: &[Fact<'a>], place: &str, one: &str, other: &str) -> Option<(&'a Digest, &'a Digest)> {
    let after = facts.last()?.after;
    let digest = |name: &str| {
        let in_registry = after.registries.iter().filter(|view| view.name == place);
        let tag = in_registry.flat_map(|view| tags(after, &view.name)).find(|(tag, _)| tag == name);
        let images =
            || of(after, place)?.images.iter().find(|image| image.references.iter().any(|known| known == name));
        tag.map(|(_, digest)| digest).or_else(|| images().map(|image| &image.id))
    };
    Some((digest(one)?, digest(other)?))
}

fn last_request<'a>(facts: &[Fact<'a>]) -> Option<&'a str> {
    let mut events = facts.iter().flat_map(|fact| fact.events).rev();
    events.find_map(|event| if let Event::Exchanged(exchange) = event { Some(exchange.method.as_str()) } else { None })
}

/// `repository:tag` of everything a registry holds, and what it names.
fn tags<'a>(snapshot: &'a Snapshot, registry: &'a str) -> impl Iterator<Item = (String, &'a Digest)> + 'a {
    let registries = snapshot.registries.iter().filter(move |view| view.name == registry);
    let repositories = registries.flat_map(|view| &view.repositories);
    repositories.flat_map(|repository| {
        repository.tags.iter().map(|tag| (format!("{}:{}", repository.name, tag.tag), &tag.digest))
    })
}

fn of<'a>(snapshot: &'a Snapshot, machine: &str) -> Option<&'a MachineView> {
    snapshot.machines.iter().find(|view| view.name == machine)
}

fn has(view: &MachineView, name: &str) -> bool {
    view.images.iter().any(|image| image.references.iter().any(|known| known == name))
}

/// Whether a line ran a container of this name on this machine, and it ended well.
fn ran(fact: &Fact<'_>, machine: &str, name: &str) -> bool {
    let created = fact.events.iter().find_map(|event| match event {
        Event::ContainerCreated { id, image, .. } if image == name => Some(id),
        _ => None,
    });
    let ended = |id: &String| {
        fact.events.iter().any(|event| matches!(event, Event::ContainerExited { id: of, code: 0, .. } if of == id))
    };
    created.is_some_and(ended) && fact.machine == machine
}

impl fmt::Display for Claim {
    /// As an author writes it, which is what a learner reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fails => f.write_str("fails"),
            Self::Works => f.write_str("every line works"),
            Self::Pushed(reference) => write!(f, "pushed {reference}"),
            Self::PushedTo(registry) => write!(f, "pushed to {registry}"),
            Self::Fills(registry, step) => write!(f, "{registry} fills at step {step}"),
            Self::Holds(registry, name) => write!(f, "{registry} holds {name}"),
            Self::Lacks(machine, name) => write!(f, "{machine} lacks {name}"),
            Self::Has(machine, name) => write!(f, "{machine} has {name}"),
            Self::Ran(machine, name) => write!(f, "{machine} ran {name}"),
            Self::Alike(place, one, other) => write!(f, "{place} names {one} and {other} alike"),
            Self::Apart(place, one, other) => write!(f, "{place} names {one} and {other} apart"),
            Self::FailsAt(line) => write!(f, "line {line} fails"),
            Self::LastRequest(method) => write!(f, "last request is {method}"),
            Self::Is(measure, number) => write!(f, "{measure} is {number}"),
            Self::Below(measure, number) => write!(f, "{measure} is below {number}"),
        }
    }
}

impl FromStr for Claim {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words[..] {
            ["fails"] => Self::Fails,
            ["every", "line", "works"] => Self::Works,
            ["pushed", "to", registry] => Self::PushedTo(registry.to_owned()),
            ["pushed", reference] if reference != "to" => Self::Pushed(reference.to_owned()),
            [registry, "fills", "at", "step", step] => Self::Fills(registry.to_owned(), step.parse().map_err(drop)?),
            [registry, "holds", name] => Self::Holds(registry.to_owned(), name.to_owned()),
            [machine, "lacks", name] => Self::Lacks(machine.to_owned(), name.to_owned()),
            [machine, "has", name] => Self::Has(machine.to_owned(), name.to_owned()),
            [machine, "ran", name] => Self::Ran(machine.to_owned(), name.to_owned()),
            [place, "names", one, "and", other, "alike"] => {
                Self::Alike(place.to_owned(), one.to_owned(), other.to_owned())
            }
            [place, "names", one, "and", other, "apart"] => {
                Self::Apart(place.to_owned(), one.to_owned(), other.to_owned())
            }
            ["line", line, "fails"] => Self::FailsAt(line.parse().map_err(drop)?),
            ["last", "request", "is", method] => Self::LastRequest(method.to_owned()),
            [ref measure @ .., "is", "below", number] => {
                Self::Below(measure.join(" ").parse()?, number.parse().map_err(drop)?)
            }
            [ref measure @ .., "is", number] => Self::Is(measure.join(" ").parse()?, number.parse().map_err(drop)?),
            _ => return Err(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{RegistryView, RepositoryView, TagView};
    use crate::oci::Digest;

    fn snapshot(filled: bool) -> Snapshot {
        let tags = vec![TagView { tag: "1".into(), digest: Digest::of(b""), immutable: false }];
        let repository = RepositoryView { name: "a".into(), tags, ..RepositoryView::default() };
        let repositories = if filled { vec![repository.into()] } else { vec![] };
        let registry = RegistryView { name: "r".into(), repositories, ..RegistryView::default() };
        Snapshot { registries: vec![registry.into()], ..Snapshot::default() }
    }

    #[test]
    fn a_registry_fills_at_the_step_that_first_leaves_a_tag_in_it() {
        let (empty, full) = (snapshot(false), snapshot(true));
        let facts = [&empty, &full, &full].map(|after| Fact { machine: "m", code: 0, events: &[], after });
        let holds = |text: &str| text.parse::<Claim>().expect(text).holds(&facts);
        assert!(holds("r fills at step 2") && holds("r holds a:1"));
        assert!(!holds("r fills at step 1") && !holds("r fills at step 3") && !holds("r holds b:1") && !holds("fails"));
    }

    #[test]
    fn a_claim_reads_as_it_is_written() {
        for text in [
            "fails",
            "every line works",
            "pushed a:1",
            "pushed to r",
            "r fills at step 2",
            "r holds a:1",
            "m lacks a:1",
            "m has a:1",
            "m ran a:1",
            "r names a:1 and a:2 alike",
            "m names a:1 and a:2 apart",
            "line 2 fails",
            "last request is PUT",
            "PUT requests is 3",
            "bytes sent is below 1000",
        ] {
            assert_eq!(text.parse::<Claim>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_claim_is_refused() {
        for text in ["", "pushed", "pushed to", "r fills at step x", "anything goes", "bytes is 3", "requests is few"] {
            assert!(text.parse::<Claim>().is_err(), "{text}");
        }
    }
}
