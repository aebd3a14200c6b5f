//! The module around the functions: what is read of it, and what is written.

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, ExportKind, ExportSection,
    FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, Module, TableSection, TypeSection,
};
use wasmparser::{
    CompositeInnerType, Export, ExternalKind, FuncType, Import, Payload, TableSectionReader, TypeRef,
    TypeSectionReader, ValType,
};

use super::body::{ADDED_IMPORTS, Code, Places};
use super::operands::{Operand, Surroundings};
use super::{Number, helpers};
use crate::limits;

/// What the module that is written calls its host.
const HOST: &str = "drydock";

/// Cells of the stack, of eight bytes. The interpreter has some more: for functions that are not counted.
const STACK_CELLS: i32 = 1_000_000;

/// A program, as far as it was read.
#[derive(Default)]
pub(super) struct Program {
    types: Vec<FuncType>,
    /// The number and the type of each function it imports.
    imports: Vec<(u32, u32)>,
    /// The types of its own functions.
    functions: Vec<u32>,
    surroundings: Surroundings,
    start: Option<u32>,
    exports_memory: bool,
    tables: TableSection,
    globals: GlobalSection,
    elements: ElementSection,
    data_count: Option<DataCountSection>,
    code: CodeSection,
    data: DataSection,
}

impl Program {
    /// What functions may know.
    pub(super) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    fn ty(&self, index: u32) -> Option<&FuncType> {
        self.types.get(usize::try_from(index).ok()?)
    }

    /// How many parameters and results a type has.
    pub(super) fn arity(&self, ty: u32) -> Option<(usize, usize)> {
        self.ty(ty).map(|ty| (ty.params().len(), ty.results().len()))
    }

    fn places(&self) -> Option<Places> {
        let count = |length| u32::try_from(length).ok();
        let (imported, defined) = (count(self.imports.len())?, count(self.functions.len())?);
        Some(Places { imported, defined, globals: count(self.surroundings.globals.len())? })
    }

    /// The index of a type; it is added if there is none yet.
    fn type_index(&mut self, parameters: &[ValType], results: &[ValType]) -> Option<u32> {
        let is_it = |ty: &FuncType| ty.params() == parameters && ty.results() == results;
        let found = self.types.iter().position(is_it);
        let index = found.unwrap_or_else(|| {
            self.types.push(FuncType::new(parameters.iter().copied(), results.iter().copied()));
            self.types.len() - 1
        });
        u32::try_from(index).ok()
    }

    /// Adds the next of its own functions, which was read.
    pub(super) fn add(&mut self, code: &Code<'_>, ty: u32) -> Option<()> {
        let mut places = self.places()?;
        let results = self.ty(ty)?.results().to_vec();
        let ty = match results[..] {
            [] => BlockType::Empty,
            [result] => BlockType::Result(places.val_type(result).ok()?),
            _ => BlockType::FunctionType(self.type_index(&[], &results)?),
        };
        self.code.function(&code.write(places, ty)?);
        Some(())
    }

