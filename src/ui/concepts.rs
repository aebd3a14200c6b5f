//! The concept snapshot, which prints, and the transcript of what happened.

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::pager::{Paged, paged};
use super::prose;
use super::words;
use crate::course::LessonView;

/// Concept snapshot and transcript.
pub(super) fn concepts(context: &Context<'_>, lesson: &LessonView) -> Html {
    let transcript = &context.view.trace.transcript;
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
                <details class="transcript">
                    <summary>{ words::full_transcript() }</summary>
                    { paged(context, Paged::Transcript, transcript.len(), transcript.len() - 1, |shown| {
                        transcript[shown].iter().map(|paragraph| html! { <p>{ prose::inlines(context, paragraph) }</p> }).collect()
                    }) }
                </details>
            }
        </>
    }
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
}
