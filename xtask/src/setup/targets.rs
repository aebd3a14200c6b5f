//! The two wasm targets: one for the page and its worker, one for the guests.

use crate::failure::{Failure, Outcome};
use crate::run::{command, find, output, run, say};

const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "wasm32-wasip1"];

/// Installs the targets that the active toolchain lacks.
pub fn targets() -> Outcome {
    let Some(rustup) = find("rustup") else {
        return without_rustup();
    };
    let installed = output(&mut command(&rustup, &["target", "list", "--installed"]), "see https://rustup.rs")?;
    for target in TARGETS {
        if !installed.lines().any(|line| line == target) {
            say(format!("adding the target {target}"));
            let cure = "check the network, then run the command above yourself";
            run(&mut command(&rustup, &["target", "add", target]), cure)?;
        }
    }
    Ok(())
}

/// A distribution's Rust has its targets as packages: they are there or not.
fn without_rustup() -> Outcome {
    let cure = "install Rust by https://rustup.rs, which can add targets";
    let sysroot = output(&mut command("rustc", &["--print", "sysroot"]), cure)?;
    for target in TARGETS {
        let folder = std::path::Path::new(&sysroot).join("lib/rustlib").join(target);
        if !folder.is_dir() {
            return Err(Failure::new(format!("the target {target} is missing and there is no rustup to add it"), cure));
        }
    }
    Ok(())
}
