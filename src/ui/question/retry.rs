//! Trying again only what was wrong: those questions start anew, and the
//! others wait out of sight.

use yew::{Html, html};

use crate::course::QuestionView;
use crate::ui::context::Context;
use crate::ui::intent::Intent;
use crate::ui::study::Act;
use crate::ui::words;

/// How a set stands, and what can be done about it.
pub(super) fn bar(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    let study = &context.view.study;
    let of = |id: &str| study.of(id);
    let solved = questions.iter().filter(|question| of(&question.id).solved).count();
    let wrong: Vec<String> = questions.iter().map(|asked| &asked.id).filter(|id| of(id).is_wrong()).cloned().collect();
    let hidden = questions.iter().any(|question| !study.asks(question));
    let label = words::try_the_wrong_ones_again(wrong.len());
    html! {
        <p class="actions retry">
            <span class="eyebrow">{ words::so_many_are_right(solved, questions.len()) }</span>
            if !wrong.is_empty() {
                <button type="button" class="quiet" onclick={context.click(Intent::Study(Act::Again(wrong)))}>{ label }</button>
            }
            if hidden {
                <button type="button" class="quiet" onclick={context.click(Intent::Study(Act::Again(Vec::new())))}>
                    { words::show_all_questions() }
                </button>
            }
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Said;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn only_the_wrong_ones_are_asked_again_and_start_anew() {
        let mut view = fixture::questioned();
        let mut quiz = view.lesson.clone().expect("the fixture opens the lesson").quiz.clone();
        quiz.push(QuestionView { id: "quiz-3".into(), ..quiz[0].clone() });
        let shown = |view: &crate::ui::View| rendered(view, |context| super::super::quiz(context, &quiz));
        let before = shown(&view);
        assert!(before.contains("Try the wrong one again") && !before.contains("Show all questions"), "{before}");
        let wrong = quiz.iter().find(|question| view.study.of(&question.id).is_wrong()).expect("a wrong one");
        view.update(Intent::Study(Act::Again(vec![wrong.id.clone()])));
        let answering = view.study.of(&wrong.id);
        assert_eq!((answering.said, answering.tries, answering.verdict), (None::<Said>, 0, None));
        let after = shown(&view);
        assert_eq!(after.matches("<form").count(), 1, "{after}");
        assert!(after.contains("Show all questions"), "{after}");
        view.update(Intent::Study(Act::Again(Vec::new())));
        assert_eq!(shown(&view).matches("<form").count(), quiz.len());
    }
}
