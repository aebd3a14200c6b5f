//! What the cut must know of a module.

use std::collections::BTreeMap;

use wasmparser::{
    CompositeInnerType, DataSectionReader, ElementItems, ElementKind, Export, ExternalKind, FunctionBody, GlobalType,
    MemoryType, Operator, Parser, Payload, TableType, TypeRef, TypeSectionReader,
};

use super::{Functions, unknown};
use crate::failure::Outcome;

/// The parts of a module, read but not copied.
#[derive(Default)]
pub struct Anatomy<'a> {
    /// The type section.
    pub types: Option<TypeSectionReader<'a>>,
    /// How many parameters a function of each type has.
    pub parameters: Vec<u32>,
    /// How many functions are imported; their indexes come first.
    pub imported: u32,
    /// The type of every function.
    pub functions: Vec<u32>,
    /// The bodies of those that are not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    /// Every table.
    pub tables: Vec<TableType>,
    /// Every memory.
    pub memories: Vec<MemoryType>,
    /// Every global.
    pub globals: Vec<GlobalType>,
    /// Every export.
    pub exports: Vec<Export<'a>>,
    /// The function that starts the module.
    pub start: Option<u32>,
    /// What the memory holds at the start.
    pub data: Option<DataSectionReader<'a>>,
    /// What stands in each slot of the first table.
    pub slots: BTreeMap<u32, u32>,
}

impl<'a> Anatomy<'a> {
    /// Reads a module. An error says what it has that we do not cut.
    pub fn read(module: &'a [u8]) -> Outcome<Self> {
        let mut anatomy = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => anatomy.read_types(section)?,
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        anatomy.read_import(import?.ty)?;
                    }
                }
                Payload::FunctionSection(section) => {
                    for signature in section {
                        anatomy.functions.push(signature?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        anatomy.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        anatomy.memories.push(memory?);
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        anatomy.globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        anatomy.exports.push(export?);
                    }
                }
                Payload::StartSection { func, .. } => anatomy.start = Some(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        anatomy.read_element(element?)?;
                    }
                }
                Payload::DataSection(section) => anatomy.data = Some(section),
                Payload::CodeSectionEntry(body) => anatomy.bodies.push(body),
                _ => {}
            }
        }
        Ok(anatomy)
    }

    /// The functions that are not imported.
    pub fn defined(&self) -> std::ops::Range<u32> {
        self.imported..u32::try_from(self.functions.len()).expect("indexes have 32 bits")
    }

    /// The body of a function that is not imported.
    pub fn body(&self, function: u32) -> FunctionBody<'a> {
        self.bodies[(function - self.imported) as usize].clone()
    }

    fn read_types(&mut self, section: TypeSectionReader<'a>) -> Outcome {
        self.types = Some(section.clone());
        for group in section {
            for kind in group?.into_types() {
                let CompositeInnerType::Func(function) = kind.composite_type.inner else {
                    return Err(unknown("a type that is no function's"));
                };
                self.parameters.push(u32::try_from(function.params().len()).expect("parameters are few"));
            }
        }
        Ok(())
    }

    fn read_import(&mut self, kind: TypeRef) -> Outcome {
        let TypeRef::Func(signature) = kind else {
            return Err(unknown("an import that is no function"));
        };
        self.functions.push(signature);
        self.imported += 1;
        Ok(())
    }

    fn read_element(&mut self, element: wasmparser::Element<'a>) -> Outcome {
        let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind else {
            return Err(unknown("elements that are not put into the first table at the start"));
        };
        let ElementItems::Functions(functions) = element.items else {
            return Err(unknown("elements that are no functions"));
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            return Err(unknown("elements whose place is no constant"));
        };
        for (slot, function) in (value.cast_unsigned()..).zip(functions) {
            self.slots.insert(slot, function?);
        }
        Ok(())
    }

    /// The functions that a body calls by name.
    pub fn called(body: &FunctionBody<'_>) -> Outcome<Vec<u32>> {
        let mut called = Vec::new();
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } => called.push(function_index),
                Operator::RefFunc { .. } | Operator::ReturnCall { .. } => {
                    return Err(unknown("a function taken by reference, or called as the last"));
                }
                _ => {}
            }
        }
        Ok(called)
    }

    /// The function exported under this name.
    pub fn exported(&self, name: &str) -> Option<u32> {
        self.exported_functions().find(|export| export.name == name).map(|export| export.index)
    }

    /// Every export that is a function.
    pub fn exported_functions(&self) -> impl Iterator<Item = &Export<'a>> {
        self.exports.iter().filter(|export| export.kind == ExternalKind::Func)
    }

    /// The functions that some call by name, those that these call, and so on; themselves too.
    pub fn reachable(&self, from: Vec<u32>) -> Outcome<Functions> {
        let (mut reachable, mut next) = (Functions::new(), from);
        while let Some(function) = next.pop() {
            if function >= self.imported && reachable.insert(function) {
                next.extend(Self::called(&self.body(function))?);
            }
        }
        Ok(reachable)
    }
}
