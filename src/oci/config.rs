//! The image configuration: how to run the image, its layers' diff ids, and
//! the history that made it.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Digest, Platform, Timestamp, json};

/// The configuration blob; compact JSON in `BuildKit`'s key order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// Such as `wasm`.
    pub architecture: String,
    /// Whoever MAINTAINER named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// How to run it.
    #[serde(default)]
    pub config: RunConfig,
    /// When the last layer was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// One entry an instruction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryEntry>,
    /// The steps that made it, for other builders: a JSON document in base64.
    #[serde(rename = "moby.buildkit.cache.v0", default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
    /// Such as `wasi`.
    pub os: String,
    /// The layers, uncompressed.
    pub rootfs: RootFs,
    /// Such as `v8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// What `docker run` needs to know; empty fields are left out.
#[expect(clippy::zero_sized_map_values, reason = "the document has objects of empty objects")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RunConfig {
    /// `user[:group]`, empty for root.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// `8080/tcp` and the like; documentation only.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exposed_ports: BTreeMap<String, Empty>,
    /// `NAME=value`, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// The program and its first arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Vec<String>>,
    /// The default arguments, or the command when there is no entrypoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Vec<String>>,
    /// Where anonymous volumes go.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub volumes: BTreeMap<String, Empty>,
    /// Absolute.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub working_dir: String,
    /// Free notes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Such as `SIGTERM`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stop_signal: String,
    /// Set by `BuildKit` when CMD came from a Dockerfile; a Windows matter, kept for equal bytes.
    #[serde(skip_serializing_if = "is_default")]
    pub args_escaped: bool,
    /// How it says that it is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<Healthcheck>,
    /// Instructions a child build runs first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_build: Vec<String>,
    /// The shell of shell forms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shell: Vec<String>,
}

/// A command that tells whether the container is well. Times are in nanoseconds; zero means the default.
/// <https://github.com/moby/docker-image-spec/blob/main/spec.md>
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Healthcheck {
    /// `NONE`, or `CMD` or `CMD-SHELL` and what follows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<String>,
    /// Between two checks.
    #[serde(skip_serializing_if = "is_default")]
    pub interval: u64,
    /// How long one may take.
    #[serde(skip_serializing_if = "is_default")]
    pub timeout: u64,
    /// How long a failure does not count at the beginning.
    #[serde(skip_serializing_if = "is_default")]
    pub start_period: u64,
    /// Between two checks during that time.
    #[serde(skip_serializing_if = "is_default")]
    pub start_interval: u64,
    /// How many failures make it unwell.
    #[serde(skip_serializing_if = "is_default")]
    pub retries: u64,
}

/// `{}`: Go's `struct{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Empty {}

/// The uncompressed layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    pub r#type: String,
    /// The digests of the uncompressed tars, lowest first.
    pub diff_ids: Vec<Digest>,
}

/// What one instruction did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The instruction, such as `COPY . . # buildkit`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub created_by: String,
    /// `buildkit.dockerfile.v0`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Whether it made no layer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub empty_layer: bool,
}

impl ImageConfig {
    /// A configuration with no layers yet.
    pub fn empty(platform: &Platform) -> Self {
        Self {
            architecture: platform.architecture.clone(),
            author: None,
            config: RunConfig::default(),
            created: None,
            history: Vec::new(),
            cache: None,
            os: platform.os.clone(),
            rootfs: RootFs { r#type: "layers".into(), diff_ids: Vec::new() },
            variant: platform.variant.clone(),
        }
    }

    /// Says that it runs on `platform`.
    pub fn set_platform(&mut self, platform: &Platform) {
        let Platform { architecture, os, variant } = platform.clone();
        (self.architecture, self.os, self.variant) = (architecture, os, variant);
    }

    /// Where the image runs.
    pub fn platform(&self) -> Platform {
        Platform { architecture: self.architecture.clone(), os: self.os.clone(), variant: self.variant.clone() }
    }

    /// The bytes to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::compact(self)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
