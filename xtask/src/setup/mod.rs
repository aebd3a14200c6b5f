//! What must be on the machine, brought there when it is missing.

mod apt;
mod browser;
mod npm;
mod python;
mod shrinker;
mod targets;
mod tools;

pub use apt::packages;
pub use browser::{browser, browser_modules};
pub use python::{oras, wasmtime};
pub use shrinker::{Shrinker, shrinker};
pub use targets::targets;
pub use tools::{Bundler, bundler};
