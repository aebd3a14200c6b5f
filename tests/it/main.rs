//! What holds across rooms, one module a subject.
#![allow(clippy::disallowed_methods, reason = "these tests read the sources and fixtures of the project")]

mod architecture;
mod dependencies;
mod sizes;
mod source;
mod transfer;
