//! The ways to learn one lesson, and the tabs that switch between them.

use std::rc::Rc;

use yew::{Callback, Html, KeyboardEvent, html};

use super::context::{Context, truth};
use super::intent::{Effect, Intent};
use super::view::{Boot, View};
use super::words;
pub use crate::course::Mode;
use crate::course::ModesView;
use crate::session::Ask;

/// What the modes beside the steps show; it comes when the first of them is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Content {
    /// Nobody wanted it yet, or it did not come.
    #[default]
    Away,
    /// It was asked for.
    Asked,
    /// All of it.
    Here(Rc<ModesView>),
}

impl View {
    /// Asks for what the mode shows, if it needs more than the lesson has.
    pub(super) fn want_content(&mut self) -> Option<Effect> {
        let needed = self.study.mode != Mode::Visualize && self.modes == Content::Away && self.boot == Boot::Open;
        needed.then(|| {
            self.modes = Content::Asked;
            Effect::Ask(Ask::Modes)
        })
    }

    /// What was asked for does not come.
    pub(super) fn lack_content(&mut self) {
        if self.modes == Content::Asked {
            self.modes = Content::Away;
        }
    }
}

impl Mode {
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

    /// The mode that an address calls so, in every language.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.id().trim_start_matches("mode-").eq_ignore_ascii_case(name))
    }

    /// What its tab says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Learn => words::learn(),
            Self::Why => words::why_mode(),
            Self::Deep => words::deep(),
            Self::Visualize => words::visualize(),
            Self::Try => words::try_mode(),
            Self::Challenge => words::challenge(),
            Self::Project => words::project(),
            Self::Review => words::review(),
            Self::Cost => words::cost(),
            Self::Sandbox => words::sandbox(),
        }
    }

    /// The layout of the page, as it stands in `data-layout`: a page to read, or the desk with the lab.
    pub const fn layout(self) -> &'static str {
        match self {
            Self::Visualize | Self::Project | Self::Sandbox => "desk",
            _ => "page",
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
            <button type="button" role="tab" id={mode.id()} aria-description={described(context, *mode)} aria-selected={truth(selected)} aria-controls="lesson"
                tabindex={if selected { "0" } else { "-1" }} onclick={context.click(Intent::Mode(*mode))}>
                { mode.label() }
                if let Some((done, all)) = progress(context, *mode) { <span class="share" aria-hidden="true">{ format!("{done}/{all}") }</span> }
            </button>
        }
    };
    html! {
        <div class="modes" role="tablist" aria-label={words::ways_to_learn()} onkeydown={keys(context, offered.clone())}>
            { for offered.iter().map(tab) }
        </div>
    }
}

fn offered(context: &Context<'_>) -> Vec<Mode> {
    let Some(lesson) = context.view.lesson.as_deref() else { return Vec::new() };
    let offered = |mode: &Mode| *mode == Mode::Visualize || lesson.modes.iter().any(|(offered, _)| offered == mode);
    Mode::ALL.into_iter().filter(offered).collect()
}

/// How much is solved of how much; nothing is said before the first.
fn progress(context: &Context<'_>, mode: Mode) -> Option<(usize, usize)> {
    let (view, lesson) = (context.view, context.view.lesson.as_deref()?);
    let done = match mode {
        Mode::Visualize => view.study.solved("quiz"),
        Mode::Try => view.study.solved("try"),
        Mode::Challenge => view.study.solved("challenge"),
        Mode::Review => view.study.solved("review") + view.study.compared(),
        Mode::Project => view.trace.goals.iter().filter(|task| task.iter().all(|goal| *goal)).count(),
        _ => 0,
    };
    let of = |(known, all): &(Mode, usize)| (*known == mode).then_some(*all);
    let all = if mode == Mode::Visualize { lesson.quiz.len() } else { lesson.modes.iter().find_map(of)? };
    (done > 0).then_some((done.min(all), all))
}

/// The same in words, for whom the tab is read out.
fn described(context: &Context<'_>, mode: Mode) -> Option<String> {
    progress(context, mode).map(|(done, all)| words::so_many_are_solved(done, all))
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
    fn a_tab_says_how_much_is_solved_once_something_is() {
        let mut view = fixture::at_start();
        assert!(!rendered(&view, tabs).contains("solved"));
        let answer = crate::course::Answer { question: "try-1".into(), ..Default::default() };
        view.study.hear(crate::course::Verdict { answer, right: true, ..Default::default() });
        let html = rendered(&view, tabs);
        assert!(html.contains("1/3") && html.contains("1 of 3 solved"), "{html}");
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
