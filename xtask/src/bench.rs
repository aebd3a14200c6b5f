//! `cargo xtask bench`: builds on the real disk, timed beside buildah's.

use crate::failure::Outcome;
use crate::run::{cargo, run};
use crate::setup;

/// Brings buildah and runs the benchmark.
pub fn main() -> Outcome {
    setup::packages(&[("buildah", "buildah")], "the benchmark")?;
    run(&mut cargo(&["bench", "--locked", "--bench", "disk"]), "mend the error above")
}
