//! The result as documents: for each platform a configuration and a manifest;
//! around them, with their attestations, an index.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::annotation::{self, Annotated};
use super::convert::Plan;
use super::error::BuildError;
use super::layer::Laid;
use super::request::{Built, BuiltImage, Output, Provenance, Tools};
use super::solve::Build;
use super::{epoch, identity, model};
use crate::event::{Event, Events};
use crate::oci::{Descriptor, ImageConfig, Index, Manifest, MediaType, Platform, Timestamp};

impl Build {
    /// Writes all documents, and tells the names.
    pub(super) fn export(&mut self, tools: &mut Tools<'_>) -> Result<Built, BuildError> {
        let mut lines = self.layer_lines();
        let has_documents = self.request.output.is_image();
        let in_archive = self.request.output != Output::Image && self.targets.len() == 1;
        let wanted = |provenance: &Provenance| has_documents && !(provenance.inline_only && in_archive);
        let attests = self.request.provenance.as_ref().is_some_and(wanted);
        if has_documents {
            self.check_annotations(attests)?;
        }
        let (finished, invocation) = (self.now(tools.host), identity::new(tools.host));
        let (mut images, mut attestations) = (Vec::new(), Vec::new());
        for target in 0..self.targets.len() {
            let image = self.export_image(target, attests, tools)?;
            lines
                .push((format!("exporting manifest {}", image.manifest.digest), model::RECORD.of(image.manifest.size)));
            let config = &image.document.config;
            lines.push((format!("exporting config {}", config.digest), model::RECORD.of(config.size)));
            if attests {
                let attestation = self.attest(target, &image.manifest, &invocation, finished);
                let line = format!("exporting attestation manifest {}", attestation.digest);
                lines.push((line, model::RECORD.of(attestation.size)));
                attestations.push(attestation);
            }
            images.push(image);
        }
        let image = self.root(&images, attestations, &mut lines);
        self.name_lines(&image, &mut lines);
        self.tell_export(lines);
        Ok(Built {
            image,
            images,
            blobs: std::mem::take(&mut self.blobs),
            tags: self.request.tags.clone(),
            output: self.request.output,
            inline_only: self.request.provenance.as_ref().is_none_or(|provenance| provenance.inline_only),
            cache: std::mem::take(&mut self.cache),
            id: invocation,
            millis: self.steps.millis(),
        })
    }

    /// An annotation that no document would have fails the export before anything is written.
    fn check_annotations(&mut self, attests: bool) -> Result<(), BuildError> {
        let platforms: Vec<&Platform> = self.targets.iter().map(|target| &target.platform).collect();
        let has_index = attests || platforms.len() > 1;
        let checked = annotation::check(&self.request.annotations, &platforms, has_index);
        checked.map_err(|error| {
            self.steps.start(self.request.output.step());
            self.steps.failed(error.to_string());
            self.fail(error, None)
        })
    }

    fn export_image(&mut self, target: usize, attests: bool, tools: &mut Tools<'_>) -> Result<BuiltImage, BuildError> {
        let stage = self.targets[target].stages.target;
        let mut here = self.targets[target].here(stage);
        let plan = self.plan(target, stage).clone();
        if let Some(time) = plan.epoch().filter(|_| self.request.rewrite_timestamp) {
            let rewritten = epoch::rewrite(&here.layers, &mut self.blobs, time, tools.host);
            here.layers = rewritten.map_err(|error| self.fail(error, None))?;
        }
        let mut config = describe(&plan, &here.layers, tools.host.now());
        config.cache = self.inline_cache(target).map(|records| STANDARD.encode(records));
        let config_bytes = config.to_bytes();
        let layers = here.layers.iter().map(|layer| layer.descriptor.clone()).collect();
        let mut document = Manifest::of(Descriptor::of(MediaType::CONFIG, &config_bytes), layers);
        let platform = Some(&self.targets[target].platform).filter(|_| attests || self.targets.len() > 1);
        document.annotations = Annotated::of(&self.request.annotations, platform).manifest;
        let manifest_bytes = document.to_bytes();
        let manifest = Descriptor::of(MediaType::MANIFEST, &manifest_bytes);
        self.blobs.put(config_bytes);
        self.blobs.put(manifest_bytes);
        let record = self.record(target);
        Ok(BuiltImage { manifest, document, config, files: here.files, record })
    }

