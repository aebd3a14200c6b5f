//! Programs by chance: each is valid, and of the kind that is rewritten.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemArg, MemArgTarget, MemorySection,
    MemoryType, Module, RefType, TableSection, TableType, TypeSection, ValType,
};

use super::chance::Chance;
use super::operators::{BINARY, DIVISIONS, LOADS, Operator, STORES, TRUNCATIONS, UNARY};
use super::rig::{Allowance, End, compare};

/// So many are tried.
const PROGRAMS: u64 = 600;

/// The signatures of the functions; those of the first four are imported.
const SIGNATURES: [(&[ValType], &[ValType]); 9] = [
    (&[], &[]),
    (&[ValType::I32, ValType::I64], &[ValType::I32]),
    (&[ValType::F32, ValType::F64], &[ValType::F64]),
    (&[], &[ValType::I64, ValType::F32]),
    (&[], &[]),
    (&[ValType::I32], &[ValType::I32]),
    (&[ValType::F64, ValType::I64], &[ValType::F32]),
    (&[ValType::I32, ValType::F32], &[ValType::I64, ValType::I32]),
    (&[ValType::F32], &[]),
];
const IMPORTED: u32 = 4;
const TYPES: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];
/// What blocks give that give several values, after the signatures.
const SEVERAL: [&[ValType]; 3] = [
    &[ValType::I32, ValType::F32],
    &[ValType::I64, ValType::I64],
    &[ValType::F64, ValType::I32, ValType::F32, ValType::I64],
];

fn memarg(offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

/// A function that is being written.
struct Writer<'a> {
    chance: &'a mut Chance,
    code: Vec<Instruction<'static>>,
    /// What a branch to each structure takes, the innermost last.
    labels: Vec<Vec<ValType>>,
    /// The parameters, and two locals of each type.
    locals: Vec<ValType>,
    results: &'static [ValType],
    /// How much more may be written.
    left: u32,
}

