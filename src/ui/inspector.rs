//! The inspector: what is selected, in full, and why it is as it is.

use std::rc::Rc;

use yew::{Html, html};

use super::context::Context;
use super::stack::way_to_more;
use super::view::{Column, Selection, Tab};
use super::words;
use super::{blob, cell, container_panel, exchange, prose, registry_panel};
use crate::course::{ProcessRow, TrackerRow};
use crate::event::Exchange;
use crate::limits::SHOWN_REQUESTS;

/// What is selected.
pub(super) fn inspector(context: &Context<'_>) -> Html {
    match &context.view.selection {
        Selection::Nothing => what_just_happened(context),
        Selection::Digest(digest) => blob::blob(context, digest),
        Selection::File { layer, path } => blob::file(context, *layer, path),
        Selection::Exchange(exchange) => exchange::exchange(context, exchange),
        Selection::Registry(name) => registry_panel::registry_panel(context, name),
        Selection::Container(id) => container_panel::container_panel(context, id),
        Selection::Row(number) => of_row(context, *number),
        Selection::Cell { row, column } => of_cell(context, *row, *column),
        Selection::Moment { group, row, column } => of_moment(context, *group, *row, *column),
    }
}

/// With nothing selected: the row of this point of the history, and why.
fn what_just_happened(context: &Context<'_>) -> Html {
    let here = Some(context.view.history.position);
    let row = context.view.trace.rows.iter().find(|row| row.position == here);
    row.map_or_else(nothing, |row| told(context, row, words::row_what_just_happened(row.number)))
}

fn of_row(context: &Context<'_>, number: usize) -> Html {
    let row = context.view.trace.rows.iter().find(|row| row.number == number);
    row.map_or_else(gone, |row| told(context, row, words::row(number)))
}

/// What a line did, and why: the requests it led to answer further.
fn told(context: &Context<'_>, row: &ProcessRow, eyebrow: String) -> Html {
    let cells = [Column::Registry, Column::Result].map(|column| {
        let cell = cell::of(row, column);
        html! {
            <>
                <h3>{ cell::label(column) }</h3>
                <p>{ prose::linked(context, &cell.text) }</p>
                { cell::answer(context, cell) }
            </>
        }
    });
    html! {
        <>
            <p class="eyebrow">{ eyebrow }</p>
            <h2>{ row.action.text.clone() }</h2>
            { typed(row) }
            { for cells }
            { requests(context, &row.registry.exchanges) }
        </>
    }
}

fn nothing() -> Html {
    html! {
        <div class="nothing-selected">
            <p class="eyebrow">{ words::inspector() }</p>
            <h2>{ words::nothing_selected() }</h2>
            <p>{ words::pick_any_digest_to_see() }</p>
        </div>
    }
}

fn of_cell(context: &Context<'_>, number: usize, column: Column) -> Html {
    let Some(row) = context.view.trace.rows.iter().find(|row| row.number == number) else { return gone() };
    let cell = cell::of(row, column);
    html! {
        <>
            <p class="eyebrow">{ words::row_and_label(number, cell::label(column)) }</p>
            <h2>{ prose::linked(context, &cell.text) }</h2>
            { typed(row) }
            { cell::answer(context, cell) }
            { requests(context, &cell.exchanges) }
        </>
    }
}

fn of_moment(context: &Context<'_>, group: usize, row: usize, column: usize) -> Html {
    let tracker = &context.view.trace.tracker;
    let found = tracker.groups.get(group).and_then(|group| Some((group, group.rows.get(row)?)));
    let (Some((group, row)), Some(moment)) = (found, tracker.columns.get(column)) else { return gone() };
    let Some(value) = row.values.get(column).and_then(Option::as_ref) else { return gone() };
    html! {
        <>
            <p class="eyebrow">{ format!("{} · {moment}", group.place) }</p>
            <h2>{ row.label.clone() }</h2>
            <ul class="values">
                if value.lines.is_empty() { <li>{ words::empty() }</li> }
                { for value.lines.iter().map(|line| html! { <li>{ prose::linked(context, line) }</li> }) }
            </ul>
            { since(context, row, column) }
        </>
    }
}

/// The operation that made a value what it is: the last change up to its column.
fn since(context: &Context<'_>, row: &TrackerRow, column: usize) -> Html {
    let changed = |at: &usize| row.values.get(*at).and_then(Option::as_ref).is_some_and(|value| value.changed);
    let Some(changed) = (1..=column).rev().find(changed) else {
        return html! { <div class="because"><h3>{ words::why() }</h3><p>{ words::no_operation_has_changed() }</p></div> };
    };
    // A column a moment: the start, then one after every row of the process table.
    let Some(made) = context.view.trace.rows.get(changed - 1) else { return Html::default() };
    html! {
        <>
            <p>{ words::it_is_so_since_row(made.number) }</p>
            { typed(made) }
            { cell::answer(context, &made.result) }
        </>
    }
}

fn typed(row: &ProcessRow) -> Html {
    html! {
        if !row.line.is_empty() {
            <pre class="code" translate="no">{ format!("{} $ {}", row.machine, row.line) }</pre>
        }
    }
}

/// The requests behind a cell.
fn requests(context: &Context<'_>, exchanges: &[Exchange]) -> Html {
    if exchanges.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h3>{ words::on_the_wire() }</h3>
            <ul class="exchanges">
                { for exchanges.iter().take(SHOWN_REQUESTS).map(|of| html! { <li>{ exchange::line(context, &Rc::new(of.clone())) }</li> }) }
            </ul>
            { way_to_more(context, exchanges.len().saturating_sub(SHOWN_REQUESTS), words::so_many_requests_more, Tab::Requests) }
        </>
    }
}

fn gone() -> Html {
    html! { <p>{ words::this_is_not_there() }</p> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::intent::Intent;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    fn selected(mut view: View, selection: Selection) -> String {
        view.update(Intent::Select(selection));
        rendered(&view, inspector)
    }

    #[test]
    fn a_cell_says_why_and_how_to_see_it_for_real() {
        let html = selected(fixture::pushed(), Selection::Cell { row: 3, column: Column::Registry });
        assert!(html.contains("Why?") && html.contains("on a real machine"), "{html}");
        assert!(html.contains("On the wire") && html.contains("HEAD"), "{html}");
    }

    #[test]
    fn a_moment_names_the_operation_that_changed_it() {
        let html = selected(fixture::pushed(), Selection::Moment { group: 1, row: 0, column: 3 });
        assert!(html.contains("since row 3"), "{html}");
    }

    #[test]
    fn a_row_tells_what_its_line_did_and_why() {
        let html = selected(fixture::pushed(), Selection::Row(3));
        assert!(html.contains("Row 3") && html.contains("Push image") && html.contains("Why?"), "{html}");
    }

    #[test]
    fn what_is_not_there_any_more_is_said() {
        let html = selected(fixture::at_start(), Selection::Cell { row: 99, column: Column::Action });
        assert!(html.contains("not there at this point"), "{html}");
    }
}
