//! The status tracker: what each place held at each moment.

use yew::{Html, classes, html};

use super::context::Context;
use super::intent::Intent;
use super::tables::nothing;
use super::view::Selection;
use super::words;
use crate::course::{TrackerGroup, TrackerRow, TrackerValue};

/// The table.
pub(super) fn tracker(context: &Context<'_>) -> Html {
    let tracker = &context.view.trace.tracker;
    if tracker.columns.is_empty() {
        return nothing(words::nothing_to_track_yet());
    }
    let header = |(at, label): (usize, &String)| {
        let now = at == tracker.current;
        html! { <th scope="col" class={classes!(now.then_some("now"))} aria-current={now.then_some("step")}>{ label.clone() }</th> }
    };
    html! {
        <table class="tracker">
            <caption class="unseen">{ words::what_each_place_held() }</caption>
            <thead><tr><td></td>{ for tracker.columns.iter().enumerate().map(header) }</tr></thead>
            { for tracker.groups.iter().enumerate().map(|(at, group)| self::group(context, at, group)) }
        </table>
    }
}

fn group(context: &Context<'_>, at: usize, group: &TrackerGroup) -> Html {
    let span = (context.view.trace.tracker.columns.len() + 1).to_string();
    html! {
        <tbody>
            <tr class="group"><th scope="rowgroup" colspan={span}>{ group.place.clone() }</th></tr>
            { for group.rows.iter().enumerate().map(|(row, of)| self::row(context, (at, row), of)) }
        </tbody>
    }
}

fn row(context: &Context<'_>, (group, row): (usize, usize), of: &TrackerRow) -> Html {
    let cell = |(column, value): (usize, &Option<TrackerValue>)| {
        let now = column == context.view.trace.tracker.current;
        let label = context.view.trace.tracker.columns.get(column).cloned().unwrap_or_default();
        html! {
            <td class={classes!(now.then_some("now"))} data-label={label}>
                if let Some(value) = value { { self::value(context, value, Selection::Moment { group, row, column }) } }
            </td>
        }
    };
    html! { <tr><th scope="row">{ of.label.clone() }</th>{ for of.values.iter().enumerate().map(cell) }</tr> }
}

fn value(context: &Context<'_>, value: &TrackerValue, selection: Selection) -> Html {
    let selected = context.view.selection == selection;
    let class = classes!("why", value.changed.then_some("changed"), selected.then_some("selected"));
    html! {
        <button type="button" class={class} title={words::why()} onclick={context.click(Intent::Select(selection))}>
            if value.lines.is_empty() { <span class="nothing">{ words::empty() }</span> }
            { for value.lines.iter().map(|line| html! { <span class="entry">{ super::prose::name(line) }</span> }) }
            if value.changed { <span class="badge">{ words::new() }</span> }
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_change_is_said_in_text() {
        let html = rendered(&fixture::pushed(), tracker);
        assert!(html.contains(">new</span>"), "{html}");
        assert!(html.contains("after step 3"), "{html}");
    }

    #[test]
    fn moments_to_come_are_left_empty() {
        let view = fixture::pushed();
        let values = view.trace.tracker.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.values);
        let known = values.filter(|value| value.is_some()).count();
        assert_eq!(rendered(&view, tracker).matches("title=\"Why?\"").count(), known);
    }
}
