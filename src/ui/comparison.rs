//! Two images beside each other, layer by layer and file by file.

use std::collections::BTreeMap;

use yew::{Html, html};

use super::chip;
use super::context::Context;
use super::explorer::{made_by, named};
use super::exploring;
use super::words;
use crate::limits::TABLE_ROWS;
use crate::session::{Exploration, ExploredLayer, FileChange, How};
use crate::text::units;

/// Both images, the explored one first.
pub(super) fn comparison(context: &Context<'_>, first: &Exploration, second: &Exploration) -> Html {
    let count = first.layers.len().max(second.layers.len());
    let differences = differences(first, second);
    html! {
        <div class="compared">
            <p class="shared">{ shared(first, second) }</p>
            <table class="layer-pairs">
                <caption class="unseen">{ words::the_layers_of_both_images() }</caption>
                <thead><tr><th scope="col">{ words::layer_alone() }</th><th scope="col">{ words::this_image() }</th><th scope="col">{ words::the_other() }</th></tr></thead>
                <tbody>{ for (0..count).map(|at| pair(context, at, first.layers.get(at), second.layers.get(at))) }</tbody>
            </table>
            if differences.is_empty() {
                <p class="empty">{ words::both_hold_the_same_files() }</p>
            } else {
                { files(&differences) }
            }
        </div>
    }
}

/// What the second image costs whoever has the first.
fn shared(first: &Exploration, second: &Exploration) -> String {
    let has = |layer: &&ExploredLayer| first.layers.iter().any(|other| other.blob.digest == layer.blob.digest);
    let same = second.layers.iter().filter(has).count();
    let missing: u64 = second.layers.iter().filter(|layer| !has(layer)).map(|layer| layer.blob.size).sum();
    let all = second.layers.len();
    words::layers_in_common(same, all, &units::size(missing))
}

fn pair(context: &Context<'_>, at: usize, first: Option<&ExploredLayer>, second: Option<&ExploredLayer>) -> Html {
    let digest = |layer: Option<&ExploredLayer>| layer.map(|layer| layer.blob.digest);
    let same = digest(first) == digest(second);
    let side = |layer: Option<&ExploredLayer>| match layer {
        None => html! { <td class="faint">{ "–" }</td> },
        Some(layer) => html! {
            <td>{ chip::chip(context, &layer.blob) }<p class="made-by" translate="no">{ made_by(layer) }</p></td>
        },
    };
    html! {
        <tr class={if same { "same" } else { "differs" }}>
            <th scope="row">{ at + 1 }<span class="verdict-word">{ if same { words::same() } else { words::differs() } }</span></th>
            { side(first) }{ side(second) }
        </tr>
    }
}

/// A path that is not the same in both: as it is in each.
type Difference<'a> = (&'a str, Option<&'a FileChange>, Option<&'a FileChange>);

fn differences<'a>(first: &'a Exploration, second: &'a Exploration) -> Vec<Difference<'a>> {
    let mut paths = BTreeMap::<&str, [Option<&FileChange>; 2]>::new();
    for (side, found) in [first, second].into_iter().enumerate() {
        for change in ends_with(found) {
            paths.entry(&change.file.path).or_default()[side] = Some(change);
        }
    }
    let as_seen =
        |change: Option<&'a FileChange>| change.map(|of| (&of.content, &of.target, of.file.mode, of.file.directory));
    let differ = paths.into_iter().filter(|(_, [first, second])| as_seen(*first) != as_seen(*second));
    differ.map(|(path, [first, second])| (path, first, second)).collect()
}

/// The files an image has in the end.
fn ends_with(found: &Exploration) -> impl Iterator<Item = &FileChange> {
    let last = found.layers.len().saturating_sub(1);
    let files = exploring::files(&found.layers, last).into_iter().map(|place| place.change);
    files.filter(|change| change.how != How::Removed)
}

fn files(differences: &[Difference<'_>]) -> Html {
    let side = |change: Option<&FileChange>| match change {
        None => html! { <td class="faint">{ words::not_there() }</td> },
        Some(change) if change.file.directory => html! { <td>{ words::folder() }</td> },
        Some(change) => {
            html! { <td class="number">{ words::size_and_mode(change.file.size, &format!("{:04o}", change.file.mode & 0o7777)) }</td> }
        }
    };
    let row = |(path, first, second): &Difference<'_>| {
        html! { <tr><th scope="row">{ named(path) }</th>{ side(*first) }{ side(*second) }</tr> }
    };
    html! {
        <table class="file-pairs" translate="no">
            <caption>{ words::files_that_differ(differences.len()) }</caption>
            <thead><tr><th scope="col">{ words::path() }</th><th scope="col">{ words::this_image() }</th><th scope="col">{ words::the_other() }</th></tr></thead>
            <tbody>{ for differences.iter().take(TABLE_ROWS).map(row) }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn equal_images_share_every_byte() {
        let found = fixture::explored().found.expect("the fixture found it");
        let html = rendered(&fixture::pushed(), |context| comparison(context, &found, &found));
        assert!(html.contains("2 of the other’s 2 layers are the same bytes") && html.contains("fetches 0B"), "{html}");
        assert!(html.contains("Both hold the same files.") && !html.contains("differs"), "{html}");
    }

    #[test]
    fn an_image_without_the_last_layer_differs_by_what_that_did() {
        let first = fixture::explored().found.expect("the fixture found it");
        let mut second = first.clone();
        second.layers.pop();
        let found = differences(&first, &second);
        assert_eq!(
            found.iter().map(|(path, ..)| *path).collect::<Vec<_>>(),
            ["/app/model.bin", "/app/old", "/app/old/a"]
        );
        let html = rendered(&fixture::pushed(), |context| comparison(context, &first, &second));
        assert!(html.contains("1 of the other’s 1 layers") && html.contains("not there"), "{html}");
    }
}
