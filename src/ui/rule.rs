//! The rule behind a request: what the specification says of requests like
//! it, in plain words, and where it says so.

use yew::{Html, html};

use super::words::{self, Word};
use crate::event::Exchange;

/// The specification that registries and clients follow.
const SPECIFICATION: &str = "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md";
/// How a client proves who it is is told elsewhere.
const TOKENS: &str = "https://distribution.github.io/distribution/spec/auth/token/";

/// A rule: the section that has it, by its title and its anchor, and what it says.
struct Rule(Word, &'static str, Word);

const TOKEN: Rule = Rule(words::token_authentication, "", words::who_is_sent_away);
const SUPPORT: Rule = Rule(words::determining_support, "determining-support", words::a_registry_answers_here);
const TAGS: Rule = Rule(words::listing_tags, "listing-tags", words::the_tags_of_a_repository);
const REFERRERS: Rule = Rule(words::listing_referrers, "listing-referrers", words::the_answer_is_an_index);
const MOUNT: Rule =
    Rule(words::mounting_a_blob_from_another, "mounting-a-blob-from-another-repository", words::a_registry_that_has_it);
const OPEN: Rule = Rule(words::pushing_a_blob, "post-then-put", words::the_registry_answers);
const PIECE: Rule = Rule(words::pushing_a_blob_in_chunks, "pushing-a-blob-in-chunks", words::each_piece_goes_where);
const CLOSE: Rule = Rule(words::pushing_a_blob, "post-then-put", words::the_last_request);
const PROGRESS: Rule =
    Rule(words::pushing_a_blob_in_chunks, "pushing-a-blob-in-chunks", words::the_answer_says_how_many);
const PUT: Rule = Rule(words::pushing_manifests, "pushing-manifests", words::a_manifest_is_put_last);
const DELETE_BLOB: Rule = Rule(words::deleting_blobs, "deleting-blobs", words::gone_or_not_there);
const DELETE: Rule = Rule(words::deleting_manifests, "deleting-manifests", words::by_a_tag_only);
const ASK: Rule = Rule(
    words::checking_if_content_exists,
    "checking-if-content-exists-in-the-registry",
    words::size_and_digest_if_there,
);
const MANIFEST: Rule = Rule(words::pulling_manifests, "pulling-manifests", words::accept_says_which_kinds);
const BLOB: Rule = Rule(words::pulling_blobs, "pulling-blobs", words::the_bytes_or_not_found);

/// The rule of a request.
pub(super) fn rule(exchange: &Exchange) -> Html {
    let Rule(title, anchor, said) = of(exchange);
    let place = if anchor.is_empty() { TOKENS.to_owned() } else { format!("{SPECIFICATION}#{anchor}") };
    html! {
        <div class="rule">
            <h3>{ words::the_rule() }</h3>
            <p>{ said() }</p>
            <p><a href={place} target="_blank" rel="noreferrer">{ title() }</a></p>
        </div>
    }
}

fn of(exchange: &Exchange) -> Rule {
    let (path, query) = exchange.path.split_once('?').unwrap_or((&exchange.path, ""));
    let is = |part: &str| path.contains(part);
    match exchange.method.as_str() {
        _ if !path.starts_with("/v2/") => TOKEN,
        _ if path == "/v2/" => SUPPORT,
        _ if is("/tags/list") => TAGS,
        _ if is("/referrers/") => REFERRERS,
        "POST" if query.contains("mount=") => MOUNT,
        "POST" => OPEN,
        "PATCH" => PIECE,
        "PUT" if is("/uploads/") => CLOSE,
        "GET" if is("/uploads/") => PROGRESS,
        "PUT" => PUT,
        "DELETE" if is("/blobs/") => DELETE_BLOB,
        "DELETE" => DELETE,
        "HEAD" => ASK,
        _ if is("/manifests/") => MANIFEST,
        _ => BLOB,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_request_has_its_section() {
        let table = [
            ("GET /v2/", "determining-support"),
            ("GET /token?scope=repository:a:pull", ""),
            ("HEAD /v2/a/b/manifests/1.0", "checking-if-content-exists-in-the-registry"),
            ("GET /v2/a/b/manifests/1.0", "pulling-manifests"),
            ("GET /v2/a/b/blobs/sha256:00", "pulling-blobs"),
            ("POST /v2/a/b/blobs/uploads/", "post-then-put"),
            ("POST /v2/a/b/blobs/uploads/?mount=sha256:00&from=c", "mounting-a-blob-from-another-repository"),
            ("PATCH /v2/a/b/blobs/uploads/7", "pushing-a-blob-in-chunks"),
            ("PUT /v2/a/b/blobs/uploads/7?digest=sha256:00", "post-then-put"),
            ("GET /v2/a/b/blobs/uploads/7", "pushing-a-blob-in-chunks"),
            ("PUT /v2/a/b/manifests/1.0", "pushing-manifests"),
            ("DELETE /v2/a/b/manifests/1.0", "deleting-manifests"),
            ("GET /v2/a/b/tags/list?n=5", "listing-tags"),
            ("GET /v2/a/b/referrers/sha256:00", "listing-referrers"),
        ];
        for (request, section) in table {
            let (method, path) = request.split_once(' ').expect("a method and a path");
            let exchange = Exchange {
                registry: "r.test".into(),
                method: method.into(),
                path: path.into(),
                status: 200,
                request_headers: Vec::new(),
                response_headers: Vec::new(),
                sent: 0,
                received: 0,
                says: None,
                why: String::new(),
            };
            assert_eq!(of(&exchange).1, section, "{request}");
        }
    }
}
