//! `docker buildx imagetools`: images in their registries, looked into and put
//! together without a byte of them coming here.

mod create;
mod inspect;
mod sources;
mod view;

pub use create::{Creating, VERB as CREATE};
pub use inspect::VERB as INSPECT;

use crate::cli::{Desk, Failure};
use crate::oci::Reference;
use crate::transfer::Place;

/// A name as buildx takes it.
fn location(typed: &str) -> Result<Reference, Failure> {
    typed.parse::<Reference>().map(Reference::tagged).map_err(failed)
}

/// A name with the credentials there are for it.
fn place(reference: &Reference, desk: &Desk<'_>) -> Place {
    let credentials = desk.machine.engine.credentials.get(&reference.domain).cloned();
    Place { reference: reference.clone(), credentials }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("ERROR: {error}"))
}
