//! What the learner has to be told: the engine on its way, the engine that
//! does not come, and what went wrong since.

use yew::{Html, html};

use super::context::Context;
use super::icons;
use super::intent::Intent;
use super::view::{Boot, Notice};

/// The page before the lesson is open.
pub(super) fn waiting(context: &Context<'_>) -> Html {
    let told = match &context.view.boot {
        Boot::Failed(reason) => failed(context, reason),
        Boot::Starting(what) => html! { <p role="status" class="progress">{ what.clone() }</p> },
        Boot::Open => Html::default(),
    };
    html! {
        <main class="boot">
            <h1>{ icons::brand() }{ "Drydock" }</h1>
            { told }
        </main>
    }
}

fn failed(context: &Context<'_>, reason: &str) -> Html {
    html! {
        <div role="alert">
            <p>{ "The engine could not be started." }</p>
            <p class="reason">{ reason.to_owned() }</p>
            <p class="actions">
                <button type="button" class="primary" onclick={context.click(Intent::Retry { fresh: false })}>
                    { "Try again" }
                </button>
                <button type="button" class="quiet" onclick={context.click(Intent::Retry { fresh: true })}>
                    { "Start over without what was saved" }
                </button>
            </p>
        </div>
    }
}

/// What went wrong since, each until it is dismissed.
pub(super) fn notices(context: &Context<'_>) -> Html {
    let notice = |(at, notice): (usize, &Notice)| {
        html! {
            <div class={if notice.bad { "notice bad" } else { "notice" }} key={notice.text.clone()}>
                <p>{ notice.text.clone() }</p>
                <button type="button" class="tool" aria-label="Dismiss" onclick={context.click(Intent::Dismiss(at))}>
                    { icons::icon(icons::CLOSE) }
                </button>
            </div>
        }
    };
    html! {
        <div class="notices" role="alert">{ for context.view.notices.iter().enumerate().map(notice) }</div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn what_is_being_loaded_is_said_in_words() {
        let view = View { boot: Boot::Starting("Fetching the lesson…".into()), ..View::default() };
        assert!(rendered(&view, waiting).contains("Fetching the lesson…"));
    }

    #[test]
    fn an_engine_that_does_not_come_says_why_and_can_be_tried_again() {
        let view = View { boot: Boot::Failed("worker.js: 404".into()), ..View::default() };
        let html = rendered(&view, waiting);
        assert!(html.contains("worker.js: 404") && html.contains("Try again"), "{html}");
    }
}
