//! Both kinds of sockets that a program can hold.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::limits;
use crate::runtime::pipe::Pipe;

/// The flag of a descriptor that never waits.
pub(in crate::runtime) const NONBLOCK: u16 = 4;

/// One end of a connection: a pipe each way.
#[derive(Debug)]
pub(in crate::runtime) struct Socket {
    /// What the other end sends; none once this end does not want it any more.
    pub(in crate::runtime) reader: Option<Pipe>,
    /// What this end sends; none once it sends no more.
    pub(in crate::runtime) writer: Option<Pipe>,
    /// The address at the other end, with its port.
    pub(in crate::runtime) peer: String,
    pub(in crate::runtime) flags: u16,
    /// Whether the other end is outside of the container.
    pub(in crate::runtime) is_far: bool,
}

/// Where connections to a port wait to be taken. Each descriptor holds it, and so does the network.
#[derive(Debug, Default)]
pub(in crate::runtime) struct Listener {
    waiting: Rc<RefCell<VecDeque<Socket>>>,
    pub(in crate::runtime) flags: u16,
}

impl Socket {
    /// The two ends of a new connection; `near` is at `far`'s other end, and the other way round.
    pub(super) fn pair(near: &str, far: &str) -> (Self, Self) {
        let ((one_reads, other_writes), (other_reads, one_writes)) = (Pipe::pair(), Pipe::pair());
        let end = |reader, writer, peer: &str| Self {
            reader: Some(reader),
            writer: Some(writer),
            peer: peer.to_owned(),
            flags: 0,
            is_far: false,
        };
        (end(one_reads, one_writes, far), end(other_reads, other_writes, near))
    }

    /// Whether a read answers at once: with bytes, or with the end of them.
    pub(in crate::runtime) fn is_readable(&self) -> bool {
        self.reader.as_ref().is_none_or(|pipe| pipe.waiting() > 0 || pipe.is_abandoned())
    }

    /// Whether a write answers at once.
    pub(in crate::runtime) fn is_writable(&self) -> bool {
        self.writer.as_ref().is_none_or(|pipe| pipe.room() > 0 || pipe.is_abandoned())
    }
}

impl Listener {
    /// One more holder of the same.
    pub(super) fn held(&self) -> Self {
        Self { waiting: Rc::clone(&self.waiting), flags: 0 }
    }

    /// Whether nobody else holds it.
    pub(super) fn is_abandoned(&self) -> bool {
        Rc::strong_count(&self.waiting) == 1
    }

    /// Adds a connection, if not too many wait.
    pub(super) fn push(&self, socket: Socket) -> Result<(), Socket> {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= limits::GUEST_BACKLOG {
            return Err(socket);
        }
        waiting.push_back(socket);
        Ok(())
    }

    /// Takes the connection that waits longest.
    pub(in crate::runtime) fn take(&self) -> Option<Socket> {
        self.waiting.borrow_mut().pop_front()
    }

    /// Whether a connection waits.
    pub(in crate::runtime) fn is_ready(&self) -> bool {
        !self.waiting.borrow().is_empty()
    }
}
