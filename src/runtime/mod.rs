//! A container's process: a WebAssembly program on WASI preview 1 over an
//! in-memory file tree, run in slices of fuel so that it can be paused,
//! interrupted and bounded. It is the same interpreter natively and in the
//! browser; time and randomness are handed in, so a run repeats to the byte.
//!
//! | calls of preview 1 | here |
//! |---|---|
//! | `args_*`, `environ_*` | whole |
//! | `clock_*`, `poll_oneoff`, `sched_yield` | a virtual clock: a sleep passes at once and is told to the caller |
//! | `random_get` | seeded by the caller |
//! | `fd_*` | whole; standard input is fed by the caller or at its end, streams are terminals if the caller says so |
//! | `fd_advise`, `fd_sync`, `fd_datasync` | nothing to do in memory, so they succeed |
//! | `fd_fdstat_set_rights` | whole: rights are given up for good, and every call asks for them |
//! | `path_*` | whole, hard links included; in a container no path leaves the root, with [`Reach::Folders`] none leaves its folder |
//! | `proc_exit` | whole; the low eight bits are the exit code |
//! | `proc_raise` | what a signal does to a process that does not catch it: 128 and its number, or nothing; to stop is not supported |
//! | `sock_*` | whole, on ports that are open beforehand and what comes of them |
//!
//! Beside them are the modules `drydock_process`, by which a program starts
//! others, and `drydock_net`, by which it opens sockets itself.
//! `hub/toolbox/README.md` describes them. The processes of a container share
//! its files; `/dev/null` and `/dev/signals` are its devices.
//!
//! Exit codes of the room itself: 134 for a trap (as after `SIGABRT`), 137 for
//! a process that was killed for its time or its output (as after `SIGKILL`).
//! An interrupt is the caller's: it drops the process and records 130.

mod bounds;
mod calls;
mod clock;
mod descriptors;
mod errno;
pub mod exec;
mod files;
mod given;
mod guest;
mod input;
mod interpreted;
mod lookup;
pub mod message;
#[cfg_attr(not(test), expect(dead_code, reason = "no host asks for it yet"))]
mod metered;
mod modules;
mod namespace;
mod network;
mod output;
mod parked;
mod pids;
mod pipe;
mod places;
mod process;
mod random;
mod rights;
mod user;
mod world;

pub use given::{Entry, Given, MAIN, News};
pub use modules::{ModuleError, Modules};
pub use network::{Packet, Refusal, Traffic};
pub use output::Output;
pub use parked::{Mark, Parked};
pub use process::{Process, Processes, Program, Reach, Running, StartError, Step, Usage};
pub use user::{User, UserError};
