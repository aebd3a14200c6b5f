//! `drydock debug apply`: lays a layer over an archive of files, as the daemon
//! does, and writes what comes of it as an archive. What had to be left out
//! is told, one JSON object a line.

use std::fs::File;
use std::path::Path;

use serde_json::json;

use super::usage;
use crate::fs::{self, LeftOut, Tree};
use crate::native::{NativeError, disk, screen};

/// `--base BASE.TAR LAYER.TAR -o OUT.TAR`; without a base over nothing. Both may be compressed.
pub fn run(words: &[String]) -> Result<i32, NativeError> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (base, layer, out) = match words.as_slice() {
        ["--base", base, layer, "-o", out] => (Some(*base), *layer, *out),
        [layer, "-o", out] => (None, *layer, *out),
        _ => return Err(usage("'drydock debug apply' wants [--base BASE.TAR] LAYER.TAR -o OUT.TAR")),
    };
    let mut left_out = Vec::new();
    let base = base.map_or_else(|| Ok(Tree::default()), |base| lay(&Tree::default(), base, &mut left_out))?;
    let tree = lay(&base, layer, &mut left_out)?;
    for LeftOut { path, attribute } in left_out {
        screen::say(&json!({ "path": path, "leftOut": attribute }).to_string())?;
    }
    let tar = fs::tar_of(&tree).map_err(|error| NativeError::Refused { reason: error.to_string() })?;
    let written = tar.open().and_then(|mut bytes| disk::write(Path::new(out), &mut bytes));
    written.map_err(NativeError::file(out))?;
    Ok(0)
}

fn lay(base: &Tree, layer: &str, left_out: &mut Vec<LeftOut>) -> Result<Tree, NativeError> {
    let tar = File::open(layer).and_then(fs::uncompressed).map_err(NativeError::file(layer))?;
    let laid = fs::apply_telling(base, tar, &mut |left| left_out.push(left));
    laid.map_err(|error| NativeError::Refused { reason: format!("{layer}: {error}") })
}
