//! Functions that the module gets: operators that cost by the byte, and the
//! growth of memory, which the host allows.

use wasm_encoder::{BlockType, Function, Instruction, ValType};
use wasmparser::MemoryType;

use super::body::Places;

/// How many bytes the interpreter copies for a unit of fuel, as a power of two.
const BYTES_PER_FUEL_BITS: i32 = 6;

/// The size of a page of memory, as a power of two.
const PAGE_BITS: i64 = 16;

/// Pages of the largest memory.
const PAGES: u64 = 1 << 16;

/// `memory.copy`, `memory.fill` and `memory.grow`, in the order of their numbers.
pub(super) fn all(places: Places, memory: &MemoryType) -> Option<[Function; 3]> {
    Some([copy(places), fill(places), grow(places, memory)?])
}

/// A function with one local of its own, which is a number.
fn function(instructions: &[Instruction<'_>]) -> Function {
    let mut function = Function::new([(1, ValType::I32)]);
    for instruction in instructions {
        function.instruction(instruction);
    }
    function.instruction(&Instruction::End);
    function
}

/// Of the destination, the source and the length: what is out of bounds traps and costs nothing.
fn copy(places: Places) -> Function {
    let mut all = Vec::new();
    all.extend(is_inside(0));
    all.extend(is_inside(1));
    all.extend([Instruction::I32And, Instruction::If(BlockType::Empty)]);
    all.extend(charge(places));
    all.extend([Instruction::End, Instruction::LocalGet(0), Instruction::LocalGet(1), Instruction::LocalGet(2)]);
    all.push(Instruction::MemoryCopy { src_mem: 0, dst_mem: 0 });
    function(&all)
}

/// Of the destination, the byte and the length, likewise.
fn fill(places: Places) -> Function {
    let mut all = Vec::new();
    all.extend(is_inside(0));
    all.push(Instruction::If(BlockType::Empty));
    all.extend(charge(places));
    all.extend([Instruction::End, Instruction::LocalGet(0), Instruction::LocalGet(1), Instruction::LocalGet(2)]);
    all.push(Instruction::MemoryFill(0));
    function(&all)
}

/// Whether as many bytes as the third parameter says are within memory from where this one points.
fn is_inside(pointer: u32) -> [Instruction<'static>; 10] {
    [
        Instruction::LocalGet(pointer),
        Instruction::I64ExtendI32U,
        Instruction::LocalGet(2),
        Instruction::I64ExtendI32U,
        Instruction::I64Add,
        Instruction::MemorySize(0),
        Instruction::I64ExtendI32U,
        Instruction::I64Const(PAGE_BITS),
        Instruction::I64Shl,
        Instruction::I64LeU,
    ]
}

/// Takes fuel for as many bytes as the third parameter says.
fn charge(places: Places) -> [Instruction<'static>; 15] {
    let (fuel, pause, cost) = (places.fuel(), places.pause(), 3);
    [
        Instruction::LocalGet(2),
        Instruction::I32Const(BYTES_PER_FUEL_BITS),
        Instruction::I32ShrU,
        Instruction::LocalSet(cost),
        Instruction::GlobalGet(fuel),
        Instruction::LocalGet(cost),
        Instruction::I32LtU,
        Instruction::If(BlockType::Empty),
        Instruction::LocalGet(cost),
        Instruction::Call(pause),
        Instruction::End,
        Instruction::GlobalGet(fuel),
        Instruction::LocalGet(cost),
        Instruction::I32Sub,
        Instruction::GlobalSet(fuel),
    ]
}

/// Of the pages: the host is asked only for what the memory's own bounds allow, as the interpreter's limiter is.
/// What the host has allowed and the engine then refuses, the interpreter must be asked for.
fn grow(places: Places, memory: &MemoryType) -> Option<Function> {
    let most = i32::try_from(memory.maximum.unwrap_or(PAGES).min(PAGES)).ok()?;
    let refused = [Instruction::If(BlockType::Empty), Instruction::I32Const(-1), Instruction::Return, Instruction::End];
    let mut all = vec![
        Instruction::LocalGet(0),
        Instruction::I32Eqz,
        Instruction::If(BlockType::Empty),
        Instruction::MemorySize(0),
        Instruction::Return,
        Instruction::End,
        Instruction::I32Const(most),
        Instruction::MemorySize(0),
        Instruction::I32Sub,
        Instruction::LocalGet(0),
        Instruction::I32LtU,
    ];
    all.extend(refused.clone());
    all.extend([Instruction::LocalGet(0), Instruction::Call(places.grow()), Instruction::I32Eqz]);
    all.extend(refused);
    all.extend([
        Instruction::LocalGet(0),
        Instruction::MemoryGrow(0),
        Instruction::LocalTee(1),
        Instruction::I32Const(-1),
        Instruction::I32Eq,
        Instruction::If(BlockType::Empty),
        Instruction::Call(places.lost()),
        Instruction::End,
        Instruction::LocalGet(1),
    ]);
    Some(function(&all))
}
