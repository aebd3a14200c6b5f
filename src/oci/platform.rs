//! Where an image runs: `os/architecture[/variant]`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A platform, as an index and a configuration name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Platform {
    /// Such as `wasm` or `amd64`.
    pub architecture: String,
    /// Such as `wasi` or `linux`.
    pub os: String,
    /// Such as `v8`, mostly absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// A text that is not `os/architecture[/variant]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?}: unknown operating system or architecture: invalid argument")]
pub struct PlatformError {
    /// What was typed.
    pub text: String,
}

impl Platform {
    /// What the machines of the lab run: WebAssembly programs over WASI.
    pub fn wasi() -> Self {
        Self { architecture: "wasm".into(), os: "wasi".into(), variant: None }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts[..] {
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] => (os, architecture, Some(variant.to_owned())),
            _ => return Err(PlatformError { text: text.to_owned() }),
        };
        let plain =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        if !parts.iter().all(|part| plain(part)) {
            return Err(PlatformError { text: text.to_owned() });
        }
        Ok(Self { architecture: architecture.to_owned(), os: os.to_owned(), variant })
    }
}
