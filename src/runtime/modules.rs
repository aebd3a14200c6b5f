//! Compiled modules. Translating a program takes longer than starting it, so
//! each is translated once and kept by the digest of its bytes.

use std::collections::BTreeMap;

use wasmi::{CompilationMode, Config, Engine, Linker};

use super::calls;
use super::interpreted::Interpreted;
use super::process::{Process, Processes, Program, StartError};
use super::world::World;
use crate::limits;
use crate::oci::Digest;

/// A translated program, ready to start; cloning it is cheap.
#[derive(Debug, Clone)]
pub(super) struct Module(pub(super) wasmi::Module);

/// Why bytes are not a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// The file is larger than a module may be.
    #[error("module of {size_bytes} bytes is larger than {limit_bytes} bytes")]
    TooLarge {
        /// How large it is.
        size_bytes: usize,
        /// How large it may be.
        limit_bytes: usize,
    },
    /// Not WebAssembly, damaged, or of a kind this interpreter does not know.
    #[error("invalid module: {reason}")]
    Invalid {
        /// In the words of the interpreter.
        reason: String,
    },
}

/// The interpreter, the calls it offers, and the modules it has translated.
pub struct Modules {
    pub(super) engine: Engine,
    pub(super) linker: Linker<World>,
    kept: BTreeMap<Digest, Kept>,
    uses: u64,
}

struct Kept {
    module: Module,
    size_bytes: usize,
    last_use: u64,
}

impl Default for Modules {
    fn default() -> Self {
        let engine = Engine::new(&config());
        let mut linker = Linker::new(&engine);
        calls::link(&mut linker).expect("each call has a name of its own");
        Self { engine, linker, kept: BTreeMap::new(), uses: 0 }
    }
}

impl std::fmt::Debug for Modules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.kept.keys()).finish()
    }
}

impl Processes for Modules {
    fn start(&mut self, module: &[u8], program: Program) -> Result<Box<dyn Process>, StartError> {
        let module = self.load(module)?;
        Ok(Box::new(Interpreted::start(self, &module, program)?))
    }
}

impl Modules {
    /// The translated module of these bytes; the second time it costs only their digest.
    pub(super) fn load(&mut self, bytes: &[u8]) -> Result<Module, ModuleError> {
        if bytes.len() > limits::MODULE_BYTES {
            return Err(ModuleError::TooLarge { size_bytes: bytes.len(), limit_bytes: limits::MODULE_BYTES });
        }
        let digest = Digest::of(bytes);
        self.uses += 1;
        if let Some(kept) = self.kept.get_mut(&digest) {
            kept.last_use = self.uses;
            return Ok(kept.module.clone());
        }
        let module = wasmi::Module::new(&self.engine, bytes);
        let module = Module(module.map_err(|error| ModuleError::Invalid { reason: error.to_string() })?);
        self.make_room(bytes.len());
        self.kept.insert(digest, Kept { module: module.clone(), size_bytes: bytes.len(), last_use: self.uses });
        Ok(module)
    }

    /// Forgets what was not used for longest until `size_bytes` more fit.
    fn make_room(&mut self, size_bytes: usize) {
        let total = |kept: &BTreeMap<Digest, Kept>| kept.values().map(|kept| kept.size_bytes).sum::<usize>();
        while total(&self.kept) + size_bytes > limits::MODULES_KEPT_BYTES {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.last_use).map(|(digest, _)| *digest);
            let Some(oldest) = oldest else { return };
            self.kept.remove(&oldest);
        }
    }
}

fn config() -> Config {
    let mut config = Config::default();
    config
        .consume_fuel(true)
        // Translating lazily and running out of fuel meanwhile is a trap that cannot be resumed.
        .compilation_mode(CompilationMode::Eager)
        // A start function would run outside of the slices.
        .allow_start_fn(false)
        .ignore_custom_sections(true)
        .set_max_recursion_depth(limits::GUEST_CALL_DEPTH)
        .set_max_stack_height(limits::GUEST_STACK_BYTES);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_translated_once() {
        let mut modules = Modules::default();
        let bytes = wat::parse_str("(module (func (export \"_start\")))").unwrap();
        modules.load(&bytes).unwrap();
        modules.load(&bytes).unwrap();
        assert_eq!(modules.kept.len(), 1);
        modules.make_room(limits::MODULES_KEPT_BYTES);
        assert_eq!(modules.kept.len(), 0);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let mut modules = Modules::default();
        for bytes in [&b""[..], b"#!/bin/sh", b"\0asm\x01\0\0\0\x01\xff", b"\0asm\x0d\0\x01\0"] {
            assert!(matches!(modules.load(bytes), Err(ModuleError::Invalid { .. })), "{bytes:?}");
        }
        let huge = vec![0; limits::MODULE_BYTES + 1];
        assert!(matches!(modules.load(&huge), Err(ModuleError::TooLarge { .. })));
    }
}
