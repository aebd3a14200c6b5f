//! The ways to learn one lesson, and the tabs that switch between them.

use serde::{Deserialize, Serialize};
use yew::{Callback, Html, KeyboardEvent, html};

use super::context::{Context, truth};
use super::intent::Intent;
use crate::course::ModesView;

/// A way to learn the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// What it is about, and when to use it.
    Learn,
    /// What hurts without it.
    Why,
    /// How it works inside.
    Deep,
    /// Step by step, with everything to be seen.
    #[default]
    Visualize,
    /// Lines to be completed.
    Try,
    /// Problems against the clock.
    Challenge,
    /// A small job in the lab.
    Project,
    /// Looking back.
    Review,
    /// What grows with what.
    Cost,
    /// Everything open.
    Sandbox,
}

impl Mode {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 10] = [
        Self::Learn,
        Self::Why,
        Self::Deep,
        Self::Visualize,
        Self::Try,
        Self::Challenge,
        Self::Project,
        Self::Review,
        Self::Cost,
        Self::Sandbox,
    ];

    /// The id of its tab.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Learn => "mode-learn",
            Self::Why => "mode-why",
            Self::Deep => "mode-deep",
            Self::Visualize => "mode-visualize",
            Self::Try => "mode-try",
            Self::Challenge => "mode-challenge",
            Self::Project => "mode-project",
            Self::Review => "mode-review",
            Self::Cost => "mode-cost",
            Self::Sandbox => "mode-sandbox",
        }
    }

    /// What its tab says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Learn => "Learn",
            Self::Why => "Why",
            Self::Deep => "Deep",
            Self::Visualize => "Visualize",
            Self::Try => "Try",
            Self::Challenge => "Challenge",
            Self::Project => "Project",
            Self::Review => "Review",
            Self::Cost => "Cost",
            Self::Sandbox => "Sandbox",
        }
    }

    /// The layout of the page, as it stands in `data-layout`: a page to read, or the desk with the lab.
    pub const fn layout(self) -> &'static str {
        match self {
            Self::Visualize | Self::Project | Self::Sandbox => "desk",
            _ => "page",
        }
    }

    /// Whether the lesson has something for it.
    pub fn is_offered(self, modes: &ModesView) -> bool {
        match self {
            Self::Learn => !modes.learn.is_empty(),
            Self::Why => !modes.why.is_empty(),
            Self::Deep => !modes.deep.is_empty(),
            Self::Visualize => true,
            Self::Try => !modes.practice.is_empty(),
            Self::Challenge => !modes.challenge.is_empty(),
            Self::Project => !modes.project.is_empty(),
            Self::Review => !(modes.cards.is_empty() && modes.review.is_empty() && modes.explain.is_empty()),
            Self::Cost => !modes.costs.is_empty(),
            Self::Sandbox => !modes.scenarios.is_empty(),
        }
    }
}

/// The tabs; none where the lesson has one mode only.
pub(super) fn tabs(context: &Context<'_>) -> Html {
    let offered = offered(context);
    if offered.len() < 2 {
        return Html::default();
    }
    let tab = |mode: &Mode| {
        let selected = *mode == context.view.study.mode;
        html! {
            <button type="button" role="tab" id={mode.id()} aria-selected={truth(selected)} aria-controls="lesson"
                tabindex={if selected { "0" } else { "-1" }} onclick={context.click(Intent::Mode(*mode))}>
                { mode.label() }
            </button>
        }
    };
    html! {
        <div class="modes" role="tablist" aria-label="Ways to learn" onkeydown={keys(context, offered.clone())}>
            { for offered.iter().map(tab) }
        </div>
    }
}

fn offered(context: &Context<'_>) -> Vec<Mode> {
    let lesson = context.view.lesson.as_deref();
    lesson.map_or_else(Vec::new, |lesson| Mode::ALL.into_iter().filter(|mode| mode.is_offered(&lesson.modes)).collect())
}

fn keys(context: &Context<'_>, offered: Vec<Mode>) -> Callback<KeyboardEvent> {
    let (emit, mode) = (context.emit.clone(), context.view.study.mode);
    Callback::from(move |event: KeyboardEvent| {
        if let Some(mode) = super::tabs::neighbour(&offered, mode, &event.key()) {
            event.prevent_default();
            emit.emit(Intent::ModeFocused(mode));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn only_what_the_lesson_has_is_offered() {
        let html = rendered(&fixture::at_start(), tabs);
        assert!(html.contains("Visualize") && html.contains("Try"), "{html}");
        assert!(!html.contains("Sandbox"), "{html}");
    }

    #[test]
    fn a_mode_is_a_tab_that_is_selected() {
        let mut view = fixture::at_start();
        view.update(Intent::Mode(Mode::Try));
        let html = rendered(&view, tabs);
        let after = html.split("mode-try").nth(1).expect("its tab");
        assert!(after.split('>').next().expect("its attributes").contains(r#"aria-selected="true""#), "{html}");
    }
}
