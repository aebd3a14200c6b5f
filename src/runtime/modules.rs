//! Compiled modules. Compiling a program takes longer than starting it, so
//! each is compiled once and kept by the digest of its bytes.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use wasmi::{CompilationMode, Config, Engine, Linker};

use super::calls::{self, CALLS, Call};
use super::errno::Errno;
use super::instance::Machine;
use super::interpreted::{self, Interpreted, Seat};
use super::lent::{Borrowed, Compiled, Lender};
use super::metered::metered;
use super::namespace::Namespace;
use super::parked::Parked;
use super::process::{Process, Processes, Program, StartError};
use super::retold::Retold;
use super::world::World;
use crate::fs::{Content, FsPath};
use crate::limits;
use crate::oci::Digest;

/// A compiled program, ready to start; cloning it is cheap.
#[derive(Clone)]
pub(super) struct Module {
    code: Code,
    /// Whether it asks for its working directory by name.
    asks_directory: bool,
}

/// For whom it was compiled.
#[derive(Clone)]
enum Code {
    Interpreter(wasmi::Module),
    Lent(Rc<dyn Compiled>),
}

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

/// The interpreter, the engine that the host lends, if any, and the modules
/// that were compiled for them; cloning it is cheap, and the clones share what they have.
pub struct Modules {
    pub(super) engine: Engine,
    pub(super) linker: Rc<Linker<Seat>>,
    kept: Rc<RefCell<Translated>>,
    parked: Parked,
    lender: Option<Rc<dyn Lender>>,
    /// The same without the host's engine, once it is needed.
    interpreting: Rc<OnceCell<Modules>>,
}

#[derive(Default)]
struct Translated {
    modules: BTreeMap<Digest, Kept>,
    /// Files whose digest need not be computed again, by the address of their bytes, which are held so long.
    files: BTreeMap<usize, (Content, Module)>,
    uses: u64,
}

/// Files that are recognised without their digest: a shell starts the same few again and again.
const FILES_KNOWN: usize = 8;

struct Kept {
    module: Module,
    size_bytes: usize,
    last_use: u64,
}

impl Default for Modules {
    fn default() -> Self {
        let engine = Engine::new(&config());
        let mut linker = Linker::new(&engine);
        interpreted::link(&mut linker).expect("each call has a name of its own");
        let (kept, interpreting) = (Rc::default(), Rc::default());
        Self { engine, linker: Rc::new(linker), kept, parked: Parked::default(), lender: None, interpreting }
    }
}

/// A clone has the same modules, and keeps no process.
impl Clone for Modules {
    fn clone(&self) -> Self {
        let (engine, linker, kept) = (self.engine.clone(), Rc::clone(&self.linker), Rc::clone(&self.kept));
        let (lender, interpreting) = (self.lender.clone(), Rc::clone(&self.interpreting));
        Self { engine, linker, kept, parked: Parked::default(), lender, interpreting }
    }
}

impl std::fmt::Debug for Modules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.kept.borrow().modules.keys()).finish()
    }
}

impl Processes for Modules {
    fn start(&mut self, module: &[u8], program: Program) -> Result<Box<dyn Process>, StartError> {
        Ok(match self.lender {
            Some(_) => Box::new(Retold::start(self, module, program)?),
            None => Box::new(self.begin(module, program)?),
        })
    }

    fn parked(&mut self) -> &mut Parked {
        &mut self.parked
    }
}

impl Modules {
    /// With an engine that the host lends: it runs what can be run there just as the interpreter would.
    pub fn with(lender: Rc<dyn Lender>) -> Self {
        Self { lender: Some(lender), ..Self::default() }
    }

    /// The same without the host's engine.
    pub(super) fn interpreting(&self) -> Self {
        self.interpreting.get_or_init(Self::default).clone()
    }

    /// A namespace with the first process of a module; nothing of it has run yet.
    pub(super) fn begin(&self, module: &[u8], program: Program) -> Result<Namespace, StartError> {
        Namespace::start(self, &self.load(module)?, program)
    }

    /// The compiled module of these bytes; the second time it costs only their digest.
    pub(super) fn load(&self, bytes: &[u8]) -> Result<Module, ModuleError> {
        if bytes.len() > limits::MODULE_BYTES {
            return Err(ModuleError::TooLarge { size_bytes: bytes.len(), limit_bytes: limits::MODULE_BYTES });
        }
        let digest = Digest::of(bytes);
        let mut kept = self.kept.borrow_mut();
        if let Some(module) = kept.find(&digest) {
            return Ok(module);
        }
        let module = match self.borrowed(bytes) {
            Some(module) => module,
            None => self.interpreted(bytes)?,
        };
        kept.add(digest, module.clone(), bytes.len());
        Ok(module)
    }

