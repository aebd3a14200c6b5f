//! What the interpreter knows of the operands while it translates: which are
//! constants. It folds operators of constants, and a condition that it knows
//! changes what it counts. Such a `br_if` is followed; a program in which
//! another condition could be known, or this one unknown here, is refused.

use wasmparser::{Global, MemArg, MemoryType, ModuleArity, Operator};

use super::nan::truncates;

/// An operand, as the interpreter sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand {
    /// It is computed when the program runs.
    Computed,
    /// It may be known; its bits, if they are known here, too.
    Constant(Option<u64>),
}

/// What is known of a module beside its functions.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// What each global is known to hold: nothing, if it can change.
    pub(super) globals: Vec<Operand>,
    /// The memory, if there is one.
    pub(super) memory: Option<MemoryType>,
}

impl Operand {
    /// What a global holds.
    pub(super) fn held(global: &Global<'_>) -> Option<Self> {
        if global.ty.mutable {
            return Some(Self::Computed);
        }
        let mut operators = global.init_expr.get_operators_reader();
        let bits = match (operators.read().ok()?, operators.read().ok()?) {
            (first, Operator::End) => bits(&first),
            _ => None,
        };
        Some(Self::Constant(bits))
    }
}

/// The operands of a function at one point.
#[derive(Debug)]
pub(super) struct Operands<'a> {
    surroundings: &'a Surroundings,
    stack: Vec<Operand>,
    /// The most there were.
    highest: usize,
}

impl<'a> Operands<'a> {
    pub(super) fn new(surroundings: &'a Surroundings) -> Self {
        Self { surroundings, stack: Vec::new(), highest: 0 }
    }

    /// The most there were at once.
    pub(super) fn highest(&self) -> usize {
        self.highest
    }

    /// How many there are.
    pub(super) fn height(&self) -> usize {
        self.stack.len()
    }

    /// The last `count`.
    pub(super) fn last(&self, count: usize) -> Option<&[Operand]> {
        self.stack.get(self.stack.len().checked_sub(count)?..)
    }

    /// Leaves `height` of them, and these above.
    pub(super) fn reset(&mut self, height: usize, above: &[Operand]) -> Option<()> {
        (height <= self.stack.len()).then(|| self.stack.truncate(height))?;
        for operand in above {
            self.push(*operand);
        }
        Some(())
    }

    /// Takes a condition. None if it may be known.
    pub(super) fn pop_computed(&mut self) -> Option<()> {
        (self.pop()? == Operand::Computed).then_some(())
    }

    /// Takes one.
    pub(super) fn pop(&mut self) -> Option<Operand> {
        self.stack.pop()
    }

    fn push(&mut self, operand: Operand) {
        self.stack.push(operand);
        self.highest = self.highest.max(self.stack.len());
    }

    /// Does what an operator does that has no part in the flow of control. None if the interpreter may know that it
    /// traps.
    pub(super) fn apply(&mut self, operator: &Operator<'_>, arity: &impl ModuleArity) -> Option<()> {
        if let Some(constant) = self.constant(operator) {
            self.push(constant);
            return Some(());
        }
        match operator {
            Operator::LocalTee { .. } => return Some(()),
            Operator::Select | Operator::TypedSelect { .. } => return self.select(),
            _ => {}
        }
        let (taken, given) = operator.operator_arity(arity)?;
        let taken = self.last(usize::try_from(taken).ok()?)?;
        if may_trap(operator, taken, self.surroundings.memory.as_ref())? {
            return None;
        }
        let is_folded = is_numeric(operator) && taken.iter().all(|operand| *operand != Operand::Computed);
        let result = if is_folded { Operand::Constant(folded(operator, taken)) } else { Operand::Computed };
        self.reset(self.stack.len() - taken.len(), &[])?;
        (0..given).for_each(|_| self.push(result));
        Some(())
    }

    /// What an operator pushes, if it takes nothing and may push a constant.
    fn constant(&self, operator: &Operator<'_>) -> Option<Operand> {
        if let Operator::GlobalGet { global_index } = operator {
            return self.surroundings.globals.get(usize::try_from(*global_index).ok()?).copied();
        }
        bits(operator).map(|bits| Operand::Constant(Some(bits)))
    }

    /// A selection between two equal constants is that constant; every other is computed.
    fn select(&mut self) -> Option<()> {
        let (_, second, first) = (self.pop()?, self.pop()?, self.pop()?);
        let selected = match (first, second) {
            (Operand::Constant(Some(first)), Operand::Constant(Some(second))) if first == second => {
                Operand::Constant(Some(first))
            }
            (Operand::Constant(Some(_)), Operand::Constant(Some(_))) => Operand::Computed,
            (Operand::Constant(_), Operand::Constant(_)) => Operand::Constant(None),
            _ => Operand::Computed,
        };
        self.push(selected);
        Some(())
    }
}

/// The bits of a constant.
fn bits(operator: &Operator<'_>) -> Option<u64> {
    match operator {
        Operator::I32Const { value } => Some(u64::from(value.cast_unsigned())),
        Operator::I64Const { value } => Some(value.cast_unsigned()),
        Operator::F32Const { value } => Some(u64::from(value.bits())),
        Operator::F64Const { value } => Some(value.bits()),
        _ => None,
    }
}

