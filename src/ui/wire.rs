//! The wire between a machine and the registries: what travels on it, how far
//! it has come, and what did not need to travel.

use yew::{Html, classes, html};

use super::chip::worded_chip;
use super::context::Context;
use super::icons::{self, icon};
use super::known::kind;
use super::link;
use super::stack::way_to_more;
use super::traffic::Traffic;
use super::view::Tab;
use super::words;
use crate::event::BlobMove;
use crate::event::{Direction, Outcome};
use crate::lab::MachineView;
use crate::limits::WIRE_CHIPS;
use crate::text::units;

/// The wire of some machines; it is still unless one of them is the one that sends or fetches.
pub(super) fn wire(context: &Context<'_>, machines: &[MachineView]) -> Html {
    let traffic = &context.view.traffic;
    let busy = !traffic.moves.is_empty() && machines.iter().any(|machine| machine.name == traffic.machine);
    let links = link::links(context, machines);
    if !busy {
        return html! { <div class="wire">{ links }</div> };
    }
    let first = context.view.snapshot.machines.first().is_some_and(|machine| machine.name == traffic.machine);
    // The chips are made anew at every stop of the history, so that they travel again.
    let key = context.view.history.position;
    html! {
        <div class={classes!("wire", "busy", way(traffic, first))} key={key}>
            { links }
            <p class="heading">{ heading(traffic) }{ icon(icons::ARROW) }</p>
            <ul>{ for shown(traffic).iter().map(|moved| item(context, moved)) }</ul>
            { more(context, traffic) }
            <p class="sum">{ sum(traffic) }</p>
        </div>
    }
}

/// The travels as a nested list.
pub(super) fn as_text(context: &Context<'_>) -> Html {
    let traffic = &context.view.traffic;
    if traffic.moves.is_empty() {
        return Html::default();
    }
    html! {
        <li>
            <b>{ words::on_the_wire_of(&traffic.machine) }</b>{ format!(": {}", sum(traffic)) }
            <ul>{ for shown(traffic).iter().map(|moved| item(context, moved)) }</ul>
            { more(context, traffic) }
        </li>
    }
}

/// What travelled last.
fn shown(traffic: &Traffic) -> &[BlobMove] {
    &traffic.moves[traffic.moves.len().saturating_sub(WIRE_CHIPS)..]
}

/// The way to what is not shown: each of it was asked for.
fn more(context: &Context<'_>, traffic: &Traffic) -> Html {
    way_to_more(context, traffic.moves.len() - shown(traffic).len(), words::so_many_blobs_more, Tab::Requests)
}

fn item(context: &Context<'_>, moved: &BlobMove) -> Html {
    let word = context.view.known.word(&moved.blob.digest).unwrap_or_else(|| kind(&moved.blob));
    let (class, note) = told(moved);
    html! { <li class={classes!("move", class)}>{ worded_chip(context, &moved.blob, word, note) }</li> }
}

fn told(moved: &BlobMove) -> (&'static str, String) {
    match &moved.outcome {
        Outcome::Waiting => ("waiting", words::waiting().to_owned()),
        Outcome::Moving { .. } => ("moving", percent(moved.done(), moved.blob.size)),
        Outcome::Retrying { seconds } => ("waiting", words::again_in_s(*seconds)),
        Outcome::Moved => ("moved", units::size(moved.blob.size)),
        Outcome::AlreadyExists => ("still", words::already_exists().to_owned()),
        Outcome::Mounted { from } => ("still", words::mounted_from(from)),
    }
}

fn percent(done: u64, all: u64) -> String {
    let share = done.checked_mul(100).map_or_else(|| done / (all / 100).max(1), |hundredfold| hundredfold / all.max(1));
    format!("{share} %")
}

fn heading(traffic: &Traffic) -> &'static str {
    match traffic.moves.first().map(|moved| moved.direction) {
        Some(Direction::Pull) => words::pull(),
        _ => words::push(),
    }
}

/// Which way things go on the page: the first machine stands left of the registries.
fn way(traffic: &Traffic, first: bool) -> &'static str {
    let push = traffic.moves.first().is_some_and(|moved| moved.direction == Direction::Push);
    if push == first { "to-end" } else { "to-start" }
}

fn sum(traffic: &Traffic) -> String {
    let (done, all) = traffic.progress();
    match all {
        0 => words::nothing_had_to_travel().to_owned(),
        _ if done == all => units::progress_size(all),
        _ => words::so_much_of(&units::progress_size(done), &units::progress_size(all)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn what_travels_says_how_far_it_is() {
        let view = fixture::pushing();
        let html = rendered(&view, |context| wire(context, &view.snapshot.machines[..1]));
        assert!(html.contains("63 %") && html.contains("already exists"), "{html}");
        assert!(html.contains("to-end"), "{html}");
    }

    #[test]
    fn the_wire_of_a_machine_that_does_nothing_is_still() {
        let view = fixture::pushing();
        let html = rendered(&view, |context| wire(context, &view.snapshot.machines[1..]));
        assert!(html.contains("<div class=\"wire\">") && !html.contains("class=\"move"), "{html}");
    }

    #[test]
    fn a_hundred_percent_of_nothing_does_not_divide_by_zero() {
        assert_eq!(percent(0, 0), "0 %");
        assert_eq!(percent(u64::MAX, u64::MAX), "100 %");
    }
}
