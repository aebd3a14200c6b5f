//! Two machines, one that interprets a program and one that runs what it
//! becomes, and what is seen of either.

use wasmi::errors::HostError;
use wasmi::{
    AsContext, AsContextMut, Caller, CompilationMode, Config, Engine, Error, Extern, FuncType, Linker, Module,
    ResourceLimiter, ResumableCall, Store, TrapCode, Val,
};
use wasmi_core::LimiterError;

use super::super::metered;
use crate::limits;

/// What a host is told, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A call of the host, by its number, with the fuel that is left.
    Called { number: u32, arguments: Vec<u64>, left: u64 },
    /// There was not enough fuel.
    Paused { required: u64, left: u64 },
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Returned,
    Trapped(Option<TrapCode>),
    /// It had burnt all it may.
    Exhausted,
    /// It called the host more often than it may.
    Enough,
    /// It gave itself up.
    Lost,
}

/// All that is seen of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) events: Vec<Event>,
    pub(super) end: End,
    pub(super) burnt: u64,
    pub(super) memory: Vec<u8>,
}

/// What a program may do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// Fuel at a time.
    pub(super) slice: u64,
    /// Fuel in all.
    pub(super) fuel: u64,
    pub(super) calls: usize,
    /// Bytes by which memory may grow.
    pub(super) bytes: usize,
    /// What host functions answer.
    pub(super) answer: fn(usize) -> u64,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { slice: 40, fuel: 100_000, calls: 1_000, bytes: 4 << 20, answer: |_| 52 }
    }
}

struct Host {
    allowance: Allowance,
    events: Vec<Event>,
    end: Option<End>,
    given: u64,
    burnt: u64,
    left_bytes: usize,
    /// What was allowed last.
    allowed_bytes: usize,
    has_memory: bool,
}

#[derive(Debug)]
struct Stopped;

impl HostError for Stopped {}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped")
    }
}

impl Host {
    fn new(allowance: Allowance) -> Self {
        let (given, left_bytes) = (allowance.slice, allowance.bytes);
        Self {
            allowance,
            events: Vec::new(),
            end: None,
            given,
            burnt: 0,
            left_bytes,
            allowed_bytes: 0,
            has_memory: false,
        }
    }

    /// The fuel that it is given for the next slice, or no more.
    fn pause(&mut self, required: u64, left: u64) -> Option<u64> {
        self.events.push(Event::Paused { required, left });
        self.burnt += self.given - left;
        self.given = self.allowance.slice.max(required);
        if self.burnt > self.allowance.fuel {
            self.given = left;
            self.end = Some(End::Exhausted);
            return None;
        }
        Some(self.given)
    }

    fn stop(&mut self, end: End) -> Error {
        self.end = Some(end);
        Error::host(Stopped)
    }

    fn call(&mut self, number: u32, arguments: &[Val], results: &mut [Val], left: u64) -> Result<(), Error> {
        let arguments = arguments.iter().map(bits).collect();
        self.events.push(Event::Called { number, arguments, left });
        if self.events.len() > self.allowance.calls {
            return Err(self.stop(End::Enough));
        }
        let answer = (self.allowance.answer)(self.events.len());
        for result in results {
            *result = match result {
                Val::I64(_) => Val::I64(answer.cast_signed()),
                Val::F32(_) => Val::F32(wasmi::F32::from_bits(low(answer))),
                Val::F64(_) => Val::F64(wasmi::F64::from_bits(answer)),
                _ => Val::I32(low(answer).cast_signed()),
            };
        }
        Ok(())
    }

    fn seen(self, end: End, left: u64, memory: Vec<u8>) -> Seen {
        Seen { end: self.end.unwrap_or(end), events: self.events, burnt: self.burnt + self.given - left, memory }
    }
}

fn low(bits: u64) -> u32 {
    u32::try_from(bits & u64::from(u32::MAX)).unwrap()
}

fn bits(value: &Val) -> u64 {
    match value {
        Val::I32(value) => u64::from(value.cast_unsigned()),
        Val::I64(value) => value.cast_unsigned(),
        Val::F32(value) => u64::from(value.to_bits()),
        Val::F64(value) => value.to_bits(),
        _ => 0,
    }
}

