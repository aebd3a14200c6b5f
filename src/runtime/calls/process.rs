//! Arguments, environment, randomness and the end.

use super::{Guest, Outcome, Stop};
use crate::runtime::errno::Errno;
use crate::runtime::guest::Memory;

/// What a shell adds to the number of the signal that ended a process.
const SIGNALLED: u32 = 128;
/// Signals of preview 1: those that do nothing, those that stop, and the ends of a range that kills.
const NONE: u32 = 0;
const CHILD: u32 = 16;
const CONTINUE: u32 = 17;
const STOP: u32 = 18;
const TTY_OUTPUT: u32 = 21;
const URGENT: u32 = 22;
const CPU_TIME: u32 = 23;
const WINDOW: u32 = 27;
const BAD_CALL: u32 = 30;

pub(super) fn args_get(guest: &mut Guest<'_>, pointers: u32, texts: u32) -> Outcome {
    put_texts(&mut guest.memory, &guest.world.arguments, pointers, texts)
}

pub(super) fn args_sizes_get(guest: &mut Guest<'_>, count: u32, size: u32) -> Outcome {
    put_sizes(&mut guest.memory, &guest.world.arguments, count, size)
}

pub(super) fn environ_get(guest: &mut Guest<'_>, pointers: u32, texts: u32) -> Outcome {
    put_texts(&mut guest.memory, &guest.world.environment, pointers, texts)
}

pub(super) fn environ_sizes_get(guest: &mut Guest<'_>, count: u32, size: u32) -> Outcome {
    put_sizes(&mut guest.memory, &guest.world.environment, count, size)
}

pub(super) fn random_get(guest: &mut Guest<'_>, at: u32, len: u32) -> Outcome {
    guest.memory.fill(at, len, |bytes| guest.world.random.fill(bytes))
}

#[expect(clippy::unnecessary_wraps, reason = "every call answers")]
pub(super) fn sched_yield(guest: &mut Guest<'_>) -> Outcome {
    guest.world.stop = Some(Stop::Yield);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every call answers")]
pub(super) fn proc_exit(guest: &mut Guest<'_>, status: u32) -> Outcome {
    guest.world.stop = Some(Stop::Exit(status));
    Ok(())
}

/// What a signal does by default to the one who sends it to itself; there are
/// no handlers in preview 1. Its numbers are Linux's up to 15 and differ after.
pub(super) fn proc_raise(guest: &mut Guest<'_>, signal: u32) -> Outcome {
    match signal {
        NONE | CHILD | CONTINUE | URGENT | WINDOW => {}
        STOP..=TTY_OUTPUT => return Err(Errno::Notsup),
        1..=15 => guest.world.stop = Some(Stop::Exit(SIGNALLED + signal)),
        CPU_TIME..=BAD_CALL => guest.world.stop = Some(Stop::Exit(SIGNALLED + signal + 1)),
        _ => return Err(Errno::Inval),
    }
    Ok(())
}

/// An array of pointers, and the texts they point to, each ended by a zero.
fn put_texts(memory: &mut Memory<'_>, texts: &[String], mut pointers: u32, mut at: u32) -> Outcome {
    for text in texts {
        memory.put_u32(pointers, at)?;
        memory.put(at, text.as_bytes())?;
        let end = after(at, text.len())?;
        memory.put(end, &[0])?;
        at = after(end, 1)?;
        pointers = after(pointers, 4)?;
    }
    Ok(())
}

fn put_sizes(memory: &mut Memory<'_>, texts: &[String], count: u32, size: u32) -> Outcome {
    let bytes: usize = texts.iter().map(|text| text.len() + 1).sum();
    memory.put_u32(count, u32::try_from(texts.len()).map_err(|_| Errno::Fault)?)?;
    memory.put_u32(size, u32::try_from(bytes).map_err(|_| Errno::Fault)?)
}

fn after(at: u32, len: usize) -> Result<u32, Errno> {
    u32::try_from(len).ok().and_then(|len| at.checked_add(len)).ok_or(Errno::Fault)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, WILD, trial};
    use super::*;

    #[test]
    fn texts_are_laid_out_as_the_c_library_expects() {
        let mut trial = trial();
        trial.call(|guest| args_sizes_get(guest, OUT, OUT + 4)).unwrap();
        assert_eq!((trial.number(OUT), trial.number(OUT + 4)), (2, 15));
        trial.call(|guest| args_get(guest, OUT, OUT + 8)).unwrap();
        assert_eq!((trial.number(OUT), trial.number(OUT + 4)), (OUT + 8, OUT + 16));
        assert_eq!(trial.read(OUT + 8, 15), b"predict\0x.json\0");
        trial.call(|guest| environ_get(guest, OUT, OUT + 8)).unwrap();
        assert_eq!(trial.read(OUT + 8, 4), b"A=b\0");
    }

    #[test]
    fn a_signal_to_oneself_does_what_it_does_by_default() {
        let mut trial = trial();
        for (signal, outcome, stop) in [
            (6, Ok(()), Some(Stop::Exit(134))),
            (15, Ok(()), Some(Stop::Exit(143))),
            (30, Ok(()), Some(Stop::Exit(159))),
            (0, Ok(()), None),
            (17, Ok(()), None),
            (27, Ok(()), None),
            (18, Err(Errno::Notsup), None),
            (31, Err(Errno::Inval), None),
        ] {
            assert_eq!(trial.call(|guest| proc_raise(guest, signal)), outcome, "{signal}");
            assert_eq!(trial.world.stop.take(), stop, "{signal}");
        }
    }

    #[test]
    fn randomness_repeats_with_its_seed() {
        let draw = || {
            let mut trial = trial();
            trial.call(|guest| random_get(guest, OUT, 16)).unwrap();
            trial.long(OUT)
        };
        assert_eq!(draw(), draw());
        assert_ne!(draw(), 0);
    }

    #[test]
    fn wild_pointers_are_faults() {
        let mut trial = trial();
        assert_eq!(trial.call(|guest| args_get(guest, WILD, OUT)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| args_get(guest, OUT, WILD)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| environ_sizes_get(guest, OUT, WILD)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| random_get(guest, OUT, u32::MAX)), Err(Errno::Fault));
    }
}
