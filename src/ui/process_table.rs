//! The process table: a row an operation, then the lesson's lines to come.

use std::rc::Rc;

use yew::{Callback, Html, Properties, classes, component, html};

use super::browser::Browser;
use super::cell;
use super::context::Context;
use super::intent::Intent;
use super::pager::{Paged, paged};
use super::tables::nothing;
use super::view::{Column, Selection, Tab, View};
use super::words;
use crate::course::{Pointer, ProcessRow};

const COLUMNS: [Column; 4] = [Column::Action, Column::Image, Column::Registry, Column::Result];

/// The table.
pub(super) fn process_table(context: &Context<'_>) -> Html {
    let rows = &context.view.trace.rows;
    if rows.is_empty() {
        return nothing(words::nothing_has_happened_yet());
    }
    let here =
        rows.iter().rposition(|row| row.position.is_some_and(|position| position <= context.view.history.position));
    paged(context, Paged::Table(Tab::Process), rows.len(), here.unwrap_or(0), |shown| {
        html! {
            <table class="process">
                <caption class="unseen">{ words::what_happened_a_row() }</caption>
                <thead><tr>
                    <th scope="col">{ words::step() }</th>
                    { for COLUMNS.into_iter().map(|column| html! { <th scope="col">{ cell::label(column) }</th> }) }
                </tr></thead>
                <tbody>{ for rows[shown].iter().map(|row| self::row(context, row)) }</tbody>
            </table>
        }
    })
}

/// All that a row shows: it is drawn again only if that is something else.
#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    row: Rc<ProcessRow>,
    /// Its class and the word for it.
    time: (&'static str, &'static str),
    /// The hint that points at it, or at one of its cells.
    hint: Option<Pointer>,
    /// Whatever of it is selected is a cell.
    selection: Selection,
    emit: Callback<Intent>,
}

fn row(context: &Context<'_>, row: &Rc<ProcessRow>) -> Html {
    let selection = match &context.view.selection {
        cell @ Selection::Cell { row: number, .. } if *number == row.number => cell.clone(),
        _ => Selection::Nothing,
    };
    let hint = context.view.pointers().find(|pointer| pointer.row == row.number);
    let (time, emit) = (place_in_time(context, row), context.emit.clone());
    html! { <Row key={row.number} row={Rc::clone(row)} {time} {hint} {selection} {emit} /> }
}

#[component]
fn Row(props: &RowProps) -> Html {
    let view = View { selection: props.selection.clone(), ..View::default() };
    let context = Context { view: &view, emit: &props.emit, browser: &Browser::default() };
    let RowProps { row, time: (class, word), hint, .. } = props;
    let (hinted, cell) = (hint.is_some(), hint.and_then(|hint| hint.column));
    let aside = if hinted && cell.is_none() { words::the_hint_points_here() } else { "" };
    html! {
        <tr id={row_id(row.number)} class={classes!(*class, hinted.then_some("hinted"))} aria-current={(*class == "now").then_some("step")}>
            <th scope="row" data-label={words::step()}>
                <span>
                    { row.number }{ " " }<span class="where">{ row.machine.clone() }</span>
                    if !word.is_empty() || !aside.is_empty() { <span class="unseen">{ *word }{ aside }</span> }
                </span>
            </th>
            { for COLUMNS.into_iter().map(|column| {
                let selection = Selection::Cell { row: row.number, column };
                cell::asking(&context, cell::label(column), &cell::of(row, column).text, selection, cell == Some(column))
            }) }
        </tr>
    }
}

/// The id of a row, to bring it into sight.
pub(super) fn row_id(number: usize) -> String {
    format!("row-{number}")
}

fn place_in_time(context: &Context<'_>, row: &ProcessRow) -> (&'static str, &'static str) {
    let here = context.view.history.position;
    match row.position {
        Some(position) if position == here => ("now", words::now_aside()),
        Some(position) if position < here => ("past", ""),
        _ => ("to-come", words::to_come_aside()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;
    use crate::ui::study::Act;

    #[test]
    fn the_row_of_the_moment_is_marked_and_the_rest_is_to_come() {
        let html = rendered(&fixture::pushed(), process_table);
        assert_eq!(html.matches("class=\"now\"").count(), 1, "{html}");
        assert_eq!(html.matches("(to come)").count(), 3, "{html}");
    }

    #[test]
    fn every_cell_answers_why() {
        let view = fixture::all_run();
        let html = rendered(&view, process_table);
        assert_eq!(html.matches("title=\"Why?\"").count(), html.matches("<td").count(), "{html}");
    }

    #[test]
    fn the_cell_that_is_selected_is_marked_and_no_other() {
        let mut view = fixture::all_run();
        view.update(Intent::Select(Selection::Cell { row: 3, column: Column::Result }));
        assert_eq!(rendered(&view, process_table).matches("why selected").count(), 1);
    }

    #[test]
    fn a_hint_marks_its_row_and_its_cell() {
        let mut view = fixture::pushed();
        view.update(Intent::Study(Act::Hints("quiz-2".into(), 1)));
        let html = rendered(&view, process_table);
        assert!(html.contains("now hinted"), "{html}");
        assert_eq!(html.matches("The hint points here: ").count(), 1, "{html}");
    }
}
