//! Bytes that lie in several places, or in a part of one: nothing is copied.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;

use super::{Kept, Lent, Reader};

/// Pieces one after the other, as if they were one.
#[derive(Debug, Default)]
pub struct Joined {
    pieces: Vec<Kept>,
}

/// The bytes of somebody's keeping from some offset on, so many of them.
#[derive(Debug)]
struct Stretch {
    of: Arc<dyn Lent>,
    start: u64,
    size: u64,
}

impl Joined {
    /// Adds a piece at the end.
    pub fn push(&mut self, piece: Kept) {
        if piece.size() > 0 {
            self.pieces.push(piece);
        }
    }
}

impl From<Joined> for Kept {
    fn from(mut joined: Joined) -> Self {
        match joined.pieces.len() {
            0 => Self::default(),
            1 => joined.pieces.remove(0),
            _ => Self::Lent(Arc::new(joined)),
        }
    }
}

impl Kept {
    /// So many of them from an offset on, or as many as there are.
    #[must_use]
    pub fn stretch(&self, start: u64, size: u64) -> Self {
        let start = start.min(self.size());
        let size = size.min(self.size() - start);
        match self {
            _ if size == self.size() => self.clone(),
            Self::Memory(bytes) => Self::Memory(bytes.slice(position(start)..position(start + size))),
            Self::Lent(lent) => Self::Lent(Arc::new(Stretch { of: Arc::clone(lent), start, size })),
        }
    }

    /// Those from an offset on.
    #[must_use]
    pub fn after(&self, start: u64) -> Self {
        self.stretch(start, u64::MAX)
    }

    /// These, and `more` after them; what is in memory stays there as one.
    #[must_use]
    pub fn then(self, more: Self) -> Self {
        match (self, more) {
            (first, second) if second.size() == 0 => first,
            (Self::Memory(first), Self::Memory(second)) if !first.is_empty() => {
                Self::Memory(Bytes::from([first, second].concat()))
            }
            (first, second) => Joined { pieces: vec![first, second] }.into(),
        }
    }
}

impl Lent for Joined {
    fn size(&self) -> u64 {
        self.pieces.iter().map(Kept::size).sum()
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let (mut skipped, mut rest) = (offset, self.pieces.as_slice());
        while let Some((first, others)) = rest.split_first().filter(|(first, _)| first.size() <= skipped) {
            skipped -= first.size();
            rest = others;
        }
        let Some((first, others)) = rest.split_first() else { return Ok(Box::new(io::empty())) };
        Ok(Box::new(Through { open: first.open_at(skipped)?, rest: others }))
    }
}

impl Lent for Stretch {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let left = self.size.saturating_sub(offset);
        Ok(Box::new(self.of.open(self.start + offset)?.take(left)))
    }
}

/// Reads piece after piece.
struct Through<'a> {
    open: Reader<'a>,
    rest: &'a [Kept],
}

impl Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.open.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some((next, rest)) = self.rest.split_first() else { return Ok(0) };
            (self.open, self.rest) = (next.open()?, rest);
        }
    }
}

fn position(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct File(&'static [u8]);

    impl Lent for File {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }

        fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(&self.0[position(offset)..]))
        }
    }

    fn lent(bytes: &'static [u8]) -> Kept {
        Kept::Lent(Arc::new(File(bytes)))
    }

    fn held(bytes: &'static [u8]) -> Kept {
        Kept::Memory(Bytes::from_static(bytes))
    }

    #[test]
    fn every_stretch_of_every_mixture_is_that_of_its_bytes() {
        let mixtures = [
            held(b"abc").then(held(b"defg")),
            lent(b"abc").then(held(b"defg")),
            held(b"abc").then(lent(b"de")).then(lent(b"fg")),
            held(b"").then(lent(b"abcdefg")).then(held(b"")),
            lent(b"--abcdefg--").stretch(2, 7),
        ];
        let whole = b"abcdefg";
        for kept in mixtures {
            for start in 0..=8 {
                for size in 0..=8 {
                    let (from, to) = (start.min(7), (start + size).min(7));
                    let bytes = kept.stretch(start as u64, size as u64).bytes().expect("whole");
                    assert_eq!(bytes, whole[from..to], "{size} from {start} of {kept:?}");
                }
            }
        }
    }
}
