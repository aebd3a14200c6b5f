//! The browser's rim: the worker, and the page that talks to it.

mod message;
pub mod outside;
pub mod page;
pub mod worker;
