//! What is looked at in a registry: the bytes as they lie there, with their
//! digest computed anew, a byte of them to flip, and the commands that show
//! the same on a real machine.

use yew::{Html, classes, html};

use super::blob::facts;
use super::chip;
use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::known::kind;
use super::order::line;
use super::pager::pager;
use super::prose;
use super::real;
use super::registry_panel::{order, outcome};
use super::surveying::{self, Surveying, Surveyor};
use super::surveyor::{chips, reference};
use super::view::Selection;
use super::words;
use crate::lab::MachineView;
use crate::limits::WEIGHED_BYTES;
use crate::oci::Digest;
use crate::session::{Shelf, Shelved, StoredBytes, Survey};

/// Bytes in a row: as many as fit a phone.
const ROW: usize = 8;

/// What is selected, as far as the registry has it; else what can be done with a repository.
pub(super) fn stored(context: &Context<'_>, surveyor: &Surveyor, survey: &Survey) -> Html {
    let Selection::Digest(digest) = context.view.selection else { return nothing(context, surveyor) };
    let shelf = shelf_of(surveyor, survey, &digest);
    let weighed = surveyor.weighed(digest).map(|weighed| &weighed.found);
    html! {
        <>
            <p class={classes!("whole-digest", chip::look(&digest))} translate="no"><span>{ digest.to_string() }</span></p>
            { for shelf.iter().map(|(shelf, shelved)| about(context, surveyor, shelf, shelved)) }
            { match weighed {
                None => html! { <p class="eyebrow" role="status">{ words::computing_the_digest() }</p> },
                Some(Err(reason)) => html! { <p>{ reason.clone() }</p> },
                Some(Ok(bytes)) => html! {
                    <>
                        { weighing(digest, bytes) }
                        { content(context, surveyor, bytes) }
                        { for shelf.iter().map(|(shelf, _)| flip(context, surveyor, shelf, digest, bytes)) }
                    </>
                },
            } }
            { for shelf.iter().map(|(shelf, shelved)| real::commands(context, &surveyor.registry, Some(shelf), Some(shelved))) }
        </>
    }
}

fn nothing(context: &Context<'_>, surveyor: &Surveyor) -> Html {
    html! {
        <>
            <p>{ words::pick_a_manifest() }</p>
            { real::commands(context, &surveyor.registry, surveyor.shelf(), None) }
        </>
    }
}

/// The repository that shows a digest: the one that is looked at, else the first.
fn shelf_of<'a>(surveyor: &'a Surveyor, survey: &'a Survey, digest: &Digest) -> Option<(&'a Shelf, &'a Shelved)> {
    let mut shelves = surveyor.shelf().into_iter().chain(&survey.shelves);
    shelves.find_map(|shelf| Some((shelf, surveying::known(shelf, digest)?)))
}

/// What it is, what names it, and what refers to it.
fn about(context: &Context<'_>, surveyor: &Surveyor, shelf: &Shelf, shelved: &Shelved) -> Html {
    let digest = shelved.blob.digest;
    let names = |of: &&Shelved| of.names.iter().flatten().any(|named| named.blob.digest == digest);
    let referrers = shelved.referrers.iter().filter_map(|referrer| surveying::known(shelf, referrer));
    let led = match (surveying::leading(shelf, &digest), shelved.unneeded) {
        (Some(tag), _) => words::the_tag_leads_to_it(tag),
        (None, true) => words::a_collection_takes_it().to_owned(),
        (None, false) => words::no_tag_leads_to_it().to_owned(),
    };
    html! {
        <>
            { facts(&[
                (words::kind_word(), kind(&shelved.blob).to_owned()),
                (words::media_type(), shelved.blob.media_type.to_string()),
                (words::repository(), format!("{}/{}", surveyor.registry, shelf.name)),
                (words::needed(), led),
            ]) }
            { chips(context, words::named_by(), shelf.manifests.iter().filter(names)) }
            { chips(context, words::referrers(), referrers) }
        </>
    }
}

/// The digest computed over the stored bytes, beside their name.
fn weighing(digest: Digest, bytes: &StoredBytes) -> Html {
    let same = bytes.computed == digest;
    let verdict = if same { words::they_are_equal() } else { words::they_differ() };
    html! {
        <div class={classes!("outcome", "weighing", (!same).then_some("bad"))}>
            <span class="note">{ words::stored_under_the_name() }</span><code translate="no">{ digest.to_string() }</code>
            <span class="note">{ words::computed_just_now_over_all(bytes.size) }</span><code translate="no">{ bytes.computed.to_string() }</code>
            <p>{ verdict }</p>
        </div>
    }
}

/// The bytes as text, or as numbers.
fn content(context: &Context<'_>, surveyor: &Surveyor, bytes: &StoredBytes) -> Html {
    let choice = |hex: bool, label: &'static str| {
        html! {
            <button type="button" aria-pressed={truth(surveyor.hex == hex)} onclick={context.click(Intent::Survey(Surveying::Hex(hex)))}>{ label }</button>
        }
    };
    match &bytes.text {
        Ok(text) => html! {
            <>
                <h3>{ words::bytes_as_stored() }</h3>
                <div class="switch" role="group" aria-label={words::show_the_bytes_as()}>{ choice(false, words::text()) }{ choice(true, words::numbers()) }</div>
                if surveyor.hex { { numbers(context, surveyor, bytes) } }
                else { <pre class="code document" translate="no">{ prose::linked(context, text) }</pre> }
            </>
        },
        Err(reason) => html! {
            <>
                <h3>{ words::bytes_as_stored() }</h3>
                <p class="eyebrow">{ reason.clone() }</p>
                { numbers(context, surveyor, bytes) }
            </>
        },
    }
}

