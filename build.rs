//! Makes of the page's English words what `src/ui/words.rs` includes, and has the worker show where its stack is.

#![expect(clippy::disallowed_methods, reason = "it is no part of the core: cargo runs it, in its folder")]

use std::path::Path;
use std::{env, fs};

use words::Words;

const ENGLISH: &str = "www/words/en.ftl";
/// The worker's script takes the stack back after an exception (`xtask/src/suspend.rs`).
const SHOW_STACK: &str = "worker=--export=__stack_pointer";

fn main() {
    println!("cargo::rerun-if-changed={ENGLISH}");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        println!("cargo::rustc-link-arg-bin={SHOW_STACK}");
    }
    let fluent = fs::read_to_string(ENGLISH).unwrap_or_else(|error| panic!("{ENGLISH}: {error}"));
    match Words::read(&fluent) {
        Ok(words) => {
            write("words.rs", &words.accessors());
            write("words.en.txt", &words.lines());
        }
        Err(wrong) => wrong.iter().for_each(|wrong| println!("cargo::error={ENGLISH}: {wrong}")),
    }
}

fn write(name: &str, text: &str) {
    let folder = env::var_os("OUT_DIR").expect("cargo says where");
    let path = Path::new(&folder).join(name);
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
