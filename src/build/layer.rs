//! One step: known already, or run, compared, archived and compressed.

use std::time::Duration;

use super::cache::{Layer, Outcome, Used};
use super::checksum::Checksum;
use super::convert::{Operation, OperationKind};
use super::copy::{Copy, Found, NotFound};
use super::error::{BuildError, ChecksumError, SolveError};
use super::request::Tools;
use super::solve::{At, Build, Target};
use super::stages::Base;
use super::{download, identity, model};
use crate::fs::{self, Content, Extent, Node, Rootfs, Tree};
use crate::host::Host;
use crate::limits;
use crate::oci::{Descriptor, Digest, Timestamp};
use crate::text::Case;

/// How far a stage has come: the files so far, the layers they are made of,
/// and what names the way there.
#[derive(Debug, Clone)]
pub(super) struct Here {
    pub files: Rootfs,
    /// Part of the key of what follows.
    pub state: Digest,
    pub layers: Vec<Laid>,
}

/// A layer of the image to be.
#[derive(Debug, Clone)]
pub(super) struct Laid {
    pub descriptor: Descriptor,
    pub diff_id: Digest,
    /// When it was made; none if it came with the base.
    pub created: Option<Timestamp>,
    /// The key of the step that made it, likewise.
    pub key: Option<Digest>,
}

/// What is known of a step that begins.
pub(super) enum Known {
    /// What it made before.
    Layer(Box<Layer>),
    /// Another builder knows; the layer is on its way.
    Coming,
    Nothing,
}

impl Here {
    /// At the beginning of a stage, which `key` names.
    pub(super) fn begin(key: &Digest, files: Rootfs, layers: Vec<Laid>) -> Self {
        Self { files, state: state(key, &[]), layers }
    }

    /// After a step with this key and result, which lies upon what is here.
    pub(super) fn after(&mut self, key: &Digest, layer: &Layer) {
        let Layer { packed, files, created, .. } = layer;
        self.files = files.clone().unwrap_or_else(|| self.files.with(packed.clone()));
        self.state = state(key, packed.diff_id.bytes());
        let descriptor = packed.descriptor.clone();
        let (diff_id, created, key) = (packed.diff_id, Some(*created), Some(*key));
        self.layers.push(Laid { descriptor, diff_id, created, key });
    }
}

fn state(key: &Digest, result: &[u8]) -> Digest {
    Checksum::default().field(b"state").field(key.bytes()).field(result).finish()
}

impl Build {
    /// The step of FROM, which a stage on scratch or on another stage has not.
    pub(super) fn start_from(&mut self, target: usize, stage: usize, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        let wanted = &self.targets[target];
        let here = match &wanted.stages.list[stage].base {
            Base::Scratch => {
                Here::begin(&Checksum::default().field(b"scratch").finish(), Rootfs::default(), Vec::new())
            }
            // Its state is that of the other stage, which has come to its end before.
            Base::Stage(_) => return Ok(()),
            Base::Files(key) => {
                let key = key.clone();
                self.start_from_files(target, stage, &key, tools)?
            }
            Base::Image(reference) => {
                let image = wanted.bases[&stage].clone();
                let mut reference = reference.clone();
                reference.digest = Some(image.digest);
                let context = wanted.stages.list[stage].context.as_ref();
                let name = context.map(|key| self.request.contexts[key].shown(key));
                let name = name.unwrap_or_else(|| self.plan(target, stage).numbered_from(&reference));
                let key = Checksum::default().field(b"from").field(image.digest.bytes());
                let key = key.field(image.manifest.config.digest.bytes()).finish();
                if self.shown.insert((None, key)) {
                    self.show_from(&name, &reference.to_string(), &key, &image.fetched);
                }
                let diff_ids = image.config.rootfs.diff_ids.iter();
                let layers = image.manifest.layers.into_iter().zip(diff_ids);
                let laid = |(descriptor, diff_id): (Descriptor, &Digest)| Laid {
                    descriptor,
                    diff_id: *diff_id,
                    created: None,
                    key: None,
                };
                Here::begin(&key, image.files, layers.map(laid).collect())
            }
        };
        self.targets[target].reached.insert(stage, here);
        Ok(())
    }

    fn show_from(&mut self, name: &str, reference: &str, key: &Digest, fetched: &[Descriptor]) {
        self.steps.start(name);
        let mut millis = model::RESOLVE.of(0);
        self.steps.report(format!("resolve {reference}"), 0, 0, millis);
        for layer in fetched {
            let (fetch, unpack) = (model::FETCH.of(layer.size), model::UNPACK.of(layer.size));
            self.steps.report(layer.digest.to_string(), layer.size, layer.size, fetch);
            self.steps.report(format!("extracting {}", layer.digest), 0, 0, unpack);
            millis += fetch + unpack;
        }
        if fetched.is_empty() && self.cache.knows(key) {
            self.steps.cached();
        } else {
            self.cache.put(*key, Outcome::Base, Used { last: self.started, count: 1 });
            self.steps.done(millis, None);
        }
    }

