//! Two states beside each other: what each place holds at one and at the other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Machine, State};
use crate::oci::Digest;
use crate::registry::Registry;
use crate::store::Blobs;

/// A machine or a registry at two points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceDifference {
    /// Its name.
    pub place: String,
    /// What it holds at the one point.
    pub one: Holding,
    /// And at the other.
    pub other: Holding,
    /// Blobs it holds at both, manifests among them.
    pub shared: usize,
    /// The names that do not stand for the same at both.
    pub names: Vec<NameDifference>,
}

/// How much a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    /// Images of a machine, manifests and indexes of a registry.
    pub images: usize,
    /// Names of images, tags of repositories.
    pub tags: usize,
    /// Blobs, each counted once, manifests among them.
    pub blobs: usize,
    /// Their bytes, compressed.
    pub bytes: u64,
}

/// A name that is not there at both points, or stands for something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NameDifference {
    /// Such as `mlmodel:1.0`.
    pub name: String,
    /// What it stands for at the one point.
    pub one: Option<Digest>,
    /// And at the other.
    pub other: Option<Digest>,
}

/// What of a place is compared.
#[derive(Default)]
struct Place<'a> {
    names: BTreeMap<String, Digest>,
    images: usize,
    blobs: Option<&'a Blobs>,
}

impl State {
    /// Every machine, then every registry that holds something at one of the two.
    pub fn difference(&self, other: &Self) -> Vec<PlaceDifference> {
        let machines = self.machines.iter().map(|one| {
            let there = other.machine_named(&one.name).map(|at| Place::of_machine(&other.machines[at]));
            between(&one.name, &Place::of_machine(one), &there.unwrap_or_default())
        });
        let (ours, theirs) = (&self.world.registries, &other.world.registries);
        let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        let registries = names.into_iter().map(|name| {
            let (one, other) = (ours.get(name).map(Place::of_registry), theirs.get(name).map(Place::of_registry));
            between(name, &one.unwrap_or_default(), &other.unwrap_or_default())
        });
        let is_empty = |found: &PlaceDifference| found.one == Holding::default() && found.other == Holding::default();
        machines.chain(registries.filter(|found| !is_empty(found))).collect()
    }
}

impl<'a> Place<'a> {
    fn of_machine(machine: &'a Machine) -> Self {
        let images = machine.engine.images();
        let names = images.iter().flat_map(|(names, image)| names.iter().map(|name| (name.clone(), image.root.digest)));
        Self { names: names.collect(), images: images.len(), blobs: Some(&machine.engine.blobs) }
    }

    fn of_registry(registry: &'a Registry) -> Self {
        let names = registry.repositories().flat_map(|(name, repository)| {
            repository.tags.iter().map(move |(tag, digest)| (format!("{name}:{tag}"), *digest))
        });
        let images = registry.repositories().map(|(_, repository)| repository.manifests.len()).sum();
        Self { names: names.collect(), images, blobs: Some(registry.blobs()) }
    }

    fn holding(&self) -> Holding {
        Holding {
            images: self.images,
            tags: self.names.len(),
            blobs: self.blobs.map_or(0, Blobs::len),
            bytes: self.blobs.map_or(0, Blobs::size_bytes),
        }
    }
}

fn between(place: &str, one: &Place<'_>, other: &Place<'_>) -> PlaceDifference {
    let names: BTreeSet<&String> = one.names.keys().chain(other.names.keys()).collect();
    let differing = names.into_iter().filter(|name| one.names.get(*name) != other.names.get(*name));
    let difference = |name: &String| NameDifference {
        name: name.clone(),
        one: one.names.get(name).copied(),
        other: other.names.get(name).copied(),
    };
    let shared =
        one.blobs.zip(other.blobs).map_or(0, |(one, other)| one.iter().filter(|(digest, _)| other.has(digest)).count());
    PlaceDifference {
        place: place.to_owned(),
        one: one.holding(),
        other: other.holding(),
        shared,
        names: differing.map(difference).collect(),
    }
}
