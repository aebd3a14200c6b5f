//! `cargo xtask bench`: builds on the real disk timed beside buildah's, the
//! served registry beside docker's own.

use crate::failure::Outcome;
use crate::run::{cargo, run};
use crate::setup;

/// Brings the others and runs the benchmarks.
pub fn main() -> Outcome {
    let others = [("buildah", "buildah"), ("docker-registry", "docker-registry"), ("wrk", "wrk")];
    setup::packages(&others, "the benchmarks")?;
    run(&mut cargo(&["bench", "--locked", "--bench", "disk", "--bench", "serve"]), "mend the error above")
}
