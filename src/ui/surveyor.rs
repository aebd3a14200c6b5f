//! The registry explorer: repositories, and each manifest with what it names
//! and what refers to it, down to the blobs; what no tag leads to stands apart.

use yew::{Callback, Html, KeyboardEvent, classes, html};

use super::chip::{self, chip, worded_chip};
use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::known::kind;
use super::pager::{self, pager};
use super::stored;
use super::surveying::{self, Branch, Surveying, Surveyor};
use super::words;
use crate::limits::TABLE_ROWS;
use crate::session::{Shelf, Shelved, Survey};
use crate::text::units;

/// Manifests on one page: each of them is drawn with all that hangs on it.
const ROOTS: usize = 40;

/// The explorer.
pub(super) fn surveyor(context: &Context<'_>, surveyor: &Surveyor) -> Html {
    let inside = match surveyor.told.as_ref().map(|told| &told.found) {
        None => html! { <p class="empty" role="status">{ words::looking_through_the_registry() }</p> },
        Some(Err(reason)) => html! { <p class="empty" role="status">{ reason.clone() }</p> },
        Some(Ok(survey)) if survey.shelves.is_empty() && survey.loose.is_empty() => {
            html! { <p class="empty">{ words::it_holds_nothing_yet() }</p> }
        }
        Some(Ok(survey)) => html! {
            <div class="explored surveyed">
                <div class="explored-layers">{ shelves(context, surveyor, survey) }</div>
                <div class="surveyed-detail" tabindex="0" role="group" aria-label={words::what_is_looked_at()}>
                    { stored::stored(context, surveyor, survey) }
                </div>
            </div>
        },
    };
    html! {
        <section class="explorer region" id="explorer" tabindex="-1" aria-label={words::registry_explorer()} onkeydown={keys(context)}>
            <header class="explorer-head">
                <h2 translate="no">{ surveyor.registry.clone() }</h2>
                <button type="button" class="tool" aria-label={words::close_the_explorer()} title={words::close_the_explorer()}
                    onclick={context.click(Intent::Survey(Surveying::Close))}>{ icon(icons::CLOSE) }</button>
            </header>
            { inside }
        </section>
    }
}

/// The button that opens it, on the stage.
pub(super) fn opener(context: &Context<'_>, registry: &str) -> Html {
    let open = Surveying::Open(registry.to_owned(), "stage");
    html! {
        <button type="button" class="tool settings-of" title={words::explore()} aria-label={words::explore_the_registry(registry)}
            onclick={context.click(Intent::Survey(open))}>{ icon(icons::TREE) }</button>
    }
}

/// The same, in the panel of the registry.
pub(super) fn opener_in_panel(context: &Context<'_>, registry: &str) -> Html {
    let open = Surveying::Open(registry.to_owned(), "inspector");
    html! {
        <button type="button" class="quiet explore" onclick={context.click(Intent::Survey(open))}>{ words::explore_what_it_holds() }</button>
    }
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let emit = context.emit.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            emit.emit(Intent::Survey(Surveying::Close));
        }
    })
}

fn shelves(context: &Context<'_>, surveyor: &Surveyor, survey: &Survey) -> Html {
    let shown = surveyor.shelf();
    let choice = |shelf: &Shelf| {
        let chosen = shown.is_some_and(|shown| shown.name == shelf.name);
        html! {
            <button type="button" aria-pressed={truth(chosen)} translate="no"
                onclick={context.click(Intent::Survey(Surveying::Repository(shelf.name.clone())))}>{ shelf.name.clone() }</button>
        }
    };
    html! {
        <>
            <div class="beside" role="group" aria-label={words::repositories()}>
                <span class="eyebrow">{ words::repositories() }</span>
                { for survey.shelves.iter().take(TABLE_ROWS).map(choice) }
                { beyond(survey.shelves.len().saturating_sub(TABLE_ROWS)) }
            </div>
            { for shown.map(|shelf| contents(context, surveyor, shelf)) }
            { loose(context, survey) }
            { sum(survey) }
        </>
    }
}

/// The manifests of a repository with all that hangs on them.
fn contents(context: &Context<'_>, surveyor: &Surveyor, shelf: &Shelf) -> Html {
    let roots = surveying::roots(shelf);
    let count = roots.tagged.len();
    let rows = pager::rows(surveyor.page, ROOTS, count);
    let page = &roots.tagged[rows.clone()];
    html! {
        <>
            if !page.is_empty() {
                <ul class="branches" aria-label={words::tags_and_what_they_lead()}>{ for page.iter().map(|root| grown(context, surveyor, shelf, root)) }</ul>
            }
            { pager(context, words::tags(), &rows, ROOTS, count, |page| Intent::Survey(Surveying::Page(page))) }
            { apart(context, surveyor, shelf, words::no_tag_leads(), &roots.untagged) }
            { apart(context, surveyor, shelf, words::no_manifest_names_these_blobs(), &roots.unnamed) }
        </>
    }
}

