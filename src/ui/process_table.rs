//! The process table: a row an operation, then the lesson's lines to come.

use yew::{Html, classes, html};

use super::cell;
use super::context::Context;
use super::pager::{Paged, paged};
use super::tables::nothing;
use super::view::{Column, Selection, Tab};
use super::words;
use crate::course::ProcessRow;

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

fn row(context: &Context<'_>, row: &ProcessRow) -> Html {
    let (class, word) = place_in_time(context, row);
    let hint = context.view.pointers().find(|pointer| pointer.row == row.number);
    let (hinted, cell) = (hint.is_some(), hint.and_then(|hint| hint.column));
    let aside = if hinted && cell.is_none() { words::the_hint_points_here() } else { "" };
    html! {
        <tr key={row.number} id={row_id(row.number)} class={classes!(class, hinted.then_some("hinted"))} aria-current={(class == "now").then_some("step")}>
            <th scope="row" data-label={words::step()}>
                <span>
                    { row.number }{ " " }<span class="where">{ row.machine.clone() }</span>
                    if !word.is_empty() || !aside.is_empty() { <span class="unseen">{ word }{ aside }</span> }
                </span>
            </th>
            { for COLUMNS.into_iter().map(|column| {
                let selection = Selection::Cell { row: row.number, column };
                cell::asking(context, cell::label(column), &cell::of(row, column).text, selection, cell == Some(column))
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
    use crate::ui::intent::Intent;
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
    fn a_hint_marks_its_row_and_its_cell() {
        let mut view = fixture::pushed();
        view.update(Intent::Study(Act::Hints("quiz-2".into(), 1)));
        let html = rendered(&view, process_table);
        assert!(html.contains("now hinted"), "{html}");
        assert_eq!(html.matches("The hint points here: ").count(), 1, "{html}");
    }
}
