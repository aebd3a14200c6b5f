//! Dockerfile and context to image, as `BuildKit` does it. A [`Build`] reads
//! the Dockerfile (`load`), turns each stage it needs into a plan (`stages`,
//! `convert`), runs the plans step by step, each step cached under a key made
//! of its parent's result and of what it reads (`layer`, `process`), and
//! exports the result (`export`, `provenance`). One file an instruction that
//! makes a layer; those that only describe the image are together in
//! `metadata`. [`progress`] turns the events into text.

mod annotation;
pub mod cache;
mod checksum;
mod context;
mod convert;
mod copy;
mod definition;
mod download;
mod environment;
mod epoch;
mod error;
mod exchange;
mod export;
mod identity;
mod layer;
mod lint;
mod load;
mod metadata;
mod model;
mod mounts;
mod named;
mod outline;
mod ports;
mod process;
pub mod progress;
mod provenance;
mod remote;
mod request;
mod run;
mod signal;
mod slsa;
mod solve;
mod stages;
mod steps;
mod wire;
mod workdir;

pub use annotation::{Annotation, annotate};
pub use cache::{Cache, CacheRecord};
pub use copy::{is_address, is_git};
pub use error::{AnnotationError, BuildError, Place, SolveError};
pub use exchange::CacheExport;
pub use named::{Layout, NamedContext, NamedContexts};
pub use outline::{Outline, OutlineArgument, OutlineSecret, TargetStage};
pub use remote::{PIPED, Received, put_piped};
pub use request::{
    BaseError, BaseImage, BaseRequest, Bases, Built, BuiltImage, CacheSource, Output, Provenance, Request, Rights,
    Tools, parse_tag,
};
pub use solve::Build;

#[cfg(test)]
mod tests;
