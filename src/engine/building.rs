//! `docker build` as the daemon does it: bases come from the image store, or
//! from their registry first; the result gets its names.

use std::sync::Arc;
use std::time::Duration;

use super::{Engine, Image, ImageError, Pull, RegistryError, classic};
use crate::build::cache::Layer;
use crate::build::{self, BaseError, BaseImage, BaseRequest, Build, BuildError, Built, Layout, Output, Tools};
use crate::event::{Event, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Platform, Reference, Timestamp};
use crate::runtime::Processes;
use crate::store::Blobs;
use crate::transfer::TransferError;

const DENIED: &str = "pull access denied, repository does not exist or may require authorization: \
                      server message: insufficient_scope: authorization failed";

/// A base on its way here.
pub struct Fetch {
    pull: Pull,
    /// What was here when it began.
    before: Blobs,
}

impl Engine {
    /// Begins a build, which may use what builds before it made.
    pub fn begin_build(&self, request: build::Request) -> Result<Build, BuildError> {
        Build::new(request, self.cache.clone())
    }

    /// Lets a build go on a little, or the `fetch` of a base; when it is done, its image is
    /// here and has its names. The time it took as modelled is told, not passed.
    pub fn advance_build(
        &mut self,
        build: &mut Build,
        fetch: &mut Option<Fetch>,
        fuel: u64,
        host: &mut dyn Host,
        processes: &mut dyn Processes,
        events: Events<'_>,
    ) -> Result<Option<Built>, BuildError> {
        let is_classic = self.is_classic();
        let mut told = |event: Event| {
            if let Some(event) = if is_classic { classic::told(event) } else { Some(event) } {
                events(event);
            }
        };
        let mut bases = |request: &BaseRequest<'_>, host: &mut dyn Host, events: Events<'_>| {
            self.base(request, fetch, host, events)
        };
        let mut tools = Tools { host, events: &mut told, bases: &mut bases, processes };
        match build.advance(fuel, &mut tools) {
            Ok(None) => Ok(None),
            Ok(Some(mut built)) => {
                self.take_built(&mut built, host.now(), events);
                Ok(Some(built))
            }
            Err(error) => {
                self.cache = build.finished().clone();
                Err(error)
            }
        }
    }

    /// Ctrl-C: the step under way is given up, those before it stay known, and so does
    /// what has come of a base.
    pub fn cancel_build(&mut self, build: &mut Build, fetch: Option<Fetch>, events: Events<'_>) -> BuildError {
        if let Some(Fetch { pull, .. }) = fetch {
            self.cancel_pull(pull, events);
        }
        let error = build.cancel(events);
        self.cache = build.finished().clone();
        error
    }

    /// What stays of a line that failed, if anything does: the steps that a build
    /// finished since `before`, and the content of the bases it fetched. The next
    /// build goes on there, as with `BuildKit`.
    pub fn after_failure(self, before: &Self) -> Option<Self> {
        if !self.cache.differs_from(&before.cache) && self.partials == before.partials {
            return None;
        }
        let Self { blobs, cache, partials, origins, .. } = self;
        Some(Self { blobs, cache, partials, origins, ..before.clone() })
    }

    /// Adds content to the store.
    pub fn add_blobs(&mut self, blobs: &Blobs) {
        for (digest, blob) in blobs.iter() {
            self.blobs.keep(*digest, blob);
        }
    }

    fn take_built(&mut self, built: &mut Built, now: Timestamp, events: Events<'_>) {
        self.cache = built.cache.clone();
        if built.output != Output::Image {
            return;
        }
        let ended = now.after(Duration::from_millis(built.millis));
        if self.is_classic() {
            self.adopt_built(built, events);
            built.tags.iter().for_each(|tag| self.note_tagged(tag, ended));
            return;
        }
        Arc::make_mut(&mut self.builds).entry(built.image.digest).or_default().insert(built.id.clone(), ended);
        self.add_blobs(&built.blobs);
        let mut layers = Vec::new();
        for image in &built.images {
            let of_image = |layer: &&Layer| image.document.layers.contains(&layer.packed.descriptor);
            let made = built.cache.entries().filter_map(|(_, entry)| entry.layer());
            made.filter(of_image).for_each(|layer| self.note_made(layer));
            image.document.layers.iter().for_each(|layer| self.measure(layer));
            Arc::make_mut(&mut self.snapshots).insert(image.manifest.digest, image.files.clone());
            layers.extend(image.document.layers.iter().cloned());
        }
        self.name_built(built);
        let references = built.tags.iter().map(Reference::familiar).collect();
        events(Event::ImageBuilt { image: built.image.clone(), references, layers });
        built.tags.iter().for_each(|tag| self.note_tagged(tag, ended));
    }

