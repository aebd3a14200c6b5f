//! What is asked before a memory or a table grows. The processes of a
//! container draw their memory from one pool; what one held goes back when it
//! ends.

use std::cell::Cell;
use std::rc::Rc;

use wasmi::ResourceLimiter;
use wasmi_core::{LimiterError, MemoryError};

use crate::limits;

/// Bytes that all processes of a container may still have.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    left: Rc<Cell<usize>>,
    /// Whether somebody wanted more than was left.
    exceeded: Rc<Cell<bool>>,
}

/// The bounds of one process.
#[derive(Debug)]
pub(super) struct Bounds {
    pool: Pool,
    held_bytes: usize,
    /// What was allowed last.
    allowed_bytes: usize,
}

impl Pool {
    /// So many bytes.
    pub(super) fn of(bytes: usize) -> Self {
        Self { left: Rc::new(Cell::new(bytes)), exceeded: Rc::default() }
    }

    /// Whether somebody wanted more than was left since this was asked last.
    pub(super) fn take_exceeded(&self) -> bool {
        self.exceeded.take()
    }

    /// Bytes that are not held.
    pub(super) fn left(&self) -> usize {
        self.left.get()
    }
}

impl Bounds {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool, held_bytes: 0, allowed_bytes: 0 }
    }

    /// Whether it may have so many bytes more; then it has them.
    pub(super) fn take(&mut self, more: usize) -> bool {
        let Some(left) = self.pool.left.get().checked_sub(more) else {
            self.pool.exceeded.set(true);
            return false;
        };
        self.pool.left.set(left);
        self.held_bytes += more;
        self.allowed_bytes = more;
        true
    }

    /// It has not grown: for want of fuel, perhaps, and then it asks again.
    pub(super) fn give_back(&mut self) {
        let back = std::mem::take(&mut self.allowed_bytes);
        self.held_bytes -= back;
        self.pool.left.set(self.pool.left.get() + back);
    }
}

impl Drop for Bounds {
    fn drop(&mut self) {
        self.pool.left.set(self.pool.left.get() + self.held_bytes);
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool, LimiterError> {
        Ok(self.take(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, _: &MemoryError) -> Result<(), LimiterError> {
        self.give_back();
        Ok(())
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool, LimiterError> {
        Ok(desired <= limits::GUEST_TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        limits::GUEST_TABLES
    }

    fn memories(&self) -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relatives_share_their_memory_and_give_it_back() {
        let pool = Pool::of(limits::GUEST_MEMORY_BYTES);
        let (mut one, mut two) = (Bounds::new(pool.clone()), Bounds::new(pool));
        assert!(one.memory_growing(0, limits::GUEST_MEMORY_BYTES - 1, None).unwrap());
        assert!(!two.memory_growing(0, 2, None).unwrap());
        drop(one);
        for _ in 0..2 {
            assert!(two.memory_growing(0, limits::GUEST_MEMORY_BYTES, None).unwrap());
            two.memory_grow_failed(&MemoryError::OutOfBoundsGrowth).unwrap();
        }
        assert!(two.memory_growing(0, limits::GUEST_MEMORY_BYTES, None).unwrap());
    }
}
