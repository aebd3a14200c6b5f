//! The hub: guests compiled to WASI, then put into images by our own builder,
//! as a static OCI layout that the page reads as its `docker.io`.

use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{cargo, run, say};

/// Where the guest's sources and the Dockerfile of its image are.
fn guest() -> PathBuf {
    place::root().join("hub/mlserve")
}

/// Compiles the guest and builds the base image in `www/hub/`.
pub fn build() -> Outcome {
    if !guest().is_dir() {
        say("no hub/mlserve yet: the site gets no base image");
        return Ok(());
    }
    say("building the hub: the guest, then its image");
    let manifest = guest().join("Cargo.toml");
    let built_in = place::target().join("hub");
    let mut command = cargo(&["build", "--locked", "--release", "--target", "wasm32-wasip1", "--manifest-path"]);
    run(command.arg(manifest).arg("--target-dir").arg(&built_in), "mend the error above in hub/mlserve")?;
    // The build context of the image is the guest's folder.
    let (program, context) = (built_in.join("wasm32-wasip1/release/predict.wasm"), guest().join("predict"));
    std::fs::copy(&program, &context)
        .map_err(|error| Failure::new(format!("{} cannot be copied: {error}", program.display()), "check the disk"))?;
    image()
}

/// Our own builder makes the image: `drydock hub build`.
fn image() -> Outcome {
    run(&mut cargo(&["run", "--quiet", "--locked", "--", "hub", "build"]), "mend the error above")
}
