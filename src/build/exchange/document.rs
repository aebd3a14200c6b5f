//! The form in which `BuildKit` writes what it knows: layers, each upon
//! another one, and records, each a key and the layer it led to.
//! <https://github.com/moby/buildkit/blob/v0.32.2/cache/remotecache/v1/doc.go>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Offer;
use crate::build::layer::Laid;
use crate::oci::{Descriptor, Digest, ImageConfig, Manifest, MediaType, Timestamp};
use crate::text::sorted_by;

/// When a layer was made, and the digest of its tar, as a manifest says it.
const CREATED_AT: &str = "buildkit/createdat";
const UNCOMPRESSED: &str = "containerd.io/uncompressed";

/// The configuration of a cache.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Document {
    layers: Vec<Layer>,
    pub records: Vec<Record>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Layer {
    blob: Digest,
    /// The number of the layer below; -1 if there is none, and 0 is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    parent: i64,
    /// Other builders may leave them to the manifest; then it is of no use here, and their keys are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    annotations: Option<Annotations>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Annotations {
    #[serde(rename = "mediaType")]
    media_type: MediaType,
    #[serde(rename = "diffID")]
    diff_id: Digest,
    size: u64,
    /// None for a layer of a base: whoever built on it did not make it.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
}

/// A key and what it led to. The keys are this builder's own: each is made of
/// those before it, so that a record names no other one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(default)]
    layers: Vec<Outcome>,
    digest: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Outcome {
    layer: usize,
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The number of a layer as another one names it.
fn signed(number: usize) -> i64 {
    i64::try_from(number).expect("a document has fewer layers than bytes")
}

impl Document {
    /// What led to the layers of these stages, lowest first in each; those of a base have no record.
    pub(super) fn of<'a>(stages: impl IntoIterator<Item = &'a [Laid]>) -> Self {
        let mut document = Self::default();
        stages.into_iter().for_each(|laid| document.add(laid));
        document
    }

    fn add(&mut self, laid: &[Laid]) {
        let mut parent = -1;
        for Laid { descriptor, diff_id, created, key } in laid {
            let same = |layer: &Layer| layer.blob == descriptor.digest && layer.parent == parent;
            let layer = self.layers.iter().position(same).unwrap_or_else(|| {
                let (media_type, size) = (descriptor.media_type.clone(), descriptor.size);
                let annotations = Annotations { media_type, diff_id: *diff_id, size, created: *created };
                self.layers.push(Layer { blob: descriptor.digest, parent, annotations: Some(annotations) });
                self.layers.len() - 1
            });
            if let Some(digest) = key.filter(|key| self.records.iter().all(|record| record.digest != *key)) {
                self.records.push(Record { layers: vec![Outcome { layer, created: *created }], digest });
            }
            parent = signed(layer);
        }
    }

    /// The same in the order of digests, so that the same knowledge is the same bytes.
    pub(super) fn in_order(self) -> Self {
        let numbered = self.layers.iter().enumerate();
        let order = sorted_by(numbered, |(_, one), (_, two)| (one.blob, one.parent).cmp(&(two.blob, two.parent)));
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, (number, _))| places[*number] = place);
        let moved = |parent: i64| usize::try_from(parent).map_or(parent, |parent| signed(places[parent]));
        let layers = order.iter().map(|(_, layer)| Layer { parent: moved(layer.parent), ..(*layer).clone() }).collect();
        let mut records = sorted_by(self.records, |one, two| one.digest.cmp(&two.digest));
        for outcome in records.iter_mut().flat_map(|record| &mut record.layers) {
            outcome.layer = places[outcome.layer];
        }
        Self { layers, records }
    }

    /// The layers as a manifest names them.
    pub(super) fn descriptors(&self) -> Vec<Descriptor> {
        let described = |layer: &Layer| {
            let Annotations { media_type, diff_id, size, created } = layer.annotations.as_ref()?;
            let mut descriptor = Descriptor::new(media_type.clone(), layer.blob, *size);
            descriptor.annotations.extend(created.map(|created| (CREATED_AT.to_owned(), created.to_string())));
            descriptor.annotations.insert(UNCOMPRESSED.to_owned(), diff_id.to_string());
            Some(descriptor)
        };
        self.layers.iter().filter_map(described).collect()
    }

    /// What there is to be had by key.
    pub(super) fn offers(&self) -> BTreeMap<Digest, Offer> {
        let offered = |layer: &Layer| {
            let Annotations { media_type, diff_id, size, created } = layer.annotations.clone()?;
            Some(Offer { descriptor: Descriptor::new(media_type, layer.blob, size), diff_id, created })
        };
        by_key(&self.records, &self.layers.iter().map(offered).collect::<Vec<_>>())
    }
}

