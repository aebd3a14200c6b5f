//! Every request up to the point of the history we are at: sifted, a page at a
//! time, as a table or as a sequence.

use std::rc::Rc;

use yew::{Html, html};

use super::cell;
use super::context::{Context, truth};
use super::intent::Intent;
use super::link;
use super::pager::{self, pager};
use super::sequence;
use super::sifting::{self, Sifting, Trait};
use super::tables::nothing;
use super::view::{Selection, View};
use super::words::{self, Word};
use crate::course::ProcessRow;
use crate::event::Exchange;
use crate::text::units;

/// Requests on one page.
const PAGE: usize = 100;
const COLUMNS: [Word; 6] =
    [words::step, words::request, words::registry_heading, words::status_heading, words::sent, words::received];

/// A request, who sent it, and the row of the process table it belongs to; none while its command runs.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// The row.
    pub row: Option<usize>,
    /// The machine.
    pub machine: &'a str,
    /// What was typed there.
    pub line: &'a str,
    /// The exchange.
    pub exchange: &'a Exchange,
}

impl Request<'_> {
    /// What is selected when it is picked.
    pub fn selection(&self) -> Selection {
        Selection::Exchange(Rc::new(self.exchange.clone()))
    }
}

/// How many requests there are.
pub(super) fn count(view: &View) -> usize {
    let past: usize = past(view).map(|row| row.registry.exchanges.len()).sum();
    past + if view.screen.running() { view.traffic.exchanges.len() } else { 0 }
}

fn past(view: &View) -> impl Iterator<Item = &ProcessRow> {
    let here = view.history.position;
    view.trace.rows.iter().filter(move |row| row.position.is_some_and(|position| position <= here)).map(|row| &**row)
}

/// All requests, oldest first.
pub(super) fn requests(view: &View) -> Vec<Request<'_>> {
    let past = past(view).flat_map(|row| {
        let request = |exchange| Request { row: Some(row.number), machine: &row.machine, line: &row.line, exchange };
        row.registry.exchanges.iter().map(request)
    });
    let running = view.traffic.exchanges.iter().filter(|_| view.screen.running());
    let machine = view.traffic.machine.as_str();
    past.chain(running.map(|exchange| Request { row: None, machine, line: "", exchange })).collect()
}

/// The sieve, and a page of what is left.
pub(super) fn request_table(context: &Context<'_>) -> Html {
    let requests = &requests(context.view)[..];
    if requests.is_empty() {
        return nothing(words::no_requests_yet());
    }
    let sieve = &context.view.sieve;
    let left: Vec<Request<'_>> = requests.iter().filter(|request| sieve.passes(request.exchange)).copied().collect();
    let rows = pager::rows(sieve.page.unwrap_or(usize::MAX), PAGE, left.len());
    let page = &left[rows.clone()];
    html! {
        <>
            { link::beside_requests(context) }
            { bar(context, requests) }
            if page.is_empty() { <p class="empty" role="status">{ words::no_request_is_like_that() }</p> }
            else if sieve.sequence { { sequence::sequence(context, page) } }
            else { { table(context, page) } }
            { pager(context, words::requests(), &rows, PAGE, left.len(), |page| Intent::Sift(Sifting::Page(page))) }
        </>
    }
}

/// What the requests can be picked by; what all have in common is not offered.
fn bar(context: &Context<'_>, requests: &[Request<'_>]) -> Html {
    let sieve = &context.view.sieve;
    let seen = |of: Trait| {
        let mut seen: Vec<&str> = Vec::new();
        for Request { exchange, .. } in requests {
            let text = match of {
                Trait::Registry => &exchange.registry,
                Trait::Method => &exchange.method,
                _ => sifting::answer(exchange),
            };
            if !seen.contains(&text) {
                seen.push(text);
            }
        }
        seen
    };
    let answers = seen(Trait::Answer);
    let answers = sifting::answers().into_iter().filter(|answer| answers.contains(answer)).collect();
    let shape = |sequence: bool, label: &'static str| {
        html! {
            <button type="button" aria-pressed={truth(sieve.sequence == sequence)}
                onclick={context.click(Intent::Sift(Sifting::Sequence(sequence)))}>{ label }</button>
        }
    };
    let words = |text| Intent::Sift(Sifting::By(Trait::Words, text));
    html! {
        <div class="sieve">
            <div class="switch" role="group" aria-label={words::requests_as()}>{ shape(false, words::table()) }{ shape(true, words::sequence()) }</div>
            { picks(context, Trait::Registry, words::registry_heading(), seen(Trait::Registry)) }
            { picks(context, Trait::Method, words::method(), seen(Trait::Method)) }
            { picks(context, Trait::Answer, words::answer(), answers) }
            <input type="search" aria-label={words::words_in_a_request()} placeholder={words::words_in_it()} value={sieve.wanted(Trait::Words).to_owned()}
                autocapitalize="off" autocorrect="off" spellcheck="false" autocomplete="off" oninput={context.input(words)} />
        </div>
    }
}

