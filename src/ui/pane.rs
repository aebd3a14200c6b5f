//! A region that is drawn again only if what it shows may have changed. What is
//! typed at the prompt or into a file, and what a command prints, changes
//! nothing of the others, so a key costs the same in a small lab and in a large
//! one; and that a line begins or ends changes nothing of the lab.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::app::AppProps;
use super::browser::Browser;
use super::context::Context;
use super::intent::Intent;
use super::view::View;

/// How a region is drawn.
pub(super) type Draw = fn(&Context<'_>) -> Html;

#[derive(Clone, Properties)]
struct PaneProps {
    view: Rc<View>,
    emit: Callback<Intent>,
    browser: Browser,
    /// Always the same in the same place, and so is what counts for it.
    draw: Draw,
    turn: fn(&View) -> u64,
}

impl PartialEq for PaneProps {
    fn eq(&self, other: &Self) -> bool {
        (self.turn)(&self.view) == (other.turn)(&other.view) && self.emit == other.emit && self.browser == other.browser
    }
}

#[component]
fn Pane(props: &PaneProps) -> Html {
    (props.draw)(&Context { view: &props.view, emit: &props.emit, browser: &props.browser })
}

/// A region of the page.
pub(super) fn pane(props: &AppProps, draw: Draw) -> Html {
    counted(props, draw, |view| view.turn)
}

/// A region that shows the lab alone.
pub(super) fn lab_pane(props: &AppProps, draw: Draw) -> Html {
    counted(props, draw, |view| view.scene)
}

fn counted(props: &AppProps, draw: Draw, turn: fn(&View) -> u64) -> Html {
    let (view, emit, browser) = (Rc::clone(&props.view), props.emit.clone(), props.browser.clone());
    html! { <Pane {view} {emit} {browser} {draw} {turn} /> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{End, FileText, Start, Tell};
    use crate::text::{Output, Stream};
    use crate::ui::fixture;
    use crate::ui::intent::Fact;
    use crate::ui::view::Menu;

    #[test]
    fn typing_and_output_are_no_reason_to_draw_the_other_regions() {
        let mut view = fixture::at_start();
        let turn = view.turn;
        view.update(Intent::Typed("docker ps".into()));
        view.update(Intent::FileTyped("FROM a".into()));
        view.learn(Fact::Told(Tell::Printed(Output { stream: Stream::Stdout, slot: None, line: "a".into() })));
        assert_eq!(view.turn, turn);
        let start = Start { machine: "laptop".into(), prompt: "$".into(), line: "ls".into() };
        view.learn(Fact::Told(Tell::Started(start)));
        assert_ne!(view.turn, turn);
        view.update(Intent::Menu(Menu::Open));
        let turn = view.turn;
        view.update(Intent::Typed("d".into()));
        assert_ne!(view.turn, turn, "it closes the menu");
    }

    #[test]
    fn what_is_only_asked_for_is_no_reason_to_draw_the_lab() {
        let mut view = fixture::pushed();
        let scene = view.scene;
        assert_eq!(view.update(Intent::Undo).len(), 1);
        let text = FileText { machine: "laptop".into(), path: "/a".into(), text: Ok("a".into()) };
        view.learn(Fact::Told(Tell::File(text)));
        assert_eq!(view.scene, scene);
        view.learn(Fact::Told(Tell::State(Box::new(fixture::lab(&fixture::built())))));
        assert_ne!(view.scene, scene, "the answer is here");
    }

    #[test]
    fn that_a_line_begins_and_ends_is_no_reason_to_draw_the_lab_unless_something_travels() {
        let mut view = fixture::at_start();
        let (turn, scene) = (view.turn, view.scene);
        view.update(Intent::Submitted);
        let start = Start { machine: "laptop".into(), prompt: "$".into(), line: "ls".into() };
        view.learn(Fact::Told(Tell::Started(start)));
        view.learn(Fact::Told(Tell::Finished(End { code: 0, hint: None })));
        assert_eq!((view.turn, view.scene), (turn + 3, scene));
        let mut view = fixture::pushing();
        let scene = view.scene;
        view.learn(Fact::Told(Tell::Finished(End { code: 0, hint: None })));
        assert_ne!(view.scene, scene, "what travelled is there now");
    }
}
