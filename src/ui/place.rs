//! A machine or a registry as a place: images as stacks of chips, names as
//! flags, containers with their log.

use std::rc::Rc;

use yew::{Html, classes, html};

use super::chip::{chip, worded_chip};
use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::pager::Paged;
use super::view::{Selection, Tab};
use super::words;
use super::{prose, registry_panel, surveyor};
use crate::lab::{ContainerView, ImageView, MachineView, RegistryView, RepositoryView, Status, TagView};
use crate::limits::{PLACE_CHIPS, PLACE_IMAGES, PLACE_NAMES};
use crate::oci::{Blob, DEFAULT_DOMAIN, MediaType};
use crate::text::{sorted, sorted_by, units};

/// A machine.
pub(super) fn machine(context: &Context<'_>, machine: &MachineView) -> Html {
    let here = machine.name == context.view.snapshot.here;
    let drawn = newest(&machine.images);
    html! {
        <section class={classes!("place", here.then_some("here"))} aria-label={machine.name.clone()}>
            <header><h2 translate="no">{ machine.name.clone() }</h2><span>{ words::so_many_images(machine.images.len()) }</span></header>
            if machine.images.is_empty() { { empty(context, machine) } }
            { for machine.containers.iter().map(|found| container(context, found)) }
            { for drawn.iter().map(|image| self::image(context, image)) }
            { more(context, machine.images.len() - drawn.len()) }
        </section>
    }
}

/// A registry.
pub(super) fn registry(context: &Context<'_>, registry: &RegistryView) -> Html {
    html! {
        <section class="place registry" aria-label={registry.name.clone()}>
            <header><h2 translate="no">{ prose::host(&registry.name) }</h2>{ ways_in(context, registry) }</header>
            { badges(registry) }
            if registry.repositories.is_empty() { <p class="empty">{ words::holds_nothing_yet() }</p> }
            { for registry.repositories.iter().map(|repository| self::repository(context, repository)) }
        </section>
    }
}

/// The ways to what it holds and to its switches; Docker Hub is nobody's here to run.
fn ways_in(context: &Context<'_>, registry: &RegistryView) -> Html {
    if registry.name == DEFAULT_DOMAIN {
        return Html::default();
    }
    html! { <span class="ways-in">{ surveyor::opener(context, &registry.name) }{ settings(context, registry) }</span> }
}

fn settings(context: &Context<'_>, registry: &RegistryView) -> Html {
    let open = Selection::Registry(registry.name.clone());
    let pressed = context.view.selection == open;
    html! {
        <button type="button" class="tool settings-of" title={words::settings()} aria-label={words::settings_of(&registry.name)}
            aria-pressed={truth(pressed)} onclick={context.click(Intent::Select(open))}>{ icon(icons::SETTINGS) }</button>
    }
}

fn badges(registry: &RegistryView) -> Html {
    let badges = registry_panel::badges(registry);
    html! {
        if !badges.is_empty() {
            <ul class="badges" aria-label={words::what_is_set()}>{ for badges.into_iter().map(|badge| html! { <li>{ badge }</li> }) }</ul>
        }
    }
}

/// A machine as a nested list.
pub(super) fn machine_as_text(context: &Context<'_>, machine: &MachineView) -> Html {
    let listed = newest(&machine.images);
    let left = machine.images.len() - listed.len();
    html! {
        <li>
            <b>{ machine.name.clone() }</b>{ format!(": {}", words::so_many_images(machine.images.len())) }
            <ul>
                { for listed.into_iter().map(|image| html! {
                    <li>{ names(image) }<ul>{ for chips(context, image).into_iter().map(|chip| html! { <li>{ chip }</li> }) }</ul></li>
                }) }
                if left > 0 { <li>{ more(context, left) }</li> }
                { for machine.containers.iter().map(|container| html! {
                    <li>{ words::container_of(&container.name, &container.image, &status(&container.status)) }</li>
                }) }
            </ul>
        </li>
    }
}

/// A registry as a nested list.
pub(super) fn registry_as_text(context: &Context<'_>, registry: &RegistryView) -> Html {
    let repository = |repository: &Rc<RepositoryView>| {
        html! {
            <li>
                { repository.name.clone() }
                <ul>
                    { for few(&repository.manifests).iter().map(|manifest| html! {
                        <li>{ chip(context, manifest) }{ tags_of(repository, manifest).join(", ") }</li>
                    }) }
                    { for context.view.known.stacked(few(&repository.blobs)).into_iter().map(|blob| html! { <li>{ chip(context, blob) }</li> }) }
                    if held(repository) > drawn(repository) { <li>{ rest(context, repository) }</li> }
                </ul>
            </li>
        }
    };
    html! {
        <li>
            <b>{ registry.name.clone() }</b>{ format!(": {}", words::so_many_repositories(registry.repositories.len())) }{ ways_in(context, registry) }
            { badges(registry) }
            <ul>{ for registry.repositories.iter().map(repository) }</ul>
        </li>
    }
}

