use std::cell::Cell;
use std::rc::Rc;

use wasmi::{AsContextMut, Caller, Engine, Error, Instance, Linker, Module, Store, Val};

use super::anatomy::Anatomy;
use super::data::{Data, Segment};
use super::objects::Objects;
use super::{Functions, count, cut};

/// Functions that call each other by name and by table, with a memory and a global between them.
const WHOLE: &str = r#"(module
    (type $unary (func (param i32) (result i32)))
    (import "a" "a" (func $outside))
    (import "a" "b" (func $twice (param i32) (result i32)))
    (table 4 4 funcref)
    (memory (export "m") 1)
    (global $calls (mut i32) (i32.const 0))
    (elem (i32.const 1) $square $table_only)
    (data (i32.const 8) "\05")
    (func $load (export "load") (call $outside))
    (func $tell (param i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.add (local.get 0) (i32.load8_u (i32.const 8))))
    (func $square (type $unary) (call $tell (i32.mul (local.get 0) (local.get 0))))
    (func $table_only (type $unary) (call $twice (call $cold_only (local.get 0))))
    (func $cold_only (param i32) (result i32) (i32.add (call $square (local.get 0)) (global.get $calls)))
    (func $exported (export "cold") (param i32) (result i32) (call $cold_only (local.get 0)))
    (func (export "run") (param i32 i32) (result i32)
        (if (i32.eqz (local.get 1)) (then (return (call $tell (local.get 0)))))
        (if (i32.eq (local.get 1) (i32.const 3)) (then (return (call $square (local.get 0)))))
        (call_indirect (type $unary) (local.get 0) (local.get 1))))"#;
/// The functions of the primary: those that load, tell and run.
const HOT: [u32; 3] = [2, 3, 8];
const LOAD: u32 = 2;

/// What a host has: the deferred part, how often it was asked for, and whether it is out of reach.
#[derive(Clone, Default)]
struct Host {
    deferred: Option<Module>,
    asked: Rc<Cell<u32>>,
    gone: Rc<Cell<bool>>,
}

fn whole() -> Vec<u8> {
    wat::parse_str(WHOLE).expect("a module")
}

fn halves() -> cut::Halves {
    let module = whole();
    let anatomy = Anatomy::read(&module).expect("it can be read");
    let hot = Functions::from(HOT);
    let data = Data::cut(&anatomy, &Objects::default(), &hot).expect("it can be read");
    cut::cut(&module, &anatomy, &hot, &data, LOAD).expect("it can be cut")
}

