//! Our advice when a registry of the lab refused, or the way to it broke: what
//! docker says of it is short, and often the same for several reasons.

/// What an error says, and what to do about it; `{}` is the registry.
const ADVICE: [(&[&str], &str); 7] = [
    (
        &["no basic auth credentials", "access denied", "resource is denied", "401 Unauthorized", "403 Forbidden"],
        "`{}` asks who is there: `docker login -u NAME -p PASSWORD {}`. `registry user ls {}` lists who may do what.",
    ),
    (
        &["toomanyrequests", "too many requests"],
        "`{}` wants to be left alone for a while, as after too many pulls. Try again: `sleep 30` lets the lab's clock go on.",
    ),
    (
        &["configured as immutable"],
        "This tag has to stay what it is. Push another tag, or let tags move: `registry immutable --off {}`.",
    ),
    (&["unsupported"], "`{}` takes no change now: `registry read-only {} off` ends that."),
    (
        &["no space left on device"],
        "The disk of `{}` is full. `registry garbage-collect -m {}` frees what no tag leads to.",
    ),
    (
        &["EOF", "broken pipe", "connection reset"],
        "The connection to `{}` broke. Try again; a push sends only what has not arrived.",
    ),
    (&["unknown error", "500 Internal Server Error"], "`{}` itself failed. Nothing is wrong here; try again."),
];

/// What to do about an error of `registry`, if we know it.
pub fn advice(text: &str, registry: &str) -> Option<String> {
    let found = ADVICE.iter().find(|(signs, _)| signs.iter().any(|sign| text.contains(sign)));
    found.map(|(_, advice)| advice.replace("{}", registry))
}
