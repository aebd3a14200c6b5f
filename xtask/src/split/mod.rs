//! Cuts the finished worker in two: what the lesson runs is there from the
//! start, the rest is fetched when it is first called. No list says which
//! functions those are: the lesson is rehearsed, and they are counted.

mod anatomy;
mod count;
mod cut;
mod plan;
mod rehearsal;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Failure, Outcome};
use crate::run::say;
use crate::site::Assets;
use anatomy::Anatomy;

/// The worker's module, and what it fetches; `src/web/deferred.rs` knows the second.
pub const PRIMARY: &str = "worker_bg.wasm";
pub const DEFERRED: &str = "deferred.wasm";
/// The function of the worker that fetches the deferred part.
const LOAD: &str = "load_deferred";
/// How exports begin that JavaScript calls of its own accord, such as the allocator.
const GLUE: &str = "__";

/// Cuts the worker of a site. `exports` are the short names of its exports by the long ones.
pub fn split(assets: &mut Assets, exports: &BTreeMap<String, String>) -> Outcome {
    say("rehearsing the lesson, to cut the worker in two");
    let module = assets.remove(PRIMARY).ok_or_else(|| unknown("no worker"))?;
    let anatomy = Anatomy::read(&module)?;
    let named = |long: &str| exports.get(long).and_then(|short| anatomy.exported(short));
    let load = named(LOAD).ok_or_else(|| unknown("no function that loads the rest"))?;
    let mut hot = rehearsal::hot(assets, &count::counting(&module, &anatomy)?, &exports[LOAD])?;
    // Nothing may be fetched while memory is being allocated, or while something is being fetched.
    let glue = exports.keys().filter(|name| name.starts_with(GLUE)).filter_map(|name| named(name));
    hot.extend(anatomy.reachable(glue.chain([load]).collect())?);
    let halves = cut::cut(&module, &anatomy, &hot, load)?;
    assets.insert(PRIMARY.to_owned(), halves.primary);
    assets.insert(DEFERRED.to_owned(), halves.deferred);
    Ok(())
}

/// What a module has that we do not know how to cut.
fn unknown(what: &str) -> Failure {
    Failure::new(
        format!("the worker's module has {what}"),
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
