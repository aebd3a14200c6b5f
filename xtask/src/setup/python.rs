//! wasmtime, as its Python wheel: another engine that must print what ours does.

use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{command, find, run, say};

const WASMTIME: &str = "50.0.1";

/// A Python that can `import wasmtime`.
pub fn wasmtime() -> Outcome<PathBuf> {
    let home = place::tools()?.join(format!("wasmtime-py-{WASMTIME}"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = home.join("installed");
    if stamp.is_file() {
        return Ok(python);
    }
    let cure = "install Python 3.9 or newer with its `venv` module (on Debian: sudo apt-get install python3-venv)";
    let system =
        find("python3").ok_or_else(|| Failure::new("python3 is not on the PATH: the interop tests need it", cure))?;
    say(format!("installing wasmtime {WASMTIME} into {}", home.display()));
    run(command(system, &["-m", "venv", "--clear"]).arg(&home), cure)?;
    let wheel = format!("wasmtime=={WASMTIME}");
    let cure = "check the network, then run the command above yourself";
    run(&mut command(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &wheel]), cure)?;
    std::fs::write(&stamp, "").map_err(|error| {
        Failure::new(format!("{} cannot be written: {error}", stamp.display()), "check its permissions")
    })?;
    Ok(python)
}
