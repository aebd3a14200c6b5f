//! A row of tabs as the keyboard expects it: one stop of Tab, the arrows move.

use yew::{Callback, Html, KeyboardEvent, html};

use super::context::{Context, truth};
use super::intent::Intent;
use super::view::Tab;
use super::words;

/// The tabs of the tables; `count` is said beside the requests.
pub(super) fn tabs(context: &Context<'_>, count: usize) -> Html {
    let tab = |tab: Tab| {
        let selected = tab == context.view.tab;
        html! {
            <button type="button" role="tab" id={tab.id()} aria-selected={truth(selected)} aria-controls="table-panel"
                tabindex={if selected { "0" } else { "-1" }} onclick={context.click(Intent::Tab(tab))}>
                { tab.label() }
                if tab == Tab::Requests { { " " }<span class="count">{ count }</span> }
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={words::tables()} onkeydown={keys(context)}>
            { for Tab::ALL.into_iter().map(tab) }
        </div>
    }
}

fn keys(context: &Context<'_>) -> Callback<KeyboardEvent> {
    let (emit, tab) = (context.emit.clone(), context.view.tab);
    Callback::from(move |event: KeyboardEvent| {
        if let Some(tab) = neighbour(&Tab::ALL, tab, &event.key()) {
            event.prevent_default();
            emit.emit(Intent::TabFocused(tab));
        }
    })
}

/// The one of `all` to which a key leads from `at`.
pub(super) fn neighbour<T: Copy + PartialEq>(all: &[T], at: T, key: &str) -> Option<T> {
    let at = all.iter().position(|other| *other == at)?;
    let to = match key {
        "ArrowRight" => (at + 1) % all.len(),
        "ArrowLeft" => (at + all.len() - 1) % all.len(),
        "Home" => 0,
        "End" => all.len() - 1,
        _ => return None,
    };
    Some(all[to])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrows_go_round() {
        assert_eq!(neighbour(&Tab::ALL, Tab::Process, "ArrowLeft"), Some(Tab::Requests));
        assert_eq!(neighbour(&Tab::ALL, Tab::Requests, "ArrowRight"), Some(Tab::Process));
        assert_eq!(neighbour(&Tab::ALL, Tab::Images, "Home"), Some(Tab::Process));
        assert_eq!(neighbour(&Tab::ALL, Tab::Images, "a"), None);
    }
}
