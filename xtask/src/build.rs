//! `cargo xtask build`: the hub image and the static site in `dist/`.

use crate::failure::Outcome;
use crate::run::say;
use crate::site::Profile;
use crate::{hub, place, setup, site};

/// Sets up, then builds everything a static host needs.
pub fn main(profile: Profile) -> Outcome {
    setup::targets()?;
    hub::build()?;
    site::build(profile)?;
    say(format!("the site is in {}; it runs under any path of any static host", place::dist().display()));
    Ok(())
}