impl ResourceLimiter for Host {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool, LimiterError> {
        if !std::mem::replace(&mut self.has_memory, true) {
            return Ok(true);
        }
        self.allowed_bytes = desired - current;
        let left = self.left_bytes.checked_sub(self.allowed_bytes);
        self.left_bytes = left.unwrap_or(self.left_bytes);
        Ok(left.is_some())
    }

    fn memory_grow_failed(&mut self, _: &wasmi_core::MemoryError) -> Result<(), LimiterError> {
        self.left_bytes += std::mem::take(&mut self.allowed_bytes);
        Ok(())
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool, LimiterError> {
        Ok(true)
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        16
    }

    fn memories(&self) -> usize {
        1
    }
}

fn engine(counts: bool) -> Engine {
    let mut config = Config::default();
    config
        .consume_fuel(counts)
        .compilation_mode(CompilationMode::Eager)
        .ignore_custom_sections(true)
        .set_max_recursion_depth(limits::GUEST_CALL_DEPTH)
        .set_max_stack_height(limits::GUEST_STACK_BYTES);
    if counts {
        config.allow_start_fn(false);
    }
    Engine::new(&config)
}

/// The number of a call: its place among the imports.
fn number(imports: &[(String, String)], module: &str, name: &str) -> Option<u32> {
    let place = imports.iter().position(|(of, import)| (of.as_str(), import.as_str()) == (module, name));
    u32::try_from(place?).ok()
}

/// The program as it counts, if it is of the kind; each call has the number of its first import.
pub(super) fn rewritten(module: &[u8]) -> Option<Vec<u8>> {
    let imports = imports(&Module::new(&engine(true), module).ok()?);
    metered(module, &|module, name, _, _| number(&imports, module, name))
}

fn imports(module: &Module) -> Vec<(String, String)> {
    module.imports().map(|import| (import.module().to_owned(), import.name().to_owned())).collect()
}

fn define(
    linker: &mut Linker<Host>,
    import: (&str, &str),
    number: u32,
    ty: FuncType,
    left: fn(&mut Caller<'_, Host>) -> u64,
) {
    let call = move |mut caller: Caller<'_, Host>, arguments: &[Val], results: &mut [Val]| {
        let left = left(&mut caller);
        caller.data_mut().call(number, arguments, results, left)
    };
    // An import may come twice.
    let _ = linker.func_new(import.0, import.1, ty, call);
}

fn ending(error: &Error) -> End {
    End::Trapped(error.as_trap_code())
}

fn memory(store: &Store<Host>, instance: wasmi::Instance) -> Vec<u8> {
    instance.get_memory(store, "memory").map(|memory| memory.data(store).to_vec()).unwrap_or_default()
}

/// Interprets a program. None if it cannot be begun.
pub(super) fn interpret(module: &[u8], allowance: Allowance) -> Option<Seen> {
    let engine = engine(true);
    let module = Module::new(&engine, module).ok()?;
    let named = imports(&module);
    let mut linker = Linker::new(&engine);
    for import in module.imports() {
        let number = number(&named, import.module(), import.name())?;
        let left = |caller: &mut Caller<'_, Host>| caller.get_fuel().unwrap();
        define(&mut linker, (import.module(), import.name()), number, import.ty().func()?.clone(), left);
    }
    let mut store = Store::new(&engine, Host::new(allowance));
    store.limiter(|host| host);
    store.set_fuel(allowance.slice).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).ok()?;
    let start = instance.get_func(&store, "_start")?;
    let mut result = start.call_resumable(&mut store, &[], &mut []);
    let end = loop {
        match result {
            Ok(ResumableCall::Finished) => break End::Returned,
            Ok(ResumableCall::HostTrap(_)) => break End::Enough,
            Ok(ResumableCall::OutOfFuel(call)) => {
                let left = store.get_fuel().unwrap();
                let Some(given) = store.data_mut().pause(call.required_fuel(), left) else { break End::Exhausted };
                store.set_fuel(given).unwrap();
                result = call.resume(store.as_context_mut(), &mut []);
            }
            Err(error) => break ending(&error),
        }
    };
    let (left, memory) = (store.get_fuel().unwrap(), memory(&store, instance));
    Some(store.into_data().seen(end, left, memory))
}

