//! A question, whatever the way it is answered: the frame around the way of
//! answering. The page never holds a key: an answer is judged by execution,
//! and what it did is shown.

mod choose;
mod fill;
mod order;
mod pairs;
mod retry;
mod typed;

use yew::{Html, classes, html};

use super::context::{Context, truth};
use super::intent::Intent;
use super::study::{Act, Answering};
use super::{cell, moments, prose, words};
use crate::course::{AskedView, QuestionView, Verdict};

/// The questions beside the steps.
pub(super) fn quiz(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    if questions.is_empty() {
        return Html::default();
    }
    html! {
        <section class="quiz" aria-labelledby="quiz-title">
            <h2 id="quiz-title">{ words::questions() }</h2>
            { set(context, questions, usize::MAX) }
        </section>
    }
}

/// Questions of a set, and the way to try again what was wrong.
pub(super) fn set(context: &Context<'_>, questions: &[QuestionView], attempts: usize) -> Html {
    let asked = questions.iter().filter(|question| context.view.study.asks(question));
    html! {
        <>
            { for asked.map(|question| self::question(context, question, attempts)) }
            { retry(context, questions) }
        </>
    }
}

/// What of a set was wrong, if anything was.
pub(super) fn retry(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    let study = &context.view.study;
    let touched = questions.iter().any(|question| study.of(&question.id).is_wrong() || !study.asks(question));
    if touched { retry::bar(context, questions) } else { Html::default() }
}

/// A question that may be answered `attempts` times.
pub(super) fn question(context: &Context<'_>, question: &QuestionView, attempts: usize) -> Html {
    let answering = context.view.study.of(&question.id);
    let check = Intent::Study(Act::Check(question.id.clone()));
    let over = answering.tries >= attempts || answering.is_late();
    html! {
        <form class="question" key={question.id.clone()} onsubmit={context.submit(check)}>
            <fieldset>
                <legend>{ prose::inlines(context, &question.question) }</legend>
                <div class="prose">{ prose::blocks(context, &question.prose) }</div>
                { given(question) }
                { asked(context, question, &answering) }
            </fieldset>
            <p class="actions">
                <button type="submit" class="primary" disabled={!answering.can_be_checked() || over}>
                    { if answering.asked { words::executing() } else { words::check() } }
                </button>
                { hint_button(context, &question.id, answering.hints, question.hints.len()) }
                { attempts_left(&answering, attempts) }
            </p>
            { hints(context, question, &answering) }
            <div role="status">
                if let Some(verdict) = &answering.verdict { { self::verdict(context, question, verdict) } }
            </div>
            if over && !answering.solved { { solution(context, &question.id) } }
        </form>
    }
}

fn asked(context: &Context<'_>, question: &QuestionView, answering: &Answering) -> Html {
    match &question.asked {
        AskedView::Choose(choices) => choose::choices(context, &question.id, choices, answering),
        AskedView::Fill(fill) => fill::line(context, &question.id, fill, answering),
        AskedView::Order(lines) => order::lines(context, &question.id, lines, answering),
        AskedView::Repair(machine) => typed::lines(context, &question.id, machine, answering),
        AskedView::Match(asked) => pairs::lines(context, &question.id, asked, answering),
        AskedView::Type => typed::word(context, &question.id, answering),
        AskedView::Predict(predict) => typed::number(context, &question.id, predict, answering),
    }
}

/// What was executed before, and what is wanted.
fn given(question: &QuestionView) -> Html {
    let line = |line: &String| html! { <li>{ line.clone() }</li> };
    let goal = |goal: &String| html! { <li><code translate="no">{ goal.clone() }</code></li> };
    let choice = matches!(question.asked, AskedView::Choose(_));
    html! {
        <>
            if !question.given.is_empty() && !choice {
                <p class="eyebrow">{ words::what_was_run_already() }</p>
                <ul class="shows" translate="no">{ for question.given.iter().map(line) }</ul>
            }
            if !question.goals.is_empty() {
                <p class="eyebrow">{ words::what_has_to_come_about() }</p>
                <ul class="wanted">{ for question.goals.iter().map(goal) }</ul>
            }
        </>
    }
}

