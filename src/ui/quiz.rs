//! The questions. The page never holds a key: an answer is asked, judged by
//! execution, and a wrong choice can be run to see what it would have done.

use yew::{Html, classes, html};

use super::context::Context;
use super::intent::Intent;
use super::view::Answering;
use super::{moments, prose};
use crate::course::{ChoiceView, QuestionView, Verdict};

/// All questions.
pub(super) fn quiz(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    if questions.is_empty() {
        return Html::default();
    }
    html! {
        <section class="quiz" aria-labelledby="quiz-title">
            <h2 id="quiz-title">{ "Questions" }</h2>
            { for questions.iter().map(|question| self::question(context, question)) }
        </section>
    }
}

fn question(context: &Context<'_>, question: &QuestionView) -> Html {
    let untouched = Answering::default();
    let answering = context.view.answers.get(&question.id).unwrap_or(&untouched);
    let choices = question.choices.iter().enumerate();
    html! {
        <form class="question" key={question.id.clone()} onsubmit={context.submit(Intent::Check(question.id.clone()))}>
            <fieldset>
                <legend>{ prose::inlines(context, &question.question) }</legend>
                { for choices.map(|(at, choice)| self::choice(context, &question.id, answering, (at, choice))) }
            </fieldset>
            <p class="actions">
                <button type="submit" class="primary" disabled={answering.choice.is_none()}>{ "Check" }</button>
                { hint_button(context, question, answering) }
            </p>
            if answering.hint { { hint(context, question) } }
            <div role="status">
                if let Some(verdict) = &answering.verdict { { self::verdict(context, question, verdict) } }
            </div>
        </form>
    }
}

fn choice(context: &Context<'_>, id: &str, answering: &Answering, (at, choice): (usize, &ChoiceView)) -> Html {
    let ticked = answering.choice == Some(at);
    let judged = answering.verdict.as_ref().filter(|verdict| verdict.answer.choice == at);
    let class = judged.map(|verdict| if verdict.right { "right" } else { "wrong" });
    let intent = Intent::Choose { question: id.to_owned(), choice: at };
    html! {
        <label class={classes!("choice", class)}>
            <input type="radio" name={id.to_owned()} checked={ticked} onchange={context.emit.reform(move |_| intent.clone())} />
            <span>{ prose::inlines(context, &choice.text) }</span>
        </label>
    }
}

fn hint_button(context: &Context<'_>, question: &QuestionView, answering: &Answering) -> Html {
    if question.hint.is_empty() {
        return Html::default();
    }
    html! {
        <button type="button" class="quiet" aria-expanded={super::context::truth(answering.hint)}
            onclick={context.click(Intent::Hint(question.id.clone()))}>
            { if answering.hint { "Hide the hint" } else { "Hint" } }
        </button>
    }
}

fn hint(context: &Context<'_>, question: &QuestionView) -> Html {
    let row = question.hint_row.map(|row| format!(" Row {row} of the process table is marked."));
    html! { <p class="pointer">{ prose::inlines(context, &question.hint) }{ row }</p> }
}

fn verdict(context: &Context<'_>, question: &QuestionView, verdict: &Verdict) -> Html {
    let show = question.choices.get(verdict.answer.choice).and_then(|choice| choice.show.as_deref());
    html! {
        <div class={if verdict.right { "verdict right" } else { "verdict wrong" }}>
            <p><b>{ if verdict.right { "Right." } else { "Not this one." } }</b></p>
            { prose::blocks(context, &verdict.explanation) }
            if !verdict.evidence.is_empty() {
                <p class="evidence">{ prose::linked(context, &verdict.evidence) }</p>
            }
            if let Some(id) = show { { moments::show(context, id, "Run this choice and look") } }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert!(view.update(Intent::Check("quiz-2".into())).is_empty());
        view.update(Intent::Choose { question: "quiz-2".into(), choice: 2 });
        let effects = view.update(Intent::Check("quiz-2".into()));
        assert!(matches!(&effects[..], [Effect::Ask(Ask::Answer(answer))] if answer.choice == 2));
    }

    #[test]
    fn a_wrong_choice_can_be_executed() {
        let html = html(&fixture::questioned());
        assert!(html.contains("Not this one.") && html.contains("Run this choice and look"), "{html}");
    }

    #[test]
    fn a_hint_points_at_a_row() {
        let mut view = fixture::pushed();
        view.update(Intent::Hint("quiz-2".into()));
        assert_eq!(view.hinted_rows().collect::<Vec<_>>(), [3]);
        assert!(html(&view).contains("Row 3 of the process table is marked."));
    }
}
