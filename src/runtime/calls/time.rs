//! Clocks, and waiting. Files and outputs are always ready; a wait for the
//! clock alone is a sleep, which passes at once on the virtual clock.

use super::spawn::block;
use super::{Guest, Outcome, Stop};
use crate::limits;
use crate::runtime::descriptors::Descriptor;
use crate::runtime::errno::Errno;
use crate::runtime::guest::Memory;
use crate::runtime::world::World;

/// Sizes of the two records of `poll_oneoff`.
const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;
/// The flag of a subscription whose timeout is a time and not a duration.
const ABSOLUTE: u16 = 1;
/// What is waited for: a clock, something to read; else room to write.
const CLOCK: u8 = 0;
const READ: u8 = 1;

/// What the guest waits for, and what came of it.
struct Wait {
    user_data: u64,
    kind: u8,
    /// Nanoseconds until it is ready; none if that is for others to say.
    nanos: Option<u64>,
    error: u16,
}

pub(super) fn clock_res_get(guest: &mut Guest<'_>, id: u32, out: u32) -> Outcome {
    if id > 3 {
        return Err(Errno::Inval);
    }
    guest.memory.put_u64(out, 1)
}

pub(super) fn clock_time_get(guest: &mut Guest<'_>, id: u32, _precision: u64, out: u32) -> Outcome {
    let nanos = guest.world.clock.read(id).ok_or(Errno::Inval)?;
    guest.memory.put_u64(out, nanos)
}

pub(super) fn poll_oneoff(guest: &mut Guest<'_>, subscriptions: u32, events: u32, count: u32, out: u32) -> Outcome {
    if count == 0 || count as usize > limits::GUEST_PIECES {
        return Err(Errno::Inval);
    }
    let mut waits = Vec::new();
    for index in 0..count {
        let at = subscriptions.checked_add(index * SUBSCRIPTION_BYTES).ok_or(Errno::Fault)?;
        waits.push(subscription(&guest.memory, guest.world, at)?);
    }
    let soonest = waits.iter().filter_map(|wait| wait.nanos).min();
    let is_sleep = waits.iter().all(|wait| wait.nanos.is_some());
    if !is_sleep && soonest.is_none_or(|nanos| nanos > 0) && !is_over(guest.world, soonest) {
        return block(guest);
    }
    guest.world.deadline = None;
    let mut ready = 0;
    for wait in waits.iter().filter(|wait| wait.nanos.is_some() && wait.nanos <= soonest) {
        let at = events.checked_add(ready * EVENT_BYTES).ok_or(Errno::Fault)?;
        put_event(&mut guest.memory, at, wait)?;
        ready += 1;
    }
    guest.memory.put_u32(out, ready)?;
    if let Some(nanos) = soonest.filter(|nanos| is_sleep && *nanos > 0) {
        guest.world.stop = Some(Stop::Sleep(nanos));
    }
    Ok(())
}

/// Whether the time is up of a wait that is made again; the first time says when that is.
fn is_over(world: &mut World, nanos: Option<u64>) -> bool {
    let Some(nanos) = nanos else { return false };
    let now = world.clock.elapsed();
    let deadline = *world.deadline.get_or_insert(now.saturating_add(nanos));
    now >= deadline
}

fn subscription(memory: &Memory<'_>, world: &mut World, at: u32) -> Result<Wait, Errno> {
    memory.slice(at, SUBSCRIPTION_BYTES)?;
    let (user_data, kind) = (memory.u64(at)?, memory.slice(at + 8, 1)?[0]);
    let result = if kind == CLOCK {
        clock_wait(memory, world, at)?.map(Some)
    } else {
        is_ready(world, memory.u32(at + 16)?, kind).map(|is_ready| is_ready.then_some(0))
    };
    let (nanos, error) = result.map_or_else(|errno| (Some(0), errno as u16), |nanos| (nanos, 0));
    Ok(Wait { user_data, kind, nanos, error })
}

/// Whether a descriptor can be read or written at once.
fn is_ready(world: &mut World, fd: u32, kind: u8) -> Result<bool, Errno> {
    let (is_ready, is_far) = match (world.descriptors.get(fd)?, kind) {
        (Descriptor::Input(session), READ) => {
            let input = world.inputs.of(*session);
            input.is_wanted |= input.is_dry();
            (!input.is_dry(), false)
        }
        (Descriptor::Reader(pipe), READ) => (pipe.waiting() > 0 || pipe.is_abandoned(), false),
        (Descriptor::Writer(pipe), _) => (pipe.room() > 0 || pipe.is_abandoned(), false),
        (Descriptor::Socket(socket), READ) => (socket.is_readable(), socket.is_far),
        (Descriptor::Socket(socket), _) => (socket.is_writable(), socket.is_far),
        (Descriptor::Listener(listener), _) => (listener.is_ready(), true),
        _ => (true, false),
    };
    if is_far && !is_ready {
        world.network.want();
    }
    Ok(is_ready)
}

