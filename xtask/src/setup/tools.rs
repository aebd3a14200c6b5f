//! Trunk and wasm-bindgen, at pinned versions, built once per user.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::{cargo, run, say};

/// 0.22 wants a newer Rust than ours.
const TRUNK: &str = "0.21.14";

/// The programs that turn crates into a page.
pub struct Bundler {
    /// The program `trunk`.
    pub trunk: PathBuf,
    /// The folder of `wasm-bindgen`; trunk takes it from the PATH.
    pub wasm_bindgen: PathBuf,
}

/// Both programs, installed if this user does not have these versions yet.
pub fn bundler() -> Outcome<Bundler> {
    let lock = std::fs::read_to_string(place::root().join("Cargo.lock")).map_err(|error| {
        Failure::new(format!("Cargo.lock cannot be read: {error}"), "run `git checkout Cargo.lock`")
    })?;
    let bindgen = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock has no wasm-bindgen", "run `git checkout Cargo.lock`"))?;
    // Trunk only calls others and copies files: it is built unoptimised, and
    // without its question for updates.
    let trunk = Tool {
        package: "trunk",
        program: "trunk",
        version: TRUNK,
        options: &["--locked", "--debug", "--no-default-features", "--features", "rustls"],
    }
    .at_hand()?;
    // Without --locked: the lock file inside this package may name crates newer
    // than a mirror holds, and the resolver finds older ones that do as well.
    let command = Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version: bindgen, options: &[] };
    Ok(Bundler { trunk: trunk.join("trunk"), wasm_bindgen: command.at_hand()? })
}

struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    options: &'a [&'a str],
}

impl Tool<'_> {
    /// The folder the program is in, after installing it there if need be.
    fn at_hand(&self) -> Outcome<PathBuf> {
        let home = place::tools()?.join(format!("{}-{}", self.package, self.version));
        let folder = home.join("bin");
        if folder.join(self.program).with_extension(std::env::consts::EXE_EXTENSION).is_file() {
            return Ok(folder);
        }
        say(format!("installing {} {} into {} (once, some minutes)", self.package, self.version, home.display()));
        let started = Instant::now();
        self.install(&home)?;
        say(format!("{} installed in {} s", self.package, started.elapsed().as_secs()));
        Ok(folder)
    }

    fn install(&self, home: &Path) -> Outcome {
        let package = format!("{}@{}", self.package, self.version);
        let mut command = cargo(&["install", &package, "--root"]);
        command.arg(home).args(self.options);
        // A tool used for seconds need not be optimised for minutes.
        for (name, value) in [
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ] {
            command.env(name, value);
        }
        for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET", "RUSTFLAGS"] {
            command.env_remove(name);
        }
        let cure = format!(
            "read the error above; if it is the network, run this again (what was downloaded is kept);\n\
             or put a `{}` of version {} into {}",
            self.program,
            self.version,
            home.join("bin").display()
        );
        run(&mut command, &cure)
    }
}

/// The version of a package in a lock file.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, entry) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    entry.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.9\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.9"));
        assert_eq!(locked_version(lock, "yew"), None);
    }
}
