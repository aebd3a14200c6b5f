//! Modes to read: passages, each with what shows it, executed where it stands.

use yew::{Html, html};

use crate::course::PassageView;
use crate::ui::context::Context;
use crate::ui::{moments, prose, words};

/// All passages.
pub(super) fn passages(context: &Context<'_>, title: &str, passages: &[PassageView]) -> Html {
    html! {
        <>
            { super::heading(context.view.study.mode.label(), title, "") }
            { for passages.iter().map(|passage| self::passage(context, passage)) }
        </>
    }
}

fn passage(context: &Context<'_>, passage: &PassageView) -> Html {
    let line = |line: &String| html! { <li>{ line.clone() }</li> };
    html! {
        <section class="passage" key={passage.id.clone()}>
            <h3>{ prose::inlines(context, &passage.title) }</h3>
            <div class="prose">{ prose::blocks(context, &passage.prose) }</div>
            if !passage.shows.is_empty() {
                <ul class="shows" translate="no">{ for passage.shows.iter().map(line) }</ul>
                { moments::show(context, &passage.id, words::run_it_and_look()) }
            }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn a_passage_with_lines_can_be_run() {
        let view = fixture::at_start();
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let html = rendered(&view, |context| passages(context, "Key moments", &lesson.moments));
        assert!(html.contains("<h3>") && html.contains("Run it and look"), "{html}");
    }
}
