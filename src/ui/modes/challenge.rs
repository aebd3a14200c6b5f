//! `Challenge`: problems against a clock that can be switched off. Two
//! attempts each; a badge for all that are solved.

use yew::{Html, classes, html};

use crate::course::QuestionView;
use crate::ui::context::{Context, truth};
use crate::ui::intent::Intent;
use crate::ui::study::{Act, Answering};
use crate::ui::{prose, question, words};

/// Attempts at one problem.
const ATTEMPTS: usize = 2;

/// All problems.
pub(super) fn challenge(context: &Context<'_>, questions: &[QuestionView]) -> Html {
    let solved = questions.iter().filter(|question| context.view.study.of(&question.id).solved).count();
    let asked = |(_, question): &(usize, &QuestionView)| context.view.study.asks(question);
    html! {
        <>
            { super::heading(words::challenge(), words::solve_it_before_the_clock(), words::each_problem_starts_when()) }
            <p class="actions">
                { clock_switch(context) }
                <span class={classes!("badge", (solved == questions.len()).then_some("won"))} role="status">
                    { words::so_many_are_solved(solved, questions.len()) }
                </span>
            </p>
            { for questions.iter().enumerate().filter(asked).map(|(at, question)| problem(context, at, question)) }
            { question::retry(context, questions) }
        </>
    }
}

fn clock_switch(context: &Context<'_>) -> Html {
    let hurried = !context.view.study.unhurried;
    html! {
        <button type="button" class="quiet" aria-pressed={truth(hurried)}
            onclick={context.click(Intent::Study(Act::Hurry(!hurried)))}>
            { if hurried { words::clock_on() } else { words::clock_off() } }
        </button>
    }
}

fn problem(context: &Context<'_>, at: usize, asked: &QuestionView) -> Html {
    let answering = context.view.study.of(&asked.id);
    if !answering.begun {
        return closed(context, at, asked);
    }
    html! {
        <section class="problem" key={asked.id.clone()}>
            { clock(asked, &answering) }
            { question::question(context, asked, ATTEMPTS) }
        </section>
    }
}

/// A problem before it is begun: only its name can be read.
fn closed(context: &Context<'_>, at: usize, asked: &QuestionView) -> Html {
    let seconds = asked.seconds.filter(|_| !context.view.study.unhurried);
    let begin = Intent::Study(Act::Begin(asked.id.clone(), asked.seconds));
    html! {
        <section class="problem closed" key={asked.id.clone()}>
            <h3>{ format!("{}. ", at + 1) }{ prose::inlines(context, &asked.question) }</h3>
            <button type="button" class="quiet" onclick={context.click(begin)}>
                { seconds.map_or_else(|| words::start_it().to_owned(), words::start_it_in) }
            </button>
        </section>
    }
}

/// The seconds left: for the eye; a screen reader is told only that the time is over.
fn clock(asked: &QuestionView, answering: &Answering) -> Html {
    let (Some(left), false) = (answering.left, answering.solved) else { return Html::default() };
    let all = asked.seconds.unwrap_or(left).max(1);
    html! {
        <p class="clock">
            <progress max={all.to_string()} value={left.to_string()} aria-hidden="true"></progress>
            <span aria-hidden="true">{ words::so_many_seconds(left) }</span>
            <span role="status">{ if left == 0 { words::the_time_is_over() } else { "" } }</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    fn html(view: &View) -> String {
        let lesson = view.lesson.clone().expect("the fixture opens the lesson");
        let mut problems = lesson.quiz.clone();
        for problem in &mut problems {
            problem.seconds = Some(60);
        }
        rendered(view, |context| challenge(context, &problems))
    }

    #[test]
    fn a_problem_is_read_after_it_was_started() {
        let mut view = fixture::at_start();
        let before = html(&view);
        assert!(before.contains("Start (60 s)") && !before.contains("<form"), "{before}");
        view.update(Intent::Study(Act::Begin("quiz-2".into(), Some(60))));
        let after = html(&view);
        assert!(after.contains("60 s") && after.matches("<form").count() == 1, "{after}");
    }

    #[test]
    fn the_clock_can_be_switched_off() {
        let mut view = fixture::at_start();
        view.update(Intent::Study(Act::Hurry(false)));
        let html = html(&view);
        assert!(html.contains("Clock: off") && !html.contains("(60 s)"), "{html}");
    }
}
