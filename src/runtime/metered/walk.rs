//! How the interpreter counts. It translates a function operator by operator
//! and adds up what they cost by *region*: one begins where a function, a
//! loop, the part after `if` or the one after `else` does. A region's cost is
//! due when it is entered, all of it or nothing. So the walk follows what the
//! interpreter believes to be reachable, for only there a region begins.
//!
//! Structures that take operands are refused: wasmi 2.0.0 loses track of locals
//! below those (`PreservedAllLocalsIter` leaves out as many locals as they take
//! operands), and no other engine repeats that. Compilers hardly write them.

use wasmparser::{BlockType, ModuleArity, Operator};

use super::operands::{Operand, Operands, Surroundings};

/// What is to be done about an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is as it was.
    Plain,
    /// After it, a region begins; its number.
    Enter(usize),
    /// It is never reached.
    Dead,
}

/// What every region costs beside its operators.
const REGION_FUEL: u64 = 1;

/// A function as far as it was walked through.
pub(super) struct Walk<'a> {
    operands: Operands<'a>,
    frames: Vec<Frame>,
    is_reachable: bool,
    /// The region to which operators are added.
    region: usize,
    /// What each region costs.
    costs: Vec<u64>,
}

/// A structure that has not ended.
struct Frame {
    kind: Kind,
    /// How many operands are below it.
    height: usize,
    results: usize,
    /// The region that goes on after it.
    region: usize,
    is_branched_to: bool,
}

enum Kind {
    Block,
    Loop,
    If,
    /// Whether the end of the part before it is reached.
    Else(bool),
    /// It began where nothing is reached.
    Dead,
}

impl<'a> Walk<'a> {
    /// Nothing of the function has been seen; it returns so many `results`.
    pub(super) fn new(surroundings: &'a Surroundings, results: usize) -> Self {
        let body = Frame { kind: Kind::Block, height: 0, results, region: 0, is_branched_to: false };
        Self {
            operands: Operands::new(surroundings),
            frames: vec![body],
            is_reachable: true,
            region: 0,
            costs: vec![REGION_FUEL],
        }
    }

    /// What each region costs, and the most operands there were.
    pub(super) fn finish(self) -> (Vec<u64>, usize) {
        (self.costs, self.operands.highest())
    }

    /// Goes one operator further; `arity` stands before it. None if it cannot be told what the interpreter does.
    pub(super) fn step(&mut self, operator: &Operator<'_>, arity: &impl ModuleArity) -> Option<Mark> {
        *self.costs.get_mut(self.region)? += cost(operator);
        match operator {
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                return self.open(operator, *blockty, arity);
            }
            Operator::Else => return self.otherwise(),
            Operator::End => return self.close(),
            _ if !self.is_reachable => return Some(Mark::Dead),
            Operator::Br { relative_depth } => {
                self.branch(*relative_depth)?;
                self.is_reachable = false;
            }
            Operator::BrIf { relative_depth } => match self.operands.pop()? {
                Operand::Constant(condition) if condition? == 0 => {}
                Operand::Constant(_) => {
                    self.branch(*relative_depth)?;
                    self.is_reachable = false;
                }
                Operand::Computed => self.branch(*relative_depth)?,
            },
            Operator::BrTable { targets } => {
                self.operands.pop_computed()?;
                for target in targets.targets() {
                    self.branch(target.ok()?)?;
                }
                self.branch(targets.default())?;
                self.is_reachable = false;
            }
            Operator::Return | Operator::Unreachable => self.is_reachable = false,
            _ => self.operands.apply(operator, arity)?,
        }
        Some(Mark::Plain)
    }

    fn branch(&mut self, depth: u32) -> Option<()> {
        let target = self.frames.len().checked_sub(1)?.checked_sub(usize::try_from(depth).ok()?)?;
        self.frames.get_mut(target)?.is_branched_to = true;
        Some(())
    }

    fn begin_region(&mut self) -> Mark {
        self.region = self.costs.len();
        self.costs.push(REGION_FUEL);
        Mark::Enter(self.region)
    }

    fn open(&mut self, operator: &Operator<'_>, ty: BlockType, arity: &impl ModuleArity) -> Option<Mark> {
        let (parameters, results) = arity.block_type_arity(ty)?;
        (parameters == 0).then_some(())?;
        let (kind, begins) = match operator {
            _ if !self.is_reachable => (Kind::Dead, false),
            Operator::Loop { .. } => (Kind::Loop, true),
            Operator::If { .. } => {
                self.operands.pop_computed()?;
                (Kind::If, true)
            }
            _ => (Kind::Block, false),
        };
        let (height, results) = (self.operands.height(), usize::try_from(results).ok()?);
        self.frames.push(Frame { kind, height, results, region: self.region, is_branched_to: false });
        Some(match begins {
            true => self.begin_region(),
            false if self.is_reachable => Mark::Plain,
            false => Mark::Dead,
        })
    }

    fn otherwise(&mut self) -> Option<Mark> {
        let is_end_reached = self.is_reachable;
        let frame = self.frames.last_mut()?;
        if !matches!(frame.kind, Kind::If) {
            return Some(Mark::Dead);
        }
        frame.kind = Kind::Else(is_end_reached);
        self.operands.reset(frame.height, &[])?;
        self.is_reachable = true;
        Some(self.begin_region())
    }

    fn close(&mut self) -> Option<Mark> {
        let frame = self.frames.pop()?;
        let results = vec![Operand::Computed; frame.results];
        match frame.kind {
            Kind::Dead => return Some(Mark::Dead),
            Kind::Loop => {}
            Kind::Block => {
                if frame.is_branched_to {
                    self.operands.reset(frame.height, &results)?;
                }
                self.is_reachable |= frame.is_branched_to;
            }
            Kind::If => {
                self.operands.reset(frame.height, &results)?;
                self.is_reachable = true;
            }
            Kind::Else(is_end_reached) => {
                self.operands.reset(frame.height, &results)?;
                self.is_reachable |= is_end_reached || frame.is_branched_to;
            }
        }
        self.region = frame.region;
        Some(Mark::Plain)
    }
}

/// What an operator costs.
fn cost(operator: &Operator<'_>) -> u64 {
    match operator {
        Operator::Nop
        | Operator::Drop
        | Operator::Block { .. }
        | Operator::Loop { .. }
        | Operator::Unreachable
        | Operator::Return
        | Operator::Else
        | Operator::End => 0,
        _ => 1,
    }
}
