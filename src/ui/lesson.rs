//! The lesson beside the stage: the step, its prose, where common pictures
//! of it go wrong, and the questions.

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::mode::Mode;
use super::words;
use super::{concepts, modes, moments, prose, question, steps};
use crate::course::{LessonView, StepView};

/// All of the lesson's text.
pub(super) fn lesson(context: &Context<'_>) -> Html {
    let Some(lesson) = context.view.lesson.as_deref() else { return Html::default() };
    if context.view.study.mode != Mode::Visualize {
        return modes::column(context);
    }
    html! {
        <>
            { heading(context, lesson) }
            { steps::steps(context, lesson) }
            { reading(context, lesson) }
            { moments::moments(context, &lesson.moments) }
            { question::quiz(context, &lesson.quiz) }
            { concepts::concepts(context, lesson) }
        </>
    }
}

fn heading(context: &Context<'_>, lesson: &LessonView) -> Html {
    let step = context.view.read_step().and_then(|at| Some((at, lesson.steps.get(at)?)));
    let (eyebrow, title) = match step {
        Some((at, step)) => (words::lesson_step_of(at + 1, lesson.steps.len()), step.title.clone()),
        None => (words::steps_about_minutes(lesson.steps.len(), lesson.minutes), lesson.title.clone()),
    };
    html! {
        <div class="heading">
            <p class="eyebrow">{ eyebrow }</p>
            <h2>{ title }</h2>
        </div>
    }
}

/// The prose of the step that is read, or the lesson's opening.
fn reading(context: &Context<'_>, lesson: &LessonView) -> Html {
    let Some(step) = context.view.read_step().and_then(|at| lesson.steps.get(at)) else {
        return html! { <div class="prose">{ prose::blocks(context, &lesson.intro) }</div> };
    };
    html! {
        <>
            <div class="prose">{ prose::blocks(context, &step.prose) }</div>
            { correction(context, step) }
            if context.view.reading.is_some() {
                <p><button type="button" class="link" onclick={context.click(Intent::ReadStep(None))}>
                    { words::back_to_where_the_lab() }
                </button></p>
            }
        </>
    }
}

fn correction(context: &Context<'_>, step: &StepView) -> Html {
    if step.correction.is_empty() {
        return Html::default();
    }
    html! {
        <aside class="correction" aria-label={words::where_common_pictures_go_wrong()}>
            <h2>{ words::where_common_pictures_go_wrong() }</h2>
            { prose::blocks(context, &step.correction) }
        </aside>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn before_the_first_step_the_lesson_opens_itself() {
        let html = rendered(&fixture::at_start(), lesson);
        assert!(html.contains("<h2>Container registries for ML</h2>"), "{html}");
        assert!(!html.contains("<aside"), "{html}");
    }

    #[test]
    fn a_step_shows_its_prose_and_its_correction() {
        let html = rendered(&fixture::pushed(), lesson);
        assert!(html.contains("Step 3 of 5"), "{html}");
        assert!(html.contains("Where common pictures go wrong"), "{html}");
    }

    #[test]
    fn another_step_can_be_read_without_moving_the_lab() {
        let mut view = fixture::pushed();
        assert!(view.update(Intent::ReadStep(Some(0))).is_empty());
        let html = rendered(&view, lesson);
        assert!(html.contains("Step 1 of 5") && html.contains("Back to where the lab is"), "{html}");
    }
}
