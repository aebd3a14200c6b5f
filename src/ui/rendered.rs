//! Renders a component to HTML text, for tests.

use yew::{Callback, Html, LocalServerRenderer, Properties, component, html};

use super::browser::Browser;
use super::context::Context;
use super::view::View;

#[derive(Clone, PartialEq, Properties)]
struct PieceProps {
    html: Html,
}

#[component]
fn Piece(props: &PieceProps) -> Html {
    props.html.clone()
}

/// The HTML of a piece of the page for `view`.
pub(super) fn rendered(view: &View, piece: impl FnOnce(&Context<'_>) -> Html) -> String {
    let (emit, browser) = (Callback::noop(), Browser::default());
    let html = piece(&Context { view, emit: &emit, browser: &browser });
    as_text(&html! { <>{ html }</> })
}

fn as_text(html: &Html) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without I/O");
    let renderer = LocalServerRenderer::<Piece>::with_props(PieceProps { html: html.clone() }).hydratable(false);
    tokio::task::LocalSet::new().block_on(&runtime, renderer.render())
}
