//! A program on wasmi.

use std::cell::RefCell;
use std::rc::Rc;

use wasmi::errors::{HostError, LinkerError};
use wasmi::{
    AsContextMut, Error, Func, FuncType, Linker, Memory, ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel,
    Store, Val, ValType,
};

use super::bounds::Bounds;
use super::calls::{self, CALLS, Call, Given, Made, Suspended};
use super::guest;
use super::instance::{Halt, Machine};
use super::modules::Modules;
use super::process::StartError;
use super::world::World;

/// What the interpreter says if it were told not to count fuel.
const COUNTS: &str = "the interpreter was told to count fuel";

/// What wasmi keeps beside an instance.
pub(super) struct Seat {
    world: Rc<RefCell<World>>,
    /// The guest's memory, once there is an instance.
    memory: Option<Memory>,
    /// What wasmi asks before memory or a table grows.
    bounds: Bounds,
}

/// A program in the interpreter.
pub(super) struct Interpreted {
    store: Store<Seat>,
    state: State,
}

enum State {
    Ready(Func),
    OutOfFuel(ResumableCallOutOfFuel),
    Suspended(ResumableCallHostTrap),
    Ended,
}

impl HostError for Suspended {}

impl std::fmt::Display for Suspended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("suspended")
    }
}

/// Offers every call to guests.
pub(super) fn link(linker: &mut Linker<Seat>) -> Result<(), LinkerError> {
    for call in CALLS {
        let result = call.answers.then_some(ValType::I32);
        let signature = FuncType::new(call.parameters.iter().copied(), result);
        linker.func_new(call.module, call.name, signature, move |caller, arguments, results| {
            let given = given(arguments);
            let (made, suspended) = enter(caller, call, given)?;
            match (suspended, results) {
                (Some(suspended), _) => return Err(Error::host(suspended)),
                (None, [result]) => *result = Val::I32(made.answer),
                (None, _) => {}
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn given(arguments: &[Val]) -> Given {
    let mut given = Given::default();
    for (place, argument) in given.iter_mut().zip(arguments) {
        *place = match argument {
            Val::I32(number) => u64::from(number.cast_unsigned()),
            Val::I64(number) => number.cast_unsigned(),
            _ => 0,
        };
    }
    given
}

/// Makes a call on the guest's memory and lets it pay in fuel for what it touched.
fn enter(
    mut store: impl AsContextMut<Data = Seat>,
    call: &'static Call,
    given: Given,
) -> Result<(Made, Option<Suspended>), Error> {
    let mut store = store.as_context_mut();
    let world = Rc::clone(&store.data().world);
    let world = &mut *world.borrow_mut();
    let bytes = match store.data().memory {
        Some(memory) => memory.data_mut(&mut store),
        None => Default::default(),
    };
    let made = calls::make(call, given, guest::Memory::near(bytes), world);
    let fuel = store.get_fuel()?;
    store.set_fuel(world.pay(made.cost, fuel))?;
    let suspended = made.stops.then(|| Suspended::by(call, given, &made, world));
    Ok((made, suspended))
}

impl Interpreted {
    /// An instance of a module in a world; nothing of it has run yet.
    pub(super) fn start(
        modules: &Modules,
        module: &wasmi::Module,
        world: &Rc<RefCell<World>>,
    ) -> Result<Self, StartError> {
        let bounds = Bounds::new(world.borrow().pool.clone());
        let mut store = Store::new(&modules.engine, Seat { world: Rc::clone(world), memory: None, bounds });
        store.limiter(|seat| &mut seat.bounds);
        let instance = modules.linker.instantiate_and_start(&mut store, module);
        let instance = instance.map_err(|error| StartError::Instance { reason: error.to_string() })?;
        store.data_mut().memory = instance.get_memory(&store, "memory");
        let start = instance.get_func(&store, "_start").ok_or(StartError::NoStart)?;
        start.typed::<(), ()>(&store).map_err(|_| StartError::NoStart)?;
        Ok(Self { store, state: State::Ready(start) })
    }

    fn halted(&mut self, result: Result<ResumableCall, Error>) -> Halt {
        match result {
            Ok(ResumableCall::Finished) => Halt::Finished,
            Ok(ResumableCall::OutOfFuel(call)) => {
                let required = call.required_fuel();
                self.state = State::OutOfFuel(call);
                Halt::OutOfFuel { required }
            }
            Ok(ResumableCall::HostTrap(call)) => {
                let suspended = call.host_error().downcast_ref::<Suspended>().copied();
                self.state = State::Suspended(call);
                suspended.map_or(Halt::Lost, Halt::Suspended)
            }
            Err(error) => Halt::Trapped(error.to_string()),
        }
    }
}

impl Machine for Interpreted {
    fn fuel(&self) -> u64 {
        self.store.get_fuel().expect(COUNTS)
    }

    fn set_fuel(&mut self, fuel: u64) {
        self.store.set_fuel(fuel).expect(COUNTS);
    }

    fn resume(&mut self, answer: Option<i32>) -> Halt {
        let context = self.store.as_context_mut();
        let answer = Val::I32(answer.unwrap_or_default());
        let result = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready(start) => start.call_resumable(context, &[], &mut []),
            State::OutOfFuel(call) => call.resume(context, &mut []),
            State::Suspended(call) => call.resume(context, &[answer], &mut []),
            State::Ended => Ok(ResumableCall::Finished),
        };
        self.halted(result)
    }

    fn call(&mut self, call: &'static Call, given: Given) -> Made {
        enter(&mut self.store, call, given).expect(COUNTS).0
    }
}
