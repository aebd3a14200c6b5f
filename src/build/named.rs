//! `--build-context`: what a name stands for instead of a stage or an image.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#build-context>

use std::collections::{BTreeMap, BTreeSet};

use super::checksum::{self, Checksum};
use super::context::{self, Context};
use super::error::{BuildError, SolveError};
use super::layer::Here;
use super::request::Tools;
use super::solve::Build;
use super::stages::Base;
use super::{download, model};
use crate::fs::{FsPath, Metadata, Node, Rootfs, Tree};
use crate::host::Host;
use crate::oci::{Descriptor, Reference, ReferenceError};
use crate::store::Blobs;

/// What stands for a name.
#[derive(Debug, Clone)]
pub enum NamedContext {
    /// A folder of the machine.
    Folder(FsPath),
    /// `docker-image://`: its name as typed, and as meant; none is `scratch`.
    Image {
        /// As typed.
        typed: String,
        /// As meant.
        reference: Option<Reference>,
    },
    /// `oci-layout://`
    Layout(Layout),
    /// `http://` or `https://`: a file that is called `context`.
    Address(String),
}

/// An image in a folder of the machine.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The index or manifest.
    pub root: Descriptor,
    /// Its content, verified.
    pub blobs: Blobs,
}

/// The named contexts of a build, by name: familiar, without `latest`.
pub type NamedContexts = BTreeMap<String, NamedContext>;

/// The file that comes from an address.
const FILE: &str = "context";

impl NamedContext {
    /// The name that `text` is looked up by: familiar, without `latest`.
    pub fn key(text: &str) -> Result<String, ReferenceError> {
        let familiar = text.parse::<Reference>()?.familiar();
        Ok(familiar.strip_suffix(":latest").unwrap_or(&familiar).to_owned())
    }

    /// What a stage begins with that `key` names.
    pub(super) fn base(&self, key: &str) -> Base {
        match self {
            Self::Folder(_) | Self::Address(_) => Base::Files(key.to_owned()),
            Self::Image { reference: None, .. } => Base::Scratch,
            Self::Image { reference: Some(reference), .. } => Base::Image(reference.clone()),
            Self::Layout(layout) => {
                let named: Reference = key.parse().expect("keys are names");
                Base::Image(Reference { tag: None, digest: Some(layout.root.digest), ..named })
            }
        }
    }

    /// As the step of FROM shows it.
    pub(super) fn shown(&self, key: &str) -> String {
        match self {
            Self::Folder(_) => format!("[context {key}] load from client"),
            Self::Image { typed, .. } => format!("[context {key}] {typed}"),
            Self::Layout(_) => format!("[context {key}] OCI load from client"),
            Self::Address(address) => format!("[context {key}] {address}"),
        }
    }

    /// The layout that has the image.
    pub(super) fn layout(&self) -> Option<&Layout> {
        if let Self::Layout(layout) = self { Some(layout) } else { None }
    }

    /// The name of the image as the step that asks for it shows it.
    pub(super) fn asked(&self, reference: &Reference) -> String {
        match self {
            Self::Image { typed, .. } => typed.clone(),
            _ => reference.to_string(),
        }
    }
}

impl Build {
    /// Reads the folders that stand for names, and what is kept at home of them.
    pub(super) fn load_named(&mut self, target: usize) -> Result<(), BuildError> {
        for key in self.targets[target].stages.named_files() {
            let Some(NamedContext::Folder(folder)) = self.request.contexts.get(&key) else { continue };
            if self.named.contains_key(&key) {
                continue;
            }
            let loaded = context::load_named(&self.request.files, folder);
            let context = loaded.map_err(|error| self.fail(error, None))?;
            self.transfer(&key, format!("[context {key}] load .dockerignore"), context.ignore_bytes);
            self.named.insert(key, context);
        }
        Ok(())
    }

    /// What any step reads of these folders travels once: all, if a stage begins with it.
    pub(super) fn send_named(&mut self) {
        for key in self.named.keys().cloned().collect::<Vec<_>>() {
            let Context { tree, .. } = &self.named[&key];
            let mut paths = BTreeSet::new();
            for target in &self.targets {
                let has_files = |stage: usize| target.stages.list[stage].base == Base::Files(key.clone());
                let plans = || target.plans.iter().filter(|(stage, _)| target.stages.list[**stage].is_written);
                if plans().any(|(stage, _)| has_files(*stage)) {
                    paths.insert(FsPath::root());
                }
                let copies = plans().flat_map(|(_, plan)| plan.copies());
                let found =
                    copies.filter(|copy| copy.from.is_some_and(has_files)).filter_map(|copy| copy.find(tree).ok());
                paths.extend(found.flat_map(|found| found.paths().cloned().collect::<Vec<_>>()));
                let mounts = plans().flat_map(|(_, plan)| plan.runs()).flat_map(|run| &run.mounts);
                let shown = mounts.filter(|mount| mount.source.is_some_and(has_files));
                paths.extend(shown.map(|mount| FsPath::from(mount.mount.source.as_deref().unwrap_or_default())));
            }
            let bytes = context::bytes_of(tree, &paths);
            self.transfer(&key, format!("[context {key}] load from client"), bytes);
        }
    }

    /// A stage begins with the files that `key` stands for; what is only copied from makes no layer.
    pub(super) fn start_from_files(
        &mut self,
        target: usize,
        stage: usize,
        key: &str,
        tools: &mut Tools<'_>,
    ) -> Result<Here, BuildError> {
        let lines = self.targets[target].stages.list[stage].lines;
        let here = self.files_of(key, tools).and_then(|files| {
            let root = files.get(&FsPath::root()).map(checksum::of_node).transpose()?;
            let named = Checksum::default().field(b"named");
            let named = root.iter().fold(named, |sum, root| sum.field(root.bytes())).finish();
            if !self.targets[target].stages.list[stage].is_written {
                return Ok(Here::begin(&named, Rootfs::from(files), Vec::new()));
            }
            let mut here = Here::begin(&Checksum::default().field(b"scratch").finish(), Rootfs::default(), Vec::new());
            // The step that brought the files was shown.
            self.steps.repeat();
            let make = |tree: &mut Tree, _, _: &mut dyn Host| {
                *tree = files;
                Ok(())
            };
            let layer = match self.cached_layer(&named, true) {
                Some(layer) => layer,
                None => self.make_layer(named, 0, &Rootfs::default(), tools.host, make)?,
            };
            here.after(&named, &layer);
            Ok(here)
        });
        here.map_err(|error| self.fail(error, Some(lines)))
    }

    /// Those of a folder, or the one that comes from an address.
    fn files_of(&mut self, key: &str, tools: &mut Tools<'_>) -> Result<Tree, SolveError> {
        let context = &self.request.contexts[key];
        let NamedContext::Address(address) = context.clone() else { return Ok(self.named[key].tree.clone()) };
        self.steps.start(context.shown(key));
        let fetched = download::get(&address, tools);
        let (bytes, modified) = fetched.inspect_err(|error| self.steps.failed(error.to_string()))?;
        self.steps.done(model::FETCH.of(bytes.len() as u64), None);
        let mut tree = Tree::default();
        let metadata = Metadata { mode: download::MODE, ..Metadata::file(modified) };
        tree.insert(&FsPath::root().child(FILE), Node::file(metadata, bytes.to_vec()))?;
        Ok(tree)
    }
}
