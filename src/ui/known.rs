//! Every digest the lab knows, with a word for what it is. It turns the short
//! digests that docker prints back into whole ones, so that they can be
//! looked into, and gives one layer the same word everywhere.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::words;
use crate::lab::{ImageView, LayerView, Snapshot};
use crate::oci::{Blob, Digest, MediaType};

/// Docker's short digests have this many digits; fewer could be any number.
const SHORTEST: usize = 12;

/// The digests of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    entries: BTreeMap<Digest, Entry>,
}

/// What a digest is, and when it was first met in the order of the places.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    what: What,
    rank: usize,
}

/// Where the word for a digest comes from: of the thousands in a large lab, a few are ever drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Word(Cow<'static, str>),
    /// The layer with this place in an image.
    Layer(Rc<ImageView>, usize),
}

impl Known {
    /// All digests of `snapshot`.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut known = Self::default();
        for image in snapshot.machines.iter().flat_map(|machine| machine.images.iter()) {
            known.add_image(image);
        }
        for repository in snapshot.registries.iter().flat_map(|registry| &registry.repositories) {
            for descriptor in repository.manifests.iter().chain(&repository.blobs) {
                known.add(descriptor.digest, || What::kind(descriptor));
            }
        }
        known
    }

    /// Whether the same is known of both; what the later one keeps of the other is not looked into.
    pub fn is_same(before: &Snapshot, now: &Snapshot) -> bool {
        let (then, images) = (before.machines.iter(), now.machines.iter());
        let same = then.map(|machine| &machine.images).eq(images.map(|machine| &machine.images));
        same && before.registries == now.registries
    }

    /// A word for a digest: `weights`, `manifest`, `/app`…
    pub fn word(&self, digest: &Digest) -> Option<&str> {
        self.entries.get(digest).map(|entry| entry.what.word())
    }

    /// Blobs in the order in which the machines stack them, so that a stack looks the same everywhere.
    pub fn stacked<'a>(&self, blobs: &'a [Blob]) -> Vec<&'a Blob> {
        let mut stacked: Vec<(usize, &Blob)> = Vec::with_capacity(blobs.len());
        for blob in blobs {
            let rank = self.entries.get(&blob.digest).map_or(usize::MAX, |entry| entry.rank);
            stacked.insert(stacked.partition_point(|(below, _)| *below <= rank), (rank, blob));
        }
        stacked.into_iter().map(|(_, blob)| blob).collect()
    }

    /// The digests named in a text, whole or shortened, and where in it.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, Digest)> {
        runs_of_hex(text).into_iter().filter_map(|run| self.at(text, run)).collect()
    }

    fn at(&self, text: &str, run: Range<usize>) -> Option<(Range<usize>, Digest)> {
        let digits = &text[run.clone()];
        let digest = if digits.len() == 64 { format!("sha256:{digits}").parse().ok() } else { self.whole(digits) }?;
        let start = if text[..run.start].ends_with("sha256:") { run.start - "sha256:".len() } else { run.start };
        Some((start..run.end, digest))
    }

    /// The first digest that begins like this.
    fn whole(&self, digits: &str) -> Option<Digest> {
        let least: Digest = format!("sha256:{digits:0<64}").parse().ok()?;
        let (digest, _) = self.entries.range(least..).next()?;
        digest.hex().starts_with(digits).then_some(*digest)
    }

    /// What is known of the digests that some text names, and nothing else: a command that
    /// has ended keeps no more of a large lab than that.
    pub fn of_texts<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Self {
        let named = texts.flat_map(|text| self.find(text));
        let entry = |(_, digest): (Range<usize>, Digest)| {
            let Entry { what, rank } = self.entries.get(&digest)?;
            Some((digest, Entry { what: What::Word(what.word().to_owned().into()), rank: *rank }))
        };
        Self { entries: named.filter_map(entry).collect() }
    }

    fn add_image(&mut self, image: &Rc<ImageView>) {
        self.add(image.manifest.digest, || What::kind(&image.manifest));
        self.add(image.config.digest, || What::Word(words::config_word().into()));
        for (at, layer) in image.layers.iter().enumerate() {
            self.add(layer.blob.digest, || What::Layer(Rc::clone(image), at));
        }
        for attestation in &image.attestations {
            self.add(attestation.digest, || What::Word(words::attestation_word().into()));
        }
        self.add(image.id, || What::Word(words::index_word().into()));
    }

    /// Of a digest that is met several times, the first word stays.
    fn add(&mut self, digest: Digest, what: impl FnOnce() -> What) {
        let rank = self.entries.len();
        self.entries.entry(digest).or_insert_with(|| Entry { what: what(), rank });
    }
}

impl What {
    fn kind(descriptor: &Blob) -> Self {
        Self::Word(kind(descriptor).into())
    }

    fn word(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Layer(image, at) => image.layers.get(*at).map_or("", layer_word),
        }
    }
}

