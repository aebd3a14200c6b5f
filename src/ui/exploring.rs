//! The state of the image explorer: which image, which of its layers, and
//! what of the files is shown. Its functions are never inlined: in those that
//! the lesson runs too they could not come later (`xtask/src/split`).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::intent::Effect;
use super::mode::Mode;
use super::view::{Region, View};
use crate::oci::Digest;
use crate::session::{Ask, Exploration, Explored, ExploredLayer, FileChange, How, Peeked};

/// An image being explored, perhaps beside another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Explorer {
    /// The image.
    pub image: Digest,
    /// What it is compared with.
    pub other: Option<Digest>,
    /// What the session told of both.
    pub told: Vec<Rc<Explored>>,
    /// The chosen layer, from 0.
    pub layer: usize,
    /// All files the image has with this layer, or only what the layer does.
    pub whole: bool,
    /// Folders whose files are not shown.
    pub folded: BTreeSet<String>,
    /// What had the focus before, by id.
    opener: &'static str,
}

/// What can be wanted of the explorer.
#[derive(Debug, Clone, PartialEq)]
pub enum Exploring {
    /// Explore this image; the focus was on an element of this id.
    Open(Digest, &'static str),
    /// Be done with it.
    Close,
    /// Choose a layer.
    Layer(usize),
    /// All files, or only those the layer changes.
    Whole(bool),
    /// Fold a folder, or unfold it.
    Fold(String),
    /// Compare with this image, or with none.
    Compare(Option<Digest>),
}

impl View {
    /// Takes what the learner wants of the explorer.
    #[inline(never)]
    pub(super) fn explore(&mut self, exploring: Exploring) -> Vec<Effect> {
        if let Exploring::Open(image, opener) = exploring {
            let (told, folded) = (Vec::new(), BTreeSet::new());
            self.surveyor = None;
            self.explorer =
                Some(Explorer { image, other: None, told, layer: usize::MAX, whole: false, folded, opener });
            self.region = Region::Explorer;
            self.go_to_the_desk();
            return vec![Effect::Ask(Ask::Explore { image }), Effect::Focus("explorer")];
        }
        let Some(explorer) = &mut self.explorer else { return Vec::new() };
        match exploring {
            Exploring::Open(..) => {}
            Exploring::Close => {
                let opener = explorer.opener;
                self.explorer = None;
                self.region = if opener == "inspector" { Region::Inspector } else { Region::Tables };
                return vec![Effect::Focus(opener)];
            }
            Exploring::Layer(layer) => explorer.layer = layer,
            Exploring::Whole(whole) => explorer.whole = whole,
            Exploring::Fold(path) => {
                if !explorer.folded.remove(&path) {
                    explorer.folded.insert(path);
                }
            }
            Exploring::Compare(other) => {
                explorer.other = other;
                return other.map(|image| Effect::Ask(Ask::Explore { image })).into_iter().collect();
            }
        }
        Vec::new()
    }

    /// Shows the lab, where a way to learn shows only a page to read.
    #[inline(never)]
    pub(super) fn go_to_the_desk(&mut self) {
        if self.study.mode.layout() != "desk" {
            self.study.mode = Mode::default();
        }
    }

    /// Takes what the session tells of an image. It is shown from its last layer, which the learner most likely made.
    #[inline(never)]
    pub(super) fn hear_explored(&mut self, explored: Explored) {
        let Some(explorer) = &mut self.explorer else { return };
        if let Ok(found) = &explored.found
            && explored.image == explorer.image
        {
            explorer.layer = explorer.layer.min(found.layers.len().saturating_sub(1));
        }
        explorer.told.retain(|known| known.image != explored.image);
        explorer.told.push(Rc::new(explored));
    }

    /// Takes a file of a layer.
    pub(super) fn hear_peeked(&mut self, peeked: Peeked) {
        self.peeked = Some(Rc::new(peeked));
    }
}

impl Explorer {
    /// Asks for both images, as they are at this point of the history.
    #[inline(never)]
    pub fn asks(&self) -> Vec<Effect> {
        let images = std::iter::once(self.image).chain(self.other);
        images.map(|image| Effect::Ask(Ask::Explore { image })).collect()
    }

    /// What was told of an image.
    pub fn told(&self, image: Digest) -> Option<&Result<Exploration, String>> {
        self.told.iter().find(|told| told.image == image).map(|told| &told.found)
    }
}

/// A path as it is after some layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Which layer made it so, from 0.
    pub layer: usize,
    /// What that did.
    pub change: &'a FileChange,
}

/// What the layer `at` does, by path.
pub fn changes(layers: &[ExploredLayer], at: usize) -> Vec<Place<'_>> {
    let changes = layers.get(at).into_iter().flat_map(|layer| &layer.changes);
    changes.map(|change| Place { layer: at, change }).collect()
}

/// All paths that are there after the layers up to `at`, and those that just this one removes.
pub fn files(layers: &[ExploredLayer], at: usize) -> Vec<Place<'_>> {
    let mut files = BTreeMap::<&str, Place<'_>>::new();
    for (layer, explored) in layers.iter().enumerate().take(at + 1) {
        for change in &explored.changes {
            let path = change.file.path.as_str();
            if change.how == How::Removed {
                files.retain(|other, _| !is_at_or_below(other, path));
            }
            if change.how != How::Removed || layer == at {
                files.insert(path, Place { layer, change });
            }
        }
    }
    files.into_values().collect()
}

/// Whether a path is another one, or in that folder.
pub fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Tell;
    use crate::ui::fixture::explored;
    use crate::ui::intent::{Fact, Intent};
    use crate::ui::view::Selection;

    fn paths<'a>(places: &[Place<'a>]) -> Vec<(&'a str, How, usize)> {
        places.iter().map(|place| (place.change.file.path.as_str(), place.change.how, place.layer)).collect()
    }

    #[test]
    fn the_files_of_the_image_are_those_that_no_layer_removed() {
        let found = explored().found.expect("the fixture found it");
        let first = [
            ("/app", How::Added, 0),
            ("/app/model.bin", How::Added, 0),
            ("/app/old", How::Added, 0),
            ("/app/old/a", How::Added, 0),
        ];
        assert_eq!(paths(&files(&found.layers, 0)), first);
        let last = [("/app", How::Added, 0), ("/app/model.bin", How::Changed, 1), ("/app/old", How::Removed, 1)];
        assert_eq!(paths(&files(&found.layers, 1)), last);
        assert_eq!(
            paths(&changes(&found.layers, 1)),
            [("/app/model.bin", How::Changed, 1), ("/app/old", How::Removed, 1)]
        );
    }

    #[test]
    fn an_image_is_shown_from_its_last_layer_and_asked_for_again() {
        let (mut view, told) = (View::default(), explored());
        let image = told.image;
        let asked = view.update(Intent::Explore(Exploring::Open(image, "tab-images")));
        assert_eq!(asked, [Effect::Ask(Ask::Explore { image }), Effect::Focus("explorer")]);
        view.learn(Fact::Told(Tell::Explored(told)));
        assert_eq!(view.explorer.as_ref().map(|explorer| explorer.layer), Some(1));
        assert_eq!(view.explorer.as_ref().map(Explorer::asks), Some(vec![Effect::Ask(Ask::Explore { image })]));
        assert_eq!(view.update(Intent::Explore(Exploring::Close)), [Effect::Focus("tab-images")]);
        assert_eq!((view.explorer, view.selection), (None, Selection::Nothing));
    }
}
