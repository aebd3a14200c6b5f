//! Python packages the interop tests talk to, each in a folder of its own.

use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{command, find, run, say};

/// Another engine that must print what ours does.
const WASMTIME: &str = "50.0.1";
/// A client of registries that pushes what is no image.
const ORAS: &str = "0.2.43";

/// A Python that can `import wasmtime`.
pub fn wasmtime() -> Outcome<PathBuf> {
    with("wasmtime", WASMTIME)
}

/// A Python that can `import oras`.
pub fn oras() -> Outcome<PathBuf> {
    with("oras", ORAS)
}

/// A Python with a package, installed if this user does not have this version yet.
fn with(package: &str, version: &str) -> Outcome<PathBuf> {
    let home = place::tools()?.join(format!("{package}-py-{version}"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = home.join("installed");
    if stamp.is_file() {
        return Ok(python);
    }
    let cure = "install Python 3.9 or newer with its `venv` module (on Debian: sudo apt-get install python3-venv)";
    let system =
        find("python3").ok_or_else(|| Failure::new("python3 is not on the PATH: the interop tests need it", cure))?;
    say(format!("installing {package} {version} into {}", home.display()));
    run(command(system, &["-m", "venv", "--clear"]).arg(&home), cure)?;
    let wheel = format!("{package}=={version}");
    let cure = "check the network, then run the command above yourself";
    run(&mut command(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &wheel]), cure)?;
    std::fs::write(&stamp, "").map_err(|error| {
        Failure::new(format!("{} cannot be written: {error}", stamp.display()), "check its permissions")
    })?;
    Ok(python)
}
