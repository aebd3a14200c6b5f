//! The browser's rim: the worker, with the part of it and the interpreter that it
//! fetches when they are first needed, and the page that talks to it.

pub mod deferred;
mod engine;
mod message;
pub mod outside;
pub mod page;
mod real;
pub mod remote;
pub mod runtime;
pub mod worker;
