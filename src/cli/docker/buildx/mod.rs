//! `docker buildx` beside its builds: the one builder there is, and its cache.

mod du;
mod ls;
mod version;

pub use du::{VERB as DU, last_used};
pub use ls::VERB as LS;
pub use version::VERB as VERSION;

use crate::cli::Failure;
use crate::cli::flags::Parsed;

/// The name of the builder that every docker has.
const BUILDER: &str = "default";

/// Refuses a `--builder` that is not there.
pub fn check_builder(parsed: &Parsed<'_>) -> Result<(), Failure> {
    match parsed.value("builder") {
        None | Some("" | BUILDER) => Ok(()),
        Some(name) => Err(Failure::new(format!("ERROR: no builder {name:?} found"))),
    }
}
