//! The commands that show on a real machine what is looked at here, with
//! docker, skopeo, oras or nothing but curl.

use yew::{Html, html};

use super::context::Context;
use super::order::quoted;
use super::stored::copy;
use super::surveyor::reference;
use super::words;
use crate::event::Exchange;
use crate::session::{Shelf, Shelved};

/// A list of them.
pub(super) fn commands(
    context: &Context<'_>,
    registry: &str,
    shelf: Option<&Shelf>,
    shelved: Option<&Shelved>,
) -> Html {
    let lines = match (shelf, shelved) {
        (Some(shelf), Some(shelved)) => of_digest(registry, shelf, shelved),
        (shelf, _) => of_registry(registry, shelf),
    };
    list(context, &lines)
}

/// The command that sends a request, unless it has a body.
pub(super) fn request(context: &Context<'_>, exchange: &Exchange) -> Html {
    if exchange.sent > 0 { Html::default() } else { list(context, &[curl(exchange)]) }
}

fn list(context: &Context<'_>, lines: &[String]) -> Html {
    let item = |line: &String| html! { <li><code translate="no">{ line.clone() }</code>{ copy(context, line) }</li> };
    html! {
        <section class="setting real-commands">
            <h3>{ words::the_same_on_a_real() }</h3>
            <ul>{ for lines.iter().map(item) }</ul>
        </section>
    }
}

fn curl(exchange: &Exchange) -> String {
    let Exchange { registry, method, path, .. } = exchange;
    let how = match method.as_str() {
        "GET" => String::new(),
        "HEAD" => " -I".to_owned(),
        method => format!(" -X {method}"),
    };
    // Who asks is nobody else's business, and curl says itself what it is and how much it sends.
    let is_own = |name: &str| ["authorization", "content-length", "user-agent"].contains(&name);
    let headers = exchange.request_headers.iter().filter(|(name, _)| !is_own(name));
    let headers = headers.map(|(name, value)| format!("-H {} ", quoted(&format!("{name}: {value}"))));
    let headers: Vec<String> = headers.collect();
    format!("curl -s{how} {}{}", headers.concat(), quoted(&format!("https://{registry}{path}")))
}

fn of_registry(registry: &str, shelf: Option<&Shelf>) -> Vec<String> {
    let mut lines = vec![format!("curl -s https://{registry}/v2/_catalog")];
    if let Some(Shelf { name, .. }) = shelf {
        lines.push(format!("curl -s https://{registry}/v2/{name}/tags/list"));
        lines.push(format!("skopeo list-tags docker://{registry}/{name}"));
    }
    lines
}

fn of_digest(registry: &str, shelf: &Shelf, shelved: &Shelved) -> Vec<String> {
    let (digest, media_type, name) = (&shelved.blob.digest, &shelved.blob.media_type, &shelf.name);
    let reference = reference(registry, shelf, &digest.to_string());
    let sum = format!("{}sum", digest.algorithm().as_str());
    if !media_type.is_manifest() && !media_type.is_index() {
        return vec![
            format!("curl -sL https://{registry}/v2/{name}/blobs/{digest} | {sum}"),
            format!("oras blob fetch --output - {reference} | {sum}"),
        ];
    }
    vec![
        format!("docker buildx imagetools inspect --raw {reference}"),
        format!("curl -s -H 'Accept: {media_type}' https://{registry}/v2/{name}/manifests/{digest} | {sum}"),
        format!("skopeo inspect --raw docker://{reference}"),
        format!("curl -s https://{registry}/v2/{name}/referrers/{digest}"),
        format!("oras discover {reference}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_as_curl_sends_it_has_its_headers_and_no_secret() {
        let exchange = Exchange {
            registry: "r.test".into(),
            method: "HEAD".into(),
            path: "/v2/a/manifests/1?ns=b".into(),
            status: 200,
            request_headers: vec![
                ("user-agent".into(), "drydock".into()),
                ("accept".into(), "a/b, */*".into()),
                ("authorization".into(), "Bearer ***".into()),
            ],
            response_headers: Vec::new(),
            sent: 0,
            received: 0,
            says: None,
            why: String::new(),
        };
        assert_eq!(curl(&exchange), "curl -s -I -H 'accept: a/b, */*' 'https://r.test/v2/a/manifests/1?ns=b'");
    }
}
