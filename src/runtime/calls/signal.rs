//! Signals, which preview 1 does not know: the part of the import module
//! `drydock_process` that sends them, ignores them and hears of them.

use super::{Guest, Outcome, Stop};

/// Sends a signal; what is neither ignored nor caught ends the process.
pub(super) fn kill(guest: &mut Guest<'_>, pid: u32, signal: u32) -> Outcome {
    guest.world.pids.kill(pid, signal)?;
    if pid == guest.world.pid {
        guest.world.stop = Some(Stop::Yield);
    }
    Ok(())
}

/// Ignores a signal, or (0) no longer.
pub(super) fn ignore(guest: &mut Guest<'_>, signal: u32, ignored: u32) -> Outcome {
    guest.world.pids.ignore(guest.world.pid, signal, ignored != 0)
}

/// Hears of a signal instead of being ended by it, or (0) no longer.
pub(super) fn catch(guest: &mut Guest<'_>, signal: u32, caught: u32) -> Outcome {
    guest.world.pids.catch(guest.world.pid, signal, caught != 0)
}

/// A signal that was caught, which is forgotten then; 0 if there is none.
pub(super) fn caught(guest: &mut Guest<'_>, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let signal = guest.world.pids.take_caught(guest.world.pid);
    guest.memory.put_u32(out, signal)
}
