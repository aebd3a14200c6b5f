//! The tables, one at a time under tabs.

use std::ops::Range;

use yew::{Html, html};

use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::pager::{self, pager};
use super::tabs;
use super::view::Tab;
use super::words;
use super::{blob_table, image_table, process_table, request_table, tracker};

/// Tabs and the table that is picked.
pub(super) fn tables(context: &Context<'_>) -> Html {
    let table = match context.view.tab {
        Tab::Process => process_table::process_table(context),
        Tab::Tracker => tracker::tracker(context),
        Tab::Images => image_table::image_table(context),
        Tab::Blobs => blob_table::blob_table(context),
        Tab::Requests => request_table::request_table(context),
    };
    html! {
        <>
            <div class="tables-head">{ tabs::tabs(context, request_table::count(context.view)) }{ size(context) }</div>
            <div key={context.view.tab.id()} class="table-panel" id="table-panel" role="tabpanel" aria-labelledby={context.view.tab.id()} tabindex="0">
                { table }
            </div>
        </>
    }
}

/// Rows on one page of a table.
const PAGE: usize = 100;

/// A page of a table with so many rows, and the way to the others; unless one was picked, that with the row `at`.
pub(super) fn paged(
    context: &Context<'_>,
    of: Tab,
    count: usize,
    at: usize,
    draw: impl FnOnce(Range<usize>) -> Html,
) -> Html {
    let rows = pager::rows(context.view.pages[of as usize].unwrap_or(at / PAGE), PAGE, count);
    html! {
        <>
            { draw(rows.clone()) }
            { pager(context, of.label(), &rows, PAGE, count, |page| Intent::Page(of, page)) }
        </>
    }
}

/// Whether the tables have all the room there is.
fn size(context: &Context<'_>) -> Html {
    let large = context.view.large;
    html! {
        <button type="button" class="tool resize" aria-label={words::large_tables()} title={if large { words::smaller() } else { words::larger() }}
            aria-pressed={truth(large)} onclick={context.click(Intent::Large(!large))}>{ icon(if large { icons::DOWN } else { icons::UP }) }</button>
    }
}

/// A table with nothing in it says how to fill it.
pub(super) fn nothing(text: &'static str) -> Html {
    html! { <p class="empty">{ text }</p> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_long_table_shows_the_page_of_the_row_that_counts_until_another_is_picked() {
        let mut view = fixture::pushed();
        let shown = |view: &_| {
            rendered(view, |context| paged(context, Tab::Process, 250, 120, |rows| html! { { format!("{rows:?}") } }))
        };
        assert!(shown(&view).contains("100..200"), "{}", shown(&view));
        view.update(Intent::Page(Tab::Process, 0));
        assert!(shown(&view).contains("0..100"), "{}", shown(&view));
    }
}
