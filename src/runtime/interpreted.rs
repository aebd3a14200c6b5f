//! A process on wasmi. A paused one is a plain value; dropping it is how it is
//! interrupted.

use wasmi::{AsContextMut, Error, Func, ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, Store, Val};

use super::calls::{self, Suspended};
use super::errno::Errno;
use super::modules::{Module, Modules};
use super::pids::Ending;
use super::process::StartError;
use super::world::{Shared, Stop, World};
use crate::text::Stream;

/// `SIGABRT`, which ends a process after a trap.
const ABORTED: u32 = 6;

/// A running process, or one that has ended.
pub(super) struct Interpreted {
    store: Store<World>,
    state: State,
    /// Whether it waits: for another process, for what comes from outside, or for time to pass.
    waits: bool,
    /// Whether a signal ended the waiting.
    is_interrupted: bool,
}

enum State {
    Ready(Func),
    OutOfFuel(ResumableCallOutOfFuel),
    Suspended(ResumableCallHostTrap),
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
}

/// One turn: why it ended, and the fuel it took.
pub(super) struct Turn {
    pub(super) pause: Pause,
    pub(super) burnt: u64,
}

impl std::fmt::Debug for Interpreted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interpreted").field("pid", &self.store.data().pid).finish_non_exhaustive()
    }
}

impl Interpreted {
    /// Makes a process; nothing of it has run yet.
    pub(super) fn start(modules: &Modules, module: &Module, world: World) -> Result<Self, StartError> {
        let mut store = Store::new(&modules.engine, world);
        store.limiter(|world| &mut world.bounds);
        let instance = modules.linker.instantiate_and_start(&mut store, &module.0);
        let instance = instance.map_err(|error| StartError::Instance { reason: error.to_string() })?;
        store.data_mut().memory = instance.get_memory(&store, "memory");
        let start = instance.get_func(&store, "_start").ok_or(StartError::NoStart)?;
        start.typed::<(), ()>(&store).map_err(|_| StartError::NoStart)?;
        Ok(Self { store, state: State::Ready(start), waits: false, is_interrupted: false })
    }

    /// Lends it what its container's processes share, or takes that back.
    pub(super) fn exchange(&mut self, shared: &mut Shared) {
        self.store.data_mut().exchange(shared);
    }

    /// Its arguments.
    pub(super) fn arguments(&self) -> &[String] {
        &self.store.data().arguments
    }

    /// Until when it waits, in nanoseconds of the monotonic clock, if it waits and not for ever.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.store.data().deadline
    }

    /// Ends its waiting, because of a signal that it catches; whether it does wait.
    pub(super) fn interrupt(&mut self) -> bool {
        self.is_interrupted = self.waits;
        self.waits
    }

    /// Closes what it has open; what its container's processes share is with it.
    pub(super) fn close(&mut self) {
        let world = self.store.data_mut();
        for place in world.descriptors.close_all() {
            world.files.forget(&place);
        }
        world.network.forget(world.pid);
    }

    /// Runs it for about `fuel` instructions.
    pub(super) fn turn(&mut self, fuel: u64) -> Result<Turn, Error> {
        let fuel = match &self.state {
            State::OutOfFuel(call) => fuel.max(call.required_fuel()),
            _ => fuel,
        };
        self.store.set_fuel(fuel)?;
        let pause = self.run();
        let debt = std::mem::take(&mut self.store.data_mut().debt);
        Ok(Turn { pause, burnt: fuel.saturating_sub(self.store.get_fuel()?).saturating_add(debt) })
    }

    fn run(&mut self) -> Pause {
        self.waits = false;
        let is_interrupted = std::mem::take(&mut self.is_interrupted);
        let context = self.store.as_context_mut();
        let result = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready(start) => start.call_resumable(context, &[], &mut []),
            State::OutOfFuel(call) => call.resume(context, &mut []),
            State::Suspended(call) if is_interrupted => {
                self.store.data_mut().wait_no_longer();
                call.resume(self.store.as_context_mut(), &[Val::I32(i32::from(Errno::Intr as u16))], &mut [])
            }
            State::Suspended(call) => match again(&mut self.store, &call) {
                Some(answer) => call.resume(self.store.as_context_mut(), &[Val::I32(answer)], &mut []),
                None => return self.stopped(call, Pause::StillBlocked),
            },
            State::Ended => Ok(ResumableCall::Finished),
        };
        match result {
            Ok(ResumableCall::Finished) => Pause::Ended(Ending::Exited(0)),
            Ok(ResumableCall::OutOfFuel(call)) => {
                let required = call.required_fuel();
                self.state = State::OutOfFuel(call);
                Pause::OutOfFuel { required }
            }
            Ok(ResumableCall::HostTrap(call)) => self.stopped(call, Pause::Blocked),
            Err(error) => self.trapped(&error),
        }
    }

    fn stopped(&mut self, call: ResumableCallHostTrap, blocked: Pause) -> Pause {
        let pause = match self.store.data_mut().stop.take() {
            Some(Stop::Exit(status)) => return Pause::Ended(Ending::Exited(status.to_le_bytes()[0])),
            Some(Stop::Signal(signal)) => return Pause::Ended(Ending::Killed(signal)),
            Some(Stop::Flood) => return Pause::Flood,
            Some(Stop::Replaced) => return Pause::Replaced,
            Some(Stop::Sleep(nanos)) => Pause::Sleep(nanos),
            Some(Stop::Block) => blocked,
            Some(Stop::Yield) | None => Pause::Yield,
        };
        self.waits = pause != Pause::Yield;
        self.state = State::Suspended(call);
        pause
    }

    fn trapped(&mut self, error: &Error) -> Pause {
        let world = self.store.data_mut();
        let session = world.pids.session(world.pid);
        world.output.push(session, Stream::Stderr, format!("wasm trap: {error}\n").as_bytes());
        Pause::Ended(Ending::Killed(ABORTED))
    }
}

/// The answer of the call that suspended a process: one that had to wait is made again, and may have to wait again.
fn again(store: &mut Store<World>, call: &ResumableCallHostTrap) -> Option<i32> {
    match call.host_error().downcast_ref::<Suspended>() {
        Some(Suspended { again: Some(again), .. }) => {
            let again = std::sync::Arc::clone(again);
            calls::enter(store, move |guest| again(guest)).ok()
        }
        Some(Suspended { answer, .. }) => Some(*answer),
        None => Some(0),
    }
}