    /// The classic store keeps what was built as a configuration and unpacked
    /// layers; a rebuilt name leaves its old image without one.
    fn adopt_built(&mut self, built: &mut Built, events: Events<'_>) {
        let image = Image::best(&built.blobs, &built.image, &self.platform());
        let root = image.and_then(|image| Ok((self.adopt(&image, &built.blobs, None)?, image)));
        let (root, image) = root.expect("it was just built, and is read from where it was put");
        if built.tags.is_empty() {
            self.dangling.insert(root.digest, Arc::new(root.clone()));
        }
        for tag in &built.tags {
            self.name(tag, &root);
        }
        let references = built.tags.iter().map(Reference::familiar).collect();
        events(Event::ImageBuilt { image: root.clone(), references, layers: image.document.layers });
        built.image = root;
    }

    /// A rebuilt name takes its old image away with it, as in docker with the containerd store.
    fn name_built(&mut self, built: &Built) {
        if built.tags.is_empty() {
            self.dangling.insert(built.image.digest, Arc::new(built.image.clone()));
        }
        for tag in &built.tags {
            let previous: Option<Arc<Descriptor>> = self.names.get(&tag.to_string()).cloned();
            self.name(tag, &built.image);
            let unused = |root: &Digest| !self.in_use(root) && self.names_of(root).is_empty();
            if let Some(previous) = previous.filter(|root| unused(&root.digest)) {
                self.dangling.remove(&previous.digest);
                self.collect_garbage();
            }
        }
    }

    /// The image of a layout comes into the store without a name, as a base from a registry does.
    fn take_layout(&mut self, layout: &Layout, platform: &Platform) -> Result<Descriptor, ImageError> {
        if self.is_classic() {
            let image = Image::load(&layout.blobs, &layout.root, platform)?;
            return self.adopt(&image, &layout.blobs, None);
        }
        self.add_blobs(&layout.blobs);
        Ok(layout.root.clone())
    }

    fn base(
        &mut self,
        request: &BaseRequest<'_>,
        fetch: &mut Option<Fetch>,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<BaseImage>, BaseError> {
        let before = fetch.as_ref().map_or_else(|| self.blobs.clone(), |fetch| fetch.before.clone());
        let is_asked = request.pull || fetch.is_some();
        let unreadable = |error: ImageError| BaseError { message: error.to_string() };
        let root = match (request.layout, self.find_reference(request.reference).filter(|_| !is_asked)) {
            (Some(layout), _) => self.take_layout(layout, request.platform).map_err(unreadable)?,
            (None, Some(root)) => root,
            (None, None) => {
                let fetched = self.fetch(request.reference, fetch, host, events).map_err(|error| failed(&error))?;
                let Some(root) = fetched else { return Ok(None) };
                root
            }
        };
        let image = Image::load(&self.blobs, &root, request.platform).map_err(unreadable)?;
        let files = self.rootfs(&image).map_err(unreadable)?;
        let fetched = image.document.layers.iter().filter(|layer| !before.has(&layer.digest)).cloned().collect();
        let Image { document: manifest, config, .. } = image;
        Ok(Some(BaseImage { digest: root.digest, manifest, config, files, fetched }))
    }

    /// Lets the fetch of a base go on a piece; what its name means, when all is here.
    fn fetch(
        &mut self,
        reference: &Reference,
        fetch: &mut Option<Fetch>,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<Descriptor>, RegistryError> {
        let begin = || Fetch { pull: self.begin_pull(reference, &self.platform()), before: self.blobs.clone() };
        let mut under_way = fetch.take().unwrap_or_else(begin);
        let found = self.advance_fetch(&mut under_way.pull, host, events)?;
        if found.is_none() {
            *fetch = Some(under_way);
        }
        Ok(found.map(|found| found.root))
    }
}

/// As `BuildKit` says it; docker's own `failed to resolve reference` is not part
/// of it, and a refusal is told in the words of the client below it.
fn failed(error: &RegistryError) -> BaseError {
    if let RegistryError::Transfer(TransferError::PullDenied { .. }) = error {
        return BaseError { message: DENIED.to_owned() };
    }
    let message = match error {
        RegistryError::Transfer(error) => error.to_string(),
        error => error.to_string(),
    };
    let inner = message.split_once("\": ").filter(|(head, _)| head.starts_with("failed to resolve reference"));
    BaseError { message: inner.map_or(message.as_str(), |(_, rest)| rest).to_owned() }
}
