//! The lines of the lesson: what was run, what comes next, and each line
//! open to be changed and run instead.

use yew::{Callback, Html, KeyboardEvent, classes, html};

use super::context::Context;
use super::icons::{self, icon};
use super::intent::Intent;
use super::prose;
use super::words;
use crate::course::{LessonView, StepView};

/// The list of lines and the button for the next one.
pub(super) fn steps(context: &Context<'_>, lesson: &LessonView) -> Html {
    html! {
        <div class="steps">
            <ol>{ for lesson.steps.iter().enumerate().map(|(at, step)| item(context, at, step)) }</ol>
            { next(context, lesson) }
        </div>
    }
}

fn next(context: &Context<'_>, lesson: &LessonView) -> Html {
    let Some(at) = context.view.trace.next_step.filter(|at| *at < lesson.steps.len()) else {
        return html! { <p class="all-done">{ words::all_steps_are_done() }</p> };
    };
    let label = if context.view.busy() { words::running().to_owned() } else { words::run_step(at + 1) };
    html! {
        <button type="button" class="primary" disabled={context.view.busy()} onclick={context.click(Intent::Forward)}>
            { icon(icons::PLAY) }{ label }
        </button>
    }
}

fn item(context: &Context<'_>, at: usize, step: &StepView) -> Html {
    if let Some((editing, line)) = &context.view.editing
        && *editing == at
    {
        return html! { <li class="step editing">{ edit(context, line) }</li> };
    }
    let view = context.view;
    let state = state(context, at);
    let read = view.read_step() == Some(at);
    html! {
        <li class={classes!("step", state.class(), read.then_some("read"))}>
            <span class="tick">{ state.mark(at) }<span class="unseen">{ state.word() }</span></span>
            <button type="button" class="line" aria-current={read.then_some("step")} translate="no"
                onclick={context.click(Intent::ReadStep(Some(at)))}>{ prose::name(view.line_of(at).unwrap_or(&step.line)) }</button>
            <button type="button" class="tool" title={words::change_this_line_and_run()}
                aria-label={words::change_the_line_of_step(at + 1)}
                onclick={context.click(Intent::EditStep(at))}>{ icon(icons::EDIT) }</button>
        </li>
    }
}

/// Where a step is, seen from the point of the history.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Done,
    Next,
    ToCome,
}

fn state(context: &Context<'_>, at: usize) -> State {
    let trace = &context.view.trace;
    if trace.next_step == Some(at) {
        return State::Next;
    }
    let done = trace.next_step.is_none_or(|next| at < next);
    if done { State::Done } else { State::ToCome }
}

impl State {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Next => "next",
            Self::ToCome => "to-come",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Done => words::done_before(),
            Self::Next => words::next_before(),
            Self::ToCome => words::to_come_before(),
        }
    }

    fn mark(self, at: usize) -> Html {
        match self {
            Self::Done => icon(icons::DONE),
            Self::Next => icon(icons::NOW),
            Self::ToCome => html! { { at + 1 } },
        }
    }
}

fn edit(context: &Context<'_>, line: &str) -> Html {
    let emit = context.emit.clone();
    let leave = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            emit.emit(Intent::StepLeft);
        }
    });
    html! {
        <form onsubmit={context.submit(Intent::StepSubmitted)}>
            <label class="unseen" for="step-line">{ words::the_line_to_run_instead() }</label>
            <input id="step-line" value={line.to_owned()} oninput={context.input(Intent::StepTyped)} onkeydown={leave}
                autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" enterkeyhint="go" />
            <span class="actions">
                <button type="submit" class="primary" disabled={context.view.busy()}>{ words::run_this_instead() }</button>
                <button type="button" class="quiet" onclick={context.click(Intent::StepLeft)}>{ words::leave_it() }</button>
            </span>
        </form>
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
        rendered(view, |context| steps(context, &lesson))
    }

    #[test]
    fn each_line_says_whether_it_is_done_next_or_to_come() {
        let html = html(&fixture::pushed());
        assert_eq!(html.matches("done: ").count(), 3, "{html}");
        assert_eq!(html.matches("next: ").count(), 1, "{html}");
        assert!(html.contains("Run step 4"), "{html}");
    }

    #[test]
    fn a_line_can_be_changed_and_run_instead() {
        let mut view = fixture::pushed();
        view.update(Intent::EditStep(1));
        assert!(html(&view).contains("Run this instead"));
        view.update(Intent::StepTyped("docker tag mlmodel:1.0 other:2".into()));
        let effects = view.update(Intent::StepSubmitted);
        let ask = Ask::EditStep { step: 1, line: "docker tag mlmodel:1.0 other:2".into() };
        assert_eq!(effects, [Effect::Ask(ask)]);
    }
}
