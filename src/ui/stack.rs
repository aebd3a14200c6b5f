//! What a place holds as stacks of chips: an image under its names, a repository
//! with its tags. Each is drawn again only if it is another, or what is known of
//! its digests, so that a change costs the same in a small lab and in a large one.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::browser::Browser;
use super::chip::{chip, worded_chip};
use super::context::Context;
use super::icons::{self, icon};
use super::intent::Intent;
use super::known::Known;
use super::pager::Paged;
use super::prose;
use super::view::{Selection, Tab, View};
use super::words;
use crate::lab::{ImageView, RepositoryView, TagView};
use crate::limits::{PLACE_BLOBS, PLACE_MANIFESTS, PLACE_NAMES};
use crate::oci::{Blob, MediaType};
use crate::text::units;

/// All that a stack shows.
#[derive(Clone, PartialEq, Properties)]
struct StackProps<T: PartialEq> {
    of: Rc<T>,
    known: Rc<Known>,
    /// Whatever of it is selected is a digest.
    selection: Selection,
    emit: Callback<Intent>,
}

impl<T: PartialEq> StackProps<T> {
    fn of(context: &Context<'_>, of: &Rc<T>) -> Self {
        let selection = match &context.view.selection {
            digest @ Selection::Digest(_) => digest.clone(),
            _ => Selection::Nothing,
        };
        Self { of: Rc::clone(of), known: Rc::clone(&context.view.known), selection, emit: context.emit.clone() }
    }