/// The next line of the lesson on this machine is the best advice there is.
fn empty(context: &Context<'_>, machine: &MachineView) -> Html {
    let from = context.view.trace.next_step.unwrap_or(usize::MAX);
    let steps = context.view.lesson.iter().flat_map(|lesson| lesson.steps.iter().enumerate().skip(from));
    let step = steps.into_iter().find(|(_, step)| step.machine == machine.name);
    match step {
        Some((at, step)) => html! {
            <p class="empty">{ words::no_images_yet_step(at + 1) }<code translate="no">{ prose::name(&step.line) }</code></p>
        },
        None => html! { <p class="empty">{ words::no_images_here() }</p> },
    }
}

fn image(context: &Context<'_>, image: &ImageView) -> Html {
    let flag =
        |name: &String| html! { <li class="flag" title={name.clone()} translate="no">{ prose::name(name) }</li> };
    html! {
        <div class="image">
            <ul class="flags" aria-label={words::names()}>
                if image.references.is_empty() { <li class="flag unnamed">{ words::untagged() }</li> }
                { for image.references.iter().take(PLACE_NAMES).map(flag) }
            </ul>
            { way_to_more(context, image.references.len().saturating_sub(PLACE_NAMES), words::so_many_names_more, Tab::Images) }
            <div class="stack">{ for chips(context, image) }</div>
        </div>
    }
}

/// Root, manifest, configuration, layers, and what attests how they were made.
fn chips(context: &Context<'_>, image: &ImageView) -> Vec<Html> {
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

fn repository(context: &Context<'_>, repository: &RepositoryView) -> Html {
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
                        { for tags.into_iter().map(flag) }
                    </ul>
                }
                { chip(context, manifest) }
            </>
        }
    };
    html! {
        <div class="image">
            <h3 translate="no">{ prose::name(&repository.name) }</h3>
            <div class="stack">
                { for few(&repository.manifests).iter().map(manifest) }
                { for context.view.known.stacked(few(&repository.blobs)).into_iter().map(|blob| chip(context, blob)) }
            </div>
            { rest(context, repository) }
        </div>
    }
}

/// The images a place draws: those that were made last and have room together, in the order of the place.
fn newest(images: &[Rc<ImageView>]) -> Vec<&ImageView> {
    let mut chips = 0;
    let has_room = |(at, (_, image)): &(usize, (usize, &Rc<ImageView>))| {
        chips += image.layers.len() + image.attestations.len() + 3;
        *at == 0 || chips <= 2 * PLACE_CHIPS
    };
    let last_first = sorted_by(images.iter().enumerate(), |(_, a), (_, b)| b.created.cmp(&a.created));
    let drawn = last_first.into_iter().take(PLACE_IMAGES).enumerate().take_while(has_room);
    sorted(drawn.map(|(_, (at, _))| at)).into_iter().map(|at| &*images[at]).collect()
}

/// The manifests or the blobs that a repository draws.
fn few(blobs: &[Blob]) -> &[Blob] {
    &blobs[..blobs.len().min(PLACE_CHIPS)]
}

fn held(repository: &RepositoryView) -> usize {
    repository.manifests.len() + repository.blobs.len()
}

fn drawn(repository: &RepositoryView) -> usize {
    few(&repository.manifests).len() + few(&repository.blobs).len()
}

/// The way to what of a repository is not drawn.
fn rest(context: &Context<'_>, repository: &RepositoryView) -> Html {
    way_to_more(context, held(repository) - drawn(repository), words::so_many_blobs_more, Tab::Blobs)
}

/// The way to the images that are not drawn.
fn more(context: &Context<'_>, left: usize) -> Html {
    way_to_more(context, left, words::so_many_images_more, Tab::Images)
}

/// A place draws what the eye can take in; the tables list all.
pub(super) fn way_to_more(context: &Context<'_>, left: usize, words: fn(usize) -> String, tab: Tab) -> Html {
    if left == 0 {
        return Html::default();
    }
    html! { <button type="button" class="link more" onclick={context.click(Intent::Page(Paged::Table(tab), 0))}>{ words(left) }</button> }
}

