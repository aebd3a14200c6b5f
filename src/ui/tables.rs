//! The tables, one at a time under tabs.

use yew::{Html, html};

use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::tabs;
use super::view::Tab;
use super::words;
use super::{blob_table, image_table, process_table, request_table, tracker};

/// Tabs and the table that is picked.
pub(super) fn tables(context: &Context<'_>) -> Html {
    let table = match context.view.tab {
        Tab::Process => process_table::process_table(context),
        Tab::Tracker => tracker::tracker(context),
        Tab::Images => image_table::image_table(context),
        Tab::Blobs => blob_table::blob_table(context),
        Tab::Requests => request_table::request_table(context),
    };
    html! {
        <>
            <div class="tables-head">{ tabs::tabs(context, request_table::count(context.view)) }{ size(context) }</div>
            <div key={context.view.tab.id()} class="table-panel" id="table-panel" role="tabpanel" aria-labelledby={context.view.tab.id()} tabindex="0">
                { table }
            </div>
        </>
    }
}

/// Whether the tables have all the room there is.
fn size(context: &Context<'_>) -> Html {
    let large = context.view.large;
    html! {
        <button type="button" class="tool resize" aria-label={words::large_tables()} title={if large { words::smaller() } else { words::larger() }}
            aria-pressed={truth(large)} onclick={context.click(Intent::Large(!large))}>{ icon(if large { icons::DOWN } else { icons::UP }) }</button>
    }
}

/// A table with nothing in it says how to fill it.
pub(super) fn nothing(text: &'static str) -> Html {
    html! { <p class="empty">{ text }</p> }
}
