//! The image explorer: the layers of an image, what each does to the files
//! below it, and which bytes are carried though nobody sees them.

use yew::{Callback, Html, KeyboardEvent, classes, html};

use super::chip;
use super::comparison;
use super::context::{Context, truth};
use super::exploring::{self, Explorer, Exploring, Place};
use super::icons::{self, icon};
use super::intent::Intent;
use super::view::Selection;
use super::words;
use crate::lab::{Snapshot, TagView};
use crate::limits::TABLE_ROWS;
use crate::oci::Digest;
use crate::session::{Exploration, ExploredLayer, How};
use crate::text::units;

/// How many paths with wasted bytes are listed.
const WASTED: usize = 12;
/// How many images are offered to compare with.
const OTHERS: usize = 12;

/// The explorer.
pub(super) fn explorer(context: &Context<'_>, explorer: &Explorer) -> Html {
    html! {
        <section class="explorer region" id="explorer" tabindex="-1" aria-label={words::image_explorer()} onkeydown={keys(context)}>
            <header class="explorer-head">
                <h2>{ name_of(context, explorer.image) }</h2>
                { others(context, explorer) }
                <button type="button" class="tool" aria-label={words::close_the_explorer()} title={words::close_the_explorer()}
                    onclick={context.click(Intent::Explore(Exploring::Close))}>{ icon(icons::CLOSE) }</button>
            </header>
            { match (explorer.told(explorer.image), explorer.other.map(|other| explorer.told(other))) {
                (None, _) | (_, Some(None)) => html! { <p class="empty" role="status">{ words::unpacking_the_layers() }</p> },
                (Some(Err(reason)), _) | (_, Some(Some(Err(reason)))) => html! { <p class="empty" role="status">{ reason.clone() }</p> },
                (Some(Ok(found)), Some(Some(Ok(other)))) => comparison::comparison(context, found, other),
                (Some(Ok(found)), None) => image(context, explorer, found),
            } }
        </section>
    }
}

/// The button that opens it.
pub(super) fn opener(context: &Context<'_>, image: Digest, from: &'static str) -> Html {
    let name = name_of(context, image);
    html! {
        <button type="button" class="quiet explore" aria-label={words::explore_name(&name)}
            onclick={context.click(Intent::Explore(Exploring::Open(image, from)))}>{ words::explore() }</button>
    }
}

/// The first name of an image, else its short digest.
fn name_of(context: &Context<'_>, image: Digest) -> String {
    let name = named_images(&context.view.snapshot).find(|(digests, _)| digests.contains(&image)).map(|(_, name)| name);
    name.unwrap_or_else(|| image.short())
}

/// Every name of an image on the machines, then in the registries, and the digests it stands for: the id, then the manifest.
pub(super) fn named_images(snapshot: &Snapshot) -> impl Iterator<Item = ([Digest; 2], String)> {
    let images = snapshot.machines.iter().flat_map(|machine| machine.images.iter());
    let here = images.flat_map(|image| {
        let digests = [image.id, image.manifest.digest];
        image.references.iter().map(move |name| (digests, name.clone()))
    });
    let stored = snapshot.registries.iter().flat_map(|registry| {
        registry.repositories.iter().flat_map(move |repository| {
            let named = move |tag: &TagView| format!("{}/{}:{}", registry.name, repository.name, tag.tag);
            repository.tags.iter().map(move |tag| ([tag.digest; 2], named(tag)))
        })
    });
    here.chain(stored)
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let emit = context.emit.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            emit.emit(Intent::Explore(Exploring::Close));
        }
    })
}

/// The images it can be compared with.
fn others(context: &Context<'_>, explorer: &Explorer) -> Html {
    let mut others: Vec<(Digest, String)> = Vec::new();
    for ([image, manifest], name) in named_images(&context.view.snapshot) {
        let is_this = [image, manifest].contains(&explorer.image);
        if !is_this && others.len() < OTHERS && others.iter().all(|(known, _)| *known != image) {
            others.push((image, name));
        }
    }
    if others.is_empty() {
        return html! { <p class="eyebrow">{ words::a_second_image_can_be() }</p> };
    }
    let choice = |(image, name): (Digest, String)| {
        let chosen = explorer.other == Some(image);
        let wanted = Exploring::Compare((!chosen).then_some(image));
        html! {
            <button type="button" aria-pressed={truth(chosen)} onclick={context.click(Intent::Explore(wanted))}>
                { name }
            </button>
        }
    };
    html! {
        <div class="beside" role="group" aria-label={words::compare_with_alone()}>
            <span class="eyebrow">{ words::compare_with_alone() }</span>{ for others.into_iter().map(choice) }
        </div>
    }
}

fn image(context: &Context<'_>, explorer: &Explorer, found: &Exploration) -> Html {
    html! {
        <div class="explored">
            <div class="explored-layers">
                { score(found) }
                <ol class="layers" aria-label={words::layers_the_last_one_first()}>
                    { for found.layers.iter().enumerate().rev().map(|(at, of)| layer(context, explorer, at, of)) }
                </ol>
                { wasted(found) }
            </div>
            { files(context, explorer, found) }
        </div>
    }
}