/// What stands apart from what is tagged.
fn apart(context: &Context<'_>, surveyor: &Surveyor, shelf: &Shelf, title: &'static str, roots: &[&Shelved]) -> Html {
    html! {
        if !roots.is_empty() {
            <h3>{ title }</h3>
            <ul class="branches" aria-label={title}>{ for roots.iter().take(ROOTS).map(|root| grown(context, surveyor, shelf, root)) }</ul>
            { beyond(roots.len().saturating_sub(ROOTS)) }
        }
    }
}

fn grown(context: &Context<'_>, surveyor: &Surveyor, shelf: &Shelf, root: &Shelved) -> Html {
    branch(context, surveyor, &surveying::grown(shelf, root))
}

fn branch(context: &Context<'_>, surveyor: &Surveyor, of: &Branch<'_>) -> Html {
    let digest = of.blob.digest;
    let folded = surveyor.folded.contains(&digest);
    let flag = |tag: &&str| html! { <li class="flag tag" translate="no">{ (*tag).to_owned() }</li> };
    html! {
        <li class={classes!("branch", of.refers.then_some("refers"))}>
            if !of.tags.is_empty() { <ul class="flags" aria-label={words::tags()}>{ for of.tags.iter().map(flag) }</ul> }
            <div class="branch-row">
                if of.below.is_empty() { <span class="fold"></span> } else {
                    <button type="button" class="fold" aria-expanded={truth(!folded)} aria-label={words::what_names(&digest.short())}
                        onclick={context.click(Intent::Survey(Surveying::Fold(digest)))}>{ icon(if folded { icons::NOW } else { icons::DOWN }) }</button>
                }
                { worded_chip(context, of.blob, &word(context, of), units::size(of.blob.size)) }
            </div>
            { note(of) }
            if !folded && !of.below.is_empty() {
                <ul class="branches">{ for of.below.iter().map(|below| branch(context, surveyor, below)) }</ul>
            }
        </li>
    }
}

/// What it is, and what is said of it where it is named.
fn word(context: &Context<'_>, of: &Branch<'_>) -> String {
    let word = context.view.known.word(&of.blob.digest).unwrap_or_else(|| kind(of.blob));
    if of.about.is_empty() || of.about == word { word.to_owned() } else { format!("{word} · {}", of.about) }
}

/// What has to be said of it beside that.
fn note(of: &Branch<'_>) -> Html {
    let text = match of.here {
        None => words::named_but_not().to_owned(),
        Some(shelved) => match &shelved.names {
            Err(reason) => words::what_it_names_cannot_be(reason),
            Ok(_) if shelved.unneeded => words::unneeded().to_owned(),
            Ok(_) if of.refers => words::refers_to_the_one_above().to_owned(),
            Ok(_) => return Html::default(),
        },
    };
    html! { <p class="branch-note">{ text }</p> }
}

fn loose(context: &Context<'_>, survey: &Survey) -> Html {
    html! {
        if !survey.loose.is_empty() {
            <h3>{ words::no_repository_shows_these_bytes() }</h3>
            <div class="stack">{ for survey.loose.iter().take(ROOTS).map(|blob| chip(context, blob)) }</div>
            { beyond(survey.loose.len().saturating_sub(ROOTS)) }
        }
    }
}

fn beyond(count: usize) -> Html {
    html! { if count > 0 { <p class="eyebrow">{ words::and_more(count) }</p> } }
}

/// What a collection would free, and what is not listed.
fn sum(survey: &Survey) -> Html {
    let text = match &survey.garbage {
        Err(reason) => words::no_garbage_can_be_collected(reason),
        Ok(0) => words::some_tag_leads_to_every().to_owned(),
        Ok(bytes) => words::a_collection_of_garbage_registry(&units::size(*bytes)),
    };
    html! { <><p class="eyebrow">{ text }</p>{ beyond(survey.left_out) }</> }
}

/// A tag or a digest of a repository, as it is typed.
pub(super) fn reference(registry: &str, shelf: &Shelf, tag_or_digest: &str) -> String {
    let separator = if tag_or_digest.contains(':') { '@' } else { ':' };
    format!("{registry}/{}{separator}{tag_or_digest}", shelf.name)
}