/// A part of the bytes as numbers, each of which can be picked; the field below does the same by keyboard.
fn numbers(context: &Context<'_>, surveyor: &Surveyor, bytes: &StoredBytes) -> Html {
    let aim = surveyor.aim(bytes);
    let byte = |(at, byte): (u64, &u8)| {
        html! {
            <td><button type="button" tabindex="-1" aria-label={words::value_at(&format!("{byte:02x}"), at)} aria-pressed={truth(aim == Some(at))}
                onclick={context.click(Intent::Survey(Surveying::Byte(at.to_string())))}>{ format!("{byte:02x}") }</button></td>
        }
    };
    let row = |(at, row): (usize, &[u8])| {
        let from = bytes.from + (at * ROW) as u64;
        html! {
            <tr><th scope="row">{ from }</th>{ for (from..).zip(row).map(byte) }
                { for (row.len()..ROW).map(|_| html! { <td></td> }) }
                <td class="letters">{ row.iter().map(|byte| letter(*byte)).collect::<String>() }</td></tr>
        }
    };
    let (from, size) = (position(bytes.from), position(bytes.size));
    let rows = from..from + bytes.shown.len();
    let to = |page: usize| Intent::Survey(Surveying::From((page * WEIGHED_BYTES) as u64));
    html! {
        <>
            <table class="numbers" translate="no">
                <caption class="unseen">{ words::bytes_where() }</caption>
                <tbody>{ for bytes.shown.chunks(ROW).enumerate().map(row) }</tbody>
            </table>
            { pager(context, words::bytes(), &rows, WEIGHED_BYTES, size, to) }
        </>
    }
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn letter(byte: u8) -> char {
    if byte.is_ascii_graphic() { char::from(byte) } else { '·' }
}

/// The field and the line that flip a byte, and who could be asked then.
fn flip(context: &Context<'_>, surveyor: &Surveyor, shelf: &Shelf, digest: Digest, bytes: &StoredBytes) -> Html {
    let what = reference(&surveyor.registry, shelf, &digest.to_string());
    let aim = surveyor.aim(bytes);
    let typed = aim.map(|at| line(&["flip", "--byte", &at.to_string(), &what]));
    let value = aim.and_then(|at| bytes.shown.get(position(at.checked_sub(bytes.from)?)));
    let label = match (aim, value) {
        (Some(at), Some(byte)) => {
            words::flip_byte_becomes(at, &format!("0x{byte:02x}"), &format!("0x{:02x}", byte ^ 1))
        }
        (Some(at), None) => words::flip_byte(at),
        (None, _) => words::there_is_no_such_byte().to_owned(),
    };
    html! {
        <section class="setting">
            <h3>{ words::flip_a_byte() }</h3>
            <p class="note">{ words::as_a_failing_disk_does() }</p>
            <label class="field"><span>{ words::byte() }</span>
                <input inputmode="numeric" autocomplete="off" value={surveyor.byte.clone()} placeholder={aim.map(|at| at.to_string())}
                    oninput={context.input(|text| Intent::Survey(Surveying::Byte(text)))} /></label>
            <div class="actions">
                { match typed {
                    Some(typed) => order(context, "quiet", html! { { label } }, typed),
                    None => html! { <p class="note">{ label }</p> },
                } }
                { pulls(context, surveyor, shelf, &digest) }
            </div>
            { last(context, surveyor) }
        </section>
    }
}

/// Machines that have not got the bytes, and so would fetch them.
fn pulls(context: &Context<'_>, surveyor: &Surveyor, shelf: &Shelf, digest: &Digest) -> Html {
    let Some(tag) = surveying::leading(shelf, digest) else { return Html::default() };
    let pull = format!("docker pull {}", reference(&surveyor.registry, shelf, tag));
    let machines = || context.view.snapshot.machines.iter().filter(|machine| !holds(machine, digest));
    let button = |machine: &MachineView| {
        let lines = vec![(machine.name.clone(), pull.clone())];
        html! {
            <button type="button" class="quiet" title={pull.clone()} disabled={context.view.busy()}
                onclick={context.click(Intent::Scenario(lines))}>{ words::pull_it_on(&machine.name) }</button>
        }
    };
    if machines().next().is_none() {
        return html! { <p class="note">{ words::every_machine_has_these_bytes() }</p> };
    }
    html! { { for machines().map(button) } }
}

fn holds(machine: &MachineView, digest: &Digest) -> bool {
    machine.images.iter().any(|image| {
        let layers = image.layers.iter().map(|layer| layer.blob.digest);
        let others = image.attestations.iter().map(|attestation| attestation.digest);
        let own = [image.id, image.manifest.digest, image.config.digest];
        own.into_iter().chain(layers).chain(others).any(|held| held == *digest)
    })
}

/// How the last line about this registry ended: the terminal is elsewhere.
fn last(context: &Context<'_>, surveyor: &Surveyor) -> Html {
    let last = context.view.screen.articles.back().filter(|article| article.line.contains(&surveyor.registry));
    html! { { for last.map(|article| outcome(article)) } }
}

/// A button that puts a command on the clipboard.
pub(super) fn copy(context: &Context<'_>, command: &str) -> Html {
    html! {
        <button type="button" class="tool" title={words::copy()} aria-label={words::copy_command(command)}
            onclick={context.click(Intent::Survey(Surveying::Copy(command.to_owned())))}>{ icon(icons::COPY) }</button>
    }
}