    /// Runs one step of a stage; a RUN goes on after this, and so does one whose layer is on its way.
    pub(super) fn operate(&mut self, at: At, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        let Operation { name, kind, .. } = self.operation(at).clone();
        let here = self.targets[at.target].here(at.stage);
        let made = match kind {
            OperationKind::Workdir(workdir) => {
                let key = workdir.key(&here.state);
                self.begin_step(at.target, &key, name);
                let known = self.known_layer(&key, true, at);
                let make = |tree: &mut Tree, now, _: &mut dyn Host| workdir.make(tree, now);
                let cost = model::WORKDIR.of(0);
                known.or_made(key, || self.make_layer(key, cost, &here.files, tools.host, make))
            }
            OperationKind::Copy(copy) => self.copy(*copy, name, at, &here, tools),
            OperationKind::Run(run) => self.begin_run(*run, name, at, &here, tools),
        };
        match made {
            Ok(Some((key, layer))) => self.arrived(at, &key, &layer),
            Ok(None) => {}
            Err(error) => return Err(self.step_failed(error, at)),
        }
        Ok(())
    }

    fn operation(&self, At { target, stage, operation }: At) -> &Operation {
        &self.plan(target, stage).operations[operation]
    }

    /// After a step: `layer` is what it made.
    pub(super) fn arrived(&mut self, At { target, stage, .. }: At, key: &Digest, layer: &Layer) {
        let mut here = self.targets[target].here(stage);
        here.after(key, layer);
        self.targets[target].reached.insert(stage, here);
    }

    /// Tells that a step failed; the step itself does not say that it was about a cache key.
    pub(super) fn step_failed(&mut self, error: SolveError, at: At) -> BuildError {
        let message = match &error {
            SolveError::CacheKey { source } => source.to_string(),
            error => error.to_string(),
        };
        self.steps.failed(message);
        let lines = self.operation(at).lines;
        self.fail(error, Some(lines))
    }

    fn copy(
        &mut self,
        mut copy: Copy,
        name: String,
        at: At,
        here: &Here,
        tools: &mut Tools<'_>,
    ) -> Result<Option<(Digest, Layer)>, SolveError> {
        let (key, found) = match self.find_copied(&mut copy, at, here, tools) {
            Ok(found) => found,
            Err(error) => {
                self.steps.start(name);
                return Err(error);
            }
        };
        self.begin_step(at.target, &key, name);
        let cost = model::COPY.of(found.bytes());
        let below = if copy.is_link { Rootfs::default() } else { here.files.clone() };
        let known = self.known_layer(&key, self.reuses(at), at);
        let make = |tree: &mut Tree, now, host: &mut dyn Host| copy.place(tree, &found, now, host);
        let mut made = known.or_made(key, || self.make_layer(key, cost, &below, tools.host, make))?;
        if let Some((_, layer)) = made.as_mut().filter(|_| copy.is_link) {
            // It lies upon whatever is below it.
            layer.files = None;
        }
        Ok(made)
    }

    /// The key of a COPY and what it takes, which is not looked for if it was found there before.
    fn find_copied(
        &mut self,
        copy: &mut Copy,
        at: At,
        here: &Here,
        tools: &mut Tools<'_>,
    ) -> Result<(Digest, Found), SolveError> {
        download::fetch(copy, tools)?;
        let source = copy.from.map(|stage| self.targets[at.target].here(stage));
        let shortcut = source.as_ref().and_then(|source| copy.shortcut(&here.state, &source.state));
        if let Some(key) = shortcut.filter(|_| self.reuses(at)).and_then(|key| self.cache.same(&key)) {
            return Ok((key, Found::default()));
        }
        let tree = match &source {
            Some(source) => source.files.tree_with(tools.host)?,
            None => &self.context.tree,
        };
        let found = copy.find(tree).map_err(|error| not_found(error, tools.host))?;
        let key = copy.key(&here.state, &found)?;
        self.note_shortcut(shortcut, key);
        Ok((key, found))
    }

    /// Whether a stage may use what was made before.
    pub(super) fn reuses(&self, At { target, stage, .. }: At) -> bool {
        let stage = &self.targets[target].stages.list[stage];
        !self.request.no_cache && !self.request.no_cache_stages.iter().any(|name| stage.is_named(name, str::lowercase))
    }

    /// Remembers that `shortcut` leads to what is under `key`.
    pub(super) fn note_shortcut(&mut self, shortcut: Option<Digest>, key: Digest) {
        if let Some(shortcut) = shortcut {
            self.cache.put(shortcut, Outcome::Same(key), Used { last: self.started, count: 1 });
        }
    }

