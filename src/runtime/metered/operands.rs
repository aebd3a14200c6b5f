//! What the interpreter knows of the operands while it translates: which are
//! constants. It folds operators of constants, and a condition that it knows
//! changes what it counts, so a program in which one could be known is refused.

use wasmparser::{MemArg, MemoryType, ModuleArity, Operator};

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
    /// Whether each global can change.
    pub(super) globals: Vec<bool>,
    /// The memory, if there is one.
    pub(super) memory: Option<MemoryType>,
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
        above.iter().for_each(|operand| self.push(*operand));
        Some(())
    }

    /// Takes a condition. None if it may be known.
    pub(super) fn pop_computed(&mut self) -> Option<()> {
        (self.pop()? == Operand::Computed).then_some(())
    }

    fn pop(&mut self) -> Option<Operand> {
        self.stack.pop()
    }

    fn push(&mut self, operand: Operand) {
        self.stack.push(operand);
        self.highest = self.highest.max(self.stack.len());
    }

    /// Does what an operator does that has no part in the flow of control. None if the interpreter may know that it
    /// traps.
    pub(super) fn apply(&mut self, operator: &Operator<'_>, arity: &impl ModuleArity) -> Option<()> {
        if let Some(constant) = self.constant(operator)? {
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
        let result = if is_folded { Operand::Constant(None) } else { Operand::Computed };
        self.reset(self.stack.len() - taken.len(), &[])?;
        (0..given).for_each(|_| self.push(result));
        Some(())
    }

    /// What an operator pushes, if it is one that pushes a constant.
    fn constant(&self, operator: &Operator<'_>) -> Option<Option<Operand>> {
        let bits = match operator {
            Operator::I32Const { value } => u64::from(value.cast_unsigned()),
            Operator::I64Const { value } => value.cast_unsigned(),
            Operator::F32Const { value } => u64::from(value.bits()),
            Operator::F64Const { value } => value.bits(),
            Operator::GlobalGet { global_index } => {
                let is_mutable = *self.surroundings.globals.get(usize::try_from(*global_index).ok()?)?;
                return Some((!is_mutable).then_some(Operand::Constant(None)));
            }
            _ => return Some(None),
        };
        Some(Some(Operand::Constant(Some(bits))))
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
    let bits = |ones: u64| match taken {
        [_, Operand::Computed] => false,
        [first, Operand::Constant(Some(divisor))] => {
            *divisor == 0 || (*divisor == ones && *first != Operand::Computed)
        }
        _ => true,
    };
    Some(match operator {
        Operator::I32DivS | Operator::I32DivU | Operator::I32RemS | Operator::I32RemU => bits(u64::from(u32::MAX)),
        Operator::I64DivS | Operator::I64DivU | Operator::I64RemS | Operator::I64RemU => bits(u64::MAX),
        Operator::I32TruncF32S
        | Operator::I32TruncF32U
        | Operator::I32TruncF64S
        | Operator::I32TruncF64U
        | Operator::I64TruncF32S
        | Operator::I64TruncF32U
        | Operator::I64TruncF64S
        | Operator::I64TruncF64U => *taken.first()? != Operand::Computed,
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