    /// What names point at: the manifest if there is nothing beside it, else an index.
    fn root(
        &mut self,
        images: &[BuiltImage],
        attestations: Vec<Descriptor>,
        lines: &mut Vec<(String, u64)>,
    ) -> Descriptor {
        let annotations = &self.request.annotations;
        if let ([image], []) = (images, &attestations[..]) {
            let annotations = Annotated::of(annotations, None).manifest_descriptor;
            return Descriptor { annotations, ..image.manifest.clone() };
        }
        let described = images.iter().zip(&self.targets).map(|(image, target)| {
            let annotations = Annotated::of(annotations, Some(&target.platform)).manifest_descriptor;
            Descriptor { platform: Some(image.config.platform()), annotations, ..image.manifest.clone() }
        });
        let mut document = Index::of(described.chain(attestations).collect());
        let of_index = Annotated::of(annotations, None);
        document.annotations = of_index.index;
        let bytes = document.to_bytes();
        let mut index = Descriptor::of(MediaType::INDEX, &bytes);
        index.annotations = of_index.index_descriptor;
        self.blobs.put(bytes);
        lines.push((format!("exporting manifest list {}", index.digest), model::RECORD.of(index.size)));
        index
    }

    fn layer_lines(&self) -> Vec<(String, u64)> {
        let millis = if self.compressed == 0 { 0 } else { model::COMPRESS.of(self.compressed) };
        let inline = self.request.inline_cache.then(|| ("preparing layers for inline cache".to_owned(), 0));
        std::iter::once(("exporting layers".to_owned(), millis)).chain(inline).collect()
    }

    fn name_lines(&self, image: &Descriptor, lines: &mut Vec<(String, u64)>) {
        if self.request.output != Output::Image {
            let sending = self.request.output.sending();
            lines.extend(sending.map(|sending| (sending.to_owned(), model::TRANSFER.of(self.compressed))));
            return;
        }
        let unpack = if self.compressed == 0 { 0 } else { model::UNPACK.of(self.compressed) };
        let mut names: Vec<String> = self.request.tags.iter().map(ToString::to_string).collect();
        if names.is_empty() {
            names.push(format!("moby-dangling@{}", image.digest));
        }
        for name in names {
            lines.push((format!("naming to {name}"), model::RECORD.of(0)));
            lines.extend(self.request.unpack.then(|| (format!("unpacking to {name}"), unpack)));
        }
    }

    /// One step; files alone need no documents to be told.
    fn tell_export(&mut self, documents: Vec<(String, u64)>) {
        let output = self.request.output;
        let lines = match (output.sending(), output.is_image()) {
            (Some(sending), false) => vec![(sending.to_owned(), model::TRANSFER.of(0))],
            (None, false) => return,
            (_, true) => documents,
        };
        self.steps.start(output.step());
        let total = lines.iter().map(|(_, millis)| millis).sum();
        for (line, millis) in lines {
            self.steps.report(line, 0, 0, millis);
        }
        // Else it goes on with that, once the image is in the store.
        if !self.request.push {
            self.steps.done(total, None);
        }
    }

    /// Hands on what happens while that goes on, see [`Build::begin_after`].
    pub fn hear_after(&mut self, event: Event, events: Events<'_>) {
        self.steps.hear(event, events);
    }

    /// Begins a step after the export, for what is done with the result.
    pub fn begin_after(&mut self, name: String) {
        self.steps.start(name);
    }

    /// A line more of the step after the export, or of the export itself, and what it took.
    pub fn report_after(&mut self, line: String, millis: u64) {
        self.steps.report(line, 0, 0, millis);
    }

    /// Ends that step; `error` is why it failed.
    pub fn end_after(&mut self, millis: u64, error: Option<BuildError>, events: Events<'_>) -> Result<(), BuildError> {
        match &error {
            None => self.steps.done(millis, None),
            Some(BuildError::Solve { source, .. }) => self.steps.failed(source.to_string()),
            Some(error) => self.steps.failed(error.to_string()),
        }
        self.steps.take().into_iter().for_each(events);
        error.map_or(Ok(()), Err)
    }
}

/// Adds the layers and the times: a line of history is as old as its layer, or
/// as the line before it; the image is as old as its last line.
fn describe(plan: &Plan, layers: &[Laid], now: Timestamp) -> ImageConfig {
    let mut config = plan.config.clone();
    let mut created = layers.iter().filter_map(|layer| layer.created);
    let first = created.clone().next().unwrap_or(now);
    let mut before = config.history.iter().take(plan.inherited).rev().find_map(|entry| entry.created).unwrap_or(first);
    for entry in config.history.iter_mut().skip(plan.inherited) {
        if !entry.empty_layer {
            before = created.next().unwrap_or(before);
        }
        entry.created = Some(plan.epoch().unwrap_or(before));
    }
    config.created = Some(plan.epoch().unwrap_or(before));
    config.rootfs.diff_ids = layers.iter().map(|layer| layer.diff_id).collect();
    config
}
