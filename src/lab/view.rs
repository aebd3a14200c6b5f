//! The snapshot drawn from the state.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::registry_view::registry_view;
use super::{
    ContainerView, FileView, ImageView, LayerView, LinkView, Machine, MachineView, Real, RegistryView, Snapshot, State,
    Status, Ways,
};
use crate::engine::{Container, Engine, Image, State as Running};
use crate::fs::{FsPath, Node};
use crate::limits;
use crate::oci::{Blob, Descriptor, Digest};
use crate::registry::{Access, Policies, Registry};

/// Lines of a container's log that a snapshot carries; `docker logs` has all.
const LOG_LINES: usize = 12;

impl State {
    /// Everything there is to see.
    pub fn snapshot(&self) -> Snapshot {
        self.drawn(None)
    }

    /// The same of a state that came of `before`, of which `seen` was drawn: what was not touched since is not
    /// drawn again, and is held once for both.
    pub fn snapshot_after(&self, before: &Self, seen: &Snapshot) -> Snapshot {
        self.drawn(Some(Before { state: before, seen }))
    }

    fn drawn(&self, before: Option<Before<'_>>) -> Snapshot {
        let is_shown = |registry: &&Registry| self.world.shown.contains(registry.name()) || is_met(registry);
        let met: Vec<&Registry> = self.world.registries.values().filter(is_shown).collect();
        let links = self.machines.iter().flat_map(|machine| {
            let names = met.iter().map(|registry| registry.name().to_owned());
            names.map(|registry| link_view(&self.world.ways, &machine.name, registry))
        });
        Snapshot {
            links: same_or_new(before.map(|before| &before.seen.links), links.collect()),
            here: self.machine().name.clone(),
            clock: self.world.clock.to_string(),
            machines: self.machines.iter().map(|machine| machine_view(machine, before)).collect(),
            registries: met.iter().map(|registry| self.registry_view(registry, before)).collect(),
        }
    }

    fn registry_view(&self, registry: &Registry, before: Option<Before<'_>>) -> Rc<RegistryView> {
        let before = before.and_then(|before| before.registry(registry.name()));
        let same = before.filter(|(then, _)| registry.is_same(then)).map(|(_, seen)| Rc::clone(seen));
        same.unwrap_or_else(|| Rc::new(registry_view(registry, self.world.clock, before)))
    }
}

/// The state before, and what was seen of it.
#[derive(Clone, Copy)]
struct Before<'a> {
    state: &'a State,
    seen: &'a Snapshot,
}

impl<'a> Before<'a> {
    fn machine(self, name: &str) -> Option<(&'a Machine, &'a MachineView)> {
        let state = self.state.machines.iter().find(|machine| machine.name == name)?;
        Some((state, self.seen.machines.iter().find(|view| view.name == name)?))
    }

    fn registry(self, name: &str) -> Option<(&'a Registry, &'a Rc<RegistryView>)> {
        let state = self.state.world.registries.get(name)?;
        Some((state, self.seen.registries.iter().find(|view| view.name == name)?))
    }
}

/// Whether something is there, or was set.
fn is_met(registry: &Registry) -> bool {
    let is_set = registry.access != Access::default() || registry.policies != Policies::default();
    is_set || !registry.faults.is_empty() || registry.repositories().any(|(_, repository)| !repository.is_empty())
}

/// One way as the page shows it.
fn link_view(ways: &Ways, machine: &str, registry: String) -> LinkView {
    let link = ways.link(machine, &registry);
    let real = ways.real(&registry).map(Real::place);
    let (bandwidth, latency) = (link.bandwidth_text(), link.latency_text());
    LinkView { machine: machine.to_owned(), registry, bandwidth, latency, real }
}

fn machine_view(machine: &Machine, before: Option<Before<'_>>) -> MachineView {
    let engine = &machine.engine;
    let before = before.and_then(|before| before.machine(&machine.name));
    let (then, seen) = before.unzip();
    let is_shown = then.is_some_and(|then| engine.shows_images_of(&then.engine));
    let images = seen.filter(|_| is_shown).map(|seen| Rc::clone(&seen.images));
    let files = files_of(machine);
    MachineView {
        name: machine.name.clone(),
        directory: machine.directory.to_string(),
        images: images.unwrap_or_else(|| Rc::new(images_of(engine, before))),
        containers: engine.list_containers().into_iter().take(limits::ROWS).map(container_view).collect(),
        logins: engine.credentials.keys().cloned().collect(),
        files: same_or_new(seen.map(|seen| &seen.files), files),
    }
}

