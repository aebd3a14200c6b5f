//! A Chromium, and the Node packages that drive it.

use std::path::PathBuf;

use super::{apt, npm};
use crate::failure::{Failure, Outcome};
use crate::place;
use crate::run::find;

/// Names under which systems install it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser: `CHROME`, else the PATH, else Debian's.
pub fn browser() -> Outcome<PathBuf> {
    if let Some(named) = std::env::var_os("CHROME").map(PathBuf::from) {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(Failure::new(
                format!("CHROME is {}, which is no file", named.display()),
                "set it to the program of a Chromium",
            ))
        };
    }
    if let Some(found) = NAMES.iter().find_map(|name| find(name)) {
        return Ok(found);
    }
    apt::packages(&[("chromium", "chromium")], "the browser tests")?;
    find("chromium")
        .ok_or_else(|| Failure::new("chromium was installed but is not on the PATH", "set CHROME to its program"))
}

/// Node and the packages of the browser tests.
pub fn browser_modules() -> Outcome<PathBuf> {
    let node =
        find("node").ok_or_else(|| Failure::new("node is not on the PATH: the browser tests need it", npm::cure()))?;
    npm::install(&place::root().join("tests/browser"))?;
    Ok(node)
}