/// A word for what a layer holds, from the instruction that made it.
pub fn layer_word(layer: &LayerView) -> &str {
    let instruction = layer.created_by.split(" # ").next().unwrap_or_default();
    let mut words = instruction.split_whitespace().filter(|word| !word.starts_with("--"));
    match (words.next(), words.next()) {
        (Some("COPY" | "ADD" | "WORKDIR"), Some(subject)) => base_name(subject),
        (Some(verb), _) => verb,
        (None, _) => words::layer_word(),
    }
}

/// A word for what a descriptor points at.
pub fn kind(descriptor: &Blob) -> &'static str {
    let media_type = &descriptor.media_type;
    match () {
        () if media_type.is_index() => words::index_word(),
        () if media_type.is_manifest() => words::manifest_word(),
        () if media_type.is_layer() => words::layer_word(),
        () if *media_type == MediaType::CONFIG => words::config_word(),
        () if *media_type == MediaType::EMPTY => words::empty(),
        () if *media_type == MediaType::IN_TOTO => words::statement_word(),
        () => words::blob_word(),
    }
}

fn base_name(path: &str) -> &str {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    if path.starts_with('/') && path.matches('/').count() == 1 { path } else { name }
}

/// The runs of lower-case hex digits that could be a digest and stand alone.
fn runs_of_hex(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| hex(byte)).count();
        let alone = !word(bytes.get(at + length)) && (at == 0 || !word(bytes.get(at - 1)));
        if (SHORTEST..=64).contains(&length) && alone {
            runs.push(at..at + length);
        }
        at += length.max(1);
    }
    runs
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::ui::fixture;

    fn known(text: &str) -> (Known, Digest) {
        let digest = Digest::of(text.as_bytes());
        let mut known = Known::default();
        known.add(digest, || What::Word("weights".into()));
        (known, digest)
    }

    #[test]
    fn what_a_snapshot_knows_is_another_once_something_is_held_elsewhere() {
        let pushed = fixture::pushed().snapshot;
        assert!(Known::is_same(&pushed, &Snapshot { clock: "later".into(), ..(*pushed).clone() }));
        assert!(!Known::is_same(&fixture::built().snapshot, &pushed));
        let mut gone = (*pushed).clone();
        gone.machines[0].images = Rc::default();
        assert!(!Known::is_same(&pushed, &gone));
    }

    #[test]
    fn a_short_digest_finds_the_whole_one() {
        let (known, digest) = known("w");
        let text = format!("{}: Pushed", digest.short());
        assert_eq!(known.find(&text), [(0..12, digest)]);
        assert_eq!(known.word(&digest), Some("weights"));
    }

    #[test]
    fn a_whole_digest_needs_not_be_known() {
        let digest = Digest::of(b"elsewhere");
        let text = format!("digest: {digest} size: 856");
        let end = text.len() - " size: 856".len();
        assert_eq!(Known::default().find(&text), [(8..end, digest)]);
    }

    #[test]
    fn a_text_keeps_what_is_known_of_its_own_digests() {
        let (mut known, digest) = known("w");
        known.add(Digest::of(b"other"), || What::Word("manifest".into()));
        let text = format!("{}: Pushed", digest.short());
        let own = known.of_texts([text.as_str()].into_iter());
        assert_eq!((own.entries.len(), own.find(&text)), (1, known.find(&text)));
    }

    #[test]
    fn other_numbers_are_left_alone() {
        let (known, _) = known("w");
        for text in ["123456789012", "2.05MB", "deadbeef", "x0123456789abcdef", "é0123456789ab"] {
            assert_eq!(known.find(text), [], "{text}");
        }
    }

    #[test]
    fn a_layer_of_an_image_has_its_word_and_keeps_it_where_a_text_names_it() {
        let snapshot = fixture::pushed().snapshot;
        let known = Known::of(&snapshot);
        let layer = &snapshot.machines[0].images[0].layers[0];
        assert_eq!(known.word(&layer.blob.digest), Some(layer_word(layer)));
        let own = known.of_texts([layer.blob.digest.to_string().as_str()].into_iter());
        assert_eq!(own.word(&layer.blob.digest), Some(layer_word(layer)));
    }

    #[test]
    fn a_layer_is_called_after_what_it_holds() {
        let layer = |created_by: &str| {
            let blob = Blob::of(MediaType::LAYER_GZIP, b"");
            layer_word(&LayerView { diff_id: blob.digest, blob, created_by: created_by.into() }).to_owned()
        };
        assert_eq!(layer("COPY model.safetensors . # buildkit"), "model.safetensors");
        assert_eq!(layer("COPY --chown=1 bin/mlserve /bin/ # buildkit"), "mlserve");
        assert_eq!(layer("WORKDIR /app"), "/app");
        assert_eq!(layer("RUN echo hi # buildkit"), "RUN");
        assert_eq!(layer(""), "layer");
    }
}
