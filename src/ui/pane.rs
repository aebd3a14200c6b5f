//! A region that is drawn again only if what it shows may have changed.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use super::app::AppProps;
use super::browser::Browser;
use super::context::Context;
use super::intent::Intent;
use super::reach::Reach;
use super::view::View;

/// How a region is drawn.
pub(super) type Draw = fn(&Context<'_>) -> Html;

#[derive(Clone, Properties)]
struct PaneProps {
    view: Rc<View>,
    emit: Callback<Intent>,
    browser: Browser,
    /// Always the same in the same place, and so is what reaches it.
    draw: Draw,
    reach: Reach,
}

impl PartialEq for PaneProps {
    fn eq(&self, other: &Self) -> bool {
        let changes = [self, other].map(|props| props.view.changes.reaching(self.reach));
        changes[0] == changes[1] && self.emit == other.emit && self.browser == other.browser
    }
}

#[component]
fn Pane(props: &PaneProps) -> Html {
    (props.draw)(&Context { view: &props.view, emit: &props.emit, browser: &props.browser })
}

/// A region of the page, for what reaches so far.
pub(super) fn pane(props: &AppProps, reach: Reach, draw: Draw) -> Html {
    let (view, emit, browser) = (Rc::clone(&props.view), props.emit.clone(), props.browser.clone());
    html! { <Pane {view} {emit} {browser} {draw} {reach} /> }
}
