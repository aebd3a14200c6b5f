//! A program rewritten so that any engine counts its fuel as the interpreter
//! does, to the unit, and computes the same bits.
//!
//! The interpreter is wasmi 2.0.0, with fuel and `deterministic`. What it
//! charges follows from how it translates (`walk`), and that from which operands
//! it knows beforehand (`operands`). A program of which this cannot be told is
//! refused, as is everything else that is not counted here.
//!
//! | the module imports from `drydock` | |
//! |---|---|
//! | `0`, `1`, … | a call of the program, by its number |
//! | `pause: (i32)` | returns when `fuel` is at least so much |
//! | `grow: (i32) -> i32` | whether memory may grow by so many pages, more than none and not beyond its maximum; the host charges for them |
//! | `lost: ()` | never returns: the interpreter must run the program |
//!
//! It exports `_start`, `fuel` (the units left, which the host sets) and
//! `memory`. Calls within calls are counted: the program is lost well before
//! the interpreter would end it for their depth.

mod body;
mod helpers;
mod module;
mod nan;
mod operands;
#[cfg(test)]
mod tests;
mod walk;

use wasmparser::{FuncValidatorAllocations, Parser, ValType, ValidPayload, Validator, WasmFeatures};

use self::body::Code;
use self::module::Program;

/// What a program may use; the interpreter allows it, too.
const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION);

/// The number of a call of the host, by its module, name, parameters and results.
type Number<'a> = dyn Fn(&str, &str, &[ValType], &[ValType]) -> Option<u32> + 'a;

/// The module, as it counts. None if it holds anything that this room does not know how to count exactly: then the
/// interpreter runs it.
pub(super) fn metered(module: &[u8], number: &Number<'_>) -> Option<Vec<u8>> {
    let mut validator = Validator::new_with_features(FEATURES);
    let mut allocations = FuncValidatorAllocations::default();
    let mut program = Program::default();
    let mut parser = Parser::new(0);
    parser.set_features(FEATURES);
    for payload in parser.parse_all(module) {
        let payload = payload.ok()?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload).ok()? {
            let ty = function.ty;
            let arity = program.arity(ty)?;
            let mut validator = function.into_validator(std::mem::take(&mut allocations));
            let code = Code::read(&body, &mut validator, program.surroundings(), arity)?;
            allocations = validator.into_allocations();
            program.add(&code, ty)?;
        } else {
            program.read(payload, number)?;
        }
    }
    program.finish()
}
