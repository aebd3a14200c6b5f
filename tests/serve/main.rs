//! `drydock serve` as a process behind a socket: what it keeps, whom it lets
//! in, and that it survives being killed at any moment.
#![allow(clippy::disallowed_methods, reason = "these tests run the command over real files and sockets")]

mod client;
mod crash;
mod docker;
mod full;
mod registry;
mod reopened;
mod resume;
mod server;
