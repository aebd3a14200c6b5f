//! How a container is reached.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/network_settings.go>

use serde_json::{Value, json};

/// The document of its networks; containers of this lab are in none yet.
pub fn network_settings() -> Value {
    json!({ "SandboxID": "", "SandboxKey": "", "Ports": {}, "Networks": {} })
}
