//! The result as documents: configuration, manifest, names. An attestation
//! and an index around both come with provenance.

use super::cache::Layer;
use super::convert::Plan;
use super::model;
use super::request::Built;
use super::solve::Solver;
use crate::fs::Tree;
use crate::oci::{Descriptor, ImageConfig, Manifest, MediaType, Timestamp};

impl Solver<'_> {
    /// Writes configuration and manifest, and tells the names.
    pub(super) fn export(&mut self, plan: Plan, base_layers: Vec<Descriptor>, layers: &[Layer], tree: Tree) -> Built {
        let config = describe(plan, layers, self.host.now());
        let config_bytes = config.to_bytes();
        let config_descriptor = Descriptor::of(MediaType::CONFIG, &config_bytes);
        let descriptors: Vec<Descriptor> =
            base_layers.into_iter().chain(layers.iter().map(|layer| layer.descriptor.clone())).collect();
        let manifest = Manifest::of(config_descriptor.clone(), descriptors);
        let manifest_bytes = manifest.to_bytes();
        let image = Descriptor::of(MediaType::MANIFEST, &manifest_bytes);
        self.blobs.put(config_bytes);
        self.blobs.put(manifest_bytes);
        self.tell_export(&image, &config_descriptor);
        let tags = self.request.tags.clone();
        Built { image, manifest, config, tree, tags, millis: self.steps.millis() }
    }

    fn tell_export(&mut self, image: &Descriptor, config: &Descriptor) {
        let fresh = self.compressed;
        let compress = if fresh == 0 { 0 } else { model::COMPRESS.of(fresh) };
        let unpack = if fresh == 0 { 0 } else { model::UNPACK.of(fresh) };
        let mut names: Vec<String> = self.request.tags.iter().map(ToString::to_string).collect();
        if names.is_empty() {
            names.push(format!("moby-dangling@{}", image.digest));
        }
        let mut lines = vec![
            ("exporting layers".to_owned(), compress),
            (format!("exporting manifest {}", image.digest), model::RECORD.of(image.size)),
            (format!("exporting config {}", config.digest), model::RECORD.of(config.size)),
        ];
        for name in names {
            lines.push((format!("naming to {name}"), model::RECORD.of(0)));
            lines.push((format!("unpacking to {name}"), unpack));
        }
        self.steps.start("exporting to image");
        let total = lines.iter().map(|(_, millis)| millis).sum();
        for (line, millis) in lines {
            self.steps.report(line, 0, 0, millis);
        }
        self.steps.done(total, None);
    }
}

/// Adds the layers and the times: a line of history is as old as its layer, or
/// as the line before it; the image is as old as its last line.
fn describe(plan: Plan, layers: &[Layer], now: Timestamp) -> ImageConfig {
    let Plan { mut config, inherited, .. } = plan;
    let first = layers.first().map_or(now, |layer| layer.created);
    let mut before = config.history.iter().take(inherited).rev().find_map(|entry| entry.created).unwrap_or(first);
    let mut created = layers.iter().map(|layer| layer.created);
    for entry in config.history.iter_mut().skip(inherited) {
        if !entry.empty_layer {
            before = created.next().unwrap_or(before);
        }
        entry.created = Some(before);
    }
    config.created = Some(before);
    config.rootfs.diff_ids.extend(layers.iter().map(|layer| layer.diff_id));
    config
}
