//! The browser's rim: the worker, the page that talks to it, and the
//! interpreter, which the worker fetches when a program first runs.

mod message;
pub mod outside;
pub mod page;
mod real;
pub mod remote;
pub mod runtime;
pub mod worker;
