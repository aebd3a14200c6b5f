//! `cargo xtask size`: what a browser downloads, against what we allow.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::place;

/// A part of the site, its files and its budget in bytes of brotli.
struct Part {
    name: &'static str,
    files: Vec<PathBuf>,
    budget: Option<usize>,
}

/// Sizes in bytes.
struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// What the page needs before it shows something: its words, too.
const PAGE_FILES: &[&str] = &["boot.js", "page.js", "page_bg.wasm", "words.en.txt"];
/// What that may weigh: what is to be seen until the lab stands there.
const PAGE: usize = 150_000;
/// What the rest of it may weigh, which comes while the worker is awaited, and is less.
const PAGE_DEFERRED: usize = 215_000;
/// What the worker may weigh from the start: what the lesson runs of a builder,
/// a daemon, a registry and docker's command line.
const WORKER: usize = 450_000;
/// What the rest of them may weigh, which comes when it is first called: the categories of Unicode, too.
const DEFERRED: usize = 590_000;

/// Prints the sizes and fails over budget.
pub fn main() -> Outcome {
    let assets = assets()?;
    let named = |names: &[&str]| names.iter().map(|name| assets.join(name)).collect();
    let parts = [
        Part { name: "page", files: named(PAGE_FILES), budget: Some(PAGE) },
        Part { name: "page (later)", files: named(&["page_deferred.wasm"]), budget: Some(PAGE_DEFERRED) },
        Part { name: "worker", files: named(&["worker-boot.js", "worker.js", "worker_bg.wasm"]), budget: Some(WORKER) },
        Part { name: "worker (lazy)", files: named(&["deferred.wasm"]), budget: Some(DEFERRED) },
        Part { name: "runtime (lazy)", files: named(&["runtime.js", "runtime_bg.wasm"]), budget: None },
        Part { name: "style", files: named(&["style.css"]), budget: None },
        Part { name: "hub image", files: files_under(&place::dist().join("hub")), budget: None },
    ];
    println!("{:<14} {:>11} {:>11} {:>11} {:>11}", "part", "raw", "gzip -9", "brotli -11", "budget");
    let mut over = Vec::new();
    for part in parts {
        let sizes = measure(&part.files)?;
        let budget = part.budget.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        println!("{:<14} {:>11} {:>11} {:>11} {budget:>11}", part.name, sizes.raw, sizes.gzip, sizes.brotli);
        if part.budget.is_some_and(|bytes| sizes.brotli > bytes) {
            over.push(part.name);
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    let cure = "look for what grew: a dependency, a data file in the wasm, or wasm-opt missing";
    Err(Failure::new(format!("over budget: {}", over.join(", ")), cure))
}

/// The one assets folder of the built site.
fn assets() -> Outcome<PathBuf> {
    let entries = std::fs::read_dir(place::dist()).into_iter().flatten().flatten();
    let mut folders = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("assets-"));
    let first = folders.next().map(|entry| entry.path());
    first.ok_or_else(|| Failure::new("there is no site in dist/", "cargo xtask build"))
}

/// The sum over files, each compressed alone as a host would.
fn measure(files: &[PathBuf]) -> Outcome<Sizes> {
    let mut sum = Sizes { raw: 0, gzip: 0, brotli: 0 };
    for path in files {
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()), "cargo xtask build");
        let bytes = std::fs::read(path).map_err(failed)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&bytes).map_err(failed)?;
        sum.raw += bytes.len();
        sum.gzip += gzip.finish().map_err(failed)?.len();
        sum.brotli += brotli_length(&bytes).map_err(failed)?;
    }
    Ok(sum)
}

fn brotli_length(bytes: &[u8]) -> std::io::Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed.len())
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            files.extend(files_under(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}
