//! An engine such as a browser lends, made of the interpreter: it runs the
//! rewritten modules without counting fuel itself, and knows no bounds that
//! they do not have. What programs do on it must be what they do in the
//! interpreter, to the byte and to the unit of fuel.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicUsize, Ordering};

use drydock::runtime::{Compiled, Desk, Lender, Lent, Modules, Request, Resumed};
use wasmi::errors::HostError;
use wasmi::{
    AsContext, AsContextMut, Caller, Config, Engine, Error, Extern, Func, Global, Linker, Memory, Module,
    ResumableCall, ResumableCallHostTrap, Store, Val,
};

/// Programs on such an engine.
pub fn modules() -> Modules {
    let mut config = Config::default();
    config.set_max_recursion_depth(1_000_000).set_max_stack_height(1 << 30);
    Modules::with(Rc::new(Simulated(Engine::new(&config))))
}

/// How often a program went on on it.
pub fn resumed() -> usize {
    RESUMED.load(Ordering::Relaxed)
}

static RESUMED: AtomicUsize = AtomicUsize::new(0);

struct Simulated(Engine);

struct Translated(Module);

type Asks = Weak<Desk>;

/// An instance: what it is made of is not at hand while it runs.
struct Instance {
    store: RefCell<Store<Asks>>,
    state: RefCell<State>,
    fuel: Global,
    memory: Option<Memory>,
}

enum State {
    Ready(Func),
    Waits(ResumableCallHostTrap),
    Ended,
}

/// The same instance as one of its imports sees it.
struct During<'a>(RefCell<Caller<'a, Asks>>);

#[derive(Debug)]
struct Waiting;

impl HostError for Waiting {}

impl std::fmt::Display for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("waiting")
    }
}

impl Lender for Simulated {
    fn compile(&self, module: &[u8]) -> Option<Rc<dyn Compiled>> {
        Some(Rc::new(Translated(Module::new(&self.0, module).expect("what is rewritten is valid"))))
    }
}

impl Compiled for Translated {
    fn instantiate(&self, desk: Weak<Desk>) -> Option<Rc<dyn Lent>> {
        let mut store = Store::new(self.0.engine(), desk);
        let mut linker = Linker::<Asks>::new(self.0.engine());
        for import in self.0.imports() {
            let (name, signature) = (import.name().to_owned(), import.ty().func().expect("a function").clone());
            linker
                .func_new(import.module(), import.name(), signature, move |caller: Caller<'_, Asks>, given, results| {
                    let request = request(&name, given);
                    let desk = caller.data().upgrade().expect("who runs is asked");
                    let answer =
                        desk.ask(&During(RefCell::new(caller)), request).ok_or_else(|| Error::host(Waiting))?;
                    if let [result] = results {
                        *result = Val::I32(answer);
                    }
                    Ok(())
                })
                .ok()?;
        }
        let instance = linker.instantiate_and_start(&mut store, &self.0).ok()?;
        let start = instance.get_func(&store, "_start")?;
        let (fuel, memory) = (instance.get_global(&store, "fuel")?, instance.get_memory(&store, "memory"));
        let state = RefCell::new(State::Ready(start));
        Some(Rc::new(Instance { store: RefCell::new(store), state, fuel, memory }))
    }
}

fn request(name: &str, given: &[Val]) -> Request {
    let numbers = given.iter().map(|value| match value {
        Val::I32(number) => u64::from(number.cast_unsigned()),
        Val::I64(number) => number.cast_unsigned(),
        other => panic!("{other:?} is not what a call takes"),
    });
    let numbers: Vec<u64> = numbers.collect();
    let first = || u32::try_from(numbers[0]).expect("a number of 32 bits");
    match name {
        "pause" => Request::Pause(first()),
        "grow" => Request::Grow(first()),
        "lost" => Request::Lost,
        call => {
            let mut arguments = [0; 9];
            arguments[..numbers.len()].copy_from_slice(&numbers);
            Request::Call(call.parse().expect("the number of a call"), arguments)
        }
    }
}

fn left(value: &Val) -> u32 {
    u32::try_from(value.i32().expect("a number of 32 bits")).expect("it is never negative")
}

fn fuel(fuel: u32) -> Val {
    Val::I32(i32::try_from(fuel).expect("it is never negative"))
}

impl Lent for Instance {
    fn resume(&self, answer: i32) -> Resumed {
        RESUMED.fetch_add(1, Ordering::Relaxed);
        let store = &mut *self.store.borrow_mut();
        let result = match self.state.replace(State::Ended) {
            State::Ready(start) => start.call_resumable(store.as_context_mut(), &[], &mut []),
            State::Waits(call) => {
                let results = call.host_func().ty(&*store).results().len();
                call.resume(store.as_context_mut(), &[Val::I32(answer)][..results], &mut [])
            }
            State::Ended => panic!("who ended is not resumed"),
        };
        match result {
            Ok(ResumableCall::HostTrap(call)) => {
                self.state.replace(State::Waits(call));
                Resumed::Waits
            }
            Ok(ResumableCall::Finished) => Resumed::Finished,
            Ok(ResumableCall::OutOfFuel(_)) | Err(_) => Resumed::Broke,
        }
    }

    fn fuel(&self) -> u32 {
        left(&self.fuel.get(&*self.store.borrow()))
    }

    fn set_fuel(&self, now: u32) {
        self.fuel.set(&mut *self.store.borrow_mut(), fuel(now)).expect("it can be set");
    }

    fn memory_bytes(&self) -> usize {
        self.memory.map_or(0, |memory| memory.data(&*self.store.borrow()).len())
    }

    fn read(&self, at: usize, bytes: &mut [u8]) {
        let memory = self.memory.expect("there is one");
        bytes.copy_from_slice(&memory.data(&*self.store.borrow())[at..][..bytes.len()]);
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        let memory = self.memory.expect("there is one");
        memory.data_mut(&mut *self.store.borrow_mut())[at..][..bytes.len()].copy_from_slice(bytes);
    }
}

impl During<'_> {
    fn export(&self, name: &str) -> Option<Extern> {
        self.0.borrow().get_export(name)
    }

    fn counter(&self) -> Global {
        self.export("fuel").and_then(Extern::into_global).expect("it counts")
    }

    fn memory(&self) -> Option<Memory> {
        self.export("memory").and_then(Extern::into_memory)
    }
}

impl Lent for During<'_> {
    fn resume(&self, _: i32) -> Resumed {
        panic!("who runs is not resumed")
    }

    fn fuel(&self) -> u32 {
        left(&self.counter().get(self.0.borrow().as_context()))
    }

    fn set_fuel(&self, now: u32) {
        let counter = self.counter();
        counter.set(self.0.borrow_mut().as_context_mut(), fuel(now)).expect("it can be set");
    }

    fn memory_bytes(&self) -> usize {
        self.memory().map_or(0, |memory| memory.data(self.0.borrow().as_context()).len())
    }

    fn read(&self, at: usize, bytes: &mut [u8]) {
        let memory = self.memory().expect("there is one");
        bytes.copy_from_slice(&memory.data(self.0.borrow().as_context())[at..][..bytes.len()]);
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        let memory = self.memory().expect("there is one");
        memory.data_mut(self.0.borrow_mut().as_context_mut())[at..][..bytes.len()].copy_from_slice(bytes);
    }
}