/// How many of the stored bytes are seen.
fn score(found: &Exploration) -> Html {
    let percent = (found.shown * 100).checked_div(found.stored).unwrap_or(100);
    let wasted = found.stored.saturating_sub(found.shown);
    let text = if wasted == 0 {
        words::every_byte_that_is_stored().to_owned()
    } else {
        let bytes = units::size(wasted);
        words::so_many_are_never_seen(&bytes, &units::size(found.stored))
    };
    html! {
        <p class={classes!("score", (wasted > 0).then_some("some"))}>
            <b>{ format!("{percent} %") }</b><span><span class="eyebrow">{ words::efficiency() }</span>{ text }</span>
        </p>
    }
}

fn layer(context: &Context<'_>, explorer: &Explorer, at: usize, layer: &ExploredLayer) -> Html {
    let chosen = explorer.layer == at;
    let counts = [How::Added, How::Changed, How::Removed, How::Again].map(|how| {
        let count = layer.changes.iter().filter(|change| change.how == how && !change.file.directory).count();
        let folders =
            layer.changes.iter().filter(|change| how == How::Removed && change.how == how && change.file.directory);
        (how, count + folders.count())
    });
    let count = |(how, count): (How, usize)| {
        html! { if count > 0 { <span class={class(how)}>{ format!("{count} {}", word(how)) }</span> } }
    };
    html! {
        <li class={chosen.then_some("chosen")}>
            <button type="button" class="layer" aria-pressed={truth(chosen)} onclick={context.click(Intent::Explore(Exploring::Layer(at)))}>
                <span class="made-by" translate="no">{ made_by(layer) }</span>
                <span class="counts">
                    { for counts.into_iter().map(count) }
                    if layer.changes.is_empty() { <span>{ words::no_file() }</span> }
                </span>
            </button>
            { chip::chip(context, &layer.blob) }
        </li>
    }
}

/// The instruction of a layer.
pub(super) fn made_by(layer: &ExploredLayer) -> String {
    let text = instruction(&layer.created_by);
    if text.is_empty() { words::no_instruction_is_noted().to_owned() } else { text.to_owned() }
}

/// An instruction, without what every builder writes around it.
pub(super) fn instruction(created_by: &str) -> &str {
    created_by.trim_end_matches("# buildkit").trim_end()
}

fn wasted(found: &Exploration) -> Html {
    if found.wasted.is_empty() {
        return Html::default();
    }
    let row = |wasted: &crate::session::Wasted| {
        html! {
            <tr><th scope="row" translate="no">{ wasted.path.clone() }</th>
                <td class="number">{ units::size(wasted.bytes) }</td><td class="number">{ wasted.times }</td></tr>
        }
    };
    html! {
        <table class="wasted">
            <caption>{ words::wasted() }</caption>
            <thead><tr><th scope="col">{ words::path() }</th><th scope="col">{ words::bytes() }</th><th scope="col">{ words::layers() }</th></tr></thead>
            <tbody>{ for found.wasted.iter().take(WASTED).map(row) }</tbody>
        </table>
    }
}

fn files(context: &Context<'_>, explorer: &Explorer, found: &Exploration) -> Html {
    let (whole, at) = (explorer.whole, explorer.layer);
    let places = if whole { exploring::files(&found.layers, at) } else { exploring::changes(&found.layers, at) };
    let is_hidden =
        |path: &str| explorer.folded.iter().any(|folder| path != folder && exploring::is_at_or_below(path, folder));
    let shown: Vec<&Place<'_>> = places.iter().filter(|place| !is_hidden(&place.change.file.path)).collect();
    let beyond = shown.len().saturating_sub(TABLE_ROWS) + found.layers.get(at).map_or(0, |layer| layer.left_out);
    let choice = |of: bool, label: &'static str| {
        html! {
            <button type="button" aria-pressed={truth(whole == of)} onclick={context.click(Intent::Explore(Exploring::Whole(of)))}>{ label }</button>
        }
    };
    html! {
        <div class="explored-files">
            <div class="explored-files-head">
                <div class="switch" role="group" aria-label={words::files()}>
                    { choice(false, words::what_this_layer_does()) }{ choice(true, words::all_files_so_far()) }
                </div>
                <span class="eyebrow">{ words::layer_of(at + 1, found.layers.len()) }</span>
            </div>
            if shown.is_empty() {
                <p class="empty">{ words::this_layer_changes_no_file() }</p>
            } else {
                <div class="scroll" tabindex="0" role="group" aria-label={words::files_of_the_image()}>
                    <table translate="no">
                        <caption class="unseen">{ words::files_and_what_the_layer() }</caption>
                        <thead><tr>
                            <th scope="col">{ words::change() }</th><th scope="col">{ words::path() }</th>
                            <th scope="col">{ words::bytes() }</th><th scope="col">{ words::mode() }</th>
                        </tr></thead>
                        <tbody>{ for shown.into_iter().take(TABLE_ROWS).map(|place| row(context, explorer, found, place)) }</tbody>
                    </table>
                </div>
            }
            if beyond > 0 { <p class="eyebrow">{ words::and_more(beyond) }</p> }
        </div>
    }
}

