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
use super::intent::Intent;
use super::mode::{Content, Mode};
use super::words;

/// The column in a mode; `Visualize` is the lesson itself.
pub(super) fn column(context: &Context<'_>) -> Html {
    let mode = context.view.study.mode;
    let modes = match &context.view.modes {
        Content::Here(modes) => modes,
        Content::Asked => {
            return html! { <p role="status" class="progress">{ words::fetching_what_this_mode_shows() }</p> };
        }
        Content::Away => return away(context, mode),
    };
    match mode {
        Mode::Visualize => Html::default(),
        Mode::Learn => reading::passages(context, words::what_it_is_and_when(), &modes.learn),
        Mode::Why => reading::passages(context, words::what_hurts_without_it(), &modes.why),
        Mode::Deep => reading::passages(context, words::how_it_works_inside(), &modes.deep),
        Mode::Try => practice::practice(context, &modes.practice),
        Mode::Challenge => challenge::challenge(context, &modes.challenge),
        Mode::Project => project::project(context, &modes.project),
        Mode::Review => review::review(context, modes),
        Mode::Cost => cost::costs(context, &modes.costs),
        Mode::Sandbox => sandbox::sandbox(context, &modes.scenarios),
    }
}

/// What the mode shows did not come.
fn away(context: &Context<'_>, mode: Mode) -> Html {
    html! {
        <>
            { heading(mode.label(), words::not_here(), words::what_this_mode_shows_could_not()) }
            <p class="actions">
                <button type="button" class="primary" onclick={context.click(Intent::Mode(mode))}>{ words::fetch_it_again() }</button>
            </p>
        </>
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Ask, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::{Effect, Fact};
    use crate::ui::rendered::rendered;

    #[test]
    fn what_a_mode_shows_is_asked_for_once_and_again_when_it_did_not_come() {
        let mut view = fixture::at_start();
        view.modes = Content::Away;
        assert!(view.update(Intent::Mode(Mode::Try)).contains(&Effect::Ask(Ask::Modes)));
        assert!(rendered(&view, column).contains("Fetching what this mode shows"));
        assert!(!view.update(Intent::Mode(Mode::Learn)).contains(&Effect::Ask(Ask::Modes)), "it is on its way");
        view.learn(Fact::Told(Tell::Refused("no network".into())));
        assert!(rendered(&view, column).contains("Fetch it again"));
        assert!(view.update(Intent::Mode(Mode::Learn)).contains(&Effect::Ask(Ask::Modes)));
    }

    #[test]
    fn who_left_in_a_mode_finds_it_when_the_lesson_opens() {
        let lesson = fixture::at_start().lesson.as_deref().cloned().expect("the fixture opens the lesson");
        let mut view = crate::ui::View::default();
        view.study.mode = Mode::Try;
        assert_eq!(view.learn(Fact::Told(Tell::Opened(Box::new(lesson)))), [Effect::Ask(Ask::Modes)]);
    }
}
