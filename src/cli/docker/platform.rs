//! `--platform` as typed.

use crate::cli::Failure;
use crate::cli::flags::Parsed;
use crate::oci::Platform;

/// The platforms of a flag that takes several, also with commas between them.
pub fn several(parsed: &Parsed<'_>) -> Result<Vec<Platform>, Failure> {
    let words = parsed.values("platform");
    let words = words.iter().flat_map(|word| word.split(',')).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(Failure::new)).collect()
}

/// The same, in the words of `docker save` and `docker load`.
pub fn list(parsed: &Parsed<'_>) -> Result<Vec<Platform>, Failure> {
    several(parsed).map_err(|failure| Failure::new(format!("invalid platform: {}", failure.text())))
}

/// The platform of a flag that takes one.
pub fn one(parsed: &Parsed<'_>) -> Result<Option<Platform>, Failure> {
    let typed = parsed.value("platform").filter(|typed| !typed.is_empty());
    typed.map(|typed| typed.parse().map_err(Failure::new)).transpose()
}
