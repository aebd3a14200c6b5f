//! Answering by bringing lines into an order: two buttons a line.

use yew::{Html, html};

use crate::course::Said;
use crate::ui::context::Context;
use crate::ui::icons::{self, icon};
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Answering};

/// The lines as they stand now.
pub(super) fn lines(context: &Context<'_>, id: &str, lines: &[String], answering: &Answering) -> Html {
    let order = match &answering.said {
        Some(Said::Order(order)) => order.clone(),
        _ => (0..lines.len()).collect(),
    };
    let item = |place: usize| {
        let text = order.get(place).and_then(|at| lines.get(*at)).cloned().unwrap_or_default();
        html! {
            <li>
                <span class="line" translate="no">{ text.clone() }</span>
                { mover(context, id, &order, place, (place.checked_sub(1), icons::UP, format!("Earlier: {text}"))) }
                { mover(context, id, &order, place, (after(place, &order), icons::DOWN, format!("Later: {text}"))) }
            </li>
        }
    };
    html! { <ol class="order">{ for (0..order.len()).map(item) }</ol> }
}

fn after(place: usize, order: &[usize]) -> Option<usize> {
    (place + 1 < order.len()).then_some(place + 1)
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