fn container(context: &Context<'_>, container: &ContainerView) -> Html {
    let open = Selection::Container(container.id.clone());
    let pressed = context.view.selection == open;
    let running = container.status == Status::Running;
    let last = container.log.len().saturating_sub(4);
    html! {
        <div class={classes!("container", running.then_some("running"))}>
            <p class="title">
                <button type="button" aria-pressed={truth(pressed)} title={words::its_log_and_a_way()} translate="no"
                    onclick={context.click(Intent::Select(open))}>{ container.name.clone() }</button>
                <span>{ status(&container.status) }</span>
            </p>
            if !container.log.is_empty() {
                <pre class="log" translate="no">{ container.log[last..].join("\n") }</pre>
            }
        </div>
    }
}

fn names(image: &ImageView) -> String {
    if image.references.is_empty() { words::untagged_image().to_owned() } else { image.references.join(", ") }
}

fn tags_of(repository: &RepositoryView, manifest: &Blob) -> Vec<String> {
    let tags = repository.tags.iter().filter(|tag| tag.digest == manifest.digest);
    tags.map(|tag| tag.tag.clone()).collect()
}

/// A container's state in words.
pub(super) fn status(status: &Status) -> String {
    match status {
        Status::Created => words::created().to_owned(),
        Status::Running => words::is_running().to_owned(),
        Status::Exited { code, .. } => words::exited(&code.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn names_are_flags_on_one_stack() {
        let view = fixture::pushed();
        let html = rendered(&view, |context| machine(context, &view.snapshot.machines[0]));
        assert_eq!(html.matches("class=\"flag\"").count(), 2, "{html}");
        assert_eq!(html.matches("class=\"image\"").count(), 1, "{html}");
    }

    #[test]
    fn an_image_of_many_names_shows_some_and_says_how_many_more_there_are() {
        let mut laptop = fixture::pushed().snapshot.machines[0].clone();
        let mut image = (*laptop.images[0]).clone();
        image.references = (0..=PLACE_NAMES).map(|at| format!("t:{at}")).collect();
        laptop.images = Rc::new(vec![Rc::new(image)]);
        let html = rendered(&fixture::pushed(), |context| machine(context, &laptop));
        assert_eq!(html.matches("class=\"flag\"").count(), PLACE_NAMES, "{html}");
        assert!(html.contains("1 name more"), "{html}");
    }

    #[test]
    fn a_tag_stands_on_its_manifest() {
        let view = fixture::pushed();
        let html = rendered(&view, |context| registry(context, &view.snapshot.registries[1]));
        let (tag, manifest) = (html.find("flag tag").expect("a tag"), html.find("manifest").expect("a manifest"));
        assert!(tag < manifest, "{html}");
    }

    #[test]
    fn a_full_place_draws_what_was_made_last_and_says_how_much_more_there_is() {
        let mut laptop = fixture::pushed().snapshot.machines[0].clone();
        let image = laptop.images[0].clone();
        laptop.images = Rc::new((0..200).map(|at| Rc::new(numbered(&image, at))).collect());
        let html = rendered(&fixture::pushed(), |context| machine(context, &laptop));
        assert_eq!(html.matches("class=\"image\"").count(), PLACE_IMAGES, "{html}");
        assert!(html.contains("i:199") && !html.contains("i:0<") && html.contains("188 images more"), "{html}");
    }

    #[test]
    fn images_of_many_layers_leave_room_for_fewer() {
        let mut laptop = fixture::pushed().snapshot.machines[0].clone();
        let mut image = (*laptop.images[0]).clone();
        image.layers = std::iter::repeat_n(image.layers[0].clone(), 40).collect();
        laptop.images = Rc::new((0..4).map(|at| Rc::new(numbered(&image, at))).collect());
        let html = rendered(&fixture::pushed(), |context| machine(context, &laptop));
        assert_eq!(html.matches("class=\"image\"").count(), 2, "{html}");
        assert!(html.contains("i:3") && !html.contains("i:1<") && html.contains("2 images more"), "{html}");
    }

    fn numbered(image: &ImageView, at: usize) -> ImageView {
        ImageView { references: vec![format!("i:{at}")], created: format!("2026-01-01T00:{at:03}"), ..image.clone() }
    }

    #[test]
    fn a_container_shows_its_log_and_its_end() {
        let view = fixture::all_run();
        let prod = view.snapshot.machines.last().expect("two machines");
        let html = rendered(&view, |context| machine(context, prod));
        assert!(html.contains("exited (0)") && html.contains("prediction"), "{html}");
    }
}
