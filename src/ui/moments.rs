//! Key moments: a question, its answer, and the answer executed in a copy of
//! the lab, shown where it was asked for.

use yew::{Html, html};

use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::words;
use crate::course::{PassageView, ScratchRun, ScratchView};

/// All key moments.
pub(super) fn moments(context: &Context<'_>, moments: &[PassageView]) -> Html {
    if moments.is_empty() {
        return Html::default();
    }
    html! {
        <section class="moments" aria-labelledby="moments-title">
            <h2 id="moments-title">{ words::key_moments() }</h2>
            { for moments.iter().map(|moment| item(context, moment)) }
        </section>
    }
}

fn item(context: &Context<'_>, moment: &PassageView) -> Html {
    html! {
        <details class="moment" key={moment.id.clone()}>
            <summary>{ prose::inlines(context, &moment.title) }</summary>
            <div class="prose">{ prose::blocks(context, &moment.prose) }</div>
            if !moment.shows.is_empty() {
                <ul class="shows" translate="no">
                    { for moment.shows.iter().map(|line| html! { <li>{ line.clone() }</li> }) }
                </ul>
                { show(context, &moment.id, words::show_me()) }
            }
        </details>
    }
}

/// A button that executes something in a copy of the lab, and what came of it.
pub(super) fn show(context: &Context<'_>, id: &str, label: &str) -> Html {
    let scratch = context.view.scratches.get(id);
    let runs = scratch == Some(&None);
    let label = if runs { words::running_in_a_copy() } else { label };
    html! {
        <>
            <button type="button" class="quiet show" disabled={runs} onclick={context.click(Intent::ShowMe(id.to_owned()))}>
                { label.to_owned() }
            </button>
            if let Some(Some(scratch)) = scratch { { result(context, scratch) } }
        </>
    }
}

fn result(context: &Context<'_>, scratch: &ScratchView) -> Html {
    let after = |(label, value): &(String, String)| {
        html! { <><dt>{ label.clone() }</dt><dd>{ prose::linked(context, value) }</dd></> }
    };
    html! {
        <figure class="scratch">
            <figcaption>{ words::executed_just_now() }</figcaption>
            { runs(context, &scratch.runs) }
            if !scratch.explanation.is_empty() { { prose::blocks(context, &scratch.explanation) } }
            if !scratch.after.is_empty() {
                <dl class="facts">{ for scratch.after.iter().map(after) }</dl>
            }
        </figure>
    }
}

/// Lines and what they printed.
pub(super) fn runs(context: &Context<'_>, runs: &[ScratchRun]) -> Html {
    if runs.is_empty() {
        return Html::default();
    }
    html! { <div class="excerpt">{ for runs.iter().map(|run| self::run(context, run)) }</div> }
}

fn run(context: &Context<'_>, run: &ScratchRun) -> Html {
    html! {
        <div class="run">
            <p class="typed" translate="no"><span class="prompt">{ format!("{} $ ", run.machine) }</span>{ run.line.clone() }</p>
            { prose::output(context, &run.output) }
            if run.code != 0 { <p class="status bad">{ words::exit_status(&run.code.to_string()) }</p> }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn what_was_executed_is_shown_and_said_to_be_a_copy() {
        let view = fixture::questioned();
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let html = rendered(&view, |context| moments(context, &lesson.moments));
        assert!(html.contains("in a copy of the lab"), "{html}");
        assert!(html.contains("exit status 1"), "{html}");
    }
}
