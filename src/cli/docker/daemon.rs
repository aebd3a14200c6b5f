//! `/etc/docker/daemon.json`: how the machine's daemon is configured. In the lab
//! it counts at once, as if the daemon were started again with every command.
//! <https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file>

use serde_json::{Map, Value};

use crate::cli::Failure;
use crate::engine::ImageStore;
use crate::fs::{FsPath, Tree};
use crate::oci::json;

/// Where it is.
const PATH: &str = "/etc/docker/daemon.json";
/// The feature that decides how images are kept.
const SNAPSHOTTER: &str = "containerd-snapshotter";

/// How images are kept; a daemon that cannot read its configuration does not run.
pub fn image_store(files: &Tree) -> Result<ImageStore, Failure> {
    let Ok(bytes) = files.read(&FsPath::from(PATH)) else { return Ok(ImageStore::default()) };
    let down = |reason: String| {
        let words = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
        let why = format!("unable to configure the Docker daemon with file {PATH}: {reason}");
        Failure::new(words).hint(format!("The daemon does not start: {why}."))
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(ImageStore::default());
    }
    let document: Map<String, Value> = json::read(&bytes).map_err(|error| down(error.to_string()))?;
    if let Some(other) = document.keys().find(|key| *key != "features") {
        return Err(down(format!("`{other}` is not supported yet in this lab, only `features`")));
    }
    let Some(features) = document.get("features") else { return Ok(ImageStore::default()) };
    let features = features.as_object().ok_or_else(|| down("`features` must be an object".to_owned()))?;
    if let Some(other) = features.keys().find(|key| *key != SNAPSHOTTER) {
        return Err(down(format!("the feature `{other}` is not supported yet in this lab, only `{SNAPSHOTTER}`")));
    }
    match features.get(SNAPSHOTTER) {
        None | Some(Value::Bool(true)) => Ok(ImageStore::Containerd),
        Some(Value::Bool(false)) => Ok(ImageStore::Classic),
        Some(_) => Err(down(format!("the feature `{SNAPSHOTTER}` is either true or false"))),
    }
}
