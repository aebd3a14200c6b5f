//! Each construct by itself.

use super::rig::{Allowance, End, Seen, compare, rewritten};

/// A program of this body beside what most need.
fn program(body: &str) -> Vec<u8> {
    module(&format!("(func $start (export \"_start\") (local i32 i64 f32 f64) {body})"))
}

fn module(fields: &str) -> Vec<u8> {
    let text = format!(
        "(module (import \"host\" \"see\" (func $see (param i32)))
           (import \"host\" \"ask\" (func $ask (result i32)))
           (memory (export \"memory\") 1 40) (global $zero (mut i32) (i32.const 0)) {fields})"
    );
    wat::parse_str(text).unwrap()
}

fn same(body: &str) -> Seen {
    compare(&program(body), Allowance::default())
}

#[test]
fn structures_are_counted() {
    let seen = same("(call $see (i32.const 1))");
    assert_eq!((seen.end, seen.burnt), (End::Returned, 3));
    same(
        "(loop $l (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br_if $l (i32.lt_u (local.get 0) (i32.const 9))))",
    );
    for condition in ["0", "1"] {
        let ask = format!("(i32.add (global.get $zero) (i32.const {condition}))");
        same(&format!("(if {ask} (then (call $see (i32.const 1)) nop))"));
        same(&format!("(if {ask} (then nop) (else (call $see (i32.const 2)) (call $see (i32.const 3))))"));
        same(&format!("(if {ask} (then (return) (call $see (i32.const 1))) (else (call $see (i32.const 2))))"));
        same(&format!("(if {ask} (then (i32.const 1) (return))) (call $see (i32.load (i32.const 4)))"));
        same(&format!("(call $see (if (result i32) {ask} (then (i32.const 3)) (else (global.get $zero))))"));
        same(&format!("(block $b (br_if $b {ask}) (call $see (i32.const 1))) (call $see (i32.const 2))"));
        same(&format!("(block $a (block $b (br_table $a $b {ask})) (call $see (i32.const 2)))"));
    }
}

#[test]
fn what_is_not_reached_is_counted_where_it_stands() {
    for dead in [
        "(call $see (i32.const 1)) drop_nothing",
        "(loop (call $see (i32.const 1)))",
        "(if (i32.const 1) (then (call $see (i32.const 1))) (else (call $see (i32.const 1))))",
        "(block (block (drop (f32.add (f32.const 1) (f32.const 2)))))",
        "(memory.copy) (memory.fill) (drop (memory.grow)) (drop (f64.mul)) (return)",
    ] {
        let dead = dead.trim_end_matches(" drop_nothing");
        for end in ["(return)", "(unreachable)", "(br 0)", "(br_table 0 0 (global.get $zero))"] {
            same(&format!("(call $see (i32.const 7)) {end} {dead}"));
            same(&format!("(block {end} {dead}) (call $see (i32.const 7))"));
            same(
                &format!("(loop {end} {dead}) (call $see (i32.const 7))")
                    .replace("(br 0)", "(br 1)")
                    .replace("0 0", "1 1"),
            );
            same(&format!(
                "(if (global.get $zero) (then {end} {dead}) (else (call $see (i32.const 7)) {end} {dead})) (call $see (i32.const 8))"
            ));
        }
    }
}

#[test]
fn what_costs_by_the_byte_is_counted() {
    for length in [0_u32, 63, 64, 4_096, 65_536] {
        same(&format!("(memory.copy (i32.const 0) (i32.const 0) (i32.const {length}))"));
        same(&format!(
            "(memory.fill (i32.const 0) (i32.const 300) (i32.const {length})) (memory.copy (i32.const 9) (i32.const 0) (i32.const 64))"
        ));
    }
    for (pointer, length) in [(65_536, 1), (1, 65_536), (u32::MAX, u32::MAX), (0, u32::MAX)] {
        for body in [
            format!("(memory.copy (i32.const {pointer}) (i32.const 0) (i32.const {length}))"),
            format!("(memory.copy (i32.const 0) (i32.const {pointer}) (i32.const {length}))"),
            format!("(memory.fill (i32.const {pointer}) (i32.const 1) (i32.const {length}))"),
        ] {
            assert!(matches!(same(&body).end, End::Trapped(Some(_))), "{body}");
        }
    }
    same(
        "(memory.fill (i32.const 65536) (i32.const 1) (i32.const 0)) (memory.copy (i32.const 65536) (i32.const 1) (i32.const 0))",
    );
}

#[test]
fn memory_grows_alike() {
    for pages in ["0", "1", "39", "40", "-1", "65536"] {
        for _ in 0..2 {
            same(&format!(
                "(call $see (memory.grow (i32.const {pages}))) (call $see (memory.grow (i32.const 1))) (call $see (memory.size))"
            ));
        }
    }
    let allowance = Allowance { bytes: 2 << 16, ..Allowance::default() };
    let seen =
        compare(&program("(call $see (memory.grow (i32.const 3))) (call $see (memory.grow (i32.const 2)))"), allowance);
    assert_eq!(seen.memory.len(), 3 << 16);
}

#[test]
fn numbers_are_the_same() {
    let nan = "(f64.div (f64.convert_i32_s (global.get $zero)) (f64.convert_i32_s (global.get $zero)))";
    for body in [
        format!("(call $see (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 {nan}) (i64.const 32))))"),
        format!("(call $see (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.neg {nan})) (i64.const 32))))"),
        format!("(call $see (i32.reinterpret_f32 (f32.demote_f64 {nan})))"),
        format!("(call $see (i32.trunc_sat_f64_s (f64.add {nan} (local.get 3))))"),
        format!("(call $see (f64.lt (f64.mul {nan} {nan}) (f64.sqrt {nan})))"),
        format!(
            "(f64.store (i32.const 0) {nan}) (f32.store (i32.const 8) (f32.min (f32.demote_f64 {nan}) (local.get 2)))"
        ),
        format!("(call $see (i32.trunc_f64_s {nan}))"),
    ] {
        same(&body);
    }
}

#[test]
fn functions_call_each_other_and_return() {
    let table = "(table 2 funcref) (elem (i32.const 0) $sum $ask) (type $sum (func (param i32) (result i32)))
       (func $sum (type $sum) (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
         (i32.add (local.get 0) (call $sum (i32.sub (local.get 0) (i32.const 1)))))
       (func $two (param i32) (result i32 i64) (if (local.get 0) (then (return (call $ask) (i64.const 3))))
         (br 0 (i32.const 5) (i64.const 4)))";
    for start in [
        "(call $see (call $sum (i32.const 30)))",
        "(call $see (call_indirect (type $sum) (i32.const 9) (global.get $zero)))",
        "(call $see (call_indirect (result i32) (i32.const 1)))",
        "(call_indirect (i32.const 1))",
        "(call $see (call_indirect (result i32) (i32.const 2)))",
        "(call $two (call $ask)) (drop) (call $see) (call $two (global.get $zero)) (drop) (call $see)",
    ] {
        compare(&module(&format!("{table} (func (export \"_start\") {start})")), Allowance::default());
    }
}

#[test]
fn who_calls_too_deeply_is_lost_before_the_interpreter_ends_it() {
    let deep = module(
        "(func $f (param i32) (call $f (i32.add (local.get 0) (i32.const 1)))) (func (export \"_start\") (call $f (i32.const 0)))",
    );
    let seen = super::rig::run(
        &rewritten(&deep).unwrap(),
        Allowance { fuel: u64::MAX, calls: usize::MAX, ..Allowance::default() },
    )
    .unwrap();
    assert_eq!(seen.end, End::Lost);
    let wide = format!("(func $f (param i32) (local {}) (call $f (local.get 0)))", "i64 ".repeat(1_000));
    let wide = module(&format!("{wide} (func (export \"_start\") (call $f (i32.const 0)))"));
    let seen = super::rig::run(
        &rewritten(&wide).unwrap(),
        Allowance { fuel: u64::MAX, calls: usize::MAX, ..Allowance::default() },
    )
    .unwrap();
    assert_eq!(seen.end, End::Lost);
    for depth in ["8000", "8500"] {
        let there_and_back = format!(
            "(func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
           (func (export \"_start\") (call $f (i32.const {depth})) (call $f (i32.const {depth})))"
        );
        let seen = compare(&module(&there_and_back), Allowance { fuel: 1_000_000, ..Allowance::default() });
        assert_eq!(seen.end, End::Returned);
    }
}

#[test]
fn what_the_interpreter_may_know_beforehand_is_refused() {
    let refused = |body: &str| rewritten(&program(body)).is_none();
    for known in [
        "(i32.const 1)",
        "(i32.eqz (i32.const 0))",
        "(i32.add (i32.const 0) (i32.const 1))",
        "(local.tee 0 (i32.const 1))",
        "(i32.wrap_i64 (i64.const 1))",
        "(select (i32.const 1) (i32.const 1) (global.get $zero))",
        "(block (result i32) (i32.const 1))",
        "(i64.eqz (i64.extend_i32_u (i32.const 1)))",
    ] {
        assert!(refused(&format!("(if {known} (then))")), "{known}");
        assert!(refused(&format!("(block (br_table 0 0 {known}))")), "{known}");
    }
    for trap in [
        "(drop (i32.div_u (local.get 0) (i32.const 0)))",
        "(drop (i64.rem_s (i64.const 4) (i64.const -1)))",
        "(drop (i32.load offset=8 (i32.const -4)))",
        "(i32.store (i32.const 2621441) (local.get 0))",
        "(drop (i32.trunc_f32_s (f32.const nan)))",
    ] {
        assert!(refused(trap), "{trap}");
    }
    for unknown in ["(i32.clz (i32.const 1))", "(i32.wrap_i64 (i64.const 0))", "(i32.shl (i32.const 1) (i32.const 2))"]
    {
        assert!(refused(&format!("(block (br_if 0 {unknown}))")), "{unknown}");
    }
    for fine in [
        "(if (i32.and (local.get 0) (i32.const 1)) (then))",
        "(if (i32.mul (i32.const 0) (local.get 0)) (then))",
        "(if (select (i32.const 0) (i32.const 1) (local.get 0)) (then))",
        "(if (local.tee 0 (local.get 0)) (then))",
        "(local.set 0 (i32.const 1)) (if (local.get 0) (then))",
        "(if (memory.grow (i32.const 0)) (then))",
        "(if (block (result i32) (br 0 (i32.const 1))) (then))",
        "(if (i32.shl (local.get 0) (i32.const 32)) (then))",
        "(drop (i32.div_s (local.get 0) (i32.const -1)))",
        "(drop (i32.load offset=8 (i32.const 1024)))",
        "(if (loop (result i32) (global.get $zero)) (then))",
    ] {
        same(fine);
    }
}

#[test]
fn branches_that_the_interpreter_knows_are_followed() {
    let base = "(global $base i32 (i32.const 8))";
    for known in [
        "(i32.const 0)",
        "(i32.const -1)",
        "(i32.eqz (i32.const 1))",
        "(i32.eqz (i32.const 0))",
        "(local.tee 0 (i32.and (i32.const 1) (i32.const 2)))",
        "(i32.or (i32.const 1) (i32.const 2))",
        "(i32.eq (i32.xor (i32.const 3) (i32.const 3)) (i32.const 0))",
        "(i32.ne (i32.add (i32.const -1) (i32.const 1)) (i32.const 0))",
        "(select (i32.const 1) (i32.const 1) (local.get 0))",
        "(i32.eq (global.get $base) (i32.const 8))",
        "(i32.lt_u (global.get $base) (i32.const -8))",
        "(i32.lt_s (global.get $base) (i32.const -8))",
        "(i32.ge_u (i32.const 1) (i32.sub (i32.const 2) (i32.const 1)))",
        "(i32.le_s (i32.const 1) (i32.const -1))",
    ] {
        for body in [
            format!(
                "(block $b (br_if $b {known}) (call $see (i32.const 1)) (loop (call $see (i32.const 2)))) (call $see (i32.const 3))"
            ),
            format!(
                "(loop $l (block $b (br_if $b {known}) (return) (if (local.get 0) (then (call $see (i32.const 1)))))) (call $see (i32.const 2))"
            ),
            format!("(br_if 0 {known}) (loop (call $see (i32.const 1)))"),
            format!("(call $see (block (result i32) (br_if 0 (i32.const 4) {known}) (i32.add (i32.const 1))))"),
        ] {
            let start = format!("{base} (func (export \"_start\") (local i32) {body})");
            compare(&module(&start), Allowance::default());
        }
    }
    compare(
        &module(&format!(
            "{base} (func (export \"_start\") (call $see (i32.load (i32.add (global.get $base) (i32.const 8)))))"
        )),
        Allowance::default(),
    );
}

#[test]
fn other_modules_are_refused() {
    for text in [
        "(module)",
        "(module (func (export \"_start\") (param i32)))",
        "(module (func (export \"_start\")) (start 0))",
        "(module (import \"a\" \"b\" (memory 1)) (func (export \"_start\")))",
        "(module (import \"a\" \"b\" (func)) (export \"_start\" (func 0)))",
        "(module (memory 1) (memory 1) (func (export \"_start\")))",
        "(module (memory i64 1) (func (export \"_start\")))",
        "(module (table 1 funcref) (func (export \"_start\") (drop (table.size))))",
        "(module (memory 1) (data \"a\") (func (export \"_start\") (data.drop 0)))",
        "(module (func (export \"_start\") (return_call 0)))",
        "(module (func (export \"_start\") (drop (v128.const i64x2 0 0))))",
        "(module (func (export \"_start\") (drop (ref.null func))))",
        "(module (func (export \"_start\") (i32.const 1) (block (param i32) (drop))))",
        "(module (func (export \"_start\") (unreachable) (i32.const 1) (loop (param i32) (drop))))",
        "(module (func (export \"_start\") (local i32) (drop (i64.const 0)) (drop (i32.add (local.get 0) (i64.const 1)))))",
    ] {
        let bytes = wat::parse_str(text).unwrap();
        assert_eq!(super::super::metered(&bytes, &|_, _, _, _| Some(0)), None, "{text}");
    }
    let bytes = wat::parse_str("(module (import \"a\" \"b\" (func)) (func (export \"_start\")))").unwrap();
    assert!(super::super::metered(&bytes, &|_, _, _, _| Some(7)).is_some());
    assert!(super::super::metered(&bytes, &|_, _, _, _| None).is_none());
    for cut in 0..bytes.len() {
        assert!(super::super::metered(&bytes[..cut], &|_, _, _, _| Some(7)).is_none(), "{cut}");
    }
}