    /// For the host's engine, if there is one and it can run the module exactly.
    fn borrowed(&self, bytes: &[u8]) -> Option<Module> {
        let lender = self.lender.as_ref()?;
        let asks_directory = Cell::new(false);
        let number = |module: &str, name: &str, parameters: &[_], results: &[_]| {
            let at = CALLS.iter().position(|call| (call.module, call.name) == (module, name))?;
            asks_directory.set(asks_directory.get() || calls::tells_directory(&CALLS[at]));
            takes(&CALLS[at], parameters, results).then_some(u32::try_from(at).ok()?)
        };
        let code = lender.compile(&metered(bytes, &number)?)?;
        Some(Module { code: Code::Lent(code), asks_directory: asks_directory.get() })
    }

    fn interpreted(&self, bytes: &[u8]) -> Result<Module, ModuleError> {
        let module = wasmi::Module::new(&self.engine, bytes);
        let module = module.map_err(|error| ModuleError::Invalid { reason: error.to_string() })?;
        let is_asking =
            |call: &Call| module.imports().any(|import| (import.module(), import.name()) == (call.module, call.name));
        let asks_directory = CALLS.iter().any(|call| calls::tells_directory(call) && is_asking(call));
        Ok(Module { code: Code::Interpreter(module), asks_directory })
    }

    /// The compiled module in a file, which a process starts.
    pub(super) fn load_file(&self, content: &Content) -> Result<Module, Errno> {
        if let Some((_, module)) = self.kept.borrow().files.get(&content.address()) {
            return Ok(module.clone());
        }
        let module = self.load(&content.bytes().map_err(|_| Errno::Io)?).map_err(|_| Errno::Noexec)?;
        let files = &mut self.kept.borrow_mut().files;
        if files.len() >= FILES_KNOWN {
            files.clear();
        }
        files.insert(content.address(), (content.clone(), module.clone()));
        Ok(module)
    }
}

impl Module {
    /// The folder that is open beforehand beside the root, for a program that begins in `directory`; just the root
    /// for one that asks for its directory by name.
    pub(super) fn opens(&self, directory: &FsPath) -> FsPath {
        if self.asks_directory { FsPath::root() } else { directory.clone() }
    }

    /// An instance of it in a world; nothing of it has run yet.
    pub(super) fn instantiate(
        &self,
        modules: &Modules,
        world: &Rc<RefCell<World>>,
    ) -> Result<Box<dyn Machine>, StartError> {
        Ok(match &self.code {
            Code::Interpreter(module) => Box::new(Interpreted::start(modules, module, world)?),
            Code::Lent(module) => Box::new(Borrowed::start(&**module, world)?),
        })
    }

    /// Whether it is on the host's engine: if that cannot begin it, the interpreter might.
    pub(super) fn is_lent(&self) -> bool {
        matches!(self.code, Code::Lent(_))
    }
}

impl Translated {
    fn find(&mut self, digest: &Digest) -> Option<Module> {
        self.uses += 1;
        let kept = self.modules.get_mut(digest)?;
        kept.last_use = self.uses;
        Some(kept.module.clone())
    }

    fn add(&mut self, digest: Digest, module: Module, size_bytes: usize) {
        self.make_room(size_bytes);
        self.modules.insert(digest, Kept { module, size_bytes, last_use: self.uses });
    }

    /// Forgets what was not used for longest until `size_bytes` more fit.
    fn make_room(&mut self, size_bytes: usize) {
        let total = |kept: &BTreeMap<Digest, Kept>| kept.values().map(|kept| kept.size_bytes).sum::<usize>();
        while total(&self.modules) + size_bytes > limits::MODULES_KEPT_BYTES {
            let oldest = self.modules.iter().min_by_key(|(_, kept)| kept.last_use).map(|(digest, _)| *digest);
            let Some(oldest) = oldest else { return };
            self.modules.remove(&oldest);
        }
    }
}

/// Whether a call is imported with the types that it has.
fn takes(call: &Call, parameters: &[wasmparser::ValType], results: &[wasmparser::ValType]) -> bool {
    let same = |ours: &wasmi::ValType, theirs: &wasmparser::ValType| {
        matches!(
            (ours, theirs),
            (wasmi::ValType::I32, wasmparser::ValType::I32) | (wasmi::ValType::I64, wasmparser::ValType::I64)
        )
    };
    let answers: &[_] = if call.answers { &[wasmi::ValType::I32] } else { &[] };
    let all = |ours: &[_], theirs: &[_]| ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b));
    all(call.parameters, parameters) && all(answers, results)
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
        let modules = Modules::default();
        let bytes = wat::parse_str("(module (func (export \"_start\")))").unwrap();
        modules.load(&bytes).unwrap();
        modules.load(&bytes).unwrap();
        let mut kept = modules.kept.borrow_mut();
        assert_eq!(kept.modules.len(), 1);
        kept.make_room(limits::MODULES_KEPT_BYTES);
        assert_eq!(kept.modules.len(), 0);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let modules = Modules::default();
        for bytes in [&b""[..], b"#!/bin/sh", b"\0asm\x01\0\0\0\x01\xff", b"\0asm\x0d\0\x01\0"] {
            assert!(matches!(modules.load(bytes), Err(ModuleError::Invalid { .. })), "{bytes:?}");
        }
        let huge = vec![0; limits::MODULE_BYTES + 1];
        assert!(matches!(modules.load(&huge), Err(ModuleError::TooLarge { .. })));
    }
}
