//! The hub: guests compiled to WASI, then put into images by our own builder,
//! as a static OCI layout that the page reads as its `docker.io`.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{cargo, run, say};

const CURE: &str = "mend the error above in hub/mlserve";

/// Formatting, lints and tests of the guest, which is no member of the workspace.
pub fn check() -> Outcome {
    run(on_guest("fmt", &[]).arg("--check"), CURE)?;
    run(on_guest("clippy", &["--all-targets"]).args(["--", "-D", "warnings"]), CURE)?;
    run(&mut on_guest("test", &["--quiet"]), CURE)
}

/// Compiles the guest and builds the base image in `www/hub/`.
pub fn build() -> Outcome {
    say("building the hub: the guest, then its image");
    run(&mut on_guest("build", &["--release", "--target", "wasm32-wasip1"]), CURE)?;
    // The build context of the image is the guest's folder.
    let (program, context) = (built_in().join("wasm32-wasip1/release/predict.wasm"), guest().join("predict"));
    std::fs::copy(&program, &context)
        .map_err(|error| Failure::new(format!("{} cannot be copied: {error}", program.display()), "check the disk"))?;
    image()
}

/// Our own builder makes the image: `drydock hub build`.
fn image() -> Outcome {
    run(&mut cargo(&["run", "--quiet", "--locked", "--", "hub", "build"]), "mend the error above")
}

/// Where the guest's sources and the Dockerfile of its image are.
fn guest() -> PathBuf {
    place::root().join("hub/mlserve")
}

fn built_in() -> PathBuf {
    place::target().join("hub")
}

/// A cargo command on the guest, with what it builds kept beside our own.
fn on_guest(verb: &str, options: &[&str]) -> Command {
    let mut command = cargo(&[verb, "--manifest-path"]);
    command.arg(guest().join("Cargo.toml"));
    if verb != "fmt" {
        command.arg("--locked").arg("--target-dir").arg(built_in());
    }
    command.args(options);
    command
}
