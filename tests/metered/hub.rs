//! The hub's programs, as far as they come without an answer.

use std::io::Read;
use std::path::Path;

use tar::Archive;

use super::rig::{Allowance, compare, rewritten};
use crate::fs;

/// The programs in the layers of the hub's images, with their names.
#[expect(clippy::disallowed_methods, reason = "they are read as a test, which may name the disk")]
fn programs() -> Vec<(String, Vec<u8>)> {
    let blobs = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/hub/blobs/sha256");
    let mut found = Vec::new();
    for blob in std::fs::read_dir(blobs).expect("`cargo xtask build` makes the hub") {
        let blob = std::fs::read(blob.unwrap().path()).unwrap();
        let Ok(layer) = fs::decompressed(&blob) else { continue };
        let mut archive = Archive::new(&layer[..]);
        let Ok(entries) = archive.entries() else { continue };
        for entry in entries {
            let Ok(mut entry) = entry else { break };
            let mut bytes = Vec::new();
            let name = entry.path().unwrap().display().to_string();
            if entry.read_to_end(&mut bytes).is_ok() && bytes.starts_with(b"\0asm") {
                found.push((name, bytes));
            }
        }
    }
    found
}

#[test]
fn the_programs_of_the_hub_run_alike() {
    let programs = programs();
    assert!(programs.len() > 2, "{} programs", programs.len());
    for (name, program) in &programs {
        let counting = rewritten(program).expect(name);
        assert!(counting.len() < 2 * program.len(), "{name}: {} of {} bytes", counting.len(), program.len());
        for answer in [|_| 0, |_| 52] {
            let allowance = Allowance { slice: 5_000, fuel: 300_000, calls: 300, answer, ..Allowance::default() };
            let seen = compare(program, allowance);
            assert!(!seen.events.is_empty(), "{name}");
        }
    }
}
