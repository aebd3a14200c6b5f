//! `cargo xtask bench`: builds on the real disk timed beside buildah's, the
//! served registry beside docker's own, containers beside podman and wasmtime,
//! a full lab beside an empty one.

use crate::failure::Outcome;
use crate::run::{cargo, run};
use crate::setup;

/// Brings the others and runs the benchmarks.
pub fn main() -> Outcome {
    let others = ["buildah", "docker-registry", "wrk", "podman", "runc"].map(|name| (name, name));
    let others = [&others[..], &[("busybox", "busybox-static")]].concat();
    setup::packages(&others, "the benchmarks")?;
    let mut benches =
        cargo(&["bench", "--locked", "--bench", "disk", "--bench", "serve", "--bench", "container", "--bench", "lab"]);
    run(benches.env("WASMTIME_PYTHON", setup::wasmtime()?), "mend the error above")
}