/// An instance of a module that can load the deferred part.
fn start(module: &[u8], deferred: Option<&[u8]>) -> (Store<Host>, Instance) {
    let engine = Engine::default();
    let deferred = deferred.map(|bytes| Module::new(&engine, bytes).expect("a valid deferred part"));
    let mut store = Store::new(&engine, Host { deferred, ..Host::default() });
    let mut linker = Linker::new(&engine);
    linker.func_wrap("a", "b", |_: Caller<'_, Host>, value: i32| value * 2).expect("a free name");
    linker.func_wrap("a", "a", connect).expect("a free name");
    let module = Module::new(&engine, module).expect("a valid module");
    let instance = linker.instantiate_and_start(&mut store, &module).expect("it starts");
    (store, instance)
}

/// As `src/web/deferred.rs` does it.
fn connect(mut caller: Caller<'_, Host>) -> Result<(), Error> {
    let host = caller.data().clone();
    host.asked.set(host.asked.get() + 1);
    let Some(module) = host.deferred.filter(|_| !host.gone.get()) else { return Err(Error::new("gone")) };
    let mut linker = Linker::new(caller.engine());
    for import in module.imports() {
        let shared = caller.get_export(import.name()).expect("the primary exports it");
        linker.define(import.module(), import.name(), shared).expect("a free name");
    }
    linker.instantiate_and_start(caller.as_context_mut(), &module).map(drop)
}

fn call(store: &mut Store<Host>, instance: Instance, name: &str, arguments: &[i32]) -> Result<i32, Error> {
    let function = instance.get_func(&*store, name).expect("an export");
    let arguments: Vec<Val> = arguments.iter().map(|argument| Val::I32(*argument)).collect();
    let mut results = [Val::I32(0)];
    function.call(store, &arguments, &mut results)?;
    Ok(results[0].i32().expect("a number"))
}

#[test]
fn the_halves_together_do_what_the_whole_does() {
    let halves = halves();
    let (mut one, whole) = start(&whole(), None);
    let (mut two, cut) = start(&halves.primary, Some(&halves.deferred));
    for (name, arguments) in
        [("run", &[3, 0][..]), ("run", &[3, 3]), ("run", &[4, 1]), ("run", &[5, 2]), ("cold", &[6]), ("run", &[7, 0])]
    {
        let expected = call(&mut one, whole, name, arguments).expect("the whole needs nothing");
        let got = call(&mut two, cut, name, arguments).expect("the deferred part is there");
        assert_eq!(got, expected, "{name} {arguments:?}");
    }
    assert_eq!(two.data().asked.get(), 1);
}

#[test]
fn what_is_hot_asks_for_nothing_and_what_is_not_asks_again_until_it_comes() {
    let halves = halves();
    let (mut store, instance) = start(&halves.primary, Some(&halves.deferred));
    store.data().gone.set(true);
    assert_eq!(call(&mut store, instance, "run", &[3, 0]).ok(), Some(8));
    assert_eq!(store.data().asked.get(), 0);
    for times in 1..=3 {
        assert!(call(&mut store, instance, "run", &[3, 1]).is_err());
        assert_eq!(store.data().asked.get(), times);
    }
    store.data().gone.set(false);
    assert_eq!(call(&mut store, instance, "run", &[3, 1]).ok(), Some(14));
    assert_eq!(store.data().asked.get(), 4);
}

#[test]
fn the_primary_has_no_more_than_a_stub_of_what_is_cold() {
    let halves = halves();
    let primary = Anatomy::read(&halves.primary).expect("it can be read");
    // What is hot, what has everything loaded, and stubs of all but the one that only the deferred part calls.
    assert_eq!(primary.bodies.len(), HOT.len() + 1 + 3);
    assert_eq!(halves.primary, self::halves().primary);
}

#[test]
fn a_counting_module_tells_each_function_it_enters() {
    let module = whole();
    let counting = count::counting(&module, &Anatomy::read(&module).expect("it can be read")).expect("it can count");
    let engine = Engine::default();
    let mut store = Store::new(&engine, Functions::new());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("a", "a", |_: Caller<'_, Functions>| ()).expect("a free name");
    linker.func_wrap("a", "b", |_: Caller<'_, Functions>, value: i32| value * 2).expect("a free name");
    let enter = |mut caller: Caller<'_, Functions>, function: i32| {
        caller.data_mut().insert(function.cast_unsigned());
    };
    linker.func_wrap("rehearsal", "entered", enter).expect("a free name");
    let module = Module::new(&engine, &counting).expect("a valid module");
    let instance = linker.instantiate_and_start(&mut store, &module).expect("it starts");
    let run = instance.get_typed_func::<(i32, i32), i32>(&store, "run").expect("an export");
    assert_eq!(run.call(&mut store, (2, 1)).ok(), Some(9));
    assert_eq!(store.data(), &Functions::from([3, 4, 8]));
}

/// Texts and tables, the functions that read them, and what a linker would say of both: hand-made.
const LINKED: &str = r#"(module
    (import "a" "a" (func $outside))
    (table 1 funcref)
    (global (mut i32) (i32.const 0))
    (memory (export "m") 1)
    (data (i32.const 64) "read by the cold one all" "\78\00\00\00\00\00\00\00" "counted from behind  abc" "what the table points at")
    (data (i32.const 256) "\40\00\00\00")
    (func $load (export "load") (call $outside))
    (func (export "table") (result i32) (i32.load8_u (i32.load (i32.const 88))))
    (func (export "behind") (param i32) (result i32) (i32.load8_u offset=80 (i32.shl (local.get 0) (i32.const 3))))
    (func (export "cold") (param i32) (result i32) (i32.load8_u offset=64 (local.get 0)))
    (@custom "linking" "\02"
        "\05\13" "\02" "\07.rodata\00\00" "\05.data\02\00"
        "\08\24" "\05" "\01\02\01a\00\00\18" "\01\02\01b\00\18\08" "\01\02\01c\00\20\18" "\01\02\01d\00\38\18" "\01\02\01e\01\00\04")
    (@custom "reloc.CODE" "\00\03" "\03\00\00\00" "\03\00\01\00" "\03\00\02\70")
    (@custom "reloc.DATA" "\00\01" "\05\1f\03\00"))"#;

/// Addresses, and how many bytes are put there.
type Places = Vec<(u32, usize)>;

fn linked_halves(hot: impl Into<Functions>) -> (Places, Places, cut::Halves) {
    let module = wat::parse_str(LINKED).expect("a module");
    let anatomy = Anatomy::read(&module).expect("it can be read");
    let (hot, objects) = (hot.into(), Objects::read(&module).expect("it was linked"));
    let data = Data::cut(&anatomy, &objects, &hot).expect("it can be cut");
    let places = |segments: &[Segment]| segments.iter().map(|(start, bytes)| (*start, bytes.len())).collect();
    let halves = cut::cut(&module, &anatomy, &hot, &data, 1).expect("it can be cut");
    (places(&data.primary), places(&data.deferred), halves)
}

#[test]
fn data_goes_with_the_functions_that_can_reach_it() {
    // The table holds an address, and the loop is given one that lies before its own.
    assert_eq!(linked_halves([1, 2]).0, [(88, 8), (120, 24), (256, 4)]);
    assert_eq!(linked_halves([1, 3]).0, [(96, 24), (256, 4)]);
    assert_eq!(linked_halves([1, 2, 3, 4]).1, []);
    let (primary, deferred, halves) = linked_halves([1, 2, 3]);
    assert_eq!((primary, deferred), (vec![(88, 56), (256, 4)], vec![(64, 24)]));
    let (mut store, instance) = start(&halves.primary, Some(&halves.deferred));
    let read = |store: &mut Store<Host>, name: &str, at: &[i32]| call(store, instance, name, at).ok();
    assert_eq!(read(&mut store, "table", &[]), Some(i32::from(b'w')));
    assert_eq!(read(&mut store, "behind", &[2]), Some(i32::from(b'c')));
    assert_eq!(store.data().asked.get(), 0);
    assert_eq!(read(&mut store, "cold", &[0]), Some(i32::from(b'r')));
    assert_eq!(store.data().asked.get(), 1);
}
