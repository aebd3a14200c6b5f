//! The concept snapshot, which prints, and the transcript of what happened.

use std::rc::Rc;

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::pager::{Paged, paged};
use super::prose;
use super::words;
use crate::course::{Inline, LessonView};

/// Concept snapshot and transcript.
pub(super) fn concepts(context: &Context<'_>, lesson: &LessonView) -> Html {
    let transcript = &context.view.trace.transcript;
    let is_read = context.view.pages.contains_key(&Paged::Transcript);
    html! {
        <>
            if !lesson.concepts.is_empty() {
                <section class="concepts" aria-labelledby="concepts-title">
                    <h2 id="concepts-title">{ words::concept_snapshot() }</h2>
                    <p class="print-title">{ lesson.title.clone() }</p>
                    <ul>{ for lesson.concepts.iter().map(|line| html! { <li>{ prose::inlines(context, line) }</li> }) }</ul>
                    <button type="button" class="quiet" onclick={context.click(Intent::Print)}>{ words::print() }</button>
                </section>
            }
            if !transcript.is_empty() {
                <details class="transcript" open={is_read} ontoggle={context.toggle(Intent::Transcript)}>
                    <summary>{ words::full_transcript() }</summary>
                    if is_read { { story(context) } }
                </details>
            }
        </>
    }
}

/// What happened, told from its events.
#[inline(never)]
fn story(context: &Context<'_>) -> Html {
    let transcript = &context.view.trace.transcript;
    let paragraph = |paragraph: &Rc<Vec<Inline>>| html! { <p>{ prose::inlines(context, paragraph) }</p> };
    paged(context, Paged::Transcript, transcript.len(), 0, |shown| transcript[shown].iter().map(paragraph).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn the_snapshot_and_the_transcript_are_there() {
        let view = fixture::pushed();
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let html = rendered(&view, |context| concepts(context, &lesson));
        assert!(html.contains("Concept snapshot") && html.contains("Full transcript"), "{html}");
    }

    #[test]
    fn the_story_is_drawn_for_who_reads_it() {
        let mut view = fixture::pushed();
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let paragraphs = |view: &_| rendered(view, |context| concepts(context, &lesson)).matches("was run.").count();
        assert_eq!(paragraphs(&view), 0);
        view.update(Intent::Transcript(true));
        assert_eq!(paragraphs(&view), view.trace.transcript.len());
    }
}
