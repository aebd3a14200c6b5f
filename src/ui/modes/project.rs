//! `Project`: a small job in the learner's own lab. Each goal is ticked as
//! soon as the lab says so.

use yew::{Html, classes, html};

use crate::course::TaskView;
use crate::ui::context::Context;
use crate::ui::icons::{self, icon};
use crate::ui::{moments, prose, question, words};

/// All tasks.
pub(super) fn project(context: &Context<'_>, tasks: &[TaskView]) -> Html {
    let reached = |at: usize| context.view.trace.goals.get(at).map(Vec::as_slice).unwrap_or_default();
    let done = (0..tasks.len()).filter(|at| !reached(*at).is_empty() && reached(*at).iter().all(|goal| *goal)).count();
    let eyebrow = words::project_done(done, tasks.len());
    html! {
        <>
            { super::heading(&eyebrow, words::a_job_of_your_own(), words::type_at_the_prompt_of()) }
            { for tasks.iter().enumerate().map(|(at, task)| self::task(context, at, task, reached(at))) }
            if done == tasks.len() { <p class="all-done" role="status">{ words::all_goals_are_reached() }</p> }
        </>
    }
}

fn task(context: &Context<'_>, at: usize, task: &TaskView, reached: &[bool]) -> Html {
    let goals = task.goals.iter().enumerate();
    let hints = context.view.study.of(&task.id).hints;
    let hint = |hint: &String| html! { <p class="pointer">{ prose::linked(context, hint) }</p> };
    html! {
        <section class="task" key={task.id.clone()}>
            <h3>{ format!("{}. ", at + 1) }{ prose::inlines(context, &task.title) }</h3>
            <div class="prose">{ prose::blocks(context, &task.prose) }</div>
            <ul class="goals">{ for goals.map(|(at, goal)| self::goal(goal, reached.get(at) == Some(&true))) }</ul>
            { for task.hints.iter().take(hints).map(hint) }
            <p class="actions">{ question::hint_button(context, &task.id, hints, task.hints.len()) }</p>
            if hints >= task.hints.len() { { moments::show(context, &format!("{}-solution", task.id), words::show_me_from_the_start()) } }
        </section>
    }
}

fn goal(words: &str, reached: bool) -> Html {
    html! {
        <li class={classes!("goal", reached.then_some("reached"))}>
            <span class="tick">
                if reached { { icon(icons::DONE) } }
                <span class="unseen">{ if reached { words::reached_before() } else { words::open_before() } }</span>
            </span>
            <code translate="no">{ words.to_owned() }</code>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::intent::Intent;
    use crate::ui::rendered::rendered;
    use crate::ui::study::Act;
    use crate::ui::view::View;

    fn tasks() -> Vec<TaskView> {
        let goals = vec!["laptop has a:1".into(), "r holds a:1".into()];
        vec![TaskView { id: "task-1".into(), title: vec![], prose: vec![], goals, hints: vec!["tag".into()] }]
    }

    #[test]
    fn a_goal_is_ticked_when_the_lab_says_so() {
        let mut view = View::default();
        let trace = crate::course::TraceView { goals: vec![vec![true, false]], ..Default::default() };
        view.trace = std::rc::Rc::new(trace);
        let html = rendered(&view, |context| project(context, &tasks()));
        assert_eq!((html.matches("reached: ").count(), html.matches("open: ").count()), (1, 1), "{html}");
        assert!(html.contains("0 of 1 done"), "{html}");
    }

    #[test]
    fn the_solution_comes_after_the_hints() {
        let mut view = View::default();
        let html = |view: &View| rendered(view, |context| project(context, &tasks()));
        assert!(!html(&view).contains("Show me"));
        view.update(Intent::Study(Act::Hints("task-1".into(), 1)));
        assert!(html(&view).contains("Show me"));
    }
}