    /// Shows the step of `key`, unless another stage for the same platform has shown it. One that waited in vain
    /// for the layer of another builder is open already.
    pub(super) fn begin_step(&mut self, target: usize, key: &Digest, name: String) {
        if self.steps.is_open() {
            return;
        }
        if self.shown.insert((Some(target), *key)) {
            self.steps.start(name);
        } else {
            self.steps.repeat();
        }
    }

    /// What `make` makes of `before`, under `key`.
    pub(super) fn make_layer(
        &mut self,
        key: Digest,
        millis: u64,
        before: &Rootfs,
        host: &mut dyn Host,
        make: impl FnOnce(&mut Tree, Timestamp, &mut dyn Host) -> Result<(), SolveError>,
    ) -> Result<Layer, SolveError> {
        let created = self.now(host);
        let before = before.tree_with(host)?;
        let mut tree = before.clone();
        make(&mut tree, Timestamp::from_seconds(created.seconds()), host)?;
        self.keep_layer(key, before, tree, (created, millis), host)
    }

    /// The layer that was made under `key` before, here or by another builder, if the step at `at` may be reused.
    pub(super) fn known_layer(&mut self, key: &Digest, reused: bool, at: At) -> Known {
        match self.cached_layer(key, reused) {
            Some(layer) => Known::Layer(Box::new(layer)),
            None if reused && self.begin_import(key, at) => Known::Coming,
            None => Known::Nothing,
        }
    }

    /// The layer that was made under `key` before.
    pub(super) fn cached_layer(&mut self, key: &Digest, reused: bool) -> Option<Layer> {
        let layer = self.cache.layer(key).filter(|_| reused || self.steps.is_repeated()).cloned()?;
        self.cache.touch(key, self.started);
        self.blobs.keep(layer.packed.descriptor.digest, layer.packed.blob.clone());
        self.steps.cached();
        Some(layer)
    }

    /// The time as the steps have made it pass.
    pub(super) fn now(&self, host: &dyn Host) -> Timestamp {
        host.now().after(Duration::from_millis(self.steps.millis()))
    }

    /// Archives what `tree` has more than `before`, and remembers it.
    pub(super) fn keep_layer(
        &mut self,
        key: Digest,
        before: &Tree,
        tree: Tree,
        (created, millis): (Timestamp, u64),
        host: &mut dyn Host,
    ) -> Result<Layer, SolveError> {
        let layer = archive(before, tree, created, host)?;
        let descriptor = &layer.packed.descriptor;
        self.blobs.keep(descriptor.digest, layer.packed.blob.clone());
        self.compressed += descriptor.size;
        self.steps.done(millis, Some(descriptor.clone()));
        self.cache.put(key, Outcome::Layer(Box::new(layer.clone())), Used { last: created, count: 1 });
        Ok(layer)
    }
}

impl Known {
    /// What there is of it now, made if nothing is known.
    fn or_made(
        self,
        key: Digest,
        make: impl FnOnce() -> Result<Layer, SolveError>,
    ) -> Result<Option<(Digest, Layer)>, SolveError> {
        match self {
            Self::Layer(layer) => Ok(Some((key, *layer))),
            Self::Coming => Ok(None),
            Self::Nothing => make().map(|layer| Some((key, layer))),
        }
    }
}

impl Target {
    /// Where `stage` stands; at its beginning that is where the stage below it ended.
    pub(super) fn here(&self, stage: usize) -> Here {
        match (self.reached.get(&stage), &self.stages.list[stage].base) {
            (Some(here), _) => here.clone(),
            (None, Base::Stage(base)) => self.here(*base),
            (None, _) => unreachable!("the first task of a stage is its FROM"),
        }
    }
}

fn not_found(error: NotFound, host: &mut dyn Host) -> SolveError {
    let path = match error {
        NotFound::Missing { path } => path,
        NotFound::Broken { pattern, source } => return SolveError::Pattern { pattern, source },
    };
    let (left, right) = (identity::new(host), identity::new(host));
    SolveError::CacheKey { source: ChecksumError { left, right, path: path.to_string() } }
}

fn archive(before: &Tree, tree: Tree, created: Timestamp, host: &mut dyn Host) -> Result<Layer, SolveError> {
    let changes = fs::diff(before, &tree);
    let in_memory = |node: &Node| match node.content() {
        Some(Content::Held(bytes)) => bytes.len() as u64,
        _ => 0,
    };
    let bytes: u64 = changes.iter().filter_map(|change| tree.get(&change.path)).map(in_memory).sum();
    if bytes > limits::LAYER_BYTES {
        return Err(SolveError::LayerTooLarge { limit: limits::LAYER_BYTES });
    }
    let (packed, Extent { unpacked, room }) = fs::pack(&tree, &changes, host)?;
    Ok(Layer { packed, unpacked, room: Some(room), files: Some(Rootfs::from(tree)), created })
}
