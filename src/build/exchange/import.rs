//! `--cache-from`: what other builders know, and a layer of theirs on its way
//! here.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Offer;
use super::document::{Document, Record, inline_offers};
use crate::build::cache::{Layer, Outcome, Used};
use crate::build::model;
use crate::build::request::{CacheSource, Tools};
use crate::build::solve::{At, Build, Task};
use crate::event::{Direction, Events};
use crate::fs::{self, Packed};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, ImageConfig, Manifest, MediaType, Reference, children, json};
use crate::store::Blobs;
use crate::transfer::{Client, Fetch};

/// The cache of another builder.
pub(in crate::build) struct Import {
    place: Place,
    offers: BTreeMap<Digest, Offer>,
}

enum Place {
    Registry(Box<Client>, Reference),
    Layout(Blobs),
}

/// A layer on its way here, which a step waits for.
pub(in crate::build) struct Importing {
    at: At,
    key: Digest,
    /// Which of the caches has it.
    from: usize,
    offer: Offer,
    /// None if it need not travel.
    fetch: Option<Fetch>,
    came: Blobs,
}

impl Build {
    /// Reads what other builders know; a cache that cannot be read is told of, and done without.
    pub(in crate::build) fn import_caches(&mut self, tools: &mut Tools<'_>) {
        for source in self.request.cache_from.clone() {
            self.steps.start(format!("importing cache manifest from {}", source.name()));
            self.tell(tools);
            let (steps, events) = (&mut self.steps, &mut *tools.events);
            let read = read(&source, tools.host, &mut |event| steps.hear(event, events));
            match read {
                Ok((import, media_type)) => {
                    self.steps.report(format!("inferred cache manifest type: {media_type}"), 0, 0, 0);
                    self.steps.done(model::METADATA.of(0), None);
                    self.imports.push(import);
                }
                Err(reason) => self.steps.failed(reason),
            }
        }
    }

    /// Begins to fetch the layer of the step at `at`, if another builder has one under `key`.
    pub(in crate::build) fn begin_import(&mut self, key: &Digest, at: At) -> bool {
        let offering = self.imports.iter().position(|import| import.offers.contains_key(key));
        let Some(from) = offering else { return false };
        let Import { place, offers } = &self.imports[from];
        let offer = offers[key].clone();
        let (mut fetch, mut came) = (None, Blobs::default());
        match (self.blobs.kept(&offer.descriptor.digest), place) {
            // Another step made the same layer.
            (Some(blob), _) => came.keep(offer.descriptor.digest, blob),
            (None, Place::Registry(_, reference)) => {
                fetch = Some(Fetch::new(vec![offer.descriptor.clone()], reference));
            }
            (None, Place::Layout(blobs)) => came = blobs.clone(),
        }
        self.importing = Some(Importing { at, key: *key, from, offer, fetch, came });
        true
    }

    /// Lets a layer of another builder come a piece further. One that cannot be had, or is not what was said of
    /// it, is forgotten, and its step runs.
    pub(in crate::build) fn import_on(&mut self, mut importing: Importing, tools: &mut Tools<'_>) {
        let is_here = match (&mut importing.fetch, &mut self.imports[importing.from].place) {
            (Some(fetch), Place::Registry(client, _)) => {
                let (steps, events) = (&mut self.steps, &mut *tools.events);
                fetch.advance(client, &mut importing.came, tools.host, &mut |event| steps.hear(event, events))
            }
            _ => Ok(true),
        };
        match is_here {
            Ok(false) => self.importing = Some(importing),
            Ok(true) if self.take_import(&importing) => {}
            Ok(true) | Err(_) => {
                self.imports[importing.from].offers.remove(&importing.key);
                self.tasks.push_front(Task::Operation(importing.at));
            }
        }
    }

