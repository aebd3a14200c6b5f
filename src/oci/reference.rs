//! An image reference as typed (`mlmodel:1.0`) and as meant
//! (`docker.io/library/mlmodel:1.0`).
//! Grammar and normalisation: <https://github.com/distribution/reference>

use std::fmt;
use std::str::FromStr;

use super::as_text::as_text;
use super::{Digest, DigestError};
use crate::text::Case;

/// The registry a name without a domain means.
pub const DEFAULT_DOMAIN: &str = "docker.io";
/// The tag a name without tag and digest means.
pub const DEFAULT_TAG: &str = "latest";

const OFFICIAL: &str = "library/";
const PATH_LENGTH: usize = 255;
const TAG_LENGTH: usize = 128;

/// A parsed reference; the fields hold the canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The registry, such as `docker.io` or `localhost:5000`. It is empty where
    /// the first part looked like one and is not, as that of `a_b.c/d`.
    pub domain: String,
    /// The repository in it, such as `library/python`.
    pub path: String,
    /// The tag, as typed; see [`Reference::tagged`].
    pub tag: Option<String>,
    /// The digest, as typed.
    pub digest: Option<Digest>,
}

/// Why a text is not a reference; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It does not follow the grammar.
    #[error("invalid reference format")]
    Format,
    /// The repository has upper-case letters.
    #[error("invalid reference format: repository name ({path}) must be lowercase")]
    Upper {
        /// The repository, with `library/` if that was added.
        path: String,
    },
    /// It would follow the grammar in lower case.
    #[error("repository name must be lowercase")]
    UpperElsewhere,
    /// 64 hex digits are an image id, never a name.
    #[error("invalid repository name ({name}), cannot specify 64-byte hexadecimal strings")]
    Identifier {
        /// What was typed.
        name: String,
    },
    /// The repository is too long.
    #[error("repository name must not be more than 255 characters")]
    TooLong,
    /// The digest follows the grammar of references, and yet is none.
    #[error(transparent)]
    Digest(#[from] DigestError),
}

impl Reference {
    /// `domain/path`, without tag and digest.
    pub fn repository(&self) -> String {
        if self.domain.is_empty() { self.path.clone() } else { format!("{}/{}", self.domain, self.path) }
    }

    /// The name as docker shows it: without `docker.io/` and `library/`.
    pub fn familiar_name(&self) -> String {
        if self.domain != DEFAULT_DOMAIN {
            return self.repository();
        }
        let path = self.path.strip_prefix(OFFICIAL).filter(|rest| !rest.contains('/'));
        path.unwrap_or(&self.path).to_owned()
    }

    /// The whole reference as docker shows it.
    pub fn familiar(&self) -> String {
        self.familiar_name() + &self.suffix()
    }

    /// This reference with `latest` if it has neither tag nor digest.
    #[must_use]
    pub fn tagged(mut self) -> Self {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some(DEFAULT_TAG.to_owned());
        }
        self
    }

    fn suffix(&self) -> String {
        let tag = self.tag.as_ref().map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = self.digest.map(|digest| format!("@{digest}")).unwrap_or_default();
        tag + &digest
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.repository(), self.suffix())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ReferenceError::Identifier { name: text.to_owned() });
        }
        let (domain, remainder) = split_domain(text);
        let path = remainder.split(':').next().unwrap_or_default();
        if path.lowercase() != path {
            return Err(ReferenceError::Upper { path: path.to_owned() });
        }
        let whole = format!("{domain}/{remainder}");
        let Some(parts) = Parts::of(&whole) else {
            let lower = whole.lowercase();
            let cured = lower != whole && Parts::of(&lower).is_some();
            return Err(if cured { ReferenceError::UpperElsewhere } else { ReferenceError::Format });
        };
        if parts.path.len() > PATH_LENGTH {
            return Err(ReferenceError::TooLong);
        }
        let digest = parts.digest.map(str::parse).transpose()?;
        let tag = parts.tag.map(str::to_owned);
        Ok(Self { domain: parts.domain.to_owned(), path: parts.path.to_owned(), tag, digest })
    }
}

/// What the grammar tells apart, all of it well formed.
struct Parts<'a> {
    domain: &'a str,
    path: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// `name[:tag][@digest]`, where a name is a domain and a path, or a path alone.
    fn of(text: &'a str) -> Option<Self> {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let last = rest.rfind('/').map_or(0, |slash| slash + 1);
        let colon = rest[last..].find(':').map(|colon| last + colon);
        let (name, tag) = colon.map_or((rest, None), |colon| (&rest[..colon], Some(&rest[colon + 1..])));
        if !tag.is_none_or(is_tag) || !digest.is_none_or(is_digest) {
            return None;
        }
        let (domain, path) = match name.split_once('/') {
            Some((domain, path)) if is_domain(domain) && is_path(path) => (domain, path),
            _ if is_path(name) => ("", name),
            _ => return None,
        };
        Some(Self { domain, path, tag, digest })
    }
}

/// The part before the first `/` is a registry if it looks like a host.
fn split_domain(text: &str) -> (&str, String) {
    let looks_like_host =
        |first: &str| first == "localhost" || first.contains(['.', ':']) || first.lowercase() != first;
    let (domain, rest) = match text.split_once('/') {
        Some((first, rest)) if looks_like_host(first) => (first, rest),
        _ => (DEFAULT_DOMAIN, text),
    };
    let domain = if domain == "index.docker.io" { DEFAULT_DOMAIN } else { domain };
    let official = domain == DEFAULT_DOMAIN && !rest.contains('/');
    (domain, if official { format!("{OFFICIAL}{rest}") } else { rest.to_owned() })
}

