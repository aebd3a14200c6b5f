//! Dockerfile and context to image, as `BuildKit` does it: [`build`] solves
//! one stage step by step, each step cached under a key made of its parent's
//! result and of what it reads, and exports the result as one manifest.
//! One file an instruction that makes a layer; those that only describe the
//! image are together in `metadata`. [`progress`] turns the events into text.
//!
//! Provenance, further stages and RUN come with later issues: an attestation
//! joins the manifest in `export`, stages become a list in `solve`.

mod cache;
mod checksum;
mod context;
mod convert;
mod copy;
mod error;
mod export;
mod identity;
mod layer;
mod metadata;
mod model;
mod ports;
pub mod progress;
mod request;
mod solve;

mod steps;
mod wire;
mod workdir;

pub use cache::Cache;
pub use error::{BuildError, Place, SolveError};
pub use request::{BaseError, BaseImage, Bases, Built, Request, parse_tag};
pub use solve::build;

#[cfg(test)]
mod tests;
