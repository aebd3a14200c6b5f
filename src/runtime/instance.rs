//! A process: an instance of a program and the world it runs in. It is given
//! turns; a paused one is a plain value, and dropping it is how it is interrupted.

use std::cell::RefCell;
use std::rc::Rc;

use super::calls::{Call, Given, Made, Suspended};
use super::errno::Errno;
use super::modules::{Module, Modules};
use super::pids::Ending;
use super::process::StartError;
use super::world::{Shared, Stop, World};
use crate::text::Stream;

/// `SIGABRT`, which ends a process after a trap.
const ABORTED: u32 = 6;

/// What executes a program: the interpreter, or an engine of the host's.
pub(super) trait Machine {
    /// What it may still burn.
    fn fuel(&self) -> u64;

    /// Lets it burn so much, and no more.
    fn set_fuel(&mut self, fuel: u64);

    /// Lets the program go on until it halts; `answer` is that of the call that suspended it, if one did.
    fn resume(&mut self, answer: Option<i32>) -> Halt;

    /// Makes a call on its memory, which is paid in fuel.
    fn call(&mut self, call: &'static Call, given: Given) -> Made;
}

/// Why a program halted.
pub(super) enum Halt {
    /// It came to its end.
    Finished,
    /// What comes next needs so much fuel at once.
    OutOfFuel {
        /// How much.
        required: u64,
    },
    /// A call suspended it.
    Suspended(Suspended),
    /// It trapped, in the words of the interpreter.
    Trapped(String),
    /// Its engine cannot go on as the interpreter would.
    Lost,
}

/// A running process, or one that has ended.
pub(super) struct Instance {
    world: Rc<RefCell<World>>,
    machine: Box<dyn Machine>,
    state: State,
    /// Whether it waits: for another process, for what comes from outside, or for time to pass.
    waits: bool,
    /// Whether a signal ended the waiting.
    is_interrupted: bool,
}

#[derive(Clone, Copy)]
enum State {
    Ready,
    OutOfFuel { required: u64 },
    Suspended(Suspended),
    Ended,
}

/// Why a process gave up its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// Its fuel is used up; what comes next needs this much at once.
    OutOfFuel { required: u64 },
    /// It lets others go first, or its output must be taken.
    Yield,
    /// It sleeps so many nanoseconds.
    Sleep(u64),
    /// It waits for another process.
    Blocked,
    /// Another program has taken its place.
    Replaced,
    /// It still waits, and has done nothing else.
    StillBlocked,
    /// It wrote more than a process may.
    Flood,
    /// It ended.
    Ended(Ending),
    /// Only the interpreter can tell what it does next.
    Lost,
}

/// One turn: why it ended, and the fuel it took.
pub(super) struct Turn {
    pub(super) pause: Pause,
    pub(super) burnt: u64,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").field("pid", &self.world.borrow().pid).finish_non_exhaustive()
    }
}

impl Instance {
    /// Makes a process; nothing of it has run yet.
    pub(super) fn start(modules: &Modules, module: &Module, world: World) -> Result<Self, StartError> {
        let world = Rc::new(RefCell::new(world));
        let machine = module.instantiate(modules, &world)?;
        Ok(Self { world, machine, state: State::Ready, waits: false, is_interrupted: false })
    }

    /// Lends it what its container's processes share, or takes that back.
    pub(super) fn exchange(&mut self, shared: &mut Shared) {
        self.world.borrow_mut().exchange(shared);
    }

    /// Its arguments.
    pub(super) fn arguments(&self) -> Vec<String> {
        self.world.borrow().arguments.clone()
    }

    /// Until when it waits, in nanoseconds of the monotonic clock, if it waits and not for ever.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.world.borrow().deadline
    }

    /// Ends its waiting, because of a signal that it catches; whether it does wait.
    pub(super) fn interrupt(&mut self) -> bool {
        self.is_interrupted = self.waits;
        self.waits
    }

    /// Closes what it has open; what its container's processes share is with it.
    pub(super) fn close(&mut self) {
        let world = &mut *self.world.borrow_mut();
        for place in world.descriptors.close_all() {
            world.files.forget(&place);
        }
        world.network.forget(world.pid);
    }

    /// Runs it for about `fuel` instructions.
    pub(super) fn turn(&mut self, fuel: u64) -> Turn {
        let fuel = match self.state {
            State::OutOfFuel { required } => fuel.max(required),
            _ => fuel,
        };
        self.machine.set_fuel(fuel);
        let pause = self.run();
        let debt = std::mem::take(&mut self.world.borrow_mut().debt);
        Turn { pause, burnt: fuel.saturating_sub(self.machine.fuel()).saturating_add(debt) }
    }

    fn run(&mut self) -> Pause {
        self.waits = false;
        let is_interrupted = std::mem::take(&mut self.is_interrupted);
        let answer = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready | State::OutOfFuel { .. } => None,
            State::Suspended(_) if is_interrupted => {
                self.world.borrow_mut().wait_no_longer();
                Some(i32::from(Errno::Intr as u16))
            }
            State::Suspended(Suspended { again: Some((call, given)), .. }) => {
                let made = self.machine.call(call, given);
                if made.stops {
                    let suspended = Suspended::by(call, given, &made, &self.world.borrow());
                    return self.stopped(suspended, Pause::StillBlocked);
                }
                Some(made.answer)
            }
            State::Suspended(Suspended { answer, .. }) => Some(answer),
            State::Ended => return Pause::Ended(Ending::Exited(0)),
        };
        match self.machine.resume(answer) {
            Halt::Finished => Pause::Ended(Ending::Exited(0)),
            Halt::OutOfFuel { required } => {
                self.state = State::OutOfFuel { required };
                Pause::OutOfFuel { required }
            }
            Halt::Suspended(suspended) => self.stopped(suspended, Pause::Blocked),
            Halt::Trapped(reason) => self.trapped(&reason),
            Halt::Lost => Pause::Lost,
        }
    }

    fn stopped(&mut self, suspended: Suspended, blocked: Pause) -> Pause {
        let pause = match self.world.borrow_mut().stop.take() {
            Some(Stop::Exit(status)) => return Pause::Ended(Ending::Exited(status.to_le_bytes()[0])),
            Some(Stop::Signal(signal)) => return Pause::Ended(Ending::Killed(signal)),
            Some(Stop::Flood) => return Pause::Flood,
            Some(Stop::Replaced) => return Pause::Replaced,
            Some(Stop::Sleep(nanos)) => Pause::Sleep(nanos),
            Some(Stop::Block) => blocked,
            Some(Stop::Yield) | None => Pause::Yield,
        };
        self.waits = pause != Pause::Yield;
        self.state = State::Suspended(suspended);
        pause
    }

    fn trapped(&mut self, reason: &str) -> Pause {
        let world = &mut *self.world.borrow_mut();
        let session = world.pids.session(world.pid);
        world.output.push(session, Stream::Stderr, format!("wasm trap: {reason}\n").as_bytes());
        Pause::Ended(Ending::Killed(ABORTED))
    }
}
