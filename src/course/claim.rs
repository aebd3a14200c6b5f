//! What a choice claims, in words a lesson's author writes and the engine's
//! own facts decide. There is no other answer key.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::lab::Snapshot;

/// A claim about an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claim {
    /// `fails`: the last line's exit code is not 0.
    Fails,
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
}

/// What a claim is judged by: each line that ran, in order.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
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
            Self::Pushed(name) => pushed.any(|reference| reference == name),
            Self::PushedTo(registry) => pushed.any(|reference| {
                reference.parse::<crate::oci::Reference>().is_ok_and(|reference| reference.domain == *registry)
            }),
            Self::Fills(registry, step) => {
                let first = facts.iter().position(|fact| tags(fact.after, registry).next().is_some());
                first.is_some_and(|at| at + 1 == *step)
            }
            Self::Holds(registry, name) => {
                facts.last().is_some_and(|fact| tags(fact.after, registry).any(|tag| tag == *name))
            }
            Self::Lacks(machine, name) => facts.last().is_some_and(|fact| {
                let machine = fact.after.machines.iter().find(|view| view.name == *machine);
                machine.is_some_and(|view| !view.images.iter().any(|image| image.references.contains(name)))
            }),
        }
    }
}

/// `repository:tag` of everything a registry holds.
fn tags<'a>(snapshot: &'a Snapshot, registry: &'a str) -> impl Iterator<Item = String> + 'a {
    let registries = snapshot.registries.iter().filter(move |view| view.name == registry);
    let repositories = registries.flat_map(|view| &view.repositories);
    repositories.flat_map(|repository| repository.tags.iter().map(|tag| format!("{}:{}", repository.name, tag.tag)))
}

impl FromStr for Claim {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words[..] {
            ["fails"] => Self::Fails,
            ["pushed", "to", registry] => Self::PushedTo(registry.to_owned()),
            ["pushed", reference] if reference != "to" => Self::Pushed(reference.to_owned()),
            [registry, "fills", "at", "step", step] => Self::Fills(registry.to_owned(), step.parse().map_err(drop)?),
            [registry, "holds", name] => Self::Holds(registry.to_owned(), name.to_owned()),
            [machine, "lacks", name] => Self::Lacks(machine.to_owned(), name.to_owned()),
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
        let repositories = if filled { vec![repository] } else { vec![] };
        let registry = RegistryView { name: "r".into(), repositories, ..RegistryView::default() };
        Snapshot { registries: vec![registry], ..Snapshot::default() }
    }

    #[test]
    fn a_registry_fills_at_the_step_that_first_leaves_a_tag_in_it() {
        let (empty, full) = (snapshot(false), snapshot(true));
        let facts = [&empty, &full, &full].map(|after| Fact { code: 0, events: &[], after });
        let holds = |text: &str| text.parse::<Claim>().expect(text).holds(&facts);
        assert!(holds("r fills at step 2") && holds("r holds a:1"));
        assert!(!holds("r fills at step 1") && !holds("r fills at step 3") && !holds("r holds b:1") && !holds("fails"));
    }

    #[test]
    fn what_is_no_claim_is_refused() {
        for text in ["", "pushed", "pushed to", "r fills at step x", "anything goes"] {
            assert!(text.parse::<Claim>().is_err(), "{text}");
        }
    }
}