/// What was seen before, if it is the same: then it is held once for both.
fn same_or_new<T: PartialEq>(before: Option<&Rc<Vec<T>>>, now: Vec<T>) -> Rc<Vec<T>> {
    before.filter(|before| ***before == now).map_or_else(|| Rc::new(now), Rc::clone)
}

fn files_of(machine: &Machine) -> Vec<FileView> {
    let files = machine.files.walk_from(&Machine::home()).take(limits::ROWS);
    files.map(|(path, node)| file_view(&path, node)).collect()
}

/// The images; of one whose bytes are what they were only names and use can have become different.
fn images_of(engine: &Engine, before: Option<(&Machine, &MachineView)>) -> Vec<Rc<ImageView>> {
    let before = before.filter(|(then, _)| engine.keeps_images_of(&then.engine));
    let seen = before.iter().flat_map(|(_, seen)| seen.images.iter());
    let seen: BTreeMap<Digest, &Rc<ImageView>> = seen.map(|image| (image.id, image)).collect();
    let view = |(names, root): (Vec<String>, &Descriptor)| {
        let is_same = |seen: &&Rc<ImageView>| seen.references == names && seen.in_use == engine.in_use(&root.digest);
        if let Some(same) = seen.get(&root.digest).copied().filter(is_same) {
            return Some(Rc::clone(same));
        }
        Some(Rc::new(image_view(engine, names, &engine.image(root).ok()?)))
    };
    engine.roots().into_iter().filter_map(view).take(limits::ROWS).collect()
}

/// One file as lists show it.
pub(crate) fn file_view(path: &FsPath, node: &Node) -> FileView {
    let directory = node.entries().is_some();
    FileView { path: path.to_string(), size: node.size(), mode: node.metadata.mode, directory }
}

fn image_view(engine: &Engine, references: Vec<String>, image: &Image) -> ImageView {
    let content_size = image.content_size();
    let unpacked: u64 = engine.layer_rooms(image).iter().sum();
    let made = image.layer_instructions();
    let layers = image.document.layers.iter().zip(&image.config.rootfs.diff_ids).enumerate();
    let layer = |(at, (blob, diff_id)): (usize, (&Descriptor, &Digest))| LayerView {
        blob: Blob::from(blob),
        diff_id: *diff_id,
        created_by: made.get(at).cloned().unwrap_or_default(),
    };
    ImageView {
        references,
        id: image.root.digest,
        platform: image.config.platform(),
        created: image.config.created.unwrap_or_default().to_string(),
        layers: layers.map(layer).collect(),
        content_size,
        disk_usage: content_size.saturating_add(unpacked),
        in_use: engine.in_use(&image.root.digest),
        config: Blob::from(&image.document.config),
        manifest: Blob::from(&image.manifest),
        attestations: attestations(engine, image),
    }
}

/// The manifests beside that of `image` in its index which attest it.
fn attestations(engine: &Engine, image: &Image) -> Vec<Blob> {
    let beside = engine.blobs.children(&image.root);
    beside.iter().filter(|child| child.attested() == Some(image.manifest.digest)).map(Blob::from).collect()
}

fn container_view(container: &Container) -> ContainerView {
    let text: Vec<u8> = container.log.iter().flat_map(|entry| entry.bytes.iter().copied()).collect();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    ContainerView {
        id: container.id.clone(),
        name: container.name.clone(),
        image: container.image_name.clone(),
        image_id: container.image,
        command: container.command.clone(),
        created: container.created.to_string(),
        status: match container.state {
            Running::Created => Status::Created,
            Running::Running { .. } => Status::Running,
            Running::Exited { code, at } | Running::Restarting { code, at, .. } => {
                Status::Exited { code, at: at.to_string() }
            }
        },
        log: lines[lines.len().saturating_sub(LOG_LINES)..].to_vec(),
        ports: container.open_ports.iter().filter_map(|open| open.host).collect(),
    }
}