/// What an operator makes of constants, if that is known here: it is what compilers leave to engines, sums of a base
/// and an offset, and comparisons of what the linker put in.
fn folded(operator: &Operator<'_>, taken: &[Operand]) -> Option<u64> {
    let known = |at: usize| match taken.get(at)? {
        Operand::Constant(bits) => u32::try_from((*bits)?).ok(),
        Operand::Computed => None,
    };
    let first = known(0)?;
    if let Operator::I32Eqz = operator {
        return Some(u64::from(first == 0));
    }
    let second = known(1)?;
    let signed = (first.cast_signed(), second.cast_signed());
    let result = match operator {
        Operator::I32Add => first.wrapping_add(second),
        Operator::I32Sub => first.wrapping_sub(second),
        Operator::I32And => first & second,
        Operator::I32Or => first | second,
        Operator::I32Xor => first ^ second,
        Operator::I32Eq => u32::from(first == second),
        Operator::I32Ne => u32::from(first != second),
        Operator::I32LtU => u32::from(first < second),
        Operator::I32LeU => u32::from(first <= second),
        Operator::I32GtU => u32::from(first > second),
        Operator::I32GeU => u32::from(first >= second),
        Operator::I32LtS => u32::from(signed.0 < signed.1),
        Operator::I32LeS => u32::from(signed.0 <= signed.1),
        Operator::I32GtS => u32::from(signed.0 > signed.1),
        Operator::I32GeS => u32::from(signed.0 >= signed.1),
        _ => return None,
    };
    Some(u64::from(result))
}

/// Whether the interpreter may know of an operator that it traps, from what it takes: then it goes on as after
/// `unreachable`.
fn may_trap(operator: &Operator<'_>, taken: &[Operand], memory: Option<&MemoryType>) -> Option<bool> {
    if let Some((memarg, pointer)) = access(operator) {
        return Some(match taken.get(pointer)? {
            Operand::Computed => false,
            Operand::Constant(None) => true,
            Operand::Constant(Some(pointer)) => is_outside(*pointer, memarg, memory?),
        });
    }
    let divides = |ones: u64| match taken {
        [_, Operand::Computed] => false,
        [first, Operand::Constant(Some(divisor))] => *divisor == 0 || (*divisor == ones && *first != Operand::Computed),
        _ => true,
    };
    Some(match operator {
        Operator::I32DivS | Operator::I32DivU | Operator::I32RemS | Operator::I32RemU => divides(u64::from(u32::MAX)),
        Operator::I64DivS | Operator::I64DivU | Operator::I64RemS | Operator::I64RemU => divides(u64::MAX),
        truncating if truncates(truncating) => *taken.first()? != Operand::Computed,
        _ => false,
    })
}

/// Whether an address is one that the memory can never have, as the interpreter judges.
fn is_outside(pointer: u64, memarg: &MemArg, memory: &MemoryType) -> bool {
    let Some(address) = pointer.checked_add(memarg.offset) else { return true };
    let last = memory.maximum.unwrap_or(u64::MAX).saturating_mul(PAGE_BYTES);
    address > u64::from(u32::MAX) || address > last
}

/// The size of a page of memory.
const PAGE_BYTES: u64 = 1 << 16;

/// Where an operator that reads or writes memory does so, and which of the operands it takes is the address.
fn access<'a>(operator: &'a Operator<'_>) -> Option<(&'a MemArg, usize)> {
    match operator {
        Operator::I32Load { memarg }
        | Operator::I64Load { memarg }
        | Operator::F32Load { memarg }
        | Operator::F64Load { memarg }
        | Operator::I32Load8S { memarg }
        | Operator::I32Load8U { memarg }
        | Operator::I32Load16S { memarg }
        | Operator::I32Load16U { memarg }
        | Operator::I64Load8S { memarg }
        | Operator::I64Load8U { memarg }
        | Operator::I64Load16S { memarg }
        | Operator::I64Load16U { memarg }
        | Operator::I64Load32S { memarg }
        | Operator::I64Load32U { memarg }
        | Operator::I32Store { memarg }
        | Operator::I64Store { memarg }
        | Operator::F32Store { memarg }
        | Operator::F64Store { memarg }
        | Operator::I32Store8 { memarg }
        | Operator::I32Store16 { memarg }
        | Operator::I64Store8 { memarg }
        | Operator::I64Store16 { memarg }
        | Operator::I64Store32 { memarg } => Some((memarg, 0)),
        _ => None,
    }
}

/// Whether an operator only computes with what it takes, so that the interpreter folds it.
fn is_numeric(operator: &Operator<'_>) -> bool {
    access(operator).is_none()
        && !matches!(
            operator,
            Operator::Call { .. }
                | Operator::CallIndirect { .. }
                | Operator::LocalGet { .. }
                | Operator::GlobalGet { .. }
                | Operator::MemorySize { .. }
                | Operator::MemoryGrow { .. }
        )
}
