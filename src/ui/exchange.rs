//! A request and its answer: headers as they were sent, sizes, and why.

use std::rc::Rc;

use yew::{Html, classes, html};

use super::blob::facts;
use super::context::Context;
use super::intent::Intent;
use super::prose;
use super::request_table::status;
use super::view::Selection;
use crate::event::Exchange;

/// The selected exchange.
pub(super) fn exchange(context: &Context<'_>, exchange: &Exchange) -> Html {
    html! {
        <>
            <p class="eyebrow">{ format!("Request to {}", exchange.registry) }</p>
            <h2 class="request" translate="no">{ format!("{} ", exchange.method) }{ prose::linked(context, &exchange.path) }</h2>
            { facts(&[
                ("answer", status(exchange)),
                ("body sent", format!("{} bytes", exchange.sent)),
                ("body received", format!("{} bytes", exchange.received)),
            ]) }
            <div class="because"><h3>{ "Why?" }</h3><p>{ prose::linked(context, &exchange.why) }</p></div>
            { headers(context, "Headers sent", &exchange.request_headers) }
            { headers(context, "Headers received", &exchange.response_headers) }
        </>
    }
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
fn short(path: &str) -> String {
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
