//! The state of the registry explorer: which registry, which of its
//! repositories, and what of the stored bytes is shown. What is looked at is
//! what is selected. As those of the image explorer, its functions are never
//! inlined.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::intent::Effect;
use super::view::{Region, Selection, View};
use super::words;
use crate::limits::{TABLE_ROWS, WEIGHED_BYTES};
use crate::oci::{Blob, Digest};
use crate::session::{Ask, Shelf, Shelved, StoredBytes, Survey, Surveyed, Weighed};

/// Manifests that name manifests: an index of indexes is rare, and more is no image.
const DEPTH: usize = 4;

/// A registry that is looked through.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyor {
    /// Its name.
    pub registry: String,
    /// What the session told of it.
    pub told: Option<Rc<Surveyed>>,
    /// The repository that was picked.
    pub repository: Option<String>,
    /// Which page of its manifests, from 0.
    pub page: usize,
    /// Manifests of which not all they name is shown.
    pub folded: BTreeSet<Digest>,
    /// What the session told of the selected bytes.
    pub weighed: Option<Rc<Weighed>>,
    /// Where the bytes that are shown begin.
    pub from: u64,
    /// Whether bytes are shown as numbers, though they are text.
    pub hex: bool,
    /// The byte that is to be flipped, as typed.
    pub byte: String,
    /// What had the focus before, by id.
    opener: &'static str,
}

/// What can be wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Surveying {
    /// Look through this registry; the focus was on an element of this id.
    Open(String, &'static str),
    /// Be done with it.
    Close,
    /// Pick a repository.
    Repository(String),
    /// Another page of its manifests.
    Page(usize),
    /// Fold a manifest, or unfold it.
    Fold(Digest),
    /// Bytes as numbers, or as text.
    Hex(bool),
    /// The bytes from this one on.
    From(u64),
    /// The byte to flip, as typed or picked.
    Byte(String),
    /// Put a command on the clipboard.
    Copy(String),
}

impl View {
    /// Takes what the learner wants of the registry explorer.
    #[inline(never)]
    pub(super) fn survey(&mut self, surveying: Surveying) -> Vec<Effect> {
        if let Surveying::Open(registry, opener) = surveying {
            self.explorer = None;
            self.region = Region::Explorer;
            self.go_to_the_desk();
            let surveyor = Surveyor::of(registry, opener);
            let mut effects = surveyor.asks(&self.selection);
            self.surveyor = Some(surveyor);
            effects.push(Effect::Focus("explorer"));
            return effects;
        }
        let Some(surveyor) = &mut self.surveyor else { return Vec::new() };
        match surveying {
            Surveying::Open(..) => {}
            Surveying::Close => {
                let opener = surveyor.opener;
                self.surveyor = None;
                self.region = if opener == "inspector" { Region::Inspector } else { Region::Stage };
                return vec![Effect::Focus(opener)];
            }
            Surveying::Repository(name) => (surveyor.repository, surveyor.page) = (Some(name), 0),
            Surveying::Page(page) => surveyor.page = page,
            Surveying::Fold(digest) => {
                if !surveyor.folded.remove(&digest) {
                    surveyor.folded.insert(digest);
                }
            }
            Surveying::Hex(hex) => surveyor.hex = hex,
            Surveying::From(from) => {
                (surveyor.from, surveyor.byte) = (from, String::new());
                return surveyor.weigh(&self.selection).into_iter().collect();
            }
            Surveying::Byte(text) => {
                surveyor.byte = text;
                return surveyor.turn_to_aim(&self.selection).into_iter().collect();
            }
            Surveying::Copy(text) => {
                words::copied().clone_into(&mut self.announcement);
                return vec![Effect::Copy(text)];
            }
        }
        Vec::new()
    }

    /// Takes what the session tells of a registry.
    #[inline(never)]
    pub(super) fn hear_surveyed(&mut self, surveyed: Surveyed) {
        if let Some(surveyor) = self.surveyor.as_mut().filter(|surveyor| surveyor.registry == surveyed.registry) {
            surveyor.told = Some(Rc::new(surveyed));
        }
    }

