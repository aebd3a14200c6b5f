//! A function is read and walked through, then written as it counts.

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{BlockType, Function, Instruction, ValType};
use wasmparser::{FuncValidator, FunctionBody, Operator, WasmModuleResources};

use super::nan::{self, Float};
use super::operands::Surroundings;
use super::walk::{Mark, Walk};

/// Where things are in the module that is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    /// How many functions the program imports.
    pub(super) imported: u32,
    /// How many functions it has itself.
    pub(super) defined: u32,
    /// How many globals it has.
    pub(super) globals: u32,
}

/// What the module imports beside what the program does.
pub(super) const ADDED_IMPORTS: u32 = 3;

impl Places {
    /// Waits for so much fuel.
    pub(super) fn pause(self) -> u32 {
        self.imported
    }

    /// Asks for pages of memory.
    pub(super) fn grow(self) -> u32 {
        self.imported + 1
    }

    /// Gives up.
    pub(super) fn lost(self) -> u32 {
        self.imported + 2
    }

    /// The first of the functions that are added, in the order of `helpers`.
    pub(super) fn helper(self, index: u32) -> u32 {
        self.imported + ADDED_IMPORTS + self.defined + index
    }

    /// The fuel that is left.
    pub(super) fn fuel(self) -> u32 {
        self.globals
    }

    /// The cells of the stack that are left.
    pub(super) fn stack(self) -> u32 {
        self.globals + 1
    }
}

impl Reencode for Places {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, wasm_encoder::reencode::Error> {
        Ok(if function < self.imported { function } else { function + ADDED_IMPORTS })
    }
}

/// The least a call takes of the stack, in cells: so not more of them fit than the interpreter allows.
const CALL_CELLS: usize = 117;

/// A function that calls nobody and has no more cells is not counted: there is room for it.
const LEAF_CELLS: usize = 100;

/// The parameters, locals and operands of a function the interpreter can surely translate.
const VALUES: usize = 16_000;

/// A function, read.
pub(super) struct Code<'a> {
    parameters: u32,
    locals: Vec<(u32, wasmparser::ValType)>,
    operators: Vec<Operator<'a>>,
    marks: Vec<Mark>,
    costs: Vec<i32>,
    /// What a call of it takes of the stack.
    cells: Option<i32>,
}

impl<'a> Code<'a> {
    /// Reads a function of so many `parameters` and `results`. None if it is not valid, or of a kind that is not
    /// counted here.
    pub(super) fn read<R: WasmModuleResources>(
        body: &FunctionBody<'a>,
        validator: &mut FuncValidator<R>,
        surroundings: &Surroundings,
        (parameters, results): (usize, usize),
    ) -> Option<Self> {
        let mut locals = body.get_locals_reader().ok()?;
        let (mut groups, mut values) = (Vec::new(), parameters);
        for _ in 0..locals.get_count() {
            let offset = locals.original_position();
            let (count, ty) = locals.read().ok()?;
            validator.define_locals(offset, count, ty).ok()?;
            groups.push((count, ty));
            values = values.checked_add(usize::try_from(count).ok()?)?;
        }
        let (mut operators, mut marks, mut calls) = (Vec::new(), Vec::new(), false);
        let mut walk = Walk::new(surroundings, results);
        let mut reader = body.get_operators_reader().ok()?;
        while !reader.eof() {
            let (operator, offset) = reader.read_with_offset().ok()?;
            is_known(&operator).then_some(())?;
            calls |= matches!(operator, Operator::Call { .. } | Operator::CallIndirect { .. });
            marks.push(walk.step(&operator, validator)?);
            validator.op(offset, &operator).ok()?;
            operators.push(operator);
        }
        reader.finish().ok()?;
        let (costs, highest) = walk.finish();
        values += highest;
        (values <= VALUES).then_some(())?;
        let counted = i32::try_from((2 * values).max(CALL_CELLS)).ok()?;
        let cells = (calls || 2 * values > LEAF_CELLS).then_some(counted);
        let costs = costs.into_iter().map(affordable).collect::<Option<_>>()?;
        Some(Self { parameters: u32::try_from(parameters).ok()?, locals: groups, operators, marks, costs, cells })
    }

