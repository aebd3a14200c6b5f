//! `wasm-opt`: makes the page a little smaller and the worker's interpreter
//! faster. The site is whole without it.

use std::path::PathBuf;

use super::npm;
use crate::failure::Outcome;
use crate::place;
use crate::run::{find, say};

/// Debian's is too old for what wasm-bindgen writes; this one is known to do.
const BINARYEN: &str = "132.0.0";

/// The program, if Node is here to install and run it.
pub fn optimiser() -> Outcome<Option<PathBuf>> {
    if find("node").is_none() || find("npm").is_none() {
        say("building without wasm-opt: there is no Node with npm (the site works, the worker is slower)");
        return Ok(None);
    }
    let home = place::tools()?.join(format!("binaryen-{BINARYEN}"));
    let program = home.join("node_modules/.bin").join(if cfg!(windows) { "wasm-opt.cmd" } else { "wasm-opt" });
    if program.is_file() {
        return Ok(Some(program));
    }
    match npm::add(&home, "binaryen", BINARYEN) {
        Ok(()) => Ok(Some(program)),
        Err(failure) => {
            say(format!("building without wasm-opt (the site works, the worker is slower)\n{failure}"));
            Ok(None)
        }
    }
}