    /// Takes what the session tells of stored bytes.
    #[inline(never)]
    pub(super) fn hear_weighed(&mut self, weighed: Weighed) {
        if let Some(surveyor) = &mut self.surveyor {
            surveyor.weighed = Some(Rc::new(weighed));
        }
    }

    /// While a registry is looked through, a digest that is picked is looked at there.
    #[inline(never)]
    pub(super) fn look_at(&mut self, selection: &Selection) -> Option<Effect> {
        let surveyor = self.surveyor.as_mut().filter(|_| matches!(selection, Selection::Digest(_)))?;
        (surveyor.from, surveyor.byte) = (0, String::new());
        self.region = Region::Explorer;
        surveyor.weigh(selection)
    }
}

impl Surveyor {
    fn of(registry: String, opener: &'static str) -> Self {
        Self {
            registry,
            told: None,
            repository: None,
            page: 0,
            folded: BTreeSet::new(),
            weighed: None,
            from: 0,
            hex: false,
            byte: String::new(),
            opener,
        }
    }

    /// Asks for the registry and the selected bytes, as they are at this point of the history.
    #[inline(never)]
    pub fn asks(&self, selection: &Selection) -> Vec<Effect> {
        let survey = Effect::Ask(Ask::Survey { registry: self.registry.clone() });
        std::iter::once(survey).chain(self.weigh(selection)).collect()
    }

    fn weigh(&self, selection: &Selection) -> Option<Effect> {
        let Selection::Digest(digest) = selection else { return None };
        Some(Effect::Ask(Ask::Weigh { registry: self.registry.clone(), digest: *digest, from: self.from }))
    }

    /// What was found.
    pub fn survey(&self) -> Option<&Survey> {
        self.told.as_ref()?.found.as_ref().ok()
    }

    /// The repository that is shown: the picked one, else the first.
    pub fn shelf(&self) -> Option<&Shelf> {
        let shelves = &self.survey()?.shelves;
        let picked = shelves.iter().find(|shelf| Some(&shelf.name) == self.repository.as_ref());
        picked.or_else(|| shelves.first())
    }

    /// What was told of these bytes.
    pub fn weighed(&self, digest: Digest) -> Option<&Weighed> {
        self.weighed.as_deref().filter(|told| told.digest == digest && told.registry == self.registry)
    }

    /// Shows the part with the byte that is to be flipped, unless it is shown.
    fn turn_to_aim(&mut self, selection: &Selection) -> Option<Effect> {
        let bytes = self.weighed.as_ref()?.found.as_ref().ok()?;
        let from = part_with(self.aim(bytes)?);
        if from == self.from {
            return None;
        }
        self.from = from;
        self.weigh(selection)
    }

    /// The byte to flip: the typed one, else the one in the middle of what is shown.
    pub fn aim(&self, bytes: &StoredBytes) -> Option<u64> {
        let typed = self.byte.trim();
        let middle = bytes.from + bytes.shown.len() as u64 / 2;
        let at = if typed.is_empty() { Some(middle) } else { typed.parse().ok() };
        at.filter(|at| *at < bytes.size)
    }
}

/// Where the part of the bytes begins that has this one.
pub fn part_with(at: u64) -> u64 {
    at - at % WEIGHED_BYTES as u64
}

/// A manifest or a blob, and all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch<'a> {
    /// What.
    pub blob: &'a Blob,
    /// The tags that name it.
    pub tags: Vec<&'a str>,
    /// What is said of it where it is named.
    pub about: &'a str,
    /// Whether it hangs here because it names this as its subject.
    pub refers: bool,
    /// What the repository knows of it; nothing if it is not here.
    pub here: Option<&'a Shelved>,
    /// What it names, then what refers to it.
    pub below: Vec<Branch<'a>>,
}

/// Where one begins to walk through a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roots<'a> {
    /// Manifests with tags, in the order of these.
    pub tagged: Vec<&'a Shelved>,
    /// Manifests that no tag leads to, and that no other manifest names.
    pub untagged: Vec<&'a Shelved>,
    /// Blobs that no manifest names.
    pub unnamed: Vec<&'a Shelved>,
}

