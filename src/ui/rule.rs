//! The rule behind a request: what the specification says of requests like
//! it, in plain words, and where it says so.

use yew::{Html, html};

use crate::event::Exchange;

/// The specification that registries and clients follow.
const SPECIFICATION: &str = "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md";
/// How a client proves who it is is told elsewhere.
const TOKENS: &str = "https://distribution.github.io/distribution/spec/auth/token/";

/// A rule: the section that has it, by its title and its anchor, and what it says.
struct Rule(&'static str, &'static str, &'static str);

const TOKEN: Rule = Rule(
    "Token authentication",
    "",
    "Who is sent away with 401 is told where tokens are given: with a name, or with none, a client gets one \
     that lists what it may do, and shows it with each request.",
);
const SUPPORT: Rule = Rule(
    "Determining support",
    "determining-support",
    "A registry answers here with 200, or with 401 if it first wants to know who asks.",
);
const TAGS: Rule = Rule(
    "Listing tags",
    "listing-tags",
    "The tags of a repository come in the order of their letters, and in pages if there are many.",
);
const REFERRERS: Rule = Rule(
    "Listing referrers",
    "listing-referrers",
    "The answer is an index of all manifests that name this digest as their subject; it may be empty.",
);
const MOUNT: Rule = Rule(
    "Mounting a blob from another repository",
    "mounting-a-blob-from-another-repository",
    "A registry that has the blob in the other repository answers 201, and no byte travels; one that cannot \
     do it opens an upload, 202.",
);
const OPEN: Rule = Rule(
    "Pushing a blob: POST then PUT",
    "post-then-put",
    "The registry answers 202, and its Location says where the bytes go; the client must not make that place \
     up itself.",
);
const PIECE: Rule = Rule(
    "Pushing a blob in chunks",
    "pushing-a-blob-in-chunks",
    "Each piece goes where the last Location said; the answer, 202, says how far the upload is.",
);
const CLOSE: Rule = Rule(
    "Pushing a blob: POST then PUT",
    "post-then-put",
    "The last request of an upload names the digest. The registry computes it over what came: 201 if it is \
     the same, 400 if it is not.",
);
const PROGRESS: Rule = Rule(
    "Pushing a blob in chunks",
    "pushing-a-blob-in-chunks",
    "The answer, 204, says how many bytes have come, so that a client whose connection broke can go on.",
);
const PUT: Rule = Rule(
    "Pushing manifests",
    "pushing-manifests",
    "A manifest is put last: a registry may refuse it while a blob that it names is missing. Under a tag it \
     replaces what the tag named.",
);
const DELETE_BLOB: Rule = Rule(
    "Deleting blobs",
    "deleting-blobs",
    "202 if it is gone, 404 if it was not there; a registry need not allow it, 405.",
);
const DELETE: Rule = Rule(
    "Deleting manifests",
    "deleting-manifests",
    "By a tag only the tag goes; by a digest the manifest goes with its tags. 202 either way, 405 where it is \
     not allowed.",
);
const ASK: Rule = Rule(
    "Checking if content exists in the registry",
    "checking-if-content-exists-in-the-registry",
    "200 with size and digest and without a body if it is there, else 404.",
);
const MANIFEST: Rule = Rule(
    "Pulling manifests",
    "pulling-manifests",
    "Accept says which kinds of manifests the client understands, Content-Type in the answer which one it is. \
     The client computes the digest of the bytes itself.",
);
const BLOB: Rule = Rule(
    "Pulling blobs",
    "pulling-blobs",
    "200 with the bytes, or 404. The client computes the digest and keeps them only if it is the one it asked \
     for.",
);

/// The rule of a request.
pub(super) fn rule(exchange: &Exchange) -> Html {
    let Rule(title, anchor, words) = of(exchange);
    let place = if anchor.is_empty() { TOKENS.to_owned() } else { format!("{SPECIFICATION}#{anchor}") };
    html! {
        <div class="rule">
            <h3>{ "The rule" }</h3>
            <p>{ words }</p>
            <p><a href={place} target="_blank" rel="noreferrer">{ title }</a></p>
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
