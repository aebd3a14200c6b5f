//! What the lesson's column shows in each mode but `Visualize`.

mod challenge;
mod chart;
mod cost;
mod practice;
mod project;
mod reading;
mod review;
mod sandbox;

use yew::{Html, html};

use super::context::Context;
use super::mode::Mode;
use crate::course::LessonView;

/// The column in a mode; `Visualize` is the lesson itself.
pub(super) fn column(context: &Context<'_>, lesson: &LessonView) -> Html {
    let modes = &lesson.modes;
    match context.view.study.mode {
        Mode::Visualize => Html::default(),
        Mode::Learn => reading::passages(context, "What it is, and when to use it", &modes.learn),
        Mode::Why => reading::passages(context, "What hurts without it", &modes.why),
        Mode::Deep => reading::passages(context, "How it works inside", &modes.deep),
        Mode::Try => practice::practice(context, &modes.practice),
        Mode::Challenge => challenge::challenge(context, &modes.challenge),
        Mode::Project => project::project(context, &modes.project),
        Mode::Review => review::review(context, modes),
        Mode::Cost => cost::costs(context, &modes.costs),
        Mode::Sandbox => sandbox::sandbox(context, &modes.scenarios),
    }
}

/// The title of a mode and a sentence about it.
fn heading(eyebrow: &str, title: &str, about: &str) -> Html {
    html! {
        <div class="heading">
            <p class="eyebrow">{ eyebrow.to_owned() }</p>
            <h2>{ title.to_owned() }</h2>
            if !about.is_empty() { <p class="about">{ about.to_owned() }</p> }
        </div>
    }
}
