//! A Dockerfile as a tree, or as what it means.

use std::io::{self, Read};
use std::path::Path;

use serde_json::json;

use super::usage;
use crate::dockerfile::{dump, parse};
use crate::native::{NativeError, screen};

pub(super) fn run(words: &[String]) -> Result<i32, NativeError> {
    let (ast, file) = match words {
        [form, file] if form == "--ast" => (true, file),
        [form, file] if form == "--json" => (false, file),
        _ => return Err(usage("'drydock debug dockerfile' requires --ast or --json, and a file")),
    };
    let text = read(Path::new(file))?;
    let said = if ast { dump(&text) } else { parse(&text).map(|file| json!(file).to_string()) };
    match said {
        Ok(said) => screen::say(&said),
        Err(error) => screen::say(&json!({ "error": error.to_string() }).to_string()).map(|_| 1),
    }
}

/// The file's text; `-` is standard input.
fn read(file: &Path) -> Result<String, NativeError> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(file).map(|found| text = found)
    };
    read.map(|()| text).map_err(NativeError::file(file))
}