/// How long a clock must run; the outer error is a bad pointer, the inner one a bad clock.
fn clock_wait(memory: &Memory<'_>, world: &mut World, at: u32) -> Result<Result<u64, Errno>, Errno> {
    let (id, timeout, flags) = (memory.u32(at + 16)?, memory.u64(at + 24)?, memory.u16(at + 40)?);
    let Some(now) = world.clock.read(id) else { return Ok(Err(Errno::Inval)) };
    Ok(Ok(if flags & ABSOLUTE == 0 { timeout } else { timeout.saturating_sub(now) }))
}

fn put_event(memory: &mut Memory<'_>, at: u32, wait: &Wait) -> Outcome {
    let mut event = [0; EVENT_BYTES as usize];
    event[..8].copy_from_slice(&wait.user_data.to_le_bytes());
    event[8..10].copy_from_slice(&wait.error.to_le_bytes());
    event[10] = wait.kind;
    memory.put(at, &event)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, STARTED, Trial, WILD, trial};
    use super::*;

    fn subscribe(trial: &mut Trial, at: u32, kind: u8, id: u32, timeout: u64, flags: u16) {
        trial.write(at, &u64::from(at).to_le_bytes());
        trial.write(at + 8, &[kind]);
        trial.write(at + 16, &id.to_le_bytes());
        trial.write(at + 24, &timeout.to_le_bytes());
        trial.write(at + 40, &flags.to_le_bytes());
    }

    #[test]
    fn the_clock_starts_where_it_was_set() {
        let mut trial = trial();
        trial.call(|guest| clock_time_get(guest, 0, 0, OUT)).unwrap();
        assert_eq!(trial.long(OUT), STARTED.nanos + 1_000);
        assert_eq!(trial.call(|guest| clock_time_get(guest, 7, 0, OUT)), Err(Errno::Inval));
        assert_eq!(trial.call(|guest| clock_time_get(guest, 0, 0, WILD)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| clock_res_get(guest, 1, OUT)), Ok(()));
    }

    #[test]
    fn a_sleep_is_told() {
        let mut trial = trial();
        subscribe(&mut trial, 0x200, CLOCK, 1, 5_000, 0);
        subscribe(&mut trial, 0x230, CLOCK, 1, 9_000, 0);
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, 0x300, 2, OUT)), Ok(1));
        assert_eq!((trial.long(0x300), trial.read(0x308, 3)), (0x200, &[0, 0, CLOCK][..]));
        assert_eq!(trial.world.stop.take(), Some(Stop::Sleep(5_000)));
    }

    #[test]
    fn a_time_that_has_passed_and_a_file_are_ready_at_once() {
        let mut trial = trial();
        subscribe(&mut trial, 0x200, CLOCK, 0, 1, ABSOLUTE);
        subscribe(&mut trial, 0x230, 1, 0, 0, 0);
        subscribe(&mut trial, 0x260, 1, 77, 0, 0);
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, 0x300, 3, OUT)), Ok(3));
        assert_eq!(trial.read(0x348, 3), [Errno::Badf as u8, 0, 1]);
        assert_eq!(trial.world.stop, None);
    }

    #[test]
    fn a_wait_for_bytes_goes_on_until_they_come_or_its_time_is_up() {
        let mut trial = trial();
        let pipe = trial.ask(|guest| super::super::spawn::pipe(guest, OUT)).unwrap();
        subscribe(&mut trial, 0x200, READ, pipe, 0, 0);
        subscribe(&mut trial, 0x230, CLOCK, 1, 5_000_000, 0);
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, 0x300, 2, OUT)), Err(Errno::Again));
        assert_eq!(trial.world.stop.take(), Some(Stop::Block));
        let deadline = trial.world.deadline.expect("its time is known");
        trial.world.clock.sleep(4_000_000);
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, 0x300, 2, OUT)), Err(Errno::Again));
        assert_eq!(trial.world.deadline, Some(deadline));
        trial.world.clock.sleep(1_000_000);
        trial.world.stop = None;
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, 0x300, 2, OUT)), Ok(1));
        assert_eq!((trial.read(0x30a, 1), trial.world.deadline), (&[CLOCK][..], None));
        let piece = trial.piece_of("x");
        trial.ask(|guest| super::super::stream::fd_write(guest, pipe + 1, piece, 1, OUT)).unwrap();
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, 0x300, 2, OUT)), Ok(1));
        assert_eq!(trial.read(0x30a, 1), [READ]);
    }

    #[test]
    fn bad_waits_are_refused() {
        let mut trial = trial();
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0, 0x300, 0, OUT)), Err(Errno::Inval));
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0, 0x300, u32::MAX, OUT)), Err(Errno::Inval));
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, WILD, 0x300, 2, OUT)), Err(Errno::Fault));
        assert_eq!(trial.ask(|guest| poll_oneoff(guest, 0x200, WILD, 1, OUT)), Err(Errno::Fault));
    }
}
