//! The cut itself: one module becomes a primary, which is there from the
//! start, and a deferred part, which the primary fetches when it first calls a
//! function of it.
//!
//! Both use the primary's memory and table. Of a deferred function that the
//! primary calls, or that stands in the table, the primary has a stub: it has
//! the deferred part fetched, then calls the slot of the table in which that
//! has put the function by then. What the deferred part needs of the primary
//! it imports from there.

use wasm_encoder::reencode::{Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, Module, TableSection,
    TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, DataSectionReader, ExportSectionReader, FunctionSectionReader,
    GlobalSectionReader, Parser, TypeSectionReader,
};

use super::Functions;
use super::anatomy::Anatomy;
use super::data::{Data, Segment};
use super::plan::Plan;
use crate::failure::Outcome;

type Recoded<T = ()> = Result<T, wasm_encoder::reencode::Error>;

/// What the deferred part calls the module it imports from; `src/web/deferred.rs` hands it over.
const PRIMARY: &str = "primary";

/// The two modules.
pub struct Halves {
    /// What is there from the start.
    pub primary: Vec<u8>,
    /// What is fetched.
    pub deferred: Vec<u8>,
}

/// Cuts a module. `hot` are the functions that the primary keeps; `load` is
/// the one of them that brings the deferred part, or throws; `data` is its data, cut.
pub fn cut(module: &[u8], anatomy: &Anatomy<'_>, hot: &Functions, data: &Data, load: u32) -> Outcome<Halves> {
    let plan = Plan::new(anatomy, hot)?;
    let mut primary = Module::new();
    let mut recoder = Primary { anatomy, plan: &plan, data, load, ready_type: 0 };
    recoder.parse_core_module(&mut primary, Parser::new(0), module)?;
    Ok(Halves { primary: primary.finish(), deferred: deferred(anatomy, &plan, data)? })
}

/// Writes the primary while the whole module is read.
struct Primary<'a, 'b> {
    anatomy: &'a Anatomy<'b>,
    plan: &'a Plan,
    data: &'a Data,
    load: u32,
    /// The type of `ready`.
    ready_type: u32,
}

impl Primary<'_, '_> {
    /// The index of the function that every stub calls first: it loads the deferred part unless that was done.
    fn ready(&self) -> u32 {
        u32::try_from(self.plan.kept.len()).expect("indexes have 32 bits")
    }

    fn ready_body(&self) -> Function {
        let loaded = u32::try_from(self.anatomy.globals.len()).expect("indexes have 32 bits");
        body(&[
            Instruction::GlobalGet(loaded),
            Instruction::I32Eqz,
            Instruction::If(BlockType::Empty),
            Instruction::Call(self.plan.kept[&self.load]),
            Instruction::I32Const(1),
            Instruction::GlobalSet(loaded),
            Instruction::End,
        ])
    }

    fn stub(&self, function: u32) -> Function {
        let type_index = self.anatomy.functions[function as usize];
        let parameters = 0..self.anatomy.parameters[type_index as usize];
        let mut stub = vec![Instruction::Call(self.ready())];
        stub.extend(parameters.map(Instruction::LocalGet));
        stub.push(Instruction::I32Const(self.plan.stubs[&function].cast_signed()));
        stub.push(Instruction::CallIndirect { type_index, table_index: 0 });
        body(&stub)
    }
}

