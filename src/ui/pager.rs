//! The pages of a long list: as many rows as are read at once, and the way to
//! the others.

use std::ops::Range;

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::words;

/// The rows of a page, of which there are `size` on each; beyond the last page its rows.
pub(super) fn rows(page: usize, size: usize, count: usize) -> Range<usize> {
    let last = count.saturating_sub(1) / size;
    let from = page.min(last) * size;
    from..(from + size).min(count)
}

/// The way to the pages before and after; nothing where there is one page.
pub(super) fn pager(
    context: &Context<'_>,
    what: &'static str,
    rows: &Range<usize>,
    size: usize,
    count: usize,
    to: impl Fn(usize) -> Intent,
) -> Html {
    if count <= size {
        return Html::default();
    }
    let page = rows.start / size;
    let button = |label: &'static str, page: Option<usize>| {
        let intent = to(page.unwrap_or_default());
        html! {
            <button type="button" class="quiet" disabled={page.is_none()} onclick={context.click(intent)}>{ label }</button>
        }
    };
    html! {
        <div class="pager" role="group" aria-label={what}>
            { button(words::earlier(), page.checked_sub(1)) }
            <span class="eyebrow">{ words::range_of(rows.start + 1, rows.end, count) }</span>
            { button(words::later(), Some(page + 1).filter(|_| rows.end < count)) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_rows_and_the_last_one_what_is_left() {
        let table = [(0, 0, 0..0), (0, 5, 0..5), (0, 25, 0..10), (2, 25, 20..25), (9, 25, 20..25), (1, 20, 10..20)];
        for (page, count, expected) in table {
            assert_eq!(rows(page, 10, count), expected, "page {page} of {count}");
        }
    }
}
