//! Two points of the history beside each other: what each place holds at them.

use yew::{Html, html};

use super::words;
use crate::lab::{Holding, NameDifference, PlaceDifference};
use crate::limits::TABLE_ROWS;
use crate::oci::Digest;
use crate::session::Compared;
use crate::text::units;

/// The table, where the points are called so.
#[inline(never)]
pub(super) fn differences((one, other): &(String, String), compared: &Compared) -> Html {
    html! {
        <table class="holdings">
            <caption>{ words::what_each_place_holds(one, other) }</caption>
            <thead><tr>
                <th scope="col">{ words::place() }</th><th scope="col">{ words::what_heading() }</th>
                <th scope="col">{ sentence(one) }</th><th scope="col">{ sentence(other) }</th><th scope="col">{ words::difference() }</th>
            </tr></thead>
            { for compared.places.iter().map(place) }
        </table>
    }
}

fn place(found: &PlaceDifference) -> Html {
    let (one, other) = (&found.one, &found.other);
    if found.names.is_empty() && one == other && found.shared == one.blobs {
        return html! {
            <tbody><tr>
                <th scope="row">{ found.place.clone() }</th>
                <td colspan="4">{ words::the_same_at_both(one.blobs, &units::size(one.bytes)) }</td>
            </tr></tbody>
        };
    }
    let count = |of: fn(&Holding) -> usize| {
        (of(one).to_string(), of(other).to_string(), change(of(one) as u64, of(other) as u64, |by| by.to_string()))
    };
    let bytes = (units::size(one.bytes), units::size(other.bytes), change(one.bytes, other.bytes, units::size));
    let rows = [
        (words::images_word(), count(|holding| holding.images)),
        (words::tags_word(), count(|holding| holding.tags)),
        (words::blobs_word(), count(|holding| holding.blobs)),
        (words::bytes_word(), bytes),
    ];
    let listed = found.names.len().min(TABLE_ROWS);
    let beyond = found.names.len() - listed;
    let row = |(at, (what, (one, other, change))): (usize, (&'static str, (String, String, String)))| {
        html! {
            <tr>
                if at == 0 { <th scope="rowgroup" rowspan={(rows_of(listed) + usize::from(beyond > 0)).to_string()}>{ found.place.clone() }</th> }
                <th scope="row">{ what }</th><td class="number">{ one }</td><td class="number">{ other }</td><td>{ change }</td>
            </tr>
        }
    };
    let shared = words::at_both(found.shared);
    html! {
        <tbody>
            { for rows.into_iter().enumerate().map(row) }
            <tr><th scope="row">{ words::the_same_blobs() }</th><td colspan="3">{ shared }</td></tr>
            { for found.names.iter().take(TABLE_ROWS).map(name) }
            if beyond > 0 { <tr><td colspan="4">{ words::and_more(beyond) }</td></tr> }
        </tbody>
    }
}

/// Rows of one place: four numbers, what is shared, and the names that differ.
fn rows_of(names: usize) -> usize {
    5 + names
}

fn name(found: &NameDifference) -> Html {
    let side = |digest: Option<Digest>| digest.map_or_else(|| "–".to_owned(), |digest| digest.short());
    let verdict = match (found.one, found.other) {
        (None, _) => words::only_there(),
        (_, None) => words::only_here(),
        _ => words::moved(),
    };
    html! {
        <tr>
            <th scope="row" translate="no"><code>{ found.name.clone() }</code></th>
            <td class="number">{ side(found.one) }</td><td class="number">{ side(found.other) }</td><td>{ verdict }</td>
        </tr>
    }
}

fn change(one: u64, other: u64, words: impl Fn(u64) -> String) -> String {
    match one.cmp(&other) {
        std::cmp::Ordering::Equal => words::same().to_owned(),
        std::cmp::Ordering::Less => format!("+{}", words(other - one)),
        std::cmp::Ordering::Greater => format!("−{}", words(one - other)),
    }
}

/// With a capital.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn names_beyond_the_table_are_counted() {
        let holding = Holding { images: 0, tags: TABLE_ROWS + 2, blobs: 0, bytes: 0 };
        let names = vec![NameDifference { name: "a".into(), one: None, other: None }; TABLE_ROWS + 2];
        let found = PlaceDifference { place: "hub".into(), one: holding, other: holding, shared: 0, names };
        assert!(rendered(&fixture::pushed(), |_| html! { <table>{ place(&found) }</table> }).contains("and 2 more"));
    }
}
