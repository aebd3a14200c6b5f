//! The hub: guests compiled to WASI, then put into images by our own builder,
//! as a static OCI layout that the page reads as its `docker.io`.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{cargo, run, say};

const CURE: &str = "mend the error above in hub/";
/// The guests, each a workspace of its own.
const GUESTS: [&str; 2] = ["mlserve", "toolbox"];

/// Formatting, lints and tests of the guests, which are no members of the workspace.
pub fn check() -> Outcome {
    for guest in GUESTS {
        run(on_guest(guest, "fmt", &[]).arg("--check"), CURE)?;
        run(on_guest(guest, "clippy", &["--all-targets"]).args(["--", "-D", "warnings"]), CURE)?;
        run(&mut on_guest(guest, "test", &["--quiet"]), CURE)?;
    }
    Ok(())
}

/// Compiles the guests and builds their images in `www/hub/`.
pub fn build() -> Outcome {
    say("building the hub: the guests, then their images");
    for guest in GUESTS {
        run(&mut on_guest(guest, "build", &["--release", "--target", "wasm32-wasip1"]), CURE)?;
    }
    // The build context of an image holds its programs.
    copy("predict", "mlserve/predict")?;
    copy("mlserve", "mlserve/server/mlserve")?;
    copy("sh", "toolbox/image/sh")?;
    copy("tools", "toolbox/image/toolbox")?;
    image(&[])?;
    image(&["--source", "hub/toolbox/image", "--add", "toolbox:1"])?;
    image(&["--source", "hub/mlserve/server", "--add", "mlserve:2"])
}

fn copy(program: &str, place: &str) -> Outcome {
    let program = built_in().join("wasm32-wasip1/release").join(program).with_extension("wasm");
    std::fs::copy(&program, place::root().join("hub").join(place))
        .map_err(|error| Failure::new(format!("{} cannot be copied: {error}", program.display()), "check the disk"))?;
    Ok(())
}

/// Our own builder makes the image: `drydock hub build`.
fn image(options: &[&str]) -> Outcome {
    let mut command = cargo(&["run", "--quiet", "--locked", "--", "hub", "build"]);
    run(command.args(options), "mend the error above")
}

fn built_in() -> PathBuf {
    place::target().join("hub")
}

/// A cargo command on a guest, with what it builds kept beside our own.
fn on_guest(guest: &str, verb: &str, options: &[&str]) -> Command {
    let mut command = cargo(&[verb, "--manifest-path"]);
    command.arg(place::root().join("hub").join(guest).join("Cargo.toml"));
    if verb == "fmt" {
        command.arg("--all");
    } else {
        command.arg("--locked").arg("--target-dir").arg(built_in());
    }
    command.args(options);
    command
}
