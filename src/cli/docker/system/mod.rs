//! The machine itself: `docker version`, `docker info`, `docker system df`.

mod df;
mod info;
mod version;

pub use df::VERB as DF;
pub use info::{RUNTIME, VERB as INFO, driver};
pub use version::{VERB as VERSION, short};

use serde_json::{Map, Value, json};

use crate::oci::Platform;

/// The docker whose behaviour this is.
const BEHAVES_LIKE: &str = "29.7.2";

/// The versions of docker's API that this behaviour belongs to.
const API: &str = "1.54";
const LEAST_API: &str = "1.44";

/// Who really answers.
fn product() -> String {
    format!("Drydock {}, behaving like Docker", env!("CARGO_PKG_VERSION"))
}

/// What docker's client says of itself; Go, commit and date of the build are not there.
fn client(platform: &Platform) -> Map<String, Value> {
    let client = json!({
        "Platform": { "Name": product() },
        "Version": BEHAVES_LIKE,
        "ApiVersion": API,
        "DefaultAPIVersion": API,
        "Os": platform.os,
        "Arch": platform.architecture,
        "Context": "default",
    });
    if let Value::Object(client) = client { client } else { Map::new() }
}