fn left(caller: &mut Caller<'_, Host>) -> u64 {
    match caller.get_export("fuel").and_then(Extern::into_global).map(|fuel| fuel.get(caller.as_context())) {
        Some(Val::I32(left)) => u64::try_from(left).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn set_left(caller: &mut Caller<'_, Host>, left: u64) {
    let fuel = caller.get_export("fuel").and_then(Extern::into_global).unwrap();
    fuel.set(caller.as_context_mut(), Val::I32(i32::try_from(left).unwrap())).unwrap();
}

fn pause(mut caller: Caller<'_, Host>, required: i32) -> Result<(), Error> {
    wait(&mut caller, u64::try_from(required).unwrap())
}

fn wait(caller: &mut Caller<'_, Host>, required: u64) -> Result<(), Error> {
    let left = left(caller);
    let given = caller.data_mut().pause(required, left).ok_or_else(|| Error::host(Stopped))?;
    set_left(caller, given);
    Ok(())
}

fn grow(mut caller: Caller<'_, Host>, pages: i32) -> Result<i32, Error> {
    let pages = u64::from(pages.cast_unsigned());
    let left_bytes = caller.data().left_bytes.checked_sub(usize::try_from(pages << 16).unwrap());
    let Some(left_bytes) = left_bytes else { return Ok(0) };
    let cost = pages << 10;
    if left(&mut caller) < cost {
        wait(&mut caller, cost)?;
    }
    let left = left(&mut caller);
    set_left(&mut caller, left - cost);
    caller.data_mut().left_bytes = left_bytes;
    Ok(1)
}

/// Runs a program that counts itself.
pub(super) fn run(module: &[u8], allowance: Allowance) -> Option<Seen> {
    let engine = engine(false);
    let module = Module::new(&engine, module).expect("the module is valid");
    let mut linker = Linker::new(&engine);
    for import in module.imports() {
        if let Ok(number) = import.name().parse() {
            define(&mut linker, (import.module(), import.name()), number, import.ty().func()?.clone(), left);
        }
    }
    linker.func_wrap("drydock", "pause", pause).unwrap();
    linker.func_wrap("drydock", "grow", grow).unwrap();
    let lost = |mut caller: Caller<'_, Host>| -> Result<(), Error> { Err(caller.data_mut().stop(End::Lost)) };
    linker.func_wrap("drydock", "lost", lost).unwrap();
    let mut store = Store::new(&engine, Host::new(allowance));
    let instance = linker.instantiate_and_start(&mut store, &module).ok()?;
    let fuel = instance.get_global(&store, "fuel").unwrap();
    fuel.set(&mut store, Val::I32(i32::try_from(allowance.slice).unwrap())).unwrap();
    let start = instance.get_func(&store, "_start")?;
    let end = match start.call(&mut store, &[], &mut []) {
        Ok(()) => End::Returned,
        Err(error) => ending(&error),
    };
    let Val::I32(left) = fuel.get(&store) else { return None };
    let (left, memory) = (u64::try_from(left).unwrap(), memory(&store, instance));
    Some(store.into_data().seen(end, left, memory))
}

/// Holds the two against each other, at slices of several sizes. What is seen at the last.
pub(super) fn compare(module: &[u8], allowance: Allowance) -> Seen {
    let counting = rewritten(module).expect("the program is of the kind");
    wasmparser::Validator::new_with_features(super::super::FEATURES).validate_all(&counting).unwrap();
    let mut seen = None;
    for slice in [1, 7, allowance.slice, 1_000_000] {
        let allowance = Allowance { slice, ..allowance };
        let (interpreted, counted) = (interpret(module, allowance).unwrap(), run(&counting, allowance).unwrap());
        for (place, (one, two)) in interpreted.events.iter().zip(&counted.events).enumerate() {
            assert_eq!(one, two, "event {place}, slice {slice}");
        }
        if counted.end == End::Lost {
            assert!(counted.events.len() <= interpreted.events.len() && counted.burnt < interpreted.burnt);
            seen = Some(counted);
            continue;
        }
        assert_eq!((interpreted.end, interpreted.burnt), (counted.end, counted.burnt), "slice {slice}");
        assert!(interpreted == counted, "slice {slice}");
        seen = Some(counted);
    }
    seen.unwrap()
}