impl Writer<'_> {
    fn put(&mut self, instruction: Instruction<'static>) {
        self.code.push(instruction);
    }

    fn dropped(&mut self, count: usize) {
        for _ in 0..count {
            self.put(Instruction::Drop);
        }
    }

    fn local(&mut self, ty: ValType) -> u32 {
        let fit: Vec<usize> = (0..self.locals.len()).filter(|local| self.locals[*local] == ty).collect();
        u32::try_from(self.chance.pick(&fit)).unwrap()
    }

    fn values(&mut self, types: &[ValType]) {
        for ty in types {
            self.value(*ty);
        }
    }

    fn constant(&mut self, ty: ValType) {
        let bits = self.chance.number();
        let low = u32::try_from(bits & u64::from(u32::MAX)).unwrap();
        self.put(match ty {
            ValType::I32 => Instruction::I32Const(low.cast_signed()),
            ValType::I64 => Instruction::I64Const(bits.cast_signed()),
            ValType::F32 => Instruction::F32Const(f32::from_bits(low).into()),
            _ => Instruction::F64Const(f64::from_bits(bits).into()),
        });
    }

    /// One that is not known beforehand, whatever stands above.
    fn computed(&mut self, ty: ValType) {
        self.value(ty);
        let local = self.local(ty);
        self.put(Instruction::LocalGet(local));
        self.put(match ty {
            ValType::I32 => Instruction::I32Or,
            ValType::I64 => Instruction::I64Xor,
            ValType::F32 => Instruction::F32Mul,
            _ => Instruction::F64Sub,
        });
    }

    fn not_zero(&mut self, ty: ValType) {
        let is_short = ty == ValType::I32;
        self.put(if is_short { Instruction::I32Const(2) } else { Instruction::I64Const(2) });
        self.put(if is_short { Instruction::I32Or } else { Instruction::I64Or });
    }

    fn address(&mut self) -> MemArg {
        if self.chance.below(4) == 0 {
            let address = self.chance.below(0xff00).cast_signed();
            self.put(Instruction::I32Const(address));
        } else {
            self.computed(ValType::I32);
            let mask = if self.chance.below(200) == 0 { -1 } else { 0xfeff };
            self.put(Instruction::I32Const(mask));
            self.put(Instruction::I32And);
        }
        memarg(self.chance.below(64))
    }

    fn value(&mut self, ty: ValType) {
        if self.left == 0 {
            let local = self.local(ty);
            return if self.chance.below(3) == 0 { self.constant(ty) } else { self.put(Instruction::LocalGet(local)) };
        }
        self.left -= 1;
        match self.chance.below(16) {
            0 => self.constant(ty),
            1 => {
                let local = self.local(ty);
                self.put(Instruction::LocalGet(local));
            }
            2 => {
                self.value(ty);
                let local = self.local(ty);
                self.put(Instruction::LocalTee(local));
            }
            3 => {
                self.values(&[ty, ty]);
                self.computed(ValType::I32);
                self.put(Instruction::Select);
            }
            4 => self.structure(BlockType::Result(ty), &[ty]),
            5 => self.put(Instruction::GlobalGet(TYPES.iter().position(|of| *of == ty).unwrap().try_into().unwrap())),
            6 if ty == ValType::I32 => {
                self.address();
                self.put(Instruction::I32Const(15));
                self.put(Instruction::I32ShrU);
                self.put(Instruction::MemoryGrow(0));
            }
            7 if ty != ValType::I64 => self.called(&[ty]),
            _ => self.operator(ty),
        }
    }

    /// An operator that leaves such a value.
    fn operator(&mut self, ty: ValType) {
        let tables: [(&[Operator], u32); 6] =
            [(UNARY, 1), (UNARY, 1), (BINARY, 2), (BINARY, 2), (BINARY, 2), (DIVISIONS, 2)];
        let (table, count) = if self.chance.below(99) == 0 { (TRUNCATIONS, 1) } else { self.chance.pick(&tables) };
        let fit: Vec<Operator> = table.iter().filter(|operator| operator.gives == ty).cloned().collect();
        if fit.is_empty() || self.chance.below(6) == 0 {
            let loads: Vec<Operator> = LOADS.iter().filter(|operator| operator.gives == ty).cloned().collect();
            let memarg = self.address();
            let load = self.chance.pick(&loads);
            return self.put((load.at)(memarg));
        }
        let operator = self.chance.pick(&fit);
        let traps = std::ptr::eq(table, DIVISIONS) || std::ptr::eq(table, TRUNCATIONS);
        (1..count).for_each(|_| self.value(operator.takes));
        if traps {
            self.computed(operator.takes);
        } else {
            self.value(operator.takes);
        }
        if std::ptr::eq(table, DIVISIONS) && self.chance.below(20) > 0 {
            self.not_zero(ty);
        }
        self.put((operator.at)(memarg(0)));
    }

    /// A call of a function that returns this; nothing, if there is none.
    fn called(&mut self, results: &[ValType]) {
        let fit: Vec<u32> = (0..).zip(SIGNATURES).filter(|(_, of)| of.1 == results).map(|(at, _)| at).collect();
        let function = self.chance.pick(&fit);
        let (parameters, _) = SIGNATURES[usize::try_from(function).unwrap()];
        self.values(parameters);
        if self.chance.below(4) > 0 {
            return self.put(Instruction::Call(function));
        }
        self.value(ValType::I32);
        self.put(Instruction::I32Const(if self.left.is_multiple_of(30) { 15 } else { 0 }));
        self.put(Instruction::I32And);
        self.put(Instruction::I32Const(function.cast_signed()));
        self.put(Instruction::I32Or);
        self.put(Instruction::CallIndirect { type_index: function, table_index: 0 });
    }

    /// A block, a loop or an `if`.
    fn structure(&mut self, ty: BlockType, results: &[ValType]) {
        let kind = self.chance.below(3);
        if kind == 2 {
            self.computed(ValType::I32);
        }
        self.put(match kind {
            0 => Instruction::Block(ty),
            1 => Instruction::Loop(ty),
            _ => Instruction::If(ty),
        });
        self.labels.push(if kind == 1 { Vec::new() } else { results.to_vec() });
        self.statements();
        self.values(results);
        if kind == 2 && (!results.is_empty() || self.chance.below(2) == 0) {
            self.put(Instruction::Else);
            self.statements();
            self.values(results);
        }
        self.labels.pop();
        self.put(Instruction::End);
    }

    fn statements(&mut self) {
        for _ in 0..self.chance.below(4) {
            self.statement();
        }
    }

    fn statement(&mut self) {
        if self.left == 0 {
            return self.put(Instruction::Nop);
        }
        self.left -= 1;
        let ty = self.chance.pick(&TYPES);
        match self.chance.below(16) {
            0 | 1 => {
                self.value(ty);
                let local = self.local(ty);
                self.put(Instruction::LocalSet(local));
            }
            2 => {
                self.value(ty);
                self.put(Instruction::Drop);
            }
            3 => {
                self.value(ty);
                self.put(Instruction::GlobalSet(TYPES.iter().position(|of| *of == ty).unwrap().try_into().unwrap()));
            }
            4 | 5 => {
                let memarg = self.address();
                let store = self.chance.pick(STORES);
                self.value(store.takes);
                self.put((store.at)(memarg));
            }
            6 => self.copied(),
            7 | 8 => self.structure(BlockType::Empty, &[]),
            9 => {
                let at = self.chance.below(3);
                let results = SEVERAL[usize::try_from(at).unwrap()];
                self.structure(BlockType::FunctionType(9 + at), results);
                self.dropped(results.len());
            }
            10..=12 => self.branch(),
            13 => {
                self.values(self.results);
                self.put(Instruction::Return);
            }
            14 if self.chance.below(20) == 0 => self.put(Instruction::Unreachable),
            _ => {
                let (_, results) = self.chance.pick(&SIGNATURES);
                self.called(results);
                self.dropped(results.len());
            }
        }
    }

    fn copied(&mut self) {
        let is_copy = self.chance.below(2) == 0;
        self.address();
        if is_copy {
            let _ = self.address();
        } else {
            self.value(ValType::I32);
        }
        self.computed(ValType::I32);
        let mask = if self.chance.below(60) == 0 { -1 } else { 0x7f };
        self.put(Instruction::I32Const(mask));
        self.put(Instruction::I32And);
        self.put(if is_copy { Instruction::MemoryCopy { src_mem: 0, dst_mem: 0 } } else { Instruction::MemoryFill(0) });
    }

    fn branch(&mut self) {
        let depth = self.chance.below(u32::try_from(self.labels.len()).unwrap());
        let to =
            |depth: u32, labels: &[Vec<ValType>]| labels[labels.len() - 1 - usize::try_from(depth).unwrap()].clone();
        let taken = to(depth, &self.labels);
        self.values(&taken);
        match self.chance.below(4) {
            0 => return self.put(Instruction::Br(depth)),
            1 => {
                let all = 0..u32::try_from(self.labels.len()).unwrap();
                let alike: Vec<u32> = all.filter(|other| to(*other, &self.labels) == taken).collect();
                let targets: Vec<u32> = (0..self.chance.below(4)).map(|_| self.chance.pick(&alike)).collect();
                self.computed(ValType::I32);
                self.put(Instruction::I32Const(3));
                self.put(Instruction::I32And);
                return self.put(Instruction::BrTable(targets.into(), depth));
            }
            // Known beforehand.
            2 => {
                self.constant(ValType::I32);
                if self.chance.below(2) == 0 {
                    self.put(Instruction::I32Eqz);
                }
            }
            _ => self.computed(ValType::I32),
        }
        self.put(Instruction::BrIf(depth));
        self.dropped(taken.len());
    }
}

