//! What must be on the machine, brought there when it is missing.

mod apt;
mod browser;
mod npm;
mod optimiser;
mod python;
mod targets;
mod tools;

pub use apt::packages;
pub use browser::{browser, browser_modules};
pub use optimiser::optimiser;
pub use python::wasmtime;
pub use targets::targets;
pub use tools::{Bundler, bundler};
