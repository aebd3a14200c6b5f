//! The process flow: boxes in a row, each to come, current or reached, said
//! in words too.

use yew::{Html, classes, html};

use super::context::Context;
use super::icons::{self, icon};
use super::words;
use crate::course::FlowState;

/// The boxes.
pub(super) fn flow(context: &Context<'_>) -> Html {
    let Some(lesson) = context.view.lesson.as_deref() else { return Html::default() };
    let states = context.view.trace.flow.iter().copied().chain(std::iter::repeat(FlowState::ToCome));
    let boxes = lesson.flow.iter().zip(states).map(|(of, state)| {
        let (class, word) = words(state);
        html! {
            <li class={classes!("box", class)} aria-current={(state == FlowState::Current).then_some("step")}>
                <span>
                    if state == FlowState::Reached { { icon(icons::DONE) } }
                    { of.label.clone() }<span class="unseen">{ word }</span>
                </span>
            </li>
        }
    });
    html! { <ol class="flow" aria-label={words::process_flow()}>{ for boxes }</ol> }
}

fn words(state: FlowState) -> (&'static str, &'static str) {
    match state {
        FlowState::ToCome => ("to-come", words::to_come_aside()),
        FlowState::Current => ("current", words::now_aside()),
        FlowState::Reached => ("reached", words::reached()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn every_box_says_how_far_it_is() {
        let html = rendered(&fixture::pushed(), flow);
        assert_eq!(html.matches("<li").count(), 7, "{html}");
        assert_eq!(html.matches("(reached)").count(), 2, "{html}");
        assert_eq!(html.matches("(now)").count(), 2, "{html}");
    }
}