fn picks(context: &Context<'_>, of: Trait, name: &'static str, texts: Vec<&str>) -> Html {
    let picked = context.view.sieve.wanted(of);
    if texts.len() < 2 && picked.is_empty() {
        return Html::default();
    }
    let pick = |text: &str| {
        let is_picked = picked == text;
        let wanted = if is_picked { String::new() } else { text.to_owned() };
        html! {
            <button type="button" aria-pressed={truth(is_picked)} onclick={context.click(Intent::Sift(Sifting::By(of, wanted)))}>{ text.to_owned() }</button>
        }
    };
    html! { <div class="picks" role="group" aria-label={name}>{ for texts.into_iter().map(pick) }</div> }
}

fn table(context: &Context<'_>, page: &[Request<'_>]) -> Html {
    html! {
        <table class="requests">
            <caption class="unseen">{ words::requests_up_to_here() }</caption>
            <thead><tr>
                { for COLUMNS.map(|column| html! { <th scope="col">{ column() }</th> }) }
            </tr></thead>
            <tbody>{ for page.iter().map(|request| row(context, request)) }</tbody>
        </table>
    }
}

fn row(context: &Context<'_>, request: &Request<'_>) -> Html {
    let exchange = request.exchange;
    let line = format!("{} {}", exchange.method, exchange.path);
    let [step, request_word, registry, code, sent, received] = COLUMNS;
    html! {
        <tr>
            <th scope="row" data-label={step()}>{ request.row.map_or_else(|| words::now_word().to_owned(), |row| row.to_string()) }</th>
            { cell::asking(context, request_word(), &line, request.selection(), false) }
            <td data-label={registry()}>{ exchange.registry.clone() }</td>
            <td data-label={code()} class="number">{ status(exchange) }</td>
            <td data-label={sent()} class="number">{ units::size(exchange.sent) }</td>
            <td data-label={received()} class="number">{ units::size(exchange.received) }</td>
        </tr>
    }
}

/// The status code, or that there was no answer.
pub(super) fn status(exchange: &Exchange) -> String {
    if exchange.status == 0 { words::no_answer().to_owned() } else { exchange.status.to_string() }
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
        let html = rendered(&view, request_table);
        assert!(html.contains("HEAD /") && html.contains("blobs/<wbr>sha256:"), "{html}");
    }

    #[test]
    fn only_what_tells_requests_apart_is_offered() {
        let mut view = fixture::all_run();
        let html = |view: &View| rendered(view, request_table);
        let offered = html(&view);
        assert!(offered.contains(r#"aria-label="Method""#) && offered.contains(r#"aria-label="Answer""#), "{offered}");
        assert!(!offered.contains(r#"aria-label="Registry""#), "{offered}");
        view.update(Intent::Sift(Sifting::By(Trait::Words, "nowhere".into())));
        assert!(html(&view).contains("No request is like that."));
    }

    #[test]
    fn the_sequence_tells_what_the_table_tells() {
        let mut view = fixture::all_run();
        view.update(Intent::Sift(Sifting::Sequence(true)));
        let html = rendered(&view, request_table);
        for name in ["laptop", "prod", "registry.example.com"] {
            assert!(html.contains(&format!(">{name}</text>")), "{html}");
        }
        assert_eq!((html.matches(">404").count(), html.matches(">200").count()), (4, 4), "{html}");
        assert!(html.contains("4 · prod $ docker pull"), "{html}");
        assert!(html.contains("<title>HEAD /v2/") && html.contains(": 404</title>"), "{html}");
    }
}
