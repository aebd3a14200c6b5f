//! Programs by chance.

use arbitrary::Unstructured;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, Instruction, Module};
use wasm_smith::{Config, InstructionKind, InstructionKinds};
use wasmparser::{FunctionBody, Operator, Parser};

use super::rig::{Allowance, End, compare, rewritten};

/// So many are tried.
const PROGRAMS: u64 = 400;

/// Numbers that look like chance, from a seed.
fn noise(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    })
}

fn config() -> Config {
    let imports = "(module (import \"h\" \"a\" (func)) (import \"h\" \"b\" (func (param i32 i64) (result i32)))
        (import \"h\" \"c\" (func (param f32 f64) (result f64))) (import \"h\" \"d\" (func (result i64 f32))))";
    let exports = "(module (func (export \"_start\")) (memory (export \"memory\") 1 10))";
    let kinds = [
        InstructionKind::Numeric,
        InstructionKind::Parametric,
        InstructionKind::Variable,
        InstructionKind::Memory,
        InstructionKind::Control,
    ];
    Config {
        available_imports: Some(wat::parse_str(imports).unwrap()),
        exports: Some(wat::parse_str(exports).unwrap()),
        allowed_instructions: InstructionKinds::new(&kinds),
        allow_start_export: false,
        max_data_segments: 0,
        max_memory32_bytes: 1 << 20,
        max_table_elements: 100,
        max_instructions: 300,
        min_funcs: 3,
        min_globals: 2,
        min_memories: 1,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        compact_imports_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// Makes every condition one that nobody knows beforehand.
struct Uncertain;

impl Reencode for Uncertain {
    type Error = std::convert::Infallible;

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if matches!(operator, Operator::If { .. } | Operator::BrIf { .. } | Operator::BrTable { .. }) {
                function.instruction(&Instruction::MemorySize(0));
                function.instruction(&Instruction::I32Const(0));
                function.instruction(&Instruction::I32And);
                function.instruction(&Instruction::I32Or);
            }
            function.instruction(&self.instruction(operator)?);
        }
        code.function(&function);
        Ok(())
    }
}

fn program(seed: u64) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = noise(seed).take(400).flat_map(u64::to_le_bytes).collect();
    let module = wasm_smith::Module::new(config(), &mut Unstructured::new(&bytes)).ok()?;
    let mut uncertain = Module::new();
    Uncertain.parse_core_module(&mut uncertain, Parser::new(0), &module.to_bytes()).ok()?;
    Some(uncertain.finish())
}

#[test]
fn what_chance_writes_runs_alike() {
    let answer = |call| noise(u64::try_from(call).unwrap()).next().unwrap();
    let allowance = Allowance { fuel: 3_000, calls: 100, bytes: 5 << 16, answer, ..Allowance::default() };
    let (mut fit, mut events, mut ends) = (0, 0, Vec::new());
    for seed in 0..PROGRAMS {
        let Some(program) = program(seed).filter(|program| rewritten(program).is_some()) else { continue };
        let seen = compare(&program, allowance);
        (fit, events) = (fit + 1, events + seen.events.len());
        ends.push(seen.end);
    }
    assert!(fit > PROGRAMS / 4, "{fit} programs fit");
    let count = |end: fn(&End) -> bool| ends.iter().filter(|seen| end(seen)).count();
    assert!(count(|end| *end == End::Returned) > 10);
    assert!(count(|end| matches!(end, End::Trapped(_))) > 10);
    assert!(events > 1_000, "{events} events");
}
