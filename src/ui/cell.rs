//! A cell that answers "why?", and the answer.

use yew::{Html, classes, html};

use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::view::{Column, Selection};
use crate::course::{Cell, ProcessRow};

/// A table cell whose text is a button.
pub(super) fn asking(context: &Context<'_>, label: &'static str, text: &str, selection: Selection) -> Html {
    let selected = context.view.selection == selection;
    html! {
        <td data-label={label}>
            if !text.is_empty() {
                <button type="button" class={classes!("why", selected.then_some("selected"))} title="Why?"
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
pub(super) const fn label(column: Column) -> &'static str {
    match column {
        Column::Action => "Action",
        Column::Image => "Image name and tag",
        Column::Registry => "Registry interaction",
        Column::Result => "Result",
    }
}

/// Why a cell says what it says: the rule, and the command that shows it on a real machine.
pub(super) fn answer(context: &Context<'_>, cell: &Cell) -> Html {
    html! {
        <div class="because">
            <h3>{ "Why?" }</h3>
            <p>{ prose::linked(context, &cell.why) }</p>
            if !cell.real.is_empty() {
                <p class="real">{ "See the same on a real machine: " }<code translate="no">{ cell.real.clone() }</code></p>
            }
        </div>
    }
}
