//! The guest's memory as a call sees it: every access is checked, and every
//! bad pointer is `EFAULT` for the guest, never a panic for the host.

use std::cell::Cell;
use std::ops::Range;

use bumpalo::Bump;

use super::errno::Errno;
use super::lent::Lent;
use super::world::World;
use crate::limits;

/// What a call works on: the memory of the guest and the world around it.
pub(super) struct Guest<'a> {
    pub(super) memory: Memory<'a>,
    pub(super) world: &'a mut World,
}

/// The linear memory of a guest, little endian as wasm is.
pub(super) struct Memory<'a> {
    place: Place<'a>,
    /// Bytes handed out so far, for which the call pays in fuel.
    touched: Cell<u64>,
}

/// Where it lies.
enum Place<'a> {
    /// In ours.
    Near(&'a mut [u8]),
    /// With an engine of the host's; what is read of it is copied, and kept as long as the call.
    Far(&'a dyn Lent, Bump),
}

/// One piece of a scattered buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: u32,
    pub(super) len: u32,
}

impl<'a> Memory<'a> {
    /// One that lies in ours.
    pub(super) fn near(bytes: &'a mut [u8]) -> Self {
        Self { place: Place::Near(bytes), touched: Cell::new(0) }
    }

    /// One that an engine of the host's has.
    pub(super) fn far(guest: &'a dyn Lent) -> Self {
        Self { place: Place::Far(guest, Bump::new()), touched: Cell::new(0) }
    }

    pub(super) fn touched(&self) -> u64 {
        self.touched.get()
    }

    /// Counts `bytes` as moved, though not to or from the guest.
    pub(super) fn charge(&self, bytes: usize) {
        self.touched.set(self.touched.get().saturating_add(bytes as u64));
    }

    /// Where these bytes lie, if they all do.
    fn range(&self, at: u32, len: u32) -> Result<Range<usize>, Errno> {
        self.charge(len as usize);
        let start = at as usize;
        let end = start.checked_add(len as usize).ok_or(Errno::Fault)?;
        let size = match &self.place {
            Place::Near(bytes) => bytes.len(),
            Place::Far(guest, _) => guest.memory_bytes(),
        };
        if end <= size { Ok(start..end) } else { Err(Errno::Fault) }
    }

    pub(super) fn slice(&self, at: u32, len: u32) -> Result<&[u8], Errno> {
        let range = self.range(at, len)?;
        Ok(match &self.place {
            Place::Near(bytes) => &bytes[range],
            Place::Far(guest, copies) => {
                let copy = copies.alloc_slice_fill_copy(range.len(), 0);
                guest.read(range.start, copy);
                copy
            }
        })
    }

    /// Lets these bytes be written.
    pub(super) fn fill<T>(&mut self, at: u32, len: u32, write: impl FnOnce(&mut [u8]) -> T) -> Result<T, Errno> {
        let range = self.range(at, len)?;
        Ok(match &mut self.place {
            Place::Near(bytes) => write(&mut bytes[range]),
            Place::Far(guest, copies) => {
                let copy = copies.alloc_slice_fill_copy(range.len(), 0);
                guest.read(range.start, copy);
                let written = write(copy);
                guest.write(range.start, copy);
                written
            }
        })
    }

    pub(super) fn u16(&self, at: u32) -> Result<u16, Errno> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&self, at: u32) -> Result<u32, Errno> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&self, at: u32) -> Result<u64, Errno> {
        self.array(at).map(u64::from_le_bytes)
    }

    pub(super) fn put(&mut self, at: u32, bytes: &[u8]) -> Result<(), Errno> {
        let len = u32::try_from(bytes.len()).map_err(|_| Errno::Fault)?;
        let range = self.range(at, len)?;
        match &mut self.place {
            Place::Near(memory) => memory[range].copy_from_slice(bytes),
            Place::Far(guest, _) => guest.write(range.start, bytes),
        }
        Ok(())
    }

    pub(super) fn put_u32(&mut self, at: u32, value: u32) -> Result<(), Errno> {
        self.put(at, &value.to_le_bytes())
    }

    pub(super) fn put_u64(&mut self, at: u32, value: u64) -> Result<(), Errno> {
        self.put(at, &value.to_le_bytes())
    }

    /// A text that the guest passes by pointer and length, such as a path; none of them holds a NUL.
    pub(super) fn text(&self, at: u32, len: u32) -> Result<&str, Errno> {
        if len as usize > limits::PATH_BYTES {
            return Err(Errno::Nametoolong);
        }
        let text = std::str::from_utf8(self.slice(at, len)?).map_err(|_| Errno::Ilseq)?;
        if text.contains('\0') { Err(Errno::Inval) } else { Ok(text) }
    }

    /// The pieces of a scattered buffer, each checked to lie in memory.
    pub(super) fn pieces(&self, at: u32, count: u32) -> Result<Vec<Piece>, Errno> {
        if count as usize > limits::GUEST_PIECES {
            return Err(Errno::Inval);
        }
        (0..count)
            .map(|index| {
                let entry = at.checked_add(index * 8).ok_or(Errno::Fault)?;
                let piece = Piece { at: self.u32(entry)?, len: self.u32(entry.checked_add(4).ok_or(Errno::Fault)?)? };
                self.range(piece.at, piece.len).map(|_| piece)
            })
            .collect()
    }

    fn array<const N: usize>(&self, at: u32) -> Result<[u8; N], Errno> {
        let len = u32::try_from(N).map_err(|_| Errno::Fault)?;
        self.slice(at, len)?.try_into().map_err(|_| Errno::Fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_is_a_fault() {
        let mut bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        let mut memory = Memory::near(&mut bytes);
        assert_eq!(memory.u32(4), Ok(0x0807_0605));
        assert_eq!(memory.u32(5), Err(Errno::Fault));
        assert_eq!(memory.u64(u32::MAX), Err(Errno::Fault));
        assert_eq!(memory.slice(8, 0), Ok(&[][..]));
        assert_eq!(memory.slice(9, 0), Err(Errno::Fault));
        assert_eq!(memory.slice(1, u32::MAX), Err(Errno::Fault));
        assert_eq!(memory.put_u64(1, 0), Err(Errno::Fault));
        assert_eq!(memory.put(7, &[9]), Ok(()));
        assert_eq!(memory.pieces(u32::MAX - 3, 1), Err(Errno::Fault));
        assert_eq!(memory.pieces(0, 2_000_000), Err(Errno::Inval));
    }

    #[test]
    fn a_piece_must_lie_in_memory() {
        let mut bytes = [0; 16];
        bytes[0] = 8;
        bytes[4] = 9;
        let memory = Memory::near(&mut bytes);
        assert_eq!(memory.pieces(0, 1), Err(Errno::Fault));
        assert_eq!(memory.pieces(8, 1), Ok(vec![Piece { at: 0, len: 0 }]));
    }
}