    /// Ends a step with the layer that came, if it is the one that was offered.
    fn take_import(&mut self, Importing { at, key, offer, came, fetch, .. }: &Importing) -> bool {
        let Offer { descriptor, diff_id, created } = offer.clone();
        let Some(blob) = came.kept(&descriptor.digest) else { return false };
        let Ok((computed, unpacked)) = fs::measured(&blob, diff_id.algorithm()) else { return false };
        let (layer, size) = (descriptor.digest, descriptor.size);
        let packed = Packed { blob: blob.clone(), descriptor, diff_id };
        let made = Layer { packed, unpacked, room: None, files: None, created: created.unwrap_or(self.started) };
        if computed != diff_id || !made.is_usable() {
            return false;
        }
        self.cache.put(*key, Outcome::Layer(Box::new(made.clone())), Used { last: self.started, count: 1 });
        self.blobs.keep(layer, blob);
        if fetch.is_some() {
            self.steps.report(layer.to_string(), size, size, model::FETCH.of(size));
            self.steps.report(format!("extracting {layer}"), 0, 0, model::UNPACK.of(size));
        }
        self.steps.cached();
        self.arrived(*at, key, &made);
        true
    }
}

/// Reads a cache; why it cannot be read, in `BuildKit`'s words.
fn read(source: &CacheSource, host: &mut dyn Host, events: Events<'_>) -> Result<(Import, MediaType), String> {
    match source {
        CacheSource::Registry { typed, credentials } => {
            let failed =
                |reason: &dyn std::fmt::Display| format!("failed to configure registry cache importer: {reason}");
            let reference = typed.parse::<Reference>().map_err(|error| failed(&error))?.tagged();
            let mut client = Client::new(&reference, Direction::Pull, credentials.as_ref());
            let (root, bytes) = client.over(host).look_up(events).map_err(|error| failed(&error))?;
            let get = &mut |blob: &Descriptor| {
                let document = client.over(host).document(blob, events);
                document.map(Vec::from).map_err(|error| error.to_string())
            };
            let offers = offers(&root, &bytes, get)?;
            Ok((Import { place: Place::Registry(Box::new(client.shared()), reference), offers }, root.media_type))
        }
        CacheSource::Folder { layout, .. } => {
            let get = &mut |blob: &Descriptor| {
                let found = layout.blobs.get(&blob.digest).map(Vec::from);
                found.ok_or_else(|| format!("content digest {}: not found", blob.digest))
            };
            let bytes = get(&layout.root)?;
            let offers = offers(&layout.root, &bytes, get)?;
            Ok((Import { place: Place::Layout(layout.blobs.clone()), offers }, layout.root.media_type.clone()))
        }
        CacheSource::Unknown { kind, .. } => Err(format!("unknown cache importer: {kind}")),
    }
}

/// How to get a small document.
type Get<'a> = &'a mut dyn FnMut(&Descriptor) -> Result<Vec<u8>, String>;

/// What a cache offers by key: one of its own, or an image whose configurations hold one.
fn offers(root: &Descriptor, bytes: &[u8], get: Get<'_>) -> Result<BTreeMap<Digest, Offer>, String> {
    let named = children(&root.media_type, bytes).map_err(|error| error.to_string())?;
    if let Some(config) = named.iter().find(|blob| blob.media_type == MediaType::CACHE_CONFIG) {
        let document: Document = json::read(&get(config)?).map_err(|error| error.to_string())?;
        return Ok(document.offers());
    }
    let mut offers = BTreeMap::new();
    let manifests = if root.media_type.is_index() { named } else { vec![root.clone()] };
    for manifest in manifests.iter().filter(|manifest| manifest.media_type.is_manifest() && !manifest.is_pseudo_image())
    {
        let document: Manifest = json::read(&get(manifest)?).map_err(|error| error.to_string())?;
        let config: ImageConfig = json::read(&get(&document.config)?).map_err(|error| error.to_string())?;
        let Some(inline) = &config.cache else { continue };
        let inline = STANDARD.decode(inline).map_err(|error| error.to_string())?;
        let records: Vec<Record> = json::read(&inline).map_err(|error| error.to_string())?;
        offers.extend(inline_offers(&records, document, &config));
    }
    Ok(offers)
}
