//! How the interpreter counts. It translates a function operator by operator
//! and adds up what they cost by *region*: one begins where a function, a
//! loop, the part after `if` or the one after `else` does. A region's cost is
//! due when it is entered, all of it or nothing. So the walk follows what the
//! interpreter believes to be reachable, for only there a region begins.

use wasmparser::{BlockType, ModuleArity, Operator};

use super::operands::{Operand, Operands, Surroundings};

/// What is to be done about an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is as it was.
    Plain,
    /// After it, a region begins; its number.
    Enter(usize),
    /// It ends an `if` that has results and no `else`, which is a region for the interpreter.
    Otherwise,
    /// It is never reached.
    Dead,
}

/// What every region costs beside its operators.
pub(super) const REGION_FUEL: u64 = 1;

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
    /// With what it was entered, which `else` begins with again.
    If(Vec<Operand>),
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
        let (parameters, results) = (usize::try_from(parameters).ok()?, usize::try_from(results).ok()?);
        let region = self.region;
        let mut push = |kind, height| self.frames.push(Frame { kind, height, results, region, is_branched_to: false });
        if !self.is_reachable {
            push(Kind::Dead, 0);
            return Some(Mark::Dead);
        }
        if matches!(operator, Operator::If { .. }) {
            self.operands.pop_computed()?;
        }
        let given = self.operands.last(parameters)?.to_vec();
        let height = self.operands.height() - parameters;
        Some(match operator {
            Operator::Loop { .. } => {
                push(Kind::Loop, height);
                self.operands.reset(height, &vec![Operand::Computed; parameters])?;
                self.begin_region()
            }
            Operator::If { .. } => {
                push(Kind::If(given), height);
                self.begin_region()
            }
            _ => {
                push(Kind::Block, height);
                Mark::Plain
            }
        })
    }

    fn otherwise(&mut self) -> Option<Mark> {
        let is_end_reached = self.is_reachable;
        let frame = self.frames.last_mut()?;
        let Kind::If(given) = std::mem::replace(&mut frame.kind, Kind::Else(is_end_reached)) else {
            frame.kind = Kind::Dead;
            return Some(Mark::Dead);
        };
        self.operands.reset(frame.height, &given)?;
        self.is_reachable = true;
        Some(self.begin_region())
    }

    fn close(&mut self) -> Option<Mark> {
        let frame = self.frames.pop()?;
        let results = vec![Operand::Computed; frame.results];
        let mut mark = Mark::Plain;
        match frame.kind {
            Kind::Dead => return Some(Mark::Dead),
            Kind::Loop => {}
            Kind::Block => {
                if frame.is_branched_to {
                    self.operands.reset(frame.height, &results)?;
                }
                self.is_reachable |= frame.is_branched_to;
            }
            Kind::If(_) => {
                self.operands.reset(frame.height, &results)?;
                self.is_reachable = true;
                if frame.results > 0 {
                    mark = Mark::Otherwise;
                }
            }
            Kind::Else(is_end_reached) => {
                self.operands.reset(frame.height, &results)?;
                self.is_reachable |= is_end_reached || frame.is_branched_to;
            }
        }
        self.region = frame.region;
        Some(mark)
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
