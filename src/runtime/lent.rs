//! A program on an engine that the host lends, such as the browser's own: it
//! is compiled for the machine, where the interpreter goes from instruction to
//! instruction. The module is rewritten before ([`super::metered`]), so that it
//! counts its fuel as the interpreter does; calls, bounds and answers are the
//! same, so nobody can tell afterwards which of the two it was.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use super::bounds::Bounds;
use super::calls::{self, CALLS, Call, Given, Made, Suspended};
use super::guest::Memory;
use super::instance::{Halt, Machine};
use super::process::StartError;
use super::world::World;

/// An engine that a host lends.
pub trait Lender {
    /// Compiles a module that counts its fuel; none if the engine cannot.
    fn compile(&self, module: &[u8]) -> Option<Rc<dyn Compiled>>;
}

/// A module on such an engine.
pub trait Compiled {
    /// An instance of it, which asks this desk as long as that is there; nothing of it has run yet. None if the engine
    /// cannot.
    fn instantiate(&self, desk: Weak<Desk>) -> Option<Rc<dyn Lent>>;
}

/// An instance of a module on such an engine.
pub trait Lent {
    /// Lets it go on, from its beginning or with what its last request is answered, until a request has it wait or it ends.
    fn resume(&self, answer: i32) -> Resumed;

    /// What it may still burn: its global `fuel`.
    fn fuel(&self) -> u32;

    /// Sets that.
    fn set_fuel(&self, fuel: u32);

    /// The size of its memory; 0 if it has none.
    fn memory_bytes(&self) -> usize;

    /// Reads its memory from an address on; all of it is there.
    fn read(&self, at: usize, bytes: &mut [u8]);

    /// Writes its memory from an address on; all of it is there.
    fn write(&self, at: usize, bytes: &[u8]);
}

/// What came of letting an instance go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resumed {
    /// A request has it wait.
    Waits,
    /// It came to its end.
    Finished,
    /// It trapped, or its engine had to give it up.
    Broke,
}

/// What an instance asks while it runs: the imports of a rewritten module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// To make the call with this number.
    Call(u32, [u64; 9]),
    /// To wait until it has this much fuel.
    Pause(u32),
    /// Whether its memory may grow by so many pages.
    Grow(u32),
    /// To give it up: what comes next it cannot do as the interpreter would.
    Lost,
}

/// Who answers that.
pub struct Desk {
    world: Rc<RefCell<World>>,
    bounds: RefCell<Bounds>,
    /// Why it waits.
    halt: Cell<Option<Halt>>,
    /// By how many pages its memory shall grow, if that is still to be answered.
    growth: Cell<Option<u32>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("growth", &self.growth).finish_non_exhaustive()
    }
}

impl Desk {
    /// The answer to a request of this instance; none if it waits until it is resumed.
    pub fn ask(&self, guest: &dyn Lent, request: Request) -> Option<i32> {
        match request {
            Request::Call(number, given) => match CALLS.get(number as usize) {
                Some(call) => self.answer(guest, call, given),
                None => self.halt(Halt::Lost),
            },
            Request::Pause(required) => self.halt(Halt::OutOfFuel { required: u64::from(required) }),
            Request::Grow(pages) => {
                let answer = self.grow(guest, pages);
                if answer.is_none() {
                    self.growth.set(Some(pages));
                }
                answer
            }
            Request::Lost => self.halt(Halt::Lost),
        }
    }

    fn halt(&self, halt: Halt) -> Option<i32> {
        self.halt.set(Some(halt));
        None
    }

    fn answer(&self, guest: &dyn Lent, call: &'static Call, given: Given) -> Option<i32> {
        let made = self.make(guest, call, given);
        if !made.stops {
            return Some(made.answer);
        }
        let suspended = Suspended::by(call, given, &made, &self.world.borrow());
        self.halt(Halt::Suspended(suspended))
    }

    fn make(&self, guest: &dyn Lent, call: &'static Call, given: Given) -> Made {
        let world = &mut *self.world.borrow_mut();
        let made = calls::make(call, given, Memory::far(guest), world);
        let left = world.pay(made.cost, u64::from(guest.fuel()));
        guest.set_fuel(fuel(left));
        made
    }

    /// As wasmi has it: what is beyond all bounds is refused for nothing, and the bytes are paid for once they are granted.
    fn grow(&self, guest: &dyn Lent, pages: u32) -> Option<i32> {
        if pages == 0 {
            return Some(1);
        }
        // More than can be addressed is more than there is.
        let more = (pages as usize).saturating_mul(PAGE_BYTES);
        if !self.bounds.borrow_mut().take(more) {
            return Some(0);
        }
        let cost = fuel((more / BYTES_PER_FUEL) as u64);
        let Some(left) = guest.fuel().checked_sub(cost) else {
            self.bounds.borrow_mut().give_back();
            return self.halt(Halt::OutOfFuel { required: u64::from(cost) });
        };
        guest.set_fuel(left);
        Some(1)
    }
}

const PAGE_BYTES: usize = 64 << 10;
/// How many bytes a memory may grow by for one unit of fuel.
const BYTES_PER_FUEL: usize = 64;

/// Fuel as a module counts it, which never gets more than a slice.
fn fuel(fuel: u64) -> u32 {
    u32::try_from(fuel).unwrap_or(u32::MAX).min(i32::MAX as u32)
}

/// A program on the host's engine.
pub(super) struct Borrowed {
    guest: Rc<dyn Lent>,
    desk: Rc<Desk>,
}

impl Borrowed {
    /// An instance of a module in a world; nothing of it has run yet.
    pub(super) fn start(module: &dyn Compiled, world: &Rc<RefCell<World>>) -> Result<Self, StartError> {
        let refused = |reason: &str| StartError::Instance { reason: reason.to_owned() };
        let bounds = RefCell::new(Bounds::new(world.borrow().pool.clone()));
        let desk = Desk { world: Rc::clone(world), bounds, halt: Cell::new(None), growth: Cell::new(None) };
        let desk = Rc::new(desk);
        let guest = module.instantiate(Rc::downgrade(&desk)).ok_or_else(|| refused("the engine has no room"))?;
        if !desk.bounds.borrow_mut().take(guest.memory_bytes()) {
            return Err(refused("it wants more memory than there is"));
        }
        Ok(Self { guest, desk })
    }
}

impl Machine for Borrowed {
    fn fuel(&self) -> u64 {
        u64::from(self.guest.fuel())
    }

    fn set_fuel(&mut self, left: u64) {
        self.guest.set_fuel(fuel(left));
    }

    fn resume(&mut self, answer: Option<i32>) -> Halt {
        let answer = match self.desk.growth.take() {
            Some(pages) => self.desk.ask(&*self.guest, Request::Grow(pages)),
            None => Some(answer.unwrap_or_default()),
        };
        let resumed = answer.map_or(Resumed::Waits, |answer| self.guest.resume(answer));
        match resumed {
            Resumed::Waits => self.desk.halt.take().unwrap_or(Halt::Lost),
            Resumed::Finished => Halt::Finished,
            Resumed::Broke => Halt::Lost,
        }
    }

    fn call(&mut self, call: &'static Call, given: Given) -> Made {
        self.desk.make(&*self.guest, call, given)
    }
}
