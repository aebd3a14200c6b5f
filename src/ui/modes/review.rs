//! `Review`: flash cards, questions that look back, and explaining in one's
//! own words, held beside the points of a good answer by oneself.

use yew::{Callback, Html, html};

use crate::course::{ExplanationView, Inline, ModesView, PassageView};
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::study::Act;
use crate::ui::{prose, question, words};

/// All of it.
pub(super) fn review(context: &Context<'_>, modes: &ModesView) -> Html {
    html! {
        <>
            { super::heading(words::review(), words::what_stays(), "") }
            if !modes.cards.is_empty() {
                <section class="cards" aria-labelledby="cards-title">
                    <h2 id="cards-title">{ words::cards_answer_then_turn() }</h2>
                    { for modes.cards.iter().map(|card| self::card(context, card)) }
                </section>
            }
            { question::set(context, &modes.review, usize::MAX) }
            if !modes.explain.is_empty() {
                <section class="explain" aria-labelledby="explain-title">
                    <h2 id="explain-title">{ words::in_your_own_words() }</h2>
                    { for modes.explain.iter().enumerate().map(|(at, explain)| explanation(context, at, explain)) }
                </section>
            }
        </>
    }
}

fn card(context: &Context<'_>, card: &PassageView) -> Html {
    html! {
        <details class="card" key={card.id.clone()}>
            <summary>{ prose::inlines(context, &card.title) }</summary>
            <div class="prose">{ prose::blocks(context, &card.prose) }</div>
        </details>
    }
}

fn explanation(context: &Context<'_>, at: usize, explain: &ExplanationView) -> Html {
    let id = format!("explain-{}", at + 1);
    let note = context.view.study.note(&id);
    let of = id.clone();
    let typed = context.input(move |text| Intent::Study(Act::Write(of.clone(), text)));
    let points = explain.points.iter().enumerate();
    html! {
        <section class="question" key={id.clone()}>
            <label class="typed-in">
                <span>{ prose::inlines(context, &explain.question) }</span>
                <textarea rows="4" value={note.text.clone()} oninput={typed} />
            </label>
            if note.compared {
                <fieldset>
                    <legend>{ words::does_yours_say() }</legend>
                    { for points.map(|(at, point)| self::point(context, &id, at, (point, note.points.contains(&at)))) }
                </fieldset>
                <div class="prose">{ prose::blocks(context, &explain.answer) }</div>
            } else {
                <p class="actions">
                    <button type="button" class="primary" disabled={note.text.trim().is_empty()}
                        onclick={context.click(Intent::Study(Act::Compare(id.clone())))}>{ words::compare() }</button>
                </p>
            }
        </section>
    }
}

fn point(context: &Context<'_>, id: &str, at: usize, (words, ticked): (&[Inline], bool)) -> Html {
    let intent = Intent::Study(Act::Point(id.to_owned(), at));
    let change: Callback<yew::Event> = context.emit.reform(move |_| intent.clone());
    html! {
        <label class="choice">
            <input type="checkbox" checked={ticked} onchange={change} />
            <span>{ prose::inlines(context, words) }</span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn a_good_answer_is_shown_after_ones_own() {
        let explain = ExplanationView {
            question: vec![Inline::Text("What is a tag?".into())],
            points: vec![vec![Inline::Text("a name".into())]],
            answer: vec![],
        };
        let modes = ModesView { explain: vec![explain], ..ModesView::default() };
        let mut view = View::default();
        let html = |view: &View| rendered(view, |context| review(context, &modes));
        assert!(!html(&view).contains("a name"));
        view.update(Intent::Study(Act::Write("explain-1".into(), "It is".into())));
        view.update(Intent::Study(Act::Compare("explain-1".into())));
        view.update(Intent::Study(Act::Point("explain-1".into(), 0)));
        let shown = html(&view);
        assert!(shown.contains("a name") && shown.contains("checked"), "{shown}");
        view.update(Intent::Study(Act::Point("explain-1".into(), 0)));
        assert!(!html(&view).contains("checked"));
    }
}
