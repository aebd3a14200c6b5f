//! The operators, by what they take and give.

use wasm_encoder::{Instruction, MemArg, ValType};

/// One of them.
#[derive(Clone)]
pub(super) struct Operator {
    /// The type of what it takes.
    pub(super) takes: ValType,
    /// The type of what it gives.
    pub(super) gives: ValType,
    /// It, at an address if it has one.
    pub(super) at: fn(MemArg) -> Instruction<'static>,
}

macro_rules! operators {
    ($(#[$what:meta])* $table:ident: $($takes:ident -> $gives:ident: $($name:ident)*;)*) => {
        $(#[$what])*
        pub(super) const $table: &[Operator] = &[
            $($(Operator { takes: ValType::$takes, gives: ValType::$gives, at: |_| Instruction::$name },)*)*
        ];
    };
}

macro_rules! accesses {
    ($(#[$what:meta])* $table:ident: $($ty:ident: $($name:ident)*;)*) => {
        $(#[$what])*
        pub(super) const $table: &[Operator] = &[
            $($(Operator { takes: ValType::$ty, gives: ValType::$ty, at: Instruction::$name },)*)*
        ];
    };
}

operators! {
    /// They take one.
    UNARY:
    I32 -> I32: I32Eqz I32Clz I32Ctz I32Popcnt I32Extend8S I32Extend16S;
    I64 -> I32: I64Eqz I32WrapI64;
    I64 -> I64: I64Clz I64Ctz I64Popcnt I64Extend8S I64Extend16S I64Extend32S;
    I32 -> I64: I64ExtendI32S I64ExtendI32U;
    F32 -> F32: F32Abs F32Neg F32Ceil F32Floor F32Trunc F32Nearest F32Sqrt;
    F64 -> F64: F64Abs F64Neg F64Ceil F64Floor F64Trunc F64Nearest F64Sqrt;
    I32 -> F32: F32ConvertI32S F32ConvertI32U F32ReinterpretI32;
    I64 -> F32: F32ConvertI64S F32ConvertI64U;
    F64 -> F32: F32DemoteF64;
    I32 -> F64: F64ConvertI32S F64ConvertI32U;
    I64 -> F64: F64ConvertI64S F64ConvertI64U F64ReinterpretI64;
    F32 -> F64: F64PromoteF32;
    F32 -> I32: I32ReinterpretF32 I32TruncSatF32S I32TruncSatF32U;
    F64 -> I32: I32TruncSatF64S I32TruncSatF64U;
    F64 -> I64: I64ReinterpretF64 I64TruncSatF64S I64TruncSatF64U;
    F32 -> I64: I64TruncSatF32S I64TruncSatF32U;
}

operators! {
    /// They take two.
    BINARY:
    I32 -> I32: I32Eq I32Ne I32LtS I32LtU I32GtS I32GtU I32LeS I32LeU I32GeS I32GeU I32Add I32Sub I32Mul
        I32And I32Or I32Xor I32Shl I32ShrS I32ShrU I32Rotl I32Rotr;
    I64 -> I32: I64Eq I64Ne I64LtS I64LtU I64GtS I64GtU I64LeS I64LeU I64GeS I64GeU;
    I64 -> I64: I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl I64Rotr;
    F32 -> I32: F32Eq F32Ne F32Lt F32Gt F32Le F32Ge;
    F64 -> I32: F64Eq F64Ne F64Lt F64Gt F64Le F64Ge;
    F32 -> F32: F32Add F32Sub F32Mul F32Div F32Min F32Max F32Copysign;
    F64 -> F64: F64Add F64Sub F64Mul F64Div F64Min F64Max F64Copysign;
}

operators! {
    /// They take two, and trap.
    DIVISIONS:
    I32 -> I32: I32DivS I32DivU I32RemS I32RemU;
    I64 -> I64: I64DivS I64DivU I64RemS I64RemU;
}

operators! {
    /// They take one, and trap.
    TRUNCATIONS:
    F32 -> I32: I32TruncF32S I32TruncF32U;
    F64 -> I32: I32TruncF64S I32TruncF64U;
    F32 -> I64: I64TruncF32S I64TruncF32U;
    F64 -> I64: I64TruncF64S I64TruncF64U;
}

accesses! {
    /// They read memory.
    LOADS:
    I32: I32Load I32Load8S I32Load8U I32Load16S I32Load16U;
    I64: I64Load I64Load8S I64Load8U I64Load16S I64Load16U I64Load32S I64Load32U;
    F32: F32Load;
    F64: F64Load;
}

accesses! {
    /// They write memory.
    STORES:
    I32: I32Store I32Store8 I32Store16;
    I64: I64Store I64Store8 I64Store16 I64Store32;
    F32: F32Store;
    F64: F64Store;
}
