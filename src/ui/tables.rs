//! The tables, one at a time under tabs.

use yew::{Html, html};

use super::context::Context;
use super::tabs;
use super::view::Tab;
use super::{blob_table, image_table, process_table, request_table, tracker};

/// Tabs and the table that is picked.
pub(super) fn tables(context: &Context<'_>) -> Html {
    let requests = request_table::requests(context.view);
    let table = match context.view.tab {
        Tab::Process => process_table::process_table(context),
        Tab::Tracker => tracker::tracker(context),
        Tab::Images => image_table::image_table(context),
        Tab::Blobs => blob_table::blob_table(context),
        Tab::Requests => request_table::request_table(context, &requests),
    };
    html! {
        <>
            { tabs::tabs(context, requests.len()) }
            <div key={context.view.tab.id()} class="table-panel" id="table-panel" role="tabpanel" aria-labelledby={context.view.tab.id()} tabindex="0">
                { table }
            </div>
        </>
    }
}

/// A table with nothing in it says how to fill it.
pub(super) fn nothing(text: &'static str) -> Html {
    html! { <p class="empty">{ text }</p> }
}
