//! Not-a-number. An engine may give an operator's result any of its bits, the
//! interpreter gives it the same ones. So what may be one is made that one,
//! unless the operator that takes it hides its bits.

use wasm_encoder::{Function, Ieee32, Ieee64, Instruction};
use wasmparser::Operator;

/// The types that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Float {
    F32,
    F64,
}

/// The bits that the interpreter gives it.
const NAN_32: u32 = 0x7fc0_0000;
const NAN_64: u64 = 0x7ff8_0000_0000_0000;

/// Replaces any not-a-number on the stack by the one; `spare` is a local for it.
pub(super) fn settle(body: &mut Function, float: Float, spare: u32) {
    let (one, is_equal) = match float {
        Float::F32 => (Instruction::F32Const(Ieee32::new(NAN_32)), Instruction::F32Eq),
        Float::F64 => (Instruction::F64Const(Ieee64::new(NAN_64)), Instruction::F64Eq),
    };
    body.instruction(&Instruction::LocalTee(spare));
    body.instruction(&one);
    body.instruction(&Instruction::LocalGet(spare));
    body.instruction(&Instruction::LocalGet(spare));
    body.instruction(&is_equal);
    body.instruction(&Instruction::Select);
}

/// The type of what the first of `operators` leaves, if that may be a not-a-number with bits that count.
pub(super) fn to_settle(operators: &[Operator<'_>]) -> Option<Float> {
    let (made, rest) = operators.split_first()?;
    let float = settled(made)?;
    let is_hidden = match rest {
        [next, ..] if hides(next) => true,
        [
            Operator::LocalGet { .. }
            | Operator::GlobalGet { .. }
            | Operator::F32Const { .. }
            | Operator::F64Const { .. },
            next,
            ..,
        ] => takes_two(next) && hides(next),
        _ => false,
    };
    (!is_hidden).then_some(float)
}

/// The type of what an operator leaves, if the interpreter gives it the one not-a-number.
fn settled(operator: &Operator<'_>) -> Option<Float> {
    match operator {
        Operator::F32Ceil
        | Operator::F32Floor
        | Operator::F32Trunc
        | Operator::F32Nearest
        | Operator::F32Sqrt
        | Operator::F32Add
        | Operator::F32Sub
        | Operator::F32Mul
        | Operator::F32Div
        | Operator::F32Min
        | Operator::F32Max
        | Operator::F32DemoteF64 => Some(Float::F32),
        Operator::F64Ceil
        | Operator::F64Floor
        | Operator::F64Trunc
        | Operator::F64Nearest
        | Operator::F64Sqrt
        | Operator::F64Add
        | Operator::F64Sub
        | Operator::F64Mul
        | Operator::F64Div
        | Operator::F64Min
        | Operator::F64Max
        | Operator::F64PromoteF32 => Some(Float::F64),
        _ => None,
    }
}

/// Whether what an operator does is the same for every not-a-number.
fn hides(operator: &Operator<'_>) -> bool {
    settled(operator).is_some()
        || compares(operator)
        || truncates(operator)
        || matches!(
            operator,
            Operator::Drop
                | Operator::I32TruncSatF32S
                | Operator::I32TruncSatF32U
                | Operator::I32TruncSatF64S
                | Operator::I32TruncSatF64U
                | Operator::I64TruncSatF32S
                | Operator::I64TruncSatF32U
                | Operator::I64TruncSatF64S
                | Operator::I64TruncSatF64U
        )
}

/// Whether it makes an integer of a float and traps where none is the same.
pub(super) fn truncates(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::I32TruncF32S
            | Operator::I32TruncF32U
            | Operator::I32TruncF64S
            | Operator::I32TruncF64U
            | Operator::I64TruncF32S
            | Operator::I64TruncF32U
            | Operator::I64TruncF64S
            | Operator::I64TruncF64U
    )
}

fn compares(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::F32Eq
            | Operator::F32Ne
            | Operator::F32Lt
            | Operator::F32Gt
            | Operator::F32Le
            | Operator::F32Ge
            | Operator::F64Eq
            | Operator::F64Ne
            | Operator::F64Lt
            | Operator::F64Gt
            | Operator::F64Le
            | Operator::F64Ge
    )
}

/// Whether an operator takes two numbers of this kind.
fn takes_two(operator: &Operator<'_>) -> bool {
    compares(operator)
        || matches!(
            operator,
            Operator::F32Add
                | Operator::F32Sub
                | Operator::F32Mul
                | Operator::F32Div
                | Operator::F32Min
                | Operator::F32Max
                | Operator::F64Add
                | Operator::F64Sub
                | Operator::F64Mul
                | Operator::F64Div
                | Operator::F64Min
                | Operator::F64Max
        )
}