/// What there is to be had of an image whose configuration holds `records`.
pub(super) fn inline_offers(records: &[Record], manifest: Manifest, config: &ImageConfig) -> BTreeMap<Digest, Offer> {
    let layers = manifest.layers.into_iter().zip(&config.rootfs.diff_ids);
    let offered = layers.map(|(descriptor, diff_id)| Some(Offer { descriptor, diff_id: *diff_id, created: None }));
    by_key(records, &offered.collect::<Vec<_>>())
}

/// A record of a layer that is not there offers nothing.
fn by_key(records: &[Record], layers: &[Option<Offer>]) -> BTreeMap<Digest, Offer> {
    let offer = |Record { layers: led_to, digest }: &Record| {
        let Outcome { layer, created } = led_to.first()?;
        let offer = layers.get(*layer)?.clone()?;
        Some((*digest, Offer { created: created.or(offer.created), ..offer }))
    };
    records.iter().filter_map(offer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::json;

    fn laid(name: &str, key: Option<&str>) -> Laid {
        let of = |text: &str| Digest::of(text.as_bytes());
        let descriptor = Descriptor::of(MediaType::LAYER_GZIP, name.as_bytes());
        Laid { descriptor, diff_id: of("tar"), created: key.map(|_| Timestamp::from_seconds(1)), key: key.map(of) }
    }

    #[test]
    fn what_is_written_offers_what_it_was_made_of() {
        let (base, one, two) = (laid("base", None), laid("one", Some("a")), laid("two", Some("b")));
        let stages = [vec![base.clone(), one.clone()], vec![base, one.clone(), two]];
        let document = Document::of(stages.iter().map(Vec::as_slice)).in_order();
        assert_eq!((document.layers.len(), document.records.len()), (3, 2));
        let again: Document = json::read(&json::compact(&document)).expect("written by us");
        assert_eq!(again, document);
        let parents = document.layers.iter().map(|layer| usize::try_from(layer.parent).ok());
        let below: Vec<Option<Digest>> =
            parents.map(|parent| parent.map(|parent| document.layers[parent].blob)).collect();
        for (layer, below) in document.layers.iter().zip(below) {
            let expected = [(b"one", Some(b"base".as_slice())), (b"two", Some(b"one"))];
            let expected = expected.iter().find(|(name, _)| Digest::of(*name) == layer.blob);
            assert_eq!(below, expected.and_then(|(_, below)| below.map(Digest::of)));
        }
        let offer = &document.offers()[&Digest::of(b"a")];
        assert_eq!(offer.descriptor, one.descriptor);
        assert_eq!(offer.created, one.created);
    }

    #[test]
    fn a_record_of_no_layer_offers_nothing() {
        let digest = Digest::of(b"a");
        for layers in [r#"[{"layer":7}]"#, r#"[{"layer":0,"createdAt":"2026-01-05T09:00:00Z"}]"#, "[]"] {
            let text = format!(
                r#"{{"layers":[{{"blob":"{digest}","parent":-1}}],"records":[{{"layers":{layers},"digest":"{digest}"}}]}}"#
            );
            let document: Document = json::read(text.as_bytes()).expect("a document");
            assert_eq!(document.offers(), BTreeMap::new(), "{layers}");
        }
    }
}
