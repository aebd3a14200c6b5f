//! A machine or a registry as a place: what it holds in stacks, containers with
//! their log, and the same as a nested list.

use std::rc::Rc;

use yew::{Html, classes, html};

use super::chip::chip;
use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::stack::{self, chips, drawn, held, names_left, rest, way_to_more};
use super::view::{Selection, Tab};
use super::words;
use super::{prose, registry_panel, surveyor};
use crate::lab::{ContainerView, ImageView, MachineView, RegistryView, RepositoryView, Status};
use crate::limits::{PLACE_IMAGES, PLACE_NAMES, PLACE_REPOSITORIES, PLACE_STACKED};
use crate::oci::{Blob, DEFAULT_DOMAIN};
use crate::text::{sorted, sorted_by};

/// A machine.
pub(super) fn machine(context: &Context<'_>, machine: &MachineView) -> Html {
    let here = machine.name == context.view.snapshot.here;
    let drawn = newest(&machine.images);
    let left = machine.images.len() - drawn.len();
    html! {
        <section class={classes!("place", here.then_some("here"))} aria-label={machine.name.clone()}>
            <header><h2 translate="no">{ machine.name.clone() }</h2><span>{ words::so_many_images(machine.images.len()) }</span></header>
            if machine.images.is_empty() { { empty(context, machine) } }
            { for machine.containers.iter().map(|found| container(context, found)) }
            { for drawn.into_iter().map(|image| stack::image(context, image)) }
            { more_images(context, left) }
        </section>
    }
}

/// A registry.
pub(super) fn registry(context: &Context<'_>, registry: &RegistryView) -> Html {
    let drawn = listed(registry);
    html! {
        <section class="place registry" aria-label={registry.name.clone()}>
            <header><h2 translate="no">{ prose::host(&registry.name) }</h2>{ ways_in(context, registry) }</header>
            { badges(registry) }
            if registry.repositories.is_empty() { <p class="empty">{ words::holds_nothing_yet() }</p> }
            { for drawn.iter().map(|repository| stack::repository(context, repository)) }
            { more_repositories(context, registry) }
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
                    <li>{ some(&names(image)) }{ names_left(context, image.references.len(), Tab::Images) }<ul>{ for chips(context, image).into_iter().map(|chip| html! { <li>{ chip }</li> }) }</ul></li>
                }) }
                if left > 0 { <li>{ more_images(context, left) }</li> }
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
                    { for stack::manifests(repository).iter().map(|manifest| html! {
                        <li>{ tagged(context, repository, manifest) }</li>
                    }) }
                    { for context.view.known.stacked(stack::blobs(repository)).into_iter().map(|blob| html! { <li>{ chip(context, blob) }</li> }) }
                    if held(repository) > drawn(repository) { <li>{ rest(context, repository) }</li> }
                </ul>
            </li>
        }
    };
    html! {
        <li>
            <b>{ registry.name.clone() }</b>{ format!(": {}", words::so_many_repositories(registry.repositories.len())) }{ ways_in(context, registry) }
            { badges(registry) }
            <ul>
                { for listed(registry).iter().map(repository) }
                if left_out(registry) > 0 { <li>{ more_repositories(context, registry) }</li> }
            </ul>
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

/// The images a place draws: those that were made last and have room together, in the order of the place.
fn newest(images: &[Rc<ImageView>]) -> Vec<&Rc<ImageView>> {
    let mut chips = 0;
    let has_room = |(at, (_, image)): &(usize, (usize, &Rc<ImageView>))| {
        chips += image.layers.len() + image.attestations.len() + 3;
        *at == 0 || chips <= PLACE_STACKED
    };
    let last_first = sorted_by(images.iter().enumerate(), |(_, a), (_, b)| b.created.cmp(&a.created));
    let drawn = last_first.into_iter().take(PLACE_IMAGES).enumerate().take_while(has_room);
    sorted(drawn.map(|(_, (at, _))| at)).into_iter().map(|at| &images[at]).collect()
}

/// The repositories that a registry draws.
fn listed(registry: &RegistryView) -> &[Rc<RepositoryView>] {
    &registry.repositories[..registry.repositories.len().min(PLACE_REPOSITORIES)]
}

fn left_out(registry: &RegistryView) -> usize {
    registry.repositories.len() - listed(registry).len()
}

/// The way to the repositories that are not drawn.
fn more_repositories(context: &Context<'_>, registry: &RegistryView) -> Html {
    way_to_more(context, left_out(registry), words::so_many_repositories_more, Tab::Blobs)
}

/// The way to the images that are not drawn.
fn more_images(context: &Context<'_>, left: usize) -> Html {
    way_to_more(context, left, words::so_many_images_more, Tab::Images)
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

fn names(image: &ImageView) -> Vec<&str> {
    if image.references.is_empty() {
        return vec![words::untagged_image()];
    }
    image.references.iter().map(String::as_str).collect()
}

/// As many of these names as a place draws.
fn some(names: &[&str]) -> String {
    names[..names.len().min(PLACE_NAMES)].join(", ")
}

/// A manifest and its tags, as text.
fn tagged(context: &Context<'_>, repository: &RepositoryView, manifest: &Blob) -> Html {
    let tags = repository.tags.iter().filter(|tag| tag.digest == manifest.digest);
    let tags: Vec<&str> = tags.map(|tag| tag.tag.as_str()).collect();
    html! { <>{ chip(context, manifest) }{ some(&tags) }{ names_left(context, tags.len(), Tab::Tracker) }</> }
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
        assert!(html.contains("i:199") && !html.contains("i:0<") && html.contains("194 images more"), "{html}");
    }

    #[test]
    fn a_registry_of_many_repositories_draws_some_and_says_how_many_more_there_are() {
        let view = fixture::pushed();
        let mut many = (*view.snapshot.registries[1]).clone();
        let numbered = |at| Rc::new(RepositoryView { name: format!("r{at}"), ..(*many.repositories[0]).clone() });
        many.repositories = (0..PLACE_REPOSITORIES + 2).map(numbered).collect();
        for draw in [registry, registry_as_text] {
            let html = rendered(&view, |context| draw(context, &many));
            assert!(html.contains("r7") && !html.contains("r8") && html.contains("2 repositories more"), "{html}");
        }
    }

    #[test]
    fn images_of_many_layers_leave_room_for_fewer() {
        let mut laptop = fixture::pushed().snapshot.machines[0].clone();
        let mut image = (*laptop.images[0]).clone();
        image.layers = std::iter::repeat_n(image.layers[0].clone(), 20).collect();
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
