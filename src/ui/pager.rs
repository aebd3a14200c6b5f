//! The pages of a long list: as many rows as are read at once, and the way to
//! the others.

use std::ops::Range;

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::view::Tab;
use super::words;

/// A long list of the page, of which a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paged {
    /// The rows of a table.
    Table(Tab),
    /// The story of what happened.
    Transcript,
}

impl Paged {
    /// How many are shown at once.
    const SIZE: usize = 25;

    fn label(self) -> &'static str {
        match self {
            Self::Table(tab) => tab.label(),
            Self::Transcript => words::full_transcript(),
        }
    }
}

/// A page of a list of so many, and the way to the others; unless one was picked, that with what is `at`.
pub(super) fn paged(
    context: &Context<'_>,
    of: Paged,
    count: usize,
    at: usize,
    draw: impl FnOnce(Range<usize>) -> Html,
) -> Html {
    let page = context.view.pages.get(&of).copied().unwrap_or(at / Paged::SIZE);
    let rows = rows(page, Paged::SIZE, count);
    html! {
        <>
            { draw(rows.clone()) }
            { pager(context, of.label(), &rows, Paged::SIZE, count, |page| Intent::Page(of, page)) }
        </>
    }
}

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
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_page_has_its_rows_and_the_last_one_what_is_left() {
        let table = [(0, 0, 0..0), (0, 5, 0..5), (0, 25, 0..10), (2, 25, 20..25), (9, 25, 20..25), (1, 20, 10..20)];
        for (page, count, expected) in table {
            assert_eq!(rows(page, 10, count), expected, "page {page} of {count}");
        }
    }

    #[test]
    fn a_long_list_shows_the_page_of_what_counts_until_another_is_picked() {
        let mut view = fixture::pushed();
        let process = Paged::Table(Tab::Process);
        let shown = |view: &_| {
            rendered(view, |context| paged(context, process, 250, 120, |rows| html! { { format!("{rows:?}") } }))
        };
        assert!(shown(&view).contains("100..125"), "{}", shown(&view));
        view.update(Intent::Page(process, 0));
        assert!(shown(&view).contains("0..25"), "{}", shown(&view));
    }

    #[test]
    fn reading_on_in_the_story_leaves_the_tables_as_they_are() {
        let mut view = fixture::pushed();
        let (tab, region) = (view.tab, view.region);
        view.update(Intent::Page(Paged::Transcript, 0));
        assert_eq!((view.tab, view.region), (tab, region));
    }
}
