//! A module that tells which of its functions run.

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{EntityType, ImportSection, Instruction, Module, TypeSection, ValType};
use wasmparser::{FunctionBody, ImportSectionReader, Parser, TypeSectionReader};

use super::anatomy::Anatomy;
use crate::failure::Outcome;

/// What a counting module imports, and calls with the number of each function that is entered.
const MODULE: &str = "rehearsal";
const NAME: &str = "entered";

/// The same module, in which every function first says its index in the module as it was.
pub fn counting(module: &[u8], anatomy: &Anatomy<'_>) -> Outcome<Vec<u8>> {
    let mut counter = Counter { imported: anatomy.imported, next: anatomy.imported, signature: 0 };
    let mut counting = Module::new();
    Reencode::parse_core_module(&mut counter, &mut counting, Parser::new(0), module)?;
    Ok(counting.finish())
}

struct Counter {
    imported: u32,
    /// The index of the function whose body comes next.
    next: u32,
    /// The type of what is imported.
    signature: u32,
}

impl Reencode for Counter {
    type Error = std::convert::Infallible;

    /// The new import is the last one.
    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(if function < self.imported { function } else { function + 1 })
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        self.signature = types.len();
        types.ty().function([ValType::I32], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_import_section(self, imports, section)?;
        imports.import(MODULE, NAME, EntityType::Function(self.signature));
        Ok(())
    }

    fn new_function_with_parsed_locals(&mut self, body: &FunctionBody<'_>) -> Result<wasm_encoder::Function, Error> {
        let mut function = utils::new_function_with_parsed_locals(self, body)?;
        function.instruction(&Instruction::I32Const(self.next.cast_signed()));
        function.instruction(&Instruction::Call(self.imported));
        self.next += 1;
        Ok(function)
    }
}
