//! The snapshot drawn from the state.

use std::rc::Rc;

use super::registry_view::registry_view;
use super::{
    ContainerView, FileView, ImageView, LayerView, LinkView, Machine, MachineView, Real, Snapshot, State, Status, Ways,
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
        let is_shown = |registry: &&Registry| self.world.shown.contains(registry.name()) || is_met(registry);
        let met: Vec<&Registry> = self.world.registries.values().filter(is_shown).collect();
        let links = self.machines.iter().flat_map(|machine| {
            let names = met.iter().map(|registry| registry.name().to_owned());
            names.map(|registry| link_view(&self.world.ways, &machine.name, registry))
        });
        Snapshot {
            links: links.collect(),
            here: self.machine().name.clone(),
            clock: self.world.clock.to_string(),
            machines: self.machines.iter().map(machine_view).collect(),
            registries: met.iter().map(|registry| registry_view(registry, self.world.clock)).collect(),
        }
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

fn machine_view(machine: &Machine) -> MachineView {
    let engine = &machine.engine;
    let images = engine.images();
    MachineView {
        name: machine.name.clone(),
        directory: machine.directory.to_string(),
        images: images
            .into_iter()
            .take(limits::ROWS)
            .map(|(names, image)| Rc::new(image_view(engine, names, &image)))
            .collect(),
        containers: engine.list_containers().into_iter().take(limits::ROWS).map(container_view).collect(),
        logins: engine.credentials.keys().cloned().collect(),
        files: machine
            .files
            .walk_from(&Machine::home())
            .take(limits::ROWS)
            .map(|(path, node)| file_view(&path, node))
            .collect(),
    }
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