    /// Writes it; `ty` is that of its results.
    pub(super) fn write(&self, places: Places, ty: BlockType) -> Option<Function> {
        let count = self.locals.iter().try_fold(self.parameters, |sum, (count, _)| sum.checked_add(*count))?;
        let mut locals = Vec::new();
        for (count, ty) in &self.locals {
            locals.push((*count, places.clone().val_type(*ty).ok()?));
        }
        let floats: Vec<Option<Float>> = (0..self.operators.len()).map(|at| self.float(at)).collect();
        let spares = Spares { single: count, double: count + u32::from(floats.contains(&Some(Float::F32))) };
        if spares.double > count {
            locals.push((1, ValType::F32));
        }
        if floats.contains(&Some(Float::F64)) {
            locals.push((1, ValType::F64));
        }
        let mut writer = Writer { places, body: Function::new(locals), cells: self.cells, depth: 0 };
        writer.begin(ty);
        writer.charge(*self.costs.first()?);
        for ((operator, mark), float) in self.operators.iter().zip(&self.marks).zip(floats) {
            writer.operator(operator)?;
            if let Mark::Enter(region) = mark {
                writer.charge(*self.costs.get(*region)?);
            }
            match float {
                Some(Float::F32) => nan::settle(&mut writer.body, Float::F32, spares.single),
                Some(Float::F64) => nan::settle(&mut writer.body, Float::F64, spares.double),
                None => {}
            }
        }
        Some(writer.body)
    }

    /// The type of what an operator leaves, if it must be settled.
    fn float(&self, at: usize) -> Option<Float> {
        let is_reached = *self.marks.get(at)? != Mark::Dead;
        if is_reached { nan::to_settle(self.operators.get(at..)?) } else { None }
    }
}

/// The locals that are added for numbers.
struct Spares {
    single: u32,
    double: u32,
}

/// A cost that can be counted.
fn affordable(cost: u64) -> Option<i32> {
    i32::try_from(cost).ok().filter(|cost| *cost <= i32::MAX / 2)
}

/// Whether it is known what an operator costs and does.
fn is_known(operator: &Operator<'_>) -> bool {
    macro_rules! proposal {
        ($( @$proposal:ident $name:ident $( { $( $field:ident : $ty:ty ),* } )? => $visit:ident $arity:tt )*) => {
            match operator {
                $( Operator::$name { .. } => stringify!($proposal), )*
                _ => "",
            }
        };
    }
    match operator {
        Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } | Operator::TypedSelect { .. } => true,
        _ => {
            let proposal = wasmparser::for_each_operator!(proposal);
            matches!(proposal, "mvp" | "sign_extension" | "saturating_float_to_int")
        }
    }
}

struct Writer {
    places: Places,
    body: Function,
    cells: Option<i32>,
    /// How many structures are open.
    depth: u32,
}

impl Writer {
    fn write(&mut self, instructions: &[Instruction<'_>]) {
        for instruction in instructions {
            self.body.instruction(instruction);
        }
    }

    /// Takes what the call needs of the stack.
    fn begin(&mut self, ty: BlockType) {
        let Some(cells) = self.cells else { return };
        let (stack, lost) = (self.places.stack(), self.places.lost());
        self.write(&[
            Instruction::GlobalGet(stack),
            Instruction::I32Const(cells),
            Instruction::I32LtS,
            Instruction::If(BlockType::Empty),
            Instruction::Call(lost),
            Instruction::End,
            Instruction::GlobalGet(stack),
            Instruction::I32Const(cells),
            Instruction::I32Sub,
            Instruction::GlobalSet(stack),
            Instruction::Block(ty),
        ]);
    }

    /// Gives it back, before the last `end`.
    fn finish(&mut self) {
        let Some(cells) = self.cells else { return };
        let stack = self.places.stack();
        self.write(&[
            Instruction::End,
            Instruction::GlobalGet(stack),
            Instruction::I32Const(cells),
            Instruction::I32Add,
            Instruction::GlobalSet(stack),
        ]);
    }

    /// Takes fuel, and waits for it if there is not enough.
    fn charge(&mut self, cost: i32) {
        let (fuel, pause) = (self.places.fuel(), self.places.pause());
        self.write(&[
            Instruction::GlobalGet(fuel),
            Instruction::I32Const(cost),
            Instruction::I32LtU,
            Instruction::If(BlockType::Empty),
            Instruction::I32Const(cost),
            Instruction::Call(pause),
            Instruction::End,
            Instruction::GlobalGet(fuel),
            Instruction::I32Const(cost),
            Instruction::I32Sub,
            Instruction::GlobalSet(fuel),
        ]);
    }

    fn operator(&mut self, operator: &Operator<'_>) -> Option<()> {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => self.depth += 1,
            Operator::End if self.depth == 0 => self.finish(),
            Operator::End => self.depth -= 1,
            _ => {}
        }
        let instruction = match operator {
            Operator::Return if self.cells.is_some() => Instruction::Br(self.depth),
            Operator::MemoryCopy { .. } => Instruction::Call(self.places.helper(0)),
            Operator::MemoryFill { .. } => Instruction::Call(self.places.helper(1)),
            Operator::MemoryGrow { .. } => Instruction::Call(self.places.helper(2)),
            other => self.places.instruction(other.clone()).ok()?,
        };
        self.write(&[instruction]);
        Some(())
    }
}
