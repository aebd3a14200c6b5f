//! A pipe between processes: bytes wait in it until they are read. Each of its
//! two ends holds it, so that one which is held alone has lost its other end.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::limits;

/// One end of a pipe.
#[derive(Debug)]
pub(super) struct Pipe(Rc<RefCell<VecDeque<u8>>>);

impl Pipe {
    /// Both ends of a new pipe.
    pub(super) fn pair() -> (Self, Self) {
        let bytes = Rc::default();
        (Self(Rc::clone(&bytes)), Self(bytes))
    }

    /// Whether nobody has the other end any more.
    pub(super) fn is_abandoned(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// How many bytes wait to be read.
    pub(super) fn waiting(&self) -> usize {
        self.0.borrow().len()
    }

    /// How many bytes may be written now.
    pub(super) fn room(&self) -> usize {
        (limits::GUEST_PIPE_BYTES as usize).saturating_sub(self.waiting())
    }

    /// Takes the oldest bytes, no more than `limit`.
    pub(super) fn take(&self, limit: usize) -> Vec<u8> {
        let mut bytes = self.0.borrow_mut();
        let limit = limit.min(bytes.len());
        bytes.drain(..limit).collect()
    }

    /// The oldest bytes, no more than `limit`, which stay.
    pub(super) fn peek(&self, limit: usize) -> Vec<u8> {
        self.0.borrow().iter().take(limit).copied().collect()
    }

    /// Adds bytes; the caller has asked for the [room](Self::room).
    pub(super) fn push(&self, bytes: &[u8]) {
        self.0.borrow_mut().extend(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in_and_an_end_knows_when_it_is_alone() {
        let (reader, writer) = Pipe::pair();
        writer.push(b"hello");
        assert_eq!((reader.waiting(), writer.room()), (5, limits::GUEST_PIPE_BYTES as usize - 5));
        assert_eq!((reader.take(2), reader.take(9)), (b"he".to_vec(), b"llo".to_vec()));
        assert!(!reader.is_abandoned());
        drop(writer);
        assert!(reader.is_abandoned());
    }
}