fn function(chance: &mut Chance, (parameters, results): (&'static [ValType], &'static [ValType])) -> Function {
    let mut locals = parameters.to_vec();
    locals.extend(TYPES.iter().flat_map(|ty| [*ty, *ty]));
    let left = 10 + chance.below(100);
    let mut writer = Writer { chance, code: Vec::new(), labels: vec![results.to_vec()], locals, results, left };
    (0..4).for_each(|_| writer.statement());
    writer.values(results);
    let mut function = Function::new(TYPES.map(|ty| (2, ty)));
    for instruction in &writer.code {
        function.instruction(instruction);
    }
    function.instruction(&Instruction::End);
    function
}

/// A program of this seed.
pub(super) fn program(seed: u64) -> Vec<u8> {
    let mut chance = Chance::new(seed);
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    let several = SEVERAL.map(|results| (&[][..], results));
    for (parameters, results) in SIGNATURES.into_iter().chain(several) {
        types.ty().function(parameters.iter().copied(), results.iter().copied());
    }
    let mut code = CodeSection::new();
    for (index, signature) in (0..).zip(SIGNATURES) {
        if index < IMPORTED {
            imports.import("h", &index.to_string(), EntityType::Function(index));
        } else {
            functions.function(index);
            code.function(&function(&mut chance, signature));
        }
    }
    let (mut tables, mut memories, mut globals) = (TableSection::new(), MemorySection::new(), GlobalSection::new());
    let table = TableType { element_type: RefType::FUNCREF, table64: false, minimum: 12, maximum: None, shared: false };
    tables.table(table);
    let maximum = (seed.is_multiple_of(2)).then_some(9);
    memories.memory(MemoryType { minimum: 1, maximum, memory64: false, shared: false, page_size_log2: None });
    let held = [
        ConstExpr::i32_const(7),
        ConstExpr::i64_const(-7),
        ConstExpr::f32_const(1.5.into()),
        ConstExpr::f64_const(f64::NAN.into()),
    ];
    for (val_type, held) in TYPES.into_iter().zip(&held) {
        globals.global(GlobalType { val_type, mutable: true, shared: false }, held);
    }
    let mut exports = ExportSection::new();
    exports.export("_start", ExportKind::Func, IMPORTED).export("memory", ExportKind::Memory, 0);
    let mut elements = ElementSection::new();
    let all: Vec<u32> = (0..9).collect();
    elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(all.into()));
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
    module.section(&globals).section(&exports).section(&elements).section(&code);
    module.finish()
}

#[test]
fn what_chance_writes_runs_alike() {
    let answer = |call| Chance::new(u64::try_from(call).unwrap()).number();
    let allowance = Allowance { fuel: 3_000, calls: 5_000, bytes: 5 << 16, answer, ..Allowance::default() };
    let (mut events, mut ends) = (0, Vec::new());
    for seed in 0..PROGRAMS {
        let seen = compare(&program(seed), allowance);
        events += seen.events.len();
        ends.push(seen.end);
    }
    let count = |end: fn(&End) -> bool| ends.iter().filter(|seen| end(seen)).count();
    assert!(count(|end| *end == End::Returned) > 10);
    assert!(count(|end| matches!(end, End::Trapped(_))) > 10);
    assert!(events > 1_000, "{events} events");
}
