//! Drydock: a docker daemon, an image store and an OCI registry as one pure,
//! synchronous core, with three thin hosts: a web worker under a page, a
//! native command, and the tests. `ARCHITECTURE.md` is the map.

// Nouns.
pub mod event;
pub mod fs;
pub mod host;
pub mod limits;
pub mod oci;
pub mod store;
pub mod template;
pub mod text;

// Verbs.
pub mod build;
pub mod dockerfile;
pub mod registry;
pub mod runtime;
pub mod transfer;

// The daemon, the world, the learner.
pub mod cli;
pub mod course;
pub mod engine;
pub mod lab;
pub mod session;

// The rim.
#[cfg(all(not(target_arch = "wasm32"), feature = "cli"))]
pub mod native;
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
