//! What the learner has to be told: the engine on its way, the engine that
//! does not come, and what went wrong since.

use yew::{Html, classes, html};

use super::context::Context;
use super::handout::{self, Paper};
use super::icons;
use super::intent::Intent;
use super::share;
use super::view::{Boot, Notice, Saving};
use super::words;

/// The page before the lesson is open.
pub(super) fn waiting(context: &Context<'_>) -> Html {
    let told = match &context.view.boot {
        Boot::Failed(reason) => failed(context, reason),
        Boot::Starting(what) => html! { <p role="status" class="progress">{ what.clone() }</p> },
        Boot::Open => Html::default(),
    };
    html! {
        <main class="boot">
            <h1>{ icons::brand() }{ words::drydock() }</h1>
            <p class="lead">{ words::lead() }</p>
            { told }
        </main>
    }
}

fn failed(context: &Context<'_>, reason: &str) -> Html {
    html! {
        <div role="alert">
            <p>{ words::the_engine_could_not_be() }</p>
            <p class="reason">{ reason.to_owned() }</p>
            <p class="actions">
                <button type="button" class="primary" onclick={context.click(Intent::Retry { fresh: false })}>
                    { words::try_again() }
                </button>
                <button type="button" class="quiet" onclick={context.click(Intent::Retry { fresh: true })}>
                    { words::start_over_without() }
                </button>
            </p>
        </div>
    }
}

/// What went wrong since, each until it is dismissed or has been mended.
pub(super) fn notices(context: &Context<'_>) -> Html {
    let notice =
        |(at, notice): (usize, &Notice)| said(context, notice.bad, &notice.text, &[], Some(Intent::Dismiss(at)));
    html! {
        <div class="notices">
            <div role="alert">
                { for context.view.lacking.iter().map(|reason| lacking(context, reason)) }
                { for context.view.unrestored.iter().map(|reason| unrestored(context, reason)) }
                { share::notices(context) }
                if context.view.saving == Saving::Elsewhere { { elsewhere(context) } }
                { for context.view.notices.iter().enumerate().map(notice) }
            </div>
            if let Paper::Making { done, all } = context.view.handout { { handout::making(context, done, all) } }
        </div>
    }
}

fn lacking(context: &Context<'_>, reason: &str) -> Html {
    let text = words::a_part_of_this_page(reason);
    said(context, true, &text, &[(words::try_again(), Intent::BecomeWhole)], None)
}

fn unrestored(context: &Context<'_>, reason: &str) -> Html {
    let text = words::what_was_saved_could_not(reason);
    said(context, true, &text, &[(words::try_again(), Intent::TakeBack)], Some(Intent::StayFresh))
}

fn elsewhere(context: &Context<'_>) -> Html {
    let text = words::another_tab_has_changed();
    let ways = [
        (words::show_the_other_tabs_lab(), Intent::Retry { fresh: false }),
        (words::save_this_one_instead(), Intent::Insist),
    ];
    said(context, true, text, &ways, None)
}

/// Words, what can be done about them, and how to be rid of them.
pub(super) fn said(
    context: &Context<'_>,
    bad: bool,
    text: &str,
    ways: &[(&'static str, Intent)],
    dismissing: Option<Intent>,
) -> Html {
    let way = |(label, intent): &(&'static str, Intent)| {
        html! { <button type="button" class="quiet" onclick={context.click(intent.clone())}>{ *label }</button> }
    };
    let dismiss = |intent: Intent| {
        html! {
            <button type="button" class="tool" aria-label={words::dismiss()} onclick={context.click(intent)}>
                { icons::icon(icons::CLOSE) }
            </button>
        }
    };
    html! {
        <div class={classes!("notice", bad.then_some("bad"))} key={text.to_owned()}>
            <p>{ text.to_owned() }</p>
            { for ways.iter().map(way) }
            { for dismissing.map(dismiss) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Tell;
    use crate::ui::intent::{Effect, Fact};
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

    #[test]
    fn a_part_that_did_not_come_is_asked_for_again_until_it_comes() {
        let mut view = View::default();
        view.learn(Fact::Whole(Err("page_deferred.wasm: 404".into())));
        let html = rendered(&view, notices);
        assert!(html.contains("page_deferred.wasm: 404. Little can be done") && html.contains("Try again"), "{html}");
        assert_eq!(view.update(Intent::BecomeWhole), [Effect::BecomeWhole]);
        view.learn(Fact::Whole(Ok(())));
        assert!(!rendered(&view, notices).contains("notice "), "{view:?}");
    }

    #[test]
    fn what_another_tab_saved_is_left_alone_until_the_learner_decides() {
        let mut view = View::default();
        view.learn(Fact::Kept(Saving::Elsewhere));
        let html = rendered(&view, notices);
        assert!(html.contains("Show the other tab’s lab") && html.contains("Save this one instead"), "{html}");
        assert_eq!(view.update(Intent::Insist), [Effect::Insist]);
        view.learn(Fact::Kept(Saving::Kept));
        assert!(!rendered(&view, notices).contains("Another tab"));
    }

    #[test]
    fn what_cannot_be_restored_is_laid_aside_and_may_be_taken_back() {
        let mut view = View::default();
        assert_eq!(view.learn(Fact::Told(Tell::NotRestored("Its log is damaged.".into()))), [Effect::SetAside]);
        let html = rendered(&view, notices);
        assert!(
            html.contains("Its log is damaged.") && html.contains("Try again") && html.contains("Dismiss"),
            "{html}"
        );
        let mut other = view.clone();
        assert_eq!(other.update(Intent::TakeBack), [Effect::TakeBack, Effect::Restart]);
        assert_eq!((view.update(Intent::StayFresh), view.unrestored), (Vec::new(), None));
    }
}