/// A list of chips with a heading; nothing where there are none.
pub(super) fn chips<'a>(
    context: &Context<'_>,
    title: &'static str,
    shelved: impl Iterator<Item = &'a Shelved>,
) -> Html {
    let chips: Vec<Html> = shelved.take(TABLE_ROWS).map(|of| chip::chip(context, &of.blob)).collect();
    html! { if !chips.is_empty() { <h3>{ title }</h3><div class="stack">{ for chips }</div> } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Digest;
    use crate::session::{Tell, Weighed};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::{Selection, View};

    fn open() -> View {
        let (mut view, told) = (fixture::pushed(), fixture::surveyed());
        view.update(Intent::Survey(Surveying::Open(told.registry.clone(), "stage")));
        view.learn(Fact::Told(Tell::Surveyed(told)));
        view
    }

    fn html(view: &View) -> String {
        let open = view.surveyor.clone().expect("it is open");
        rendered(view, |context| surveyor(context, &open))
    }

    fn weighed(view: &mut View, digest: Digest, bytes: &[u8]) {
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| "bytes that are not text".to_owned());
        let (size, computed) = (bytes.len() as u64, Digest::of(bytes));
        let found = Ok(crate::session::StoredBytes { size, computed, from: 0, shown: bytes.to_vec(), text });
        view.update(Intent::Select(Selection::Digest(digest)));
        let registry = "registry.example.com".to_owned();
        view.learn(Fact::Told(Tell::Weighed(Box::new(Weighed { registry, digest, found }))));
    }

    #[test]
    fn what_is_needed_hangs_on_its_tag_and_what_is_not_stands_apart() {
        let html = html(&open());
        assert!(html.contains("manifest · wasi/wasm") && html.contains("refers to the one above"), "{html}");
        assert!(html.contains("named, but not in this repository"), "{html}");
        let apart = html.find("No tag leads to these manifests").expect("there is one");
        assert!(html[apart..].contains("unneeded: a collection of garbage takes it"), "{html}");
        assert!(html.contains("No repository shows these bytes") && html.contains("would free 434B"), "{html}");
    }

    #[test]
    fn a_folded_manifest_hides_what_it_names() {
        let mut view = open();
        let index = Digest::of(b"index");
        view.update(Intent::Survey(Surveying::Fold(index)));
        assert!(!html(&view).contains("manifest · wasi/wasm"));
        view.update(Intent::Survey(Surveying::Fold(index)));
        assert!(html(&view).contains("manifest · wasi/wasm"));
    }

    #[test]
    fn what_no_tag_leads_to_is_garbage_only_where_a_collection_takes_it() {
        for unneeded in [true, false] {
            let (mut view, mut told) = (open(), fixture::surveyed());
            let shelf = &mut told.found.as_mut().expect("it was found").shelves[0];
            let digest = surveying::roots(shelf).untagged[0].blob.digest;
            shelf.manifests.iter_mut().for_each(|of| of.unneeded &= unneeded);
            view.learn(Fact::Told(Tell::Surveyed(told)));
            view.update(Intent::Select(Selection::Digest(digest)));
            assert_eq!(html(&view).contains("no tag leads to it: a collection of garbage takes it"), unneeded);
        }
    }

    #[test]
    fn bytes_are_told_to_have_their_name_or_not_to() {
        let mut view = open();
        let digest = Digest::of(b"index");
        weighed(&mut view, digest, b"index");
        let sound = html(&view);
        assert!(sound.contains("They are equal") && sound.contains("Flip byte 2: 0x64 becomes 0x65"), "{sound}");
        let line = format!("registry flip --byte 2 registry.example.com/mlproject/mlmodel@{digest}");
        assert!(sound.contains(&line) && sound.contains("Pull it on laptop"), "{sound}");
        assert!(
            sound.contains(&format!(
                "docker buildx imagetools inspect --raw registry.example.com/mlproject/mlmodel@{digest}"
            )),
            "{sound}"
        );
        weighed(&mut view, digest, b"inexx");
        let damaged = html(&view);
        assert!(damaged.contains("They differ") && damaged.contains(&Digest::of(b"inexx").to_string()), "{damaged}");
    }

    #[test]
    fn bytes_that_are_no_text_are_numbers_to_pick() {
        let mut view = open();
        let digest = fixture::surveyed().found.expect("it was found").shelves[0].blobs[0].blob.digest;
        weighed(&mut view, digest, &[0x1f, 0x8b, 8, 255]);
        view.update(Intent::Survey(Surveying::Byte("3".into())));
        let html = html(&view);
        assert!(html.contains("8b, byte 1") && html.contains("Flip byte 3: 0xff becomes 0xfe"), "{html}");
    }
}
