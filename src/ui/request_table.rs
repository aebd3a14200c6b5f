//! Every request up to the point of the history we are at.

use std::rc::Rc;

use yew::{Html, html};

use super::cell;
use super::context::Context;
use super::link;
use super::tables::nothing;
use super::view::{Selection, View};
use crate::event::Exchange;
use crate::limits::TABLE_ROWS;
use crate::text::units;

/// A request and the row of the process table it belongs to; none while its command runs.
pub(super) struct Request<'a> {
    /// The row.
    row: Option<usize>,
    /// The exchange.
    exchange: &'a Exchange,
}

/// All requests, oldest first.
pub(super) fn requests(view: &View) -> Vec<Request<'_>> {
    let here = view.history.position;
    let rows = view.trace.rows.iter().filter(|row| row.position.is_some_and(|position| position <= here));
    let past =
        rows.flat_map(|row| row.registry.exchanges.iter().map(|exchange| Request { row: Some(row.number), exchange }));
    let running = view.traffic.exchanges.iter().filter(|_| view.screen.running());
    past.chain(running.map(|exchange| Request { row: None, exchange })).collect()
}

/// The table.
pub(super) fn request_table(context: &Context<'_>, requests: &[Request<'_>]) -> Html {
    if requests.is_empty() {
        return nothing("No requests yet. Building and tagging send none; pushing and pulling do.");
    }
    let from = requests.len().saturating_sub(TABLE_ROWS);
    html! {
        <>
        { link::beside_requests(context) }
        <table class="requests">
            <caption class="unseen">{ "Every request so far" }</caption>
            <thead><tr>
                <th scope="col">{ "Step" }</th><th scope="col">{ "Request" }</th><th scope="col">{ "Registry" }</th>
                <th scope="col">{ "Status" }</th><th scope="col">{ "Sent" }</th><th scope="col">{ "Received" }</th>
            </tr></thead>
            <tbody>{ for requests[from..].iter().map(|request| row(context, request)) }</tbody>
        </table>
        </>
    }
}

fn row(context: &Context<'_>, request: &Request<'_>) -> Html {
    let exchange = request.exchange;
    let line = format!("{} {}", exchange.method, exchange.path);
    html! {
        <tr>
            <th scope="row" data-label="Step">{ request.row.map_or("now".to_owned(), |row| row.to_string()) }</th>
            { cell::asking(context, "Request", &line, Selection::Exchange(Rc::new(exchange.clone()))) }
            <td data-label="Registry">{ exchange.registry.clone() }</td>
            <td data-label="Status" class="number">{ status(exchange) }</td>
            <td data-label="Sent" class="number">{ units::size(exchange.sent) }</td>
            <td data-label="Received" class="number">{ units::size(exchange.received) }</td>
        </tr>
    }
}

/// The status code, or that there was no answer.
pub(super) fn status(exchange: &Exchange) -> String {
    if exchange.status == 0 { "no answer".to_owned() } else { exchange.status.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture;
    use crate::ui::rendered::rendered;

    #[test]
    fn going_back_takes_requests_away() {
        let pushed = fixture::pushed();
        assert_eq!(requests(&pushed).len(), 4);
        let built = fixture::built();
        assert!(requests(&built).len() < requests(&pushed).len());
    }

    #[test]
    fn a_request_opens_on_its_line() {
        let view = fixture::pushed();
        let html = rendered(&view, |context| request_table(context, &requests(&view)));
        assert!(html.contains("HEAD /") && html.contains("blobs/<wbr>sha256:"), "{html}");
    }
}
