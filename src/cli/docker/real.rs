//! Our advice where a name is bound to a real registry and something went
//! wrong on the way there.

use crate::lab::{Real, Wire};
use crate::oci::Reference;

/// What a browser's host says of a request that was not let through.
const BLOCKED: &str = "blocked by the browser";

/// What to do about `error`, if `reference` means a real registry.
pub fn advice(reference: &Reference, wire: &Wire<'_>, error: &str) -> Option<String> {
    let real = wire.world.ways.real(&reference.domain)?;
    let domain = &reference.domain;
    let place = Real::place(real);
    if error.contains(BLOCKED) {
        return Some(format!(
            "A page reaches {place} only if the registry allows this page by CORS headers (`drydock serve \
             --allow-origin` sends them), with `Location` and `Docker-Content-Digest` exposed, and if the page's own \
             policy lists {place} in `connect-src`. In `drydock shell` nothing stands in between."
        ));
    }
    let is_silent = error.contains("failed to do request") || error.contains("dial tcp");
    let answered = "The answer is that of the real registry.";
    let silent = "Nobody answers there. Is it running, and is the address right?";
    let meaning = if is_silent { silent } else { answered };
    Some(format!("{domain} is bound to {place}. {meaning} `wire unbind {domain}` makes it the lab's own again."))
}