/// One more hint each time; after the last one they are hidden.
pub(super) fn hint_button(context: &Context<'_>, id: &str, shown: usize, all: usize) -> Html {
    if all == 0 {
        return Html::default();
    }
    let (next, label) = match shown {
        0 => (1, words::a_hint()),
        shown if shown < all => (shown + 1, words::another_hint()),
        1 => (0, words::hide_the_hint()),
        _ => (0, words::hide_the_hints()),
    };
    html! {
        <button type="button" class="quiet" aria-expanded={truth(shown > 0)}
            onclick={context.click(Intent::Study(Act::Hints(id.to_owned(), next)))}>{ label }</button>
    }
}

fn attempts_left(answering: &Answering, attempts: usize) -> Html {
    let left = attempts.saturating_sub(answering.tries);
    if answering.solved {
        let before = answering.verdict.is_none();
        return html! { if before { <span class="eyebrow">{ words::solved_before() }</span> } };
    }
    if attempts == usize::MAX {
        return Html::default();
    }
    html! { <span class="eyebrow">{ words::attempts_left(left) }</span> }
}

fn hints(context: &Context<'_>, question: &QuestionView, answering: &Answering) -> Html {
    let marked = question.pointer.map(|pointer| match pointer.column.map(cell::label) {
        Some(column) => words::the_cell_is_marked(column, pointer.row),
        None => words::the_row_is_marked(pointer.row),
    });
    let hint = |hint: &String| html! { <p class="pointer">{ prose::linked(context, hint) }{ marked.clone() }</p> };
    question.hints.iter().take(answering.hints).map(hint).collect()
}

fn verdict(context: &Context<'_>, question: &QuestionView, verdict: &Verdict) -> Html {
    let choice = if let (AskedView::Choose(choices), crate::course::Said::Choice(at)) =
        (&question.asked, &verdict.answer.said)
    {
        choices.get(*at)
    } else {
        None
    };
    html! {
        <div class={classes!("verdict", if verdict.right { "right" } else { "wrong" })}>
            <p><b>{ if verdict.right { words::right() } else { words::not_this_one() } }</b></p>
            { prose::blocks(context, &verdict.explanation) }
            if !verdict.evidence.is_empty() {
                <p class="evidence">{ prose::linked(context, &verdict.evidence) }</p>
            }
            if !verdict.runs.is_empty() {
                <details class="did" open={!verdict.right}>
                    <summary>{ words::what_it_did() }</summary>
                    { moments::runs(context, &verdict.runs) }
                </details>
            }
            if let Some(id) = choice.and_then(|choice| choice.show.as_deref()) {
                { moments::show(context, id, words::run_this_choice_and_look()) }
            }
        </div>
    }
}

/// Where no attempt is left: what a right answer is about is executed, and explained.
fn solution(context: &Context<'_>, id: &str) -> Html {
    moments::show(context, &format!("{id}-solution"), words::run_a_right_answer_and_look())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Said;
    use crate::session::Ask;
    use crate::ui::fixture;
    use crate::ui::intent::Effect;
    use crate::ui::rendered::rendered;

    fn html(view: &crate::ui::View) -> String {
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        rendered(view, |context| quiz(context, &lesson.quiz))
    }

    #[test]
    fn nothing_can_be_checked_before_a_choice() {
        let mut view = fixture::pushed();
        assert_eq!(view.update(Intent::Study(Act::Check("quiz-2".into()))), [Effect::Remember]);
        view.update(Intent::Study(Act::Say("quiz-2".into(), Said::Choice(2))));
        let effects = view.update(Intent::Study(Act::Check("quiz-2".into())));
        let [Effect::Ask(Ask::Answer(answer)), Effect::Remember] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(answer.said, Said::Choice(2));
    }

    #[test]
    fn a_wrong_choice_can_be_executed() {
        let html = html(&fixture::questioned());
        assert!(html.contains("Not this one.") && html.contains("Run this choice and look"), "{html}");
    }

    #[test]
    fn a_hint_points_at_a_row() {
        let mut view = fixture::pushed();
        view.update(Intent::Study(Act::Hints("quiz-2".into(), 1)));
        assert_eq!(view.pointers().map(|pointer| pointer.row).collect::<Vec<_>>(), [3]);
        assert!(html(&view).contains("Registry interaction, row 3 of the process table, is marked."));
    }

    #[test]
    fn when_no_attempt_is_left_a_right_answer_can_be_run() {
        let view = fixture::questioned();
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let html = rendered(&view, |context| question(context, &lesson.quiz[0], 1));
        assert!(html.contains("0 attempts left") && html.contains("Run a right answer and look"), "{html}");
    }
}