fn body(instructions: &[Instruction<'_>]) -> Function {
    let mut body = Function::new([]);
    for instruction in instructions {
        body.instruction(instruction);
    }
    body.instruction(&Instruction::End);
    body
}

impl Reencode for Primary<'_, '_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Recoded<u32> {
        Ok(self.plan.kept[&function])
    }

    /// Custom sections tell of the whole.
    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Recoded {
        Ok(())
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Recoded {
        utils::parse_type_section(self, types, section)?;
        self.ready_type = types.len();
        types.ty().function([], []);
        Ok(())
    }

    fn parse_function_section(&mut self, functions: &mut FunctionSection, _: FunctionSectionReader<'_>) -> Recoded {
        for function in &self.plan.primary {
            functions.function(self.anatomy.functions[*function as usize]);
        }
        functions.function(self.ready_type);
        Ok(())
    }

    fn parse_table(&mut self, tables: &mut TableSection, table: wasmparser::Table<'_>) -> Recoded {
        let index = tables.len();
        tables.table(self.plan.table(index, self.table_type(table.ty)?));
        Ok(())
    }

    fn parse_global_section(&mut self, globals: &mut GlobalSection, section: GlobalSectionReader<'_>) -> Recoded {
        utils::parse_global_section(self, globals, section)?;
        let loaded = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(loaded, &ConstExpr::i32_const(0));
        Ok(())
    }

    fn parse_export_section(&mut self, exports: &mut ExportSection, section: ExportSectionReader<'_>) -> Recoded {
        utils::parse_export_section(self, exports, section)?;
        for shared in shared(self.anatomy, self.plan)? {
            exports.export(&shared.name, shared.kind, shared.index);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, _: CodeSectionReader<'_>) -> Recoded {
        for function in &self.plan.primary {
            if self.plan.stubs.contains_key(function) {
                code.function(&self.stub(*function));
            } else {
                self.parse_function_body(code, self.anatomy.body(*function))?;
            }
        }
        code.function(&self.ready_body());
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Recoded<u32> {
        Ok(u32::try_from(self.data.primary.len()).expect("segments are few"))
    }

    fn parse_data_section(&mut self, data: &mut DataSection, _: DataSectionReader<'_>) -> Recoded {
        put(data, &self.data.primary);
        Ok(())
    }
}

fn put(section: &mut DataSection, segments: &[Segment]) {
    for (address, bytes) in segments {
        section.active(0, &ConstExpr::i32_const(address.cast_signed()), bytes.iter().copied());
    }
}

/// Something of the primary that the deferred part imports.
struct Shared {
    name: String,
    kind: ExportKind,
    /// In the primary.
    index: u32,
    entity: EntityType,
}

/// All of it. The names are numbers, which no other export has.
fn shared(anatomy: &Anatomy<'_>, plan: &Plan) -> Recoded<Vec<Shared>> {
    let mut all = Vec::new();
    let mut share = |kind, index, entity| {
        let name = all.len().to_string();
        all.push(Shared { name, kind, index, entity });
    };
    for function in &plan.shared {
        let signature = EntityType::Function(anatomy.functions[*function as usize]);
        share(ExportKind::Func, plan.kept[function], signature);
    }
    for (index, table) in (0..).zip(&anatomy.tables) {
        share(ExportKind::Table, index, plan.table(index, (*table).try_into()?).into());
    }
    for (index, memory) in (0..).zip(&anatomy.memories) {
        share(ExportKind::Memory, index, EntityType::Memory((*memory).into()));
    }
    for (index, global) in (0..).zip(&anatomy.globals) {
        share(ExportKind::Global, index, EntityType::Global((*global).try_into()?));
    }
    Ok(all)
}

struct Deferred<'a>(&'a Plan);

impl Reencode for Deferred<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Recoded<u32> {
        Ok(self.0.moved[&function])
    }
}

/// Writes the deferred part.
fn deferred(anatomy: &Anatomy<'_>, plan: &Plan, data: &Data) -> Recoded<Vec<u8>> {
    let mut recoder = Deferred(plan);
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    let (mut elements, mut code, mut texts) = (ElementSection::new(), CodeSection::new(), DataSection::new());
    if let Some(section) = &anatomy.types {
        recoder.parse_type_section(&mut types, section.clone())?;
    }
    for shared in shared(anatomy, plan)? {
        imports.import(PRIMARY, &shared.name, shared.entity);
    }
    for function in &plan.cold {
        functions.function(anatomy.functions[*function as usize]);
        recoder.parse_function_body(&mut code, anatomy.body(*function))?;
    }
    let slots: Vec<(&u32, &u32)> = plan.slots.iter().collect();
    for run in slots.chunk_by(|(before, _), (after, _)| *before + 1 == **after) {
        let start = ConstExpr::i32_const(run[0].0.cast_signed());
        let run: Vec<u32> = run.iter().map(|(_, function)| plan.moved[function]).collect();
        elements.active(None, &start, Elements::Functions(run.into()));
    }
    put(&mut texts, &data.deferred);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&elements).section(&code).section(&texts);
    Ok(module.finish())
}
