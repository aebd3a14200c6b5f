//! `docker buildx version`: honest about who builds.

use crate::cli::{Arguments, Flow, Verb};

/// The buildx whose behaviour this is.
const BEHAVES_LIKE: &str = "v0.36.1";

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx version"],
    usage: "",
    about: "Show buildx version information",
    arguments: Arguments::None,
    flags: &[],
    run: |_, desk| {
        let own = env!("CARGO_PKG_VERSION");
        desk.terminal.out(format!("drydock {own}, behaves like github.com/docker/buildx {BEHAVES_LIKE}"));
        Ok(Flow::Done(0))
    },
};