/// Whether `text` is a tag: `[\w][\w.-]{0,127}`.
pub fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= TAG_LENGTH
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || byte == b'.' || byte == b'-')
}

/// `[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}`
fn is_digest(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    let component = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let hex = encoded.len() >= 32 && encoded.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex && algorithm.split(['-', '_', '+', '.']).all(component)
}

/// Components of letters, digits and inner hyphens, or an IPv6 address in
/// brackets; with an optional port.
fn is_domain(text: &str) -> bool {
    let (host, port) = match text.rfind(']') {
        Some(end) => text.split_at(end + 1),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let component = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        part.bytes().all(plain) && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = match address {
        Some(address) => !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'),
        None => host.split('.').all(component),
    };
    let digits = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    host && (port.is_empty() || port.strip_prefix(':').is_some_and(digits))
}

fn is_path(text: &str) -> bool {
    text.split('/').all(is_path_component)
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_path_component(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = text.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()).filter(|part| !part.is_empty());
    let ends = |text: &str| text.bytes().next().is_some_and(plain) && text.bytes().next_back().is_some_and(plain);
    let separator = |part: &str| matches!(part, "." | "_" | "__") || part.bytes().all(|byte| byte == b'-');
    ends(text) && separators.clone().all(separator)
}

as_text!(Reference);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_normalised_as_docker_does() {
        let table = [
            ("python", "docker.io/library/python:latest", "python:latest"),
            ("python:3.11-slim", "docker.io/library/python:3.11-slim", "python:3.11-slim"),
            ("ana/mlmodel", "docker.io/ana/mlmodel:latest", "ana/mlmodel:latest"),
            ("docker.io/python", "docker.io/library/python:latest", "python:latest"),
            ("index.docker.io/python", "docker.io/library/python:latest", "python:latest"),
            ("localhost/x:1", "localhost/x:1", "localhost/x:1"),
            ("localhost:5000/mlmodel:1.0", "localhost:5000/mlmodel:1.0", "localhost:5000/mlmodel:1.0"),
            ("registry.example.com/team/m:1", "registry.example.com/team/m:1", "registry.example.com/team/m:1"),
            ("myregistry/team/m:1", "docker.io/myregistry/team/m:1", "myregistry/team/m:1"),
            ("a__b-c/d.e", "docker.io/a__b-c/d.e:latest", "a__b-c/d.e:latest"),
            ("docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"),
            ("LOCALHOST/x", "LOCALHOST/x:latest", "LOCALHOST/x:latest"),
            ("[fd00::1]:5000/x", "[fd00::1]:5000/x:latest", "[fd00::1]:5000/x:latest"),
            ("[fd00::1]/x:Tag_1.2-3", "[fd00::1]/x:Tag_1.2-3", "[fd00::1]/x:Tag_1.2-3"),
            ("a_b.c/d", "a_b.c/d:latest", "a_b.c/d:latest"),
            ("x:5000", "docker.io/library/x:5000", "x:5000"),
        ];
        for (typed, canonical, familiar) in table {
            let reference = typed.parse::<Reference>().expect(typed).tagged();
            assert_eq!(reference.to_string(), canonical);
            assert_eq!(reference.familiar(), familiar);
        }
    }

    #[test]
    fn a_digest_stands_beside_a_tag_or_alone() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let reference: Reference = format!("x@{digest}").parse().expect("a digest alone");
        assert_eq!((reference.tag.as_ref(), reference.digest.expect("a digest").to_string()), (None, digest.clone()));
        assert_eq!(reference.clone().tagged(), reference);
        let both: Reference = format!("x:1@{digest}").parse().expect("both");
        assert_eq!(both.to_string(), format!("docker.io/library/x:1@{digest}"));
    }

    #[test]
    fn what_is_not_a_reference_is_refused_in_dockers_words() {
        let hex = "a".repeat(64);
        let short = "a".repeat(40);
        let format = "invalid reference format".to_owned();
        let table = [
            ("MLModel", format!("{format}: repository name (library/MLModel) must be lowercase")),
            ("Bad/Name", format!("{format}: repository name (Name) must be lowercase")),
            ("", format.clone()),
            ("a:", format.clone()),
            ("a:b:c", format.clone()),
            ("-a", format.clone()),
            ("a//b", format.clone()),
            ("a___b", format.clone()),
            ("a..b/c", format.clone()),
            ("a@", format.clone()),
            ("a:5000x/b", format.clone()),
            ("[fd00::1%eth0]/b", format.clone()),
            ("[]/b", format.clone()),
            ("x@sha256:12", format.clone()),
            (&format!("x:{}", "t".repeat(129)), format),
            (&format!("a/{}", "b".repeat(256)), "repository name must not be more than 255 characters".to_owned()),
            (&format!("x@sha256:{short}"), "invalid checksum digest length".to_owned()),
            (&format!("x@md5:{short}"), "unsupported digest algorithm".to_owned()),
            (&format!("x:1@SHA256:{short}"), "invalid checksum digest format".to_owned()),
            (&format!("x:1@sha256:{}", "A".repeat(64)), "invalid checksum digest format".to_owned()),
            (&hex, format!("invalid repository name ({hex}), cannot specify 64-byte hexadecimal strings")),
        ];
        for (typed, message) in table {
            assert_eq!(typed.parse::<Reference>().expect_err(typed).to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_read_again(text in "[a-zA-Z0-9.:/@_é\\[\\]-]{0,20}(@sha256:[0-9a-f]{64})?") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(reference.to_string().parse(), Ok(reference));
            }
        }
    }
}