/// Finds them.
#[inline(never)]
pub fn roots(shelf: &Shelf) -> Roots<'_> {
    let (mut roots, mut tagged, mut met) = (Roots::default(), BTreeSet::new(), BTreeSet::new());
    for (_, digest) in &shelf.tags {
        if tagged.insert(*digest) {
            roots.tagged.extend(manifest(shelf, digest));
            note(shelf, *digest, &mut met);
        }
    }
    let named: BTreeSet<Digest> = shelf.manifests.iter().flat_map(below).collect();
    let is_loose = |of: &&Shelved| !named.contains(&of.blob.digest);
    roots.untagged.extend(shelf.manifests.iter().filter(is_loose).filter(|of| !met.contains(&of.blob.digest)));
    roots.unnamed.extend(shelf.blobs.iter().filter(is_loose));
    roots
}

/// A root with all that hangs on it, as far as a table can show: manifests that name each other again
/// and again would branch without end.
#[inline(never)]
pub fn grown<'a>(shelf: &'a Shelf, root: &'a Shelved) -> Branch<'a> {
    let mut room = TABLE_ROWS;
    branch(shelf, (&root.blob, &root.about), false, DEPTH, &mut room)
}

/// The tag whose manifest leads to a digest, if one does.
#[inline(never)]
pub fn leading<'a>(shelf: &'a Shelf, digest: &Digest) -> Option<&'a str> {
    let leads = |root: Digest| {
        let mut met = BTreeSet::new();
        note(shelf, root, &mut met);
        met.contains(digest)
    };
    shelf.tags.iter().find(|(_, root)| leads(*root)).map(|(tag, _)| tag.as_str())
}

/// What the repository knows of a digest.
pub fn known<'a>(shelf: &'a Shelf, digest: &Digest) -> Option<&'a Shelved> {
    manifest(shelf, digest).or_else(|| found(&shelf.blobs, digest))
}

fn manifest<'a>(shelf: &'a Shelf, digest: &Digest) -> Option<&'a Shelved> {
    found(&shelf.manifests, digest)
}

/// They stand in the order of their digests.
fn found<'a>(all: &'a [Shelved], digest: &Digest) -> Option<&'a Shelved> {
    all.binary_search_by(|shelved| shelved.blob.digest.cmp(digest)).ok().map(|at| &all[at])
}

/// What one manifest names, and what refers to it.
fn below(shelved: &Shelved) -> impl Iterator<Item = Digest> {
    let named = shelved.names.iter().flatten().map(|named| named.blob.digest);
    named.chain(shelved.referrers.iter().copied())
}

/// Everything that hangs on a root.
fn note(shelf: &Shelf, root: Digest, met: &mut BTreeSet<Digest>) {
    let mut open = vec![root];
    while let Some(digest) = open.pop() {
        if met.insert(digest) {
            open.extend(manifest(shelf, &digest).into_iter().flat_map(below));
        }
    }
}

