//! A program is interpreted, and the program it becomes is run by the same
//! engine, which does not count then: fuel, calls, pauses, memory and end must
//! be the same.

mod chance;
mod constructs;
/// The hub's programs are files, of which nothing in `src` speaks.
#[path = "../../../../tests/metered/hub.rs"]
mod hub;
mod operators;
mod random;
mod rig;
