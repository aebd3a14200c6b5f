//! Arguments, environment, randomness and the end.

use super::{Guest, Outcome, Stop};
use crate::runtime::errno::Errno;
use crate::runtime::guest::Memory;

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
    guest.world.random.fill(guest.memory.slice_mut(at, len)?);
    Ok(())
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