fn branch<'a>(
    shelf: &'a Shelf,
    (blob, about): (&'a Blob, &'a str),
    refers: bool,
    depth: usize,
    room: &mut usize,
) -> Branch<'a> {
    let here = known(shelf, &blob.digest);
    let is_root = blob.media_type.is_manifest() || blob.media_type.is_index();
    let tags = shelf.tags.iter().filter(|(_, digest)| is_root && *digest == blob.digest);
    let tags = tags.map(|(tag, _)| tag.as_str()).collect();
    let mut hanging = Vec::new();
    if let Some(shelved) = here.filter(|_| depth > 0) {
        let named = shelved.names.iter().flatten().map(|named| ((&named.blob, named.about.as_str()), false));
        let referrers = shelved.referrers.iter().filter_map(|digest| manifest(shelf, digest));
        for (of, refers) in named.chain(referrers.map(|of| ((&of.blob, of.about.as_str()), true))) {
            let Some(left) = room.checked_sub(1) else { break };
            *room = left;
            hanging.push(branch(shelf, of, refers, depth - 1, room));
        }
    }
    Branch { blob, tags, about, refers, here, below: hanging }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Named, Tell};
    use crate::ui::fixture::{pushed, surveyed};
    use crate::ui::intent::{Fact, Intent};

    fn digests(roots: &[&Shelved]) -> Vec<Digest> {
        roots.iter().map(|root| root.blob.digest).collect()
    }

    #[test]
    fn one_walks_from_a_tag_to_the_layers_and_what_hangs_on_no_tag_stands_apart() {
        let survey = surveyed().found.expect("the fixture found it");
        let shelf = &survey.shelves[0];
        let roots = roots(shelf);
        assert_eq!((roots.tagged.len(), roots.untagged.len(), roots.unnamed.len()), (1, 1, 1));
        let grown = grown(shelf, roots.tagged[0]);
        assert_eq!(grown.tags, ["1.0"]);
        let kinds: Vec<(bool, usize)> = grown.below.iter().map(|of| (of.refers, of.below.len())).collect();
        assert_eq!(kinds, [(false, 2), (true, 1)], "a manifest of two blobs, and a signature of one");
        assert!(grown.below[0].below.iter().all(|of| of.here.is_some() == (of.about != "elsewhere")));
        let [loose] = digests(&roots.untagged)[..] else { panic!("one") };
        assert_eq!((leading(shelf, &loose), leading(shelf, &grown.blob.digest)), (None, Some("1.0")));
    }

    fn size(branch: &Branch<'_>) -> usize {
        1 + branch.below.iter().map(size).sum::<usize>()
    }

    #[test]
    fn an_index_that_names_itself_again_and_again_grows_no_further_than_a_table() {
        let survey = surveyed().found.expect("the fixture found it");
        let mut shelf = survey.shelves[0].clone();
        let digest = shelf.tags[0].1;
        let tagged = shelf.manifests.iter().position(|of| of.blob.digest == digest).expect("it is tagged");
        let own = Named { blob: shelf.manifests[tagged].blob.clone(), about: String::new() };
        shelf.manifests[tagged].names = Ok(vec![own; 1_000]);
        assert_eq!(size(&grown(&shelf, &shelf.manifests[tagged])), 1 + TABLE_ROWS);
    }

    #[test]
    fn a_digest_that_is_picked_is_weighed_where_it_lies() {
        let (mut view, told) = (pushed(), surveyed());
        let registry = told.registry.clone();
        let digest = told.found.as_ref().expect("it was found").shelves[0].blobs[0].blob.digest;
        let asked = view.update(Intent::Survey(Surveying::Open(registry.clone(), "stage")));
        assert_eq!(asked, [Effect::Ask(Ask::Survey { registry: registry.clone() }), Effect::Focus("explorer")]);
        view.learn(Fact::Told(Tell::Surveyed(told)));
        let asked = view.update(Intent::Select(Selection::Digest(digest)));
        let weigh = |from| Effect::Ask(Ask::Weigh { registry: registry.clone(), digest, from });
        assert_eq!(asked, [Effect::Ask(Ask::Inspect { digest }), weigh(0)]);
        assert_eq!(view.region, Region::Explorer);
        assert_eq!(view.update(Intent::Survey(Surveying::From(256))), [weigh(256)]);
        assert_eq!(view.update(Intent::Survey(Surveying::Close)), [Effect::Focus("stage")]);
        assert_eq!((view.surveyor, view.region), (None, Region::Stage));
    }

    #[test]
    fn the_byte_in_the_middle_of_those_shown_is_meant_unless_another_one_is_typed() {
        let shown = vec![0; 88];
        let bytes = StoredBytes { size: 600, computed: Digest::of(b""), from: 512, shown, text: Ok(String::new()) };
        let mut surveyor = Surveyor::of("r.test".into(), "stage");
        let table = [("", Some(556)), (" 7 ", Some(7)), ("599", Some(599)), ("600", None), ("-1", None), ("x", None)];
        for (typed, aim) in table {
            surveyor.byte = typed.to_owned();
            assert_eq!(surveyor.aim(&bytes), aim, "{typed}");
        }
        assert_eq!((part_with(255), part_with(256), part_with(599)), (0, 256, 512));
    }
}