    /// Reads what is not the code of a function.
    pub(super) fn read(&mut self, payload: Payload<'_>, number: &Number<'_>) -> Option<()> {
        let mut places = self.places()?;
        match payload {
            Payload::Version { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::CustomSection(_)
            | Payload::End(_) => {}
            Payload::TypeSection(section) => self.read_types(section)?,
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.read_import(&import.ok()?, number)?;
                }
            }
            Payload::FunctionSection(section) => {
                self.functions = section.into_iter().collect::<Result<_, _>>().ok()?;
            }
            Payload::TableSection(section) => {
                check_tables(&section)?;
                places.parse_table_section(&mut self.tables, section).ok()?;
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.surroundings.memory = Some(memory.ok()?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    self.surroundings.globals.push(Operand::held(&global.ok()?)?);
                }
                places.parse_global_section(&mut self.globals, section).ok()?;
            }
            Payload::ExportSection(section) => {
                for export in section {
                    self.read_export(&export.ok()?)?;
                }
            }
            Payload::ElementSection(section) => places.parse_element_section(&mut self.elements, section).ok()?,
            Payload::DataCountSection { count, .. } => self.data_count = Some(DataCountSection { count }),
            Payload::DataSection(section) => places.parse_data_section(&mut self.data, section).ok()?,
            _ => return None,
        }
        Some(())
    }

    fn read_types(&mut self, section: TypeSectionReader<'_>) -> Option<()> {
        for group in section {
            for ty in group.ok()?.into_types() {
                let CompositeInnerType::Func(ty) = ty.composite_type.inner else { return None };
                self.types.push(ty);
            }
        }
        Some(())
    }

    fn read_import(&mut self, import: &Import<'_>, number: &Number<'_>) -> Option<()> {
        let TypeRef::Func(index) = import.ty else { return None };
        let ty = self.ty(index)?;
        let number = number(import.module, import.name, ty.params(), ty.results())?;
        self.imports.push((number, index));
        Some(())
    }

    fn read_export(&mut self, export: &Export<'_>) -> Option<()> {
        match (export.name, export.kind) {
            ("_start", ExternalKind::Func) => {
                let own = usize::try_from(export.index).ok()?.checked_sub(self.imports.len())?;
                (self.arity(*self.functions.get(own)?)? == (0, 0)).then_some(())?;
                self.start = Some(export.index);
            }
            ("memory", ExternalKind::Memory) => self.exports_memory = true,
            _ => {}
        }
        Some(())
    }

    /// The module that counts.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        let mut places = self.places()?;
        let start = places.function_index(self.start?).ok()?;
        let imports = self.write_imports()?;
        let (mut functions, mut memories) = (FunctionSection::new(), MemorySection::new());
        for ty in &self.functions {
            functions.function(*ty);
        }
        if let Some(memory) = self.surroundings.memory {
            memories.memory(places.memory_type(memory).ok()?);
            let three = self.type_index(&[ValType::I32; 3], &[])?;
            let one = self.type_index(&[ValType::I32], &[ValType::I32])?;
            for (helper, ty) in helpers::all(places, &memory)?.into_iter().zip([three, three, one]) {
                functions.function(ty);
                self.code.function(&helper);
            }
        }
        let number = GlobalType { val_type: wasm_encoder::ValType::I32, mutable: true, shared: false };
        self.globals.global(number, &ConstExpr::i32_const(0));
        self.globals.global(number, &ConstExpr::i32_const(STACK_CELLS));
        let mut exports = ExportSection::new();
        exports.export("_start", ExportKind::Func, start).export("fuel", ExportKind::Global, places.fuel());
        if self.exports_memory {
            exports.export("memory", ExportKind::Memory, 0);
        }
        let mut types = TypeSection::new();
        for ty in std::mem::take(&mut self.types) {
            types.ty().func_type(&places.func_type(ty).ok()?);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&self.tables).section(&memories);
        module.section(&self.globals).section(&exports).section(&self.elements);
        if let Some(count) = &self.data_count {
            module.section(count);
        }
        module.section(&self.code).section(&self.data);
        Some(module.finish())
    }

    fn write_imports(&mut self) -> Option<ImportSection> {
        let mut imports = ImportSection::new();
        let mut import = |name: &str, ty| {
            imports.import(HOST, name, wasm_encoder::EntityType::Function(ty));
        };
        for (number, ty) in &self.imports {
            import(&number.to_string(), *ty);
        }
        let added: [(&str, &[ValType], &[ValType]); ADDED_IMPORTS as usize] =
            [("pause", &[ValType::I32], &[]), ("grow", &[ValType::I32], &[ValType::I32]), ("lost", &[], &[])];
        for (name, parameters, results) in added {
            import(name, self.type_index(parameters, results)?);
        }
        Some(imports)
    }
}

/// None if there are more tables, or larger ones, than a program may have.
fn check_tables(section: &TableSectionReader<'_>) -> Option<()> {
    (usize::try_from(section.count()).ok()? <= limits::GUEST_TABLES).then_some(())?;
    for table in section.clone() {
        (usize::try_from(table.ok()?.ty.initial).ok()? <= limits::GUEST_TABLE_ELEMENTS).then_some(())?;
    }
    Some(())
}
