//! A cell that answers "why?", and the answer.

use yew::{Html, classes, html};

use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::view::{Column, Selection};
use super::words;
use crate::course::{Cell, ProcessRow};

/// A table cell whose text is a button; a hint may point at it.
pub(super) fn asking(
    context: &Context<'_>,
    label: &'static str,
    text: &str,
    selection: Selection,
    hinted: bool,
) -> Html {
    let selected = context.view.selection == selection;
    html! {
        <td data-label={label} class={hinted.then_some("hinted")}>
            if hinted { <span class="unseen">{ words::the_hint_points_to() }</span> }
            if !text.is_empty() {
                <button type="button" class={classes!("why", selected.then_some("selected"))} title={words::why()}
                    onclick={context.click(Intent::Select(selection))}>{ prose::name(text) }</button>
            }
        </td>
    }
}

/// The cell of a row.
pub(super) fn of(row: &ProcessRow, column: Column) -> &Cell {
    match column {
        Column::Action => &row.action,
        Column::Image => &row.image,
        Column::Registry => &row.registry,
        Column::Result => &row.result,
    }
}

/// The header of a column.
pub(super) fn label(column: Column) -> &'static str {
    match column {
        Column::Action => words::action(),
        Column::Image => words::image_name_and_tag(),
        Column::Registry => words::registry_interaction(),
        Column::Result => words::result(),
    }
}

/// Why a cell says what it says: the rule, and the command that shows it on a real machine.
pub(super) fn answer(context: &Context<'_>, cell: &Cell) -> Html {
    html! {
        <div class="because">
            <h3>{ words::why() }</h3>
            <p>{ prose::linked(context, &cell.why) }</p>
            if !cell.real.is_empty() {
                <p class="real">{ words::see_the_same() }<code translate="no">{ cell.real.clone() }</code></p>
            }
        </div>
    }
}
