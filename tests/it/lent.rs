//! A process on an engine that is lent, beside one in the interpreter: step by
//! step they tell the same, also of what the engine has to give up.

use drydock::limits;
use drydock::oci::Timestamp;
use drydock::runtime::{Given, MAIN, Modules, Output, Process, Processes, Program, Step, Usage};

use crate::simulated;

const IMPORTS: &str = r#"
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\03\00\00\00")
    (data (i32.const 16) "hi\0a")
    (func $hello (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func $deep (param $more i32) (result i32)
        (if (result i32) (local.get $more)
            (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get $more) (i32.const 1)))))
            (else (i32.const 0))))"#;

/// What can be seen of a process after a step.
#[derive(Debug, PartialEq)]
struct Seen {
    step: Step,
    output: Vec<Output>,
    fuel_used: u64,
    changes: u64,
    usage: Usage,
}

fn seen(process: &mut dyn Process, fuel: u64) -> Seen {
    let step = process.step(fuel);
    Seen {
        step,
        output: process.take_output(),
        fuel_used: process.fuel_used(),
        changes: process.changes(),
        usage: process.usage(),
    }
}

/// What `_start` with this body writes.
fn check(body: &str) -> String {
    check_within(body, 10_000_000)
}

/// The same with so much fuel: run on both, in slices; where it is hungry it is fed a line, then the end.
fn check_within(body: &str, all: u64) -> String {
    let module = wat::parse_str(format!("(module {IMPORTS} (func (export \"_start\") {body}))")).expect("a module");
    let mut texts = Vec::new();
    for fuel in [1, 999, 1_000_000] {
        let program = || Program { fed: true, fuel: all, ..Program::default() };
        let start = |mut modules: Modules| modules.start(&module, program()).expect("it starts");
        let [mut lent, mut interpreted] = [start(simulated::modules()), start(Modules::default())];
        let (mut text, mut lines) = (String::new(), ["fed\n", ""].into_iter());
        loop {
            let told = seen(&mut *interpreted, fuel);
            assert_eq!(seen(&mut *lent, fuel), told, "{body} in slices of {fuel}");
            text.extend(told.output.iter().map(|output| String::from_utf8_lossy(&output.bytes).into_owned()));
            match told.step {
                Step::Exited { .. } => break,
                Step::Hungry => {
                    let bytes = lines.next().expect("it does not want more").as_bytes();
                    let line = Given::Input { session: MAIN, bytes: bytes.into() };
                    for process in [&mut lent, &mut interpreted] {
                        process.give(&line, Timestamp::default());
                    }
                }
                Step::Running | Step::Slept { .. } => {}
            }
        }
        assert_eq!(lent.into_tree(), interpreted.into_tree());
        texts.push(text);
    }
    assert!(simulated::resumed() > 0, "it did not run on the engine");
    texts.dedup();
    assert_eq!(texts.len(), 1, "slices change what it does");
    texts.remove(0)
}

#[test]
fn what_was_asked_too_often_to_be_remembered_goes_on_in_the_interpreter() {
    let module = wat::parse_str("(module (func (export \"_start\") (loop $on (br $on))))").expect("a module");
    let start = |mut modules: Modules| modules.start(&module, Program::default()).expect("it starts");
    let [mut lent, mut interpreted] = [start(simulated::modules()), start(Modules::default())];
    let mut fuels = [1, 2].into_iter().cycle();
    for fuel in fuels.by_ref().take(limits::RETOLD_REQUESTS + 1) {
        lent.step(fuel);
        interpreted.step(fuel);
    }
    let resumed = simulated::resumed();
    assert!(resumed > limits::RETOLD_REQUESTS, "it did not run on the engine");
    for fuel in fuels.take(10) {
        assert_eq!(seen(&mut *lent, fuel), seen(&mut *interpreted, fuel));
    }
    assert_eq!(simulated::resumed(), resumed, "it is still on the engine");
}

#[test]
fn what_ends_is_the_same() {
    assert_eq!(check("(call $hello)"), "hi\n");
    assert_eq!(check_within("(loop $on (br $on))", 100_000), "killed: out of time\n");
}

#[test]
fn a_trap_is_told_in_the_words_of_the_interpreter() {
    assert_eq!(check("(call $hello) unreachable"), "hi\nwasm trap: wasm `unreachable` instruction executed\n");
    assert_eq!(check("(drop (i32.load (i32.const 65533)))"), "wasm trap: out of bounds memory access\n");
}

#[test]
fn calls_in_calls_end_where_the_interpreter_ends_them() {
    for depth in [1_000, 8_000, 9_990] {
        assert_eq!(check(&format!("(drop (call $deep (i32.const {depth}))) (call $hello)")), "hi\n");
    }
    assert_eq!(check("(call $hello) (drop (call $deep (i32.const -1)))"), "hi\nwasm trap: call stack exhausted\n");
}

#[test]
fn memory_grows_as_far_as_there_is_some() {
    let grow = |pages: u32| format!("(drop (memory.grow (i32.const {pages}))) (call $hello)");
    for pages in [0, 1, 100, 4_000, 4_095, 4_096, u32::MAX] {
        assert_eq!(check(&grow(pages)), "hi\n");
    }
}

#[test]
fn what_was_given_before_is_given_again() {
    let read = "(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))";
    assert_eq!(check(&format!("{read} (call $hello)")), "fed");
    assert_eq!(
        check(&format!("(call $hello) {read} (call $hello) {read} unreachable")),
        "hi\nfedwasm trap: wasm `unreachable` instruction executed\n"
    );
}
