//! The browser's side of the rim; compiled for wasm alone.

pub mod page;
