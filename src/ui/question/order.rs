//! Answering by bringing lines into an order: two buttons a line, or carrying it.

use yew::{Callback, Html, PointerEvent, html};

use crate::course::Said;
use crate::ui::context::Context;
use crate::ui::icons::{self, icon};
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Answering};
use crate::ui::words;

/// Whether each of so many lines has its place. What was kept or brought need not be so.
fn is_order(order: &[usize], lines: usize) -> bool {
    order.len() == lines && (0..lines).all(|line| order.contains(&line))
}

/// The lines as they stand now.
pub(super) fn lines(context: &Context<'_>, id: &str, lines: &[String], answering: &Answering) -> Html {
    let order = match &answering.said {
        Some(Said::Order(order)) if is_order(order, lines.len()) => order.clone(),
        _ => (0..lines.len()).collect(),
    };
    let item = |place: usize| {
        let text = order.get(place).and_then(|at| lines.get(*at)).cloned().unwrap_or_default();
        html! {
            <li data-place={place.to_string()}>
                <span class="line carry" translate="no" onpointerdown={carried(context, id, &order, place)}>
                    { icons::grip() }<span>{ text.clone() }</span>
                </span>
                { mover(context, id, &order, place, (place.checked_sub(1), icons::UP, words::earlier_line(&text))) }
                { mover(context, id, &order, place, (after(place, &order), icons::DOWN, words::later_line(&text))) }
            </li>
        }
    };
    html! { <ol class="order">{ for (0..order.len()).map(item) }</ol> }
}

fn after(place: usize, order: &[usize]) -> Option<usize> {
    (place + 1 < order.len()).then_some(place + 1)
}

/// The line in `place`, carried to where another one stands: those between make room.
fn carried(context: &Context<'_>, id: &str, order: &[usize], place: usize) -> Callback<PointerEvent> {
    let (id, order) = (id.to_owned(), order.to_vec());
    context.carry(move |to| {
        let to = to.parse().ok().filter(|to| *to < order.len()).unwrap_or(place);
        Intent::Study(Act::Say(id.clone(), Said::Order(moved(&order, place, to))))
    })
}

fn moved(order: &[usize], from: usize, to: usize) -> Vec<usize> {
    let mut order = order.to_vec();
    let line = order.remove(from);
    order.insert(to, line);
    order
}

/// A button that swaps the line in `place` with the one in another place, if there is one.
fn mover(
    context: &Context<'_>,
    id: &str,
    order: &[usize],
    place: usize,
    (other, path, label): (Option<usize>, icons::Icon, String),
) -> Html {
    let mut swapped = order.to_vec();
    swapped.swap(place, other.unwrap_or(place));
    let intent = Intent::Study(Act::Say(id.to_owned(), Said::Order(swapped)));
    html! {
        <button type="button" class="tool" title={label.clone()} aria-label={label} disabled={other.is_none()}
            onclick={context.click(intent)}>{ icon(path) }</button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn a_line_that_is_carried_takes_its_place_and_the_others_make_room() {
        assert_eq!(moved(&[0, 1, 2, 3], 0, 2), [1, 2, 0, 3]);
        assert_eq!(moved(&[0, 1, 2, 3], 3, 0), [3, 0, 1, 2]);
        assert_eq!(moved(&[0, 1], 1, 1), [0, 1]);
    }

    #[test]
    fn the_first_cannot_go_earlier_and_the_last_not_later() {
        let pool = ["m $ one".to_owned(), "m $ two".to_owned()];
        let html = rendered(&View::default(), |context| lines(context, "try-1", &pool, &Answering::default()));
        assert_eq!(html.matches("disabled=").count(), 2, "{html}");
        let said = Some(Said::Order(vec![1, 0]));
        let html = rendered(&View::default(), |context| {
            lines(context, "try-1", &pool, &Answering { said: said.clone(), ..Answering::default() })
        });
        assert!(html.find("m $ two") < html.find("m $ one"), "{html}");
    }
}
