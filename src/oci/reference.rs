//! An image reference as typed (`mlmodel:1.0`) and as meant
//! (`docker.io/library/mlmodel:1.0`).
//! Grammar and normalisation: <https://github.com/distribution/reference>

use std::fmt;
use std::str::FromStr;

use super::Digest;
use super::as_text::as_text;

/// The registry a name without a domain means.
pub const DEFAULT_DOMAIN: &str = "docker.io";
/// The tag a name without tag and digest means.
pub const DEFAULT_TAG: &str = "latest";

const OFFICIAL: &str = "library/";
const NAME_LENGTH: usize = 255;
const TAG_LENGTH: usize = 128;

/// A parsed reference; the fields hold the canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The registry, such as `docker.io` or `localhost:5000`.
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
    /// 64 hex digits are an image id, never a name.
    #[error("invalid repository name ({name}), cannot specify 64-byte hexadecimal strings")]
    Identifier {
        /// What was typed.
        name: String,
    },
    /// The name is too long.
    #[error("invalid reference format: repository name must not be more than 255 characters")]
    TooLong,
    /// The digest is not one.
    #[error("invalid checksum digest format")]
    Digest,
}

impl Reference {
    /// `domain/path`, without tag and digest.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.domain, self.path)
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
        let (rest, digest) = split_digest(text)?;
        let (domain, remainder) = split_domain(rest);
        let (path, tag) = split_tag(remainder)?;
        if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(ReferenceError::Upper { path });
        }
        if !is_domain(&domain) || !is_path(&path) {
            return Err(ReferenceError::Format);
        }
        if domain.len() + 1 + path.len() > NAME_LENGTH {
            return Err(ReferenceError::TooLong);
        }
        Ok(Self { domain, path, tag, digest })
    }
}

fn split_digest(text: &str) -> Result<(&str, Option<Digest>), ReferenceError> {
    let Some((rest, digest)) = text.split_once('@') else { return Ok((text, None)) };
    let digest = digest.parse().map_err(|_| ReferenceError::Digest)?;
    Ok((rest, Some(digest)))
}

/// The part before the first `/` is a registry if it looks like a host.
fn split_domain(text: &str) -> (String, String) {
    let looks_like_host = |first: &str| {
        first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    let (domain, rest) = match text.split_once('/') {
        Some((first, rest)) if looks_like_host(first) => (first, rest),
        _ => (DEFAULT_DOMAIN, text),
    };
    let domain = if domain == "index.docker.io" { DEFAULT_DOMAIN } else { domain };
    let official = domain == DEFAULT_DOMAIN && !rest.contains('/');
    (domain.to_owned(), if official { format!("{OFFICIAL}{rest}") } else { rest.to_owned() })
}

fn split_tag(text: String) -> Result<(String, Option<String>), ReferenceError> {
    let Some((path, tag)) = text.split_once(':') else { return Ok((text, None)) };
    if !is_tag(tag) {
        return Err(ReferenceError::Format);
    }
    Ok((path.to_owned(), Some(tag.to_owned())))
}

/// Whether `text` is a tag: `[\w][\w.-]{0,127}`.
pub fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= TAG_LENGTH
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || byte == b'.' || byte == b'-')
}

/// Components of letters, digits and inner hyphens, with an optional port.
fn is_domain(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let component = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        part.bytes().all(plain) && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
    };
    host.split('.').all(component) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
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
        ];
        for (typed, canonical, familiar) in table {
            let reference = typed.parse::<Reference>().expect(typed).tagged();
            assert_eq!(reference.to_string(), canonical);
            assert_eq!(reference.familiar(), familiar);
        }
    }

    #[test]
    fn what_is_not_a_reference_is_refused_in_dockers_words() {
        let hex = "a".repeat(64);
        let table = [
            ("MLModel", "invalid reference format: repository name (library/MLModel) must be lowercase".to_owned()),
            ("Bad/Name", "invalid reference format: repository name (Name) must be lowercase".to_owned()),
            ("", "invalid reference format".to_owned()),
            ("a:", "invalid reference format".to_owned()),
            ("a:b:c", "invalid reference format".to_owned()),
            ("-a", "invalid reference format".to_owned()),
            ("a//b", "invalid reference format".to_owned()),
            ("a___b", "invalid reference format".to_owned()),
            ("x@sha256:12", "invalid checksum digest format".to_owned()),
            (&hex, format!("invalid repository name ({hex}), cannot specify 64-byte hexadecimal strings")),
        ];
        for (typed, message) in table {
            assert_eq!(typed.parse::<Reference>().expect_err(typed).to_string(), message);
        }
    }
}
