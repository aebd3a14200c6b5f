//! Cuts the finished worker and the finished page in two: what the lesson runs is
//! there from the start, the rest is fetched, at the latest when it is first called. No list
//! says which functions those are: the lesson is rehearsed, and they are counted.

mod anatomy;
mod count;
mod cut;
mod data;
mod objects;
mod plan;
mod rehearsal;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Failure, Outcome};
use crate::run::say;
use crate::site::Assets;
use anatomy::Anatomy;
use data::Data;
use objects::Objects;

/// A program that is cut.
pub struct Program {
    /// Whose script and module they are.
    pub name: &'static str,
    /// Its module, whole and then as the primary.
    pub primary: &'static str,
    /// What it fetches: `src/web/deferred.rs` and `src/web/page/deferred.rs` know these names.
    pub deferred: &'static str,
    /// What rehearses the lesson with it, in this folder.
    rehearsal: &'static str,
}

/// Both; the page is rehearsed with the worker there is.
pub const PROGRAMS: [Program; 2] = [
    Program { name: "worker", primary: "worker_bg.wasm", deferred: "deferred.wasm", rehearsal: "worker.mjs" },
    Program { name: "page", primary: "page_bg.wasm", deferred: PAGE_DEFERRED, rehearsal: "page.mjs" },
];
/// The page fetches this in any case.
pub const PAGE_DEFERRED: &str = "page_deferred.wasm";
/// How long a stub is, in bytes, with what else it takes in tables.
const STUB: usize = 24;
/// The function that has the deferred part there when it returns.
const LOAD: &str = "load_deferred";
/// How exports begin that JavaScript calls of its own accord, such as the allocator.
const GLUE: &str = "__";

/// Cuts a program of a site. `exports` are the short names of its exports by the long ones, `linked` is it as the linker left it.
pub fn split(assets: &mut Assets, program: &Program, exports: &BTreeMap<String, String>, linked: &[u8]) -> Outcome {
    say(format!("rehearsing the lesson, to cut the {} in two", program.name));
    let module = assets.remove(program.primary).ok_or_else(|| unknown("no code"))?;
    let anatomy = Anatomy::read(&module)?;
    let named = |long: &str| exports.get(long).and_then(|short| anatomy.exported(short));
    let load = named(LOAD).ok_or_else(|| unknown("no function that loads the rest"))?;
    let mut hot = rehearsal::hot(assets, program, &count::counting(&module, &anatomy)?, &exports[LOAD])?;
    // Nothing may be fetched while memory is being allocated, or while something is being fetched.
    let glue = exports.keys().filter(|name| name.starts_with(GLUE)).filter_map(|name| named(name));
    hot.extend(anatomy.reachable(glue.chain([load]).collect())?);
    // In place of what is this short there would be a stub as long.
    hot.extend(anatomy.defined().filter(|function| anatomy.body(*function).as_bytes().len() <= STUB));
    let data = Data::cut(&anatomy, &Objects::read(linked)?, &hot)?;
    let halves = cut::cut(&module, &anatomy, &hot, &data, load)?;
    assets.insert(program.primary.to_owned(), halves.primary);
    assets.insert(program.deferred.to_owned(), halves.deferred);
    Ok(())
}

/// The deferred part of a program that is whole.
pub fn nothing() -> Vec<u8> {
    wasm_encoder::Module::new().finish()
}

/// What a module has that we do not know how to cut.
fn unknown(what: &str) -> Failure {
    Failure::new(
        format!("a module of the site has {what}"),
        "see what rustc, wasm-bindgen and wasm-opt write now, and mend xtask/src/split",
    )
}

impl From<wasmparser::Error> for Failure {
    fn from(error: wasmparser::Error) -> Self {
        unknown(&format!("something that cannot be read: {error}"))
    }
}

impl From<wasm_encoder::reencode::Error> for Failure {
    fn from(error: wasm_encoder::reencode::Error) -> Self {
        unknown(&format!("something that cannot be written: {error}"))
    }
}

/// Functions by their index in the whole module.
type Functions = BTreeSet<u32>;