    fn drawn(&self, draw: fn(&Context<'_>, &T) -> Html) -> Html {
        let (known, selection) = (Rc::clone(&self.known), self.selection.clone());
        let view = View { known, selection, ..View::default() };
        draw(&Context { view: &view, emit: &self.emit, browser: &Browser::default() }, &self.of)
    }
}

#[component]
fn Image(props: &StackProps<ImageView>) -> Html {
    props.drawn(draw_image)
}

#[component]
fn Repository(props: &StackProps<RepositoryView>) -> Html {
    props.drawn(draw_repository)
}

/// An image of a machine.
pub(super) fn image(context: &Context<'_>, image: &Rc<ImageView>) -> Html {
    html! { <Image key={image.id.hex()} ..StackProps::of(context, image) /> }
}

/// A repository of a registry.
pub(super) fn repository(context: &Context<'_>, repository: &Rc<RepositoryView>) -> Html {
    html! { <Repository key={repository.name.clone()} ..StackProps::of(context, repository) /> }
}

fn draw_image(context: &Context<'_>, image: &ImageView) -> Html {
    let flag =
        |name: &String| html! { <li class="flag" title={name.clone()} translate="no">{ prose::name(name) }</li> };
    html! {
        <div class="image">
            <ul class="flags" aria-label={words::names()}>
                if image.references.is_empty() { <li class="flag unnamed">{ words::untagged() }</li> }
                { for image.references.iter().take(PLACE_NAMES).map(flag) }
            </ul>
            { names_left(context, image.references.len(), Tab::Images) }
            <div class="stack">{ for chips(context, image) }</div>
        </div>
    }
}

/// Root, manifest, configuration, layers, and what attests how they were made.
pub(super) fn chips(context: &Context<'_>, image: &ImageView) -> Vec<Html> {
    let mut chips = Vec::new();
    if image.id != image.manifest.digest && image.id != image.config.digest {
        let root = Blob { digest: image.id, media_type: MediaType::INDEX, ..image.manifest.clone() };
        chips.push(worded_chip(context, &root, "index", String::new()));
    }
    chips.push(worded_chip(context, &image.manifest, "manifest", units::size(image.manifest.size)));
    chips.push(worded_chip(context, &image.config, "config", units::size(image.config.size)));
    chips.extend(image.layers.iter().map(|layer| chip(context, &layer.blob)));
    chips.extend(image.attestations.iter().map(|attestation| chip(context, attestation)));
    chips
}

fn draw_repository(context: &Context<'_>, repository: &RepositoryView) -> Html {
    let flag = |tag: &TagView| {
        html! {
            <li class="flag tag" translate="no">
                { tag.tag.clone() }
                if tag.immutable { { icon(icons::LOCK) }<span class="unseen">{ words::immutable_aside() }</span> }
            </li>
        }
    };
    let manifest = |manifest: &Blob| {
        let tags: Vec<&TagView> = repository.tags.iter().filter(|tag| tag.digest == manifest.digest).collect();
        html! {
            <>
                if !tags.is_empty() {
                    <ul class="flags" aria-label={words::tags()}>
                        { for tags.iter().copied().take(PLACE_NAMES).map(flag) }
                    </ul>
                    { names_left(context, tags.len(), Tab::Tracker) }
                }
                { chip(context, manifest) }
            </>
        }
    };
    html! {
        <div class="image">
            <h3 translate="no">{ prose::name(&repository.name) }</h3>
            <div class="stack">
                { for manifests(repository).iter().map(manifest) }
                { for context.view.known.stacked(blobs(repository)).into_iter().map(|blob| chip(context, blob)) }
            </div>
            { rest(context, repository) }
        </div>
    }
}

/// The way to what is not drawn of so many names of one thing.
pub(super) fn names_left(context: &Context<'_>, names: usize, tab: Tab) -> Html {
    way_to_more(context, names.saturating_sub(PLACE_NAMES), words::so_many_names_more, tab)
}

/// The manifests that a repository draws.
pub(super) fn manifests(repository: &RepositoryView) -> &[Blob] {
    &repository.manifests[..repository.manifests.len().min(PLACE_MANIFESTS)]
}

/// The blobs that it draws.
pub(super) fn blobs(repository: &RepositoryView) -> &[Blob] {
    &repository.blobs[..repository.blobs.len().min(PLACE_BLOBS)]
}

pub(super) fn held(repository: &RepositoryView) -> usize {
    repository.manifests.len() + repository.blobs.len()
}

pub(super) fn drawn(repository: &RepositoryView) -> usize {
    manifests(repository).len() + blobs(repository).len()
}

/// The way to what of a repository is not drawn.
pub(super) fn rest(context: &Context<'_>, repository: &RepositoryView) -> Html {
    way_to_more(context, held(repository) - drawn(repository), words::so_many_blobs_more, Tab::Blobs)
}

/// A place draws what the eye can take in; the tables list all.
pub(super) fn way_to_more(context: &Context<'_>, left: usize, words: fn(usize) -> String, tab: Tab) -> Html {
    if left == 0 {
        return Html::default();
    }
    html! { <button type="button" class="link more" onclick={context.click(Intent::Page(Paged::Table(tab), 0))}>{ words(left) }</button> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn an_image_of_many_names_shows_some_and_says_how_many_more_there_are() {
        let mut image = (*fixture::pushed().snapshot.machines[0].images[0]).clone();
        image.references = (0..=PLACE_NAMES).map(|at| format!("t:{at}")).collect();
        let html = rendered(&fixture::pushed(), |context| super::image(context, &Rc::new(image)));
        assert_eq!(html.matches("class=\"flag\"").count(), PLACE_NAMES, "{html}");
        assert!(html.contains("1 name more"), "{html}");
    }

    #[test]
    fn a_manifest_of_many_tags_shows_some_and_says_how_many_more_there_are() {
        let view = fixture::pushed();
        let mut repository = (*view.snapshot.registries[1].repositories[0]).clone();
        let tag = repository.tags[0].clone();
        repository.tags = (0..=PLACE_NAMES).map(|at| TagView { tag: format!("t{at}"), ..tag.clone() }).collect();
        let html = rendered(&view, |context| super::repository(context, &Rc::new(repository)));
        assert_eq!(html.matches("class=\"flag tag\"").count(), PLACE_NAMES, "{html}");
        assert!(html.contains("1 name more"), "{html}");
    }

    #[test]
    fn a_stack_is_another_once_its_digest_is_selected_and_not_for_what_is_looked_at_elsewhere() {
        let mut view = fixture::pushed();
        let image = Rc::clone(&view.snapshot.machines[0].images[0]);
        let (emit, browser) = (Callback::noop(), Browser::default());
        let props = |view: &View| StackProps::of(&Context { view, emit: &emit, browser: &browser }, &image);
        let before = props(&view);
        view.selection = Selection::Row(1);
        assert!(before == props(&view));
        view.selection = Selection::Digest(image.id);
        assert!(before != props(&view));
    }
}
