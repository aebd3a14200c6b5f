//! (to come)

#![allow(clippy::disallowed_methods, reason = "this is where the core meets the real machine")]
