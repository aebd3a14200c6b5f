//! Every blob and manifest of the lab once, and all the places that hold it.

use std::collections::BTreeMap;

use yew::{Html, html};

use super::chip::worded_chip;
use super::context::Context;
use super::known::kind;
use super::pager::{Paged, paged};
use super::tables::nothing;
use super::view::Tab;
use super::words;
use crate::lab::Snapshot;
use crate::oci::{Blob, Digest};
use crate::text::units;

/// A blob and where it is.
struct Row<'a> {
    blob: &'a Blob,
    places: Vec<&'a str>,
}

/// The table.
pub(super) fn blob_table(context: &Context<'_>) -> Html {
    let rows = rows(&context.view.snapshot);
    if rows.is_empty() {
        return nothing(words::no_blobs_yet());
    }
    let row = |row: &Row<'_>| {
        let word = context.view.known.word(&row.blob.digest).unwrap_or_default();
        html! {
            <tr>
                <th scope="row" data-label={words::digest()}>{ worded_chip(context, row.blob, word, String::new()) }</th>
                <td data-label={words::kind()}>{ kind(row.blob) }</td>
                <td data-label={words::size()} class="number">{ units::size(row.blob.size) }</td>
                <td data-label={words::held_by()}>{ row.places.join(", ") }</td>
            </tr>
        }
    };
    paged(context, Paged::Table(Tab::Blobs), rows.len(), 0, |shown| {
        html! {
            <table>
                <caption class="unseen">{ words::every_blob_of_the_lab() }</caption>
                <thead><tr>
                    <th scope="col">{ words::digest() }</th><th scope="col">{ words::kind() }</th>
                    <th scope="col">{ words::size() }</th><th scope="col">{ words::held_by() }</th>
                </tr></thead>
                <tbody>{ for rows[shown].iter().map(row) }</tbody>
            </table>
        }
    })
}

/// In the order in which the places show them.
fn rows(snapshot: &Snapshot) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut known: BTreeMap<Digest, usize> = BTreeMap::new();
    for (place, blob) in held(snapshot) {
        let index = *known.entry(blob.digest).or_insert(rows.len());
        if index == rows.len() {
            rows.push(Row { blob, places: Vec::new() });
        }
        let places = &mut rows[index].places;
        if !places.contains(&place) {
            places.push(place);
        }
    }
    rows
}

fn held(snapshot: &Snapshot) -> impl Iterator<Item = (&str, &Blob)> {
    let on_machines = snapshot.machines.iter().flat_map(|machine| {
        machine.images.iter().flat_map(move |image| {
            let layers = image.layers.iter().map(|layer| &layer.blob);
            [&image.manifest, &image.config].into_iter().chain(layers).map(move |blob| (machine.name.as_str(), blob))
        })
    });
    let in_registries = snapshot.registries.iter().flat_map(|registry| {
        registry.repositories.iter().flat_map(move |repository| {
            repository.manifests.iter().chain(&repository.blobs).map(move |blob| (registry.name.as_str(), blob))
        })
    });
    on_machines.chain(in_registries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_blob_in_two_places_is_one_row() {
        let view = fixture::pushed();
        let rows = rows(&view.snapshot);
        let shared = rows.iter().filter(|row| row.places == ["laptop", "registry.example.com"]).count();
        assert!(shared >= 4, "{shared}");
        assert!(rendered(&view, blob_table).contains("laptop, registry.example.com"));
    }
}
