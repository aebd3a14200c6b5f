//! `wasm-opt` and `terser`: they make the site smaller and the worker's
//! interpreter faster. The site is whole without them.

use std::path::PathBuf;

use super::npm;
use crate::failure::Outcome;
use crate::place;
use crate::run::{find, say};

/// Debian's is too old for what wasm-bindgen writes; this one is known to do.
const BINARYEN: &str = "132.0.0";
/// Knows the syntax that wasm-bindgen writes.
const TERSER: &str = "5.51.4";

/// The programs that make wasm and scripts smaller.
pub struct Shrinker {
    /// For modules.
    pub wasm_opt: PathBuf,
    /// For scripts.
    pub terser: PathBuf,
}

/// Both programs, if Node is here to install and run them.
pub fn shrinker() -> Option<Shrinker> {
    if find("node").is_none() || find("npm").is_none() {
        say(
            "building without wasm-opt and terser: there is no Node with npm (the site works, but is larger and slower)",
        );
        return None;
    }
    let tools = at_hand("binaryen", BINARYEN, "wasm-opt").and_then(|wasm_opt| {
        let terser = at_hand("terser", TERSER, "terser")?;
        Ok(Shrinker { wasm_opt, terser })
    });
    tools
        .map_err(|failure| say(format!("building without it (the site works, but is larger and slower)\n{failure}")))
        .ok()
}

/// A program of a package, installed if this user does not have this version yet.
fn at_hand(package: &str, version: &str, program: &str) -> Outcome<PathBuf> {
    let home = place::tools()?.join(format!("{package}-{version}"));
    let end = if cfg!(windows) { ".cmd" } else { "" };
    let path = home.join("node_modules/.bin").join(format!("{program}{end}"));
    if !path.is_file() {
        npm::add(&home, package, version)?;
    }
    Ok(path)
}