fn row(context: &Context<'_>, explorer: &Explorer, found: &Exploration, place: &Place<'_>) -> Html {
    let (change, file) = (place.change, &place.change.file);
    let here = place.layer == explorer.layer;
    let how = if here { change.how } else { How::Again };
    let size = if file.directory && change.how != How::Removed { String::new() } else { file.size.to_string() };
    html! {
        <tr class={if here { class(how) } else { "below" }}>
            <td>{ if here { word(how).to_owned() } else { words::layer(place.layer + 1) } }</td>
            <th scope="row">{ path(context, explorer, found, place) }</th>
            <td class="number">{ size }</td>
            <td class="number">{ format!("{:04o}", file.mode & 0o7777) }</td>
        </tr>
    }
}

/// A folder folds, a file is looked into, a link says where it leads to.
fn path(context: &Context<'_>, explorer: &Explorer, found: &Exploration, place: &Place<'_>) -> Html {
    let change = place.change;
    let path = change.file.path.clone();
    if change.how == How::Removed {
        return html! { <span class="path">{ named(&path) }</span> };
    }
    if change.file.directory {
        let folded = explorer.folded.contains(&path);
        return html! {
            <button type="button" class="path folder" aria-expanded={truth(!folded)}
                onclick={context.click(Intent::Explore(Exploring::Fold(path.clone())))}>{ named(&path) }{ "/" }</button>
        };
    }
    if let Some(target) = &change.target {
        return html! { <span class="path">{ named(&path) }<span class="faint">{ format!(" → {target}") }</span></span> };
    }
    let selection = Selection::File { layer: found.layers[place.layer].blob.digest, path: path.clone() };
    let selected = context.view.selection == selection;
    html! {
        <button type="button" class={classes!("path", selected.then_some("selected"))}
            onclick={context.click(Intent::Select(selection))}>{ named(&path) }</button>
    }
}

/// A path whose last name stands out.
pub(super) fn named(path: &str) -> Html {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    html! { <><span class="faint">{ format!("{folder}/") }</span>{ name.to_owned() }</> }
}

/// What was done, in a word.
pub(super) fn word(how: How) -> &'static str {
    match how {
        How::Added => words::added(),
        How::Changed => words::changed(),
        How::Removed => words::removed(),
        How::Again => words::stored_again(),
    }
}

const fn class(how: How) -> &'static str {
    match how {
        How::Added => "added",
        How::Changed => "changed",
        How::Removed => "removed",
        How::Again => "again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Explored, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    fn html(view: &View) -> String {
        let explorer = view.explorer.clone().expect("it is open");
        rendered(view, |context| super::explorer(context, &explorer))
    }

    fn open() -> View {
        let (mut view, told) = (fixture::pushed(), fixture::explored());
        view.update(Intent::Explore(Exploring::Open(told.image, "tab-images")));
        view.learn(Fact::Told(Tell::Explored(told)));
        view
    }

    #[test]
    fn it_says_how_much_is_wasted_and_by_what() {
        let html = html(&open());
        assert!(html.contains("60 %") && html.contains("40B of the 100B stored are never seen"), "{html}");
        assert!(html.contains("removing a file later saves nothing") && html.contains("/app/old/a"), "{html}");
        assert!(html.contains("COPY model.bin /app/") && !html.contains("# buildkit"), "{html}");
    }

    #[test]
    fn a_folded_folder_hides_its_files_and_a_removed_one_has_nothing_to_open() {
        let mut view = open();
        assert!(html(&view).contains("1 removed"));
        view.update(Intent::Explore(Exploring::Layer(0)));
        assert!(html(&view).contains("<span class=\"faint\">/app/old/</span>a"), "{}", html(&view));
        view.update(Intent::Explore(Exploring::Fold("/app/old".into())));
        assert!(!html(&view).contains("<span class=\"faint\">/app/old/</span>a"), "{}", html(&view));
    }

    #[test]
    fn an_image_that_only_a_registry_has_is_named_by_its_tag() {
        let (view, image) = (fixture::pushed(), fixture::explored().image);
        let mut snapshot = (*view.snapshot).clone();
        snapshot.machines.clear();
        let names: Vec<String> = named_images(&snapshot).map(|(_, name)| name).collect();
        assert_eq!(names, ["docker.io/library/mlserve:1", "registry.example.com/mlproject/mlmodel:1.0"]);
        assert!(named_images(&view.snapshot).any(|(digests, _)| digests.contains(&image)));
    }

    #[test]
    fn what_cannot_be_explored_says_why() {
        let mut view = open();
        assert!(!html(&view).contains("Unpacking"));
        let image = fixture::explored().image;
        view.learn(Fact::Told(Tell::Explored(Explored { image, found: Err("nobody in the lab has this".into()) })));
        assert!(html(&view).contains("nobody in the lab has this"));
        view.update(Intent::Explore(Exploring::Open(Digest::of(b"other"), "inspector")));
        assert!(html(&view).contains("Unpacking the layers…"));
    }
}
