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

/// A text that is no platform; containerd's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// A `*` in it.
    #[error("{text:?}: wildcards not yet supported: invalid argument")]
    Wildcard {
        /// What was typed.
        text: String,
    },
    /// The operating system has characters it must not have.
    #[error(
        "{part:?} is an invalid OS component of {text:?}: OSAndVersion specifier component must match {OS_PATTERN:?}: invalid argument"
    )]
    System {
        /// The component.
        part: String,
        /// What was typed.
        text: String,
    },
    /// Another component has.
    #[error(
        "{part:?} is an invalid component of {text:?}: platform specifier component must match {PATTERN:?}: invalid argument"
    )]
    Component {
        /// The component.
        part: String,
        /// What was typed.
        text: String,
    },
    /// One word that is neither a known system nor a known architecture.
    #[error("{text:?}: unknown operating system or architecture: invalid argument")]
    Unknown {
        /// What was typed.
        text: String,
    },
    /// More than three components.
    #[error("{text:?}: cannot parse platform specifier: invalid argument")]
    Specifier {
        /// What was typed.
        text: String,
    },
}

const PATTERN: &str = "^[A-Za-z0-9_.-]+$";
const OS_PATTERN: &str = r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$";

/// What a word alone may mean, as Go lists them.
const SYSTEMS: &str = "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris \
                       windows zos";
const ARCHITECTURES: &str = "386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 \
                             mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm";

impl Platform {
    /// What the machines of the lab run: WebAssembly programs over WASI.
    pub fn wasi() -> Self {
        Self { architecture: "wasm".into(), os: "wasi".into(), variant: None }
    }

    /// Whether it is `unknown/unknown`, as an index says of a manifest that runs nowhere.
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// Whether what is `offered` serves who asks for this one: a variant that is
    /// not asked for, or not stated, does not matter.
    pub fn accepts(&self, offered: &Self) -> bool {
        let variants = offered.variant.as_ref().zip(self.variant.as_ref());
        offered.os == self.os
            && offered.architecture == self.architecture
            && variants.is_none_or(|(offered, wanted)| offered == wanted)
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

    /// `os/architecture[/variant]`, or one of the two, with the other as this machine's.
    /// <https://github.com/containerd/platforms/blob/v1.0.0-rc.2/platforms.go>
    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let whole = || text.to_owned();
        if text.contains('*') {
            return Err(PlatformError::Wildcard { text: whole() });
        }
        let parts: Vec<&str> = text.splitn(4, '/').collect();
        let plain = |part: &str, more: &[u8]| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
        };
        if !plain(parts[0], b"_-") {
            return Err(PlatformError::System { part: parts[0].to_owned(), text: whole() });
        }
        if let Some(part) = parts[1..].iter().find(|part| !plain(part, b"_.-")) {
            return Err(PlatformError::Component { part: (*part).to_owned(), text: whole() });
        }
        let os = match parts[0].to_ascii_lowercase().as_str() {
            "macos" => "darwin".to_owned(),
            os => os.to_owned(),
        };
        let of = |os: String, (architecture, variant): (String, Option<String>)| Self { architecture, os, variant };
        let known = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
        match parts[..] {
            [_] if known(SYSTEMS, &os) => Ok(of(os, (Self::wasi().architecture, None))),
            [word] => {
                let machine = without_default(normalized(word, ""));
                let is_known = known(ARCHITECTURES, &machine.0);
                if is_known { Ok(of(Self::wasi().os, machine)) } else { Err(PlatformError::Unknown { text: whole() }) }
            }
            [_, architecture] => Ok(of(os, without_default(normalized(architecture, "")))),
            [_, architecture, variant] => {
                let (architecture, variant) = normalized(architecture, variant);
                let default = (architecture == "arm64").then(|| "v8".to_owned());
                Ok(of(os, (architecture, variant.or(default))))
            }
            _ => Err(PlatformError::Specifier { text: whole() }),
        }
    }
}

/// 32-bit ARM means its version 7 unless something else is said.
fn without_default((architecture, variant): (String, Option<String>)) -> (String, Option<String>) {
    let default = architecture == "arm" && variant.as_deref() == Some("v7");
    (architecture, variant.filter(|_| !default))
}

/// The names that kernels and people use, as the one that Go uses.
fn normalized(architecture: &str, variant: &str) -> (String, Option<String>) {
    let (architecture, variant) = (architecture.to_ascii_lowercase(), variant.to_ascii_lowercase());
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", other) => ("amd64", other),
        ("aarch64" | "arm64", "8" | "v8" | "v8.0") => ("arm64", ""),
        ("aarch64" | "arm64", "9" | "9.0" | "v9.0") => ("arm64", "v9"),
        ("aarch64", other) => ("arm64", other),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    (architecture.to_owned(), Some(variant.to_owned()).filter(|variant| !variant.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_read_as_containerd_reads_it() {
        let table = [
            ("linux/amd64", "linux/amd64"),
            ("Linux/x86_64", "linux/amd64"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm64/v8", "linux/arm64/v8"),
            ("linux/arm", "linux/arm"),
            ("linux/armhf", "linux/arm"),
            ("linux/arm/6", "linux/arm/v6"),
            ("macos/arm64", "darwin/arm64"),
            ("wasm", "wasi/wasm"),
            ("windows", "windows/wasm"),
        ];
        for (typed, platform) in table {
            assert_eq!(typed.parse::<Platform>().map(|platform| platform.to_string()), Ok(platform.to_owned()));
        }
    }

    #[test]
    fn what_is_none_is_told_in_containerds_words() {
        let table = [
            ("nonsense", "\"nonsense\": unknown operating system or architecture: invalid argument"),
            ("linux/*", "\"linux/*\": wildcards not yet supported: invalid argument"),
            ("a/b/c/d", "\"a/b/c/d\": cannot parse platform specifier: invalid argument"),
            (
                "linux/",
                "\"\" is an invalid component of \"linux/\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument",
            ),
        ];
        for (typed, words) in table {
            assert_eq!(typed.parse::<Platform>().map_err(|error| error.to_string()), Err(words.to_owned()));
        }
    }
}
