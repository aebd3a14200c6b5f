//! A request and its answer: headers as they were sent, sizes, and why.

use std::rc::Rc;

use yew::{Html, classes, html};

use super::blob::facts;
use super::chip;
use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::real;
use super::request_table::status;
use super::rule;
use super::sifting::Sifting;
use super::view::Selection;
use super::words;
use crate::event::Exchange;

/// The selected exchange.
pub(super) fn exchange(context: &Context<'_>, exchange: &Exchange) -> Html {
    html! {
        <>
            <p class="eyebrow">{ words::request_to(&exchange.registry) }</p>
            <h2 class="request" translate="no">{ format!("{} ", exchange.method) }{ prose::linked(context, &exchange.path) }</h2>
            { facts(&[
                ("answer", status(exchange)),
                (words::body_sent(), words::bytes_of(exchange.sent)),
                (words::body_received(), words::bytes_of(exchange.received)),
            ]) }
            <div class="because"><h3>{ words::why() }</h3><p>{ prose::linked(context, &exchange.why) }</p>{ rule::rule(exchange) }</div>
            { headers(context, words::headers_sent(), &exchange.request_headers) }
            { headers(context, words::headers_received(), &exchange.response_headers) }
            { bodies(context, exchange) }
            { again(context, exchange) }
            { real::request(context, exchange) }
        </>
    }
}

/// The bodies: those that a digest names can be looked into by it, what is short stands here.
fn bodies(context: &Context<'_>, exchange: &Exchange) -> Html {
    let digest = exchange.digests().last().copied();
    let named = digest
        .map(|digest| html! { <p>{ words::bytes_of_alone() }{ chip::link(context, digest, &digest.short()) }</p> });
    let received = exchange
        .says
        .as_ref()
        .map(|text| html! { <pre class="code document" translate="no">{ prose::linked(context, text) }</pre> });
    html! {
        <>
            if exchange.sent > 0 { <h3>{ words::body_sent_heading() }</h3>{ named.clone().unwrap_or_else(|| forgotten(exchange.sent)) } }
            if exchange.received > 0 { <h3>{ words::body_received_heading() }</h3>{ received.or(named).unwrap_or_else(|| forgotten(exchange.received)) } }
        </>
    }
}

fn forgotten(bytes: u64) -> Html {
    html! { <p class="eyebrow">{ words::bytes_that_are_not_shown(bytes) }</p> }
}

/// The same request once more, and what is answered now beside what was answered then.
fn again(context: &Context<'_>, exchange: &Exchange) -> Html {
    let resent = context.view.resent.as_deref().filter(|resent| resent.first == *exchange);
    html! {
        <section class="setting again">
            <h3>{ words::send_it_again() }</h3>
            <p class="note">{ words::the_same_request() }</p>
            <button type="button" class="quiet" disabled={context.view.busy()}
                onclick={context.click(Intent::Sift(Sifting::Again))}>{ words::send_again(&exchange.method) }</button>
            { match resent.map(|resent| &resent.now) {
                None => Html::default(),
                Some(Err(reason)) => html! { <p role="status">{ words::it_cannot_be_sent_again(reason) }</p> },
                Some(Ok(now)) => html! { { for now.last().map(|last| answers(context, exchange, last, now.len())) } },
            } }
        </section>
    }
}

fn answers(context: &Context<'_>, then: &Exchange, now: &Exchange, exchanges: usize) -> Html {
    let row = |name: &str, of: &dyn Fn(&Exchange) -> String| {
        let (before, after) = (of(then), of(now));
        let differs = before != after;
        html! {
            <tr class={differs.then_some("differs")}><th scope="row" translate="no">{ name.to_owned() }</th>
                <td>{ prose::linked(context, &before) }</td><td>{ if differs { prose::linked(context, &after) } else { html! { words::the_same() } } }</td></tr>
        }
    };
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in then.response_headers.iter().chain(&now.response_headers) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let header = |name: &&String| row(name, &|of: &Exchange| value(of, name));
    html! {
        <>
            <table class="answers">
                <caption class="unseen">{ words::the_answer_then_and_now() }</caption>
                <thead><tr><th scope="col">{ words::answer() }</th><th scope="col">{ words::then() }</th><th scope="col">{ words::now() }</th></tr></thead>
                <tbody>
                    { row(words::status(), &status) }
                    { row(words::body(), &|of: &Exchange| of.says.clone().unwrap_or_else(|| words::bytes_of(of.received))) }
                    { for names.iter().map(header) }
                </tbody>
            </table>
            if exchanges > 1 { <p class="note">{ words::it_took_exchanges(exchanges) }</p> }
        </>
    }
}

fn value(exchange: &Exchange, name: &str) -> String {
    let found = exchange.response_headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// One line of a list of exchanges; it opens the exchange.
pub(super) fn line(context: &Context<'_>, exchange: &Rc<Exchange>) -> Html {
    let good = (200..400).contains(&exchange.status);
    html! {
        <button type="button" class="exchange" title={exchange.path.clone()} translate="no"
            onclick={context.click(Intent::Select(Selection::Exchange(Rc::clone(exchange))))}>
            <span class="method">{ exchange.method.clone() }</span>
            <span class="path">{ short(&exchange.path) }</span>
            <span class={classes!("code", good.then_some("good"))}>{ status(exchange) }</span>
        </button>
    }
}

/// The end of a path, which says what it is about, with its digest shortened.
pub(super) fn short(path: &str) -> String {
    let plain = path.split('?').next().unwrap_or(path);
    let start = plain.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    let end = plain[start..].find("sha256:").map_or(plain.len(), |at| start + at + "sha256:".len() + 8);
    plain.get(start..end.min(plain.len())).unwrap_or(plain).to_owned()
}

fn headers(context: &Context<'_>, title: &'static str, headers: &[(String, String)]) -> Html {
    if headers.is_empty() {
        return Html::default();
    }
    let header = |(name, value): &(String, String)| {
        html! { <><span class="name">{ format!("{name}: ") }</span>{ prose::linked(context, value) }{ "\n" }</> }
    };
    html! {
        <>
            <h3>{ title }</h3>
            <pre class="code headers" translate="no">{ for headers.iter().map(header) }</pre>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn a_path_is_known_by_its_end() {
        let table = [
            ("/v2/", "v2/"),
            ("/v2/a/b/manifests/1.0", "manifests/1.0"),
            ("/v2/a/blobs/sha256:0c6b2290185ff857", "blobs/sha256:0c6b2290"),
            ("/v2/a/blobs/uploads/7?digest=sha256:0c6b2290185ff857", "uploads/7"),
            ("/v2/a/blobs/sha256:é", "blobs/sha256:é"),
            ("", ""),
        ];
        for (path, expected) in table {
            assert_eq!(short(path), expected);
        }
    }

    #[test]
    fn an_exchange_says_what_was_sent_and_why() {
        let of = Exchange {
            registry: "registry.example.com".into(),
            method: "HEAD".into(),
            path: "/v2/a/blobs/x".into(),
            status: 404,
            request_headers: vec![("Accept".into(), "*/*".into())],
            response_headers: Vec::new(),
            sent: 0,
            received: 0,
            says: None,
            why: "It asks before it sends.".into(),
        };
        let html = rendered(&View::default(), |context| exchange(context, &of));
        assert!(
            html.contains("404") && html.contains("Accept: ") && html.contains("It asks before it sends."),
            "{html}"
        );
        assert!(!html.contains("Headers received"), "{html}");
    }
}
