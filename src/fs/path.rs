//! A clean absolute path that cannot leave its root.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `/` or `/a/b`: absolute, no `.`, no `..`, no double or trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FsPath(String);

impl FsPath {
    /// The root, `/`.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// `text` as seen from `self`: absolute texts start over, `..` stops at the root.
    #[must_use]
    pub fn join(&self, text: &str) -> Self {
        let start = if text.starts_with('/') { "/" } else { &self.0 };
        let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        Self(format!("/{}", parts.join("/")))
    }

    /// The path of the child `name`, which must be one component.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let base = self.0.trim_end_matches('/');
        Self(format!("{base}/{name}"))
    }

    /// The folder that holds it; none for the root.
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('/').filter(|_| self.0 != "/")?;
        Some(Self(if parent.is_empty() { "/".to_owned() } else { parent.to_owned() }))
    }

    /// The last component; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The components from the root down.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// What remains below `base`, without a leading slash; none if it is not below.
    pub fn below(&self, base: &Self) -> Option<&str> {
        let rest = self.0.strip_prefix(base.0.trim_end_matches('/'))?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a tar names it: without the leading slash.
    pub fn relative(&self) -> &str {
        &self.0[1..]
    }
}

impl From<String> for FsPath {
    fn from(text: String) -> Self {
        Self::root().join(&text)
    }
}

impl From<&str> for FsPath {
    fn from(text: &str) -> Self {
        Self::root().join(text)
    }
}

impl From<FsPath> for String {
    fn from(path: FsPath) -> Self {
        path.0
    }
}

impl fmt::Display for FsPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_clean_and_cannot_leave_its_root() {
        let table = [
            ("/a", "b", "/a/b"),
            ("/a", "../../..", "/"),
            ("/a/b", "./../c//d/", "/a/c/d"),
            ("/a", "/x/../y", "/y"),
            ("/", "", "/"),
        ];
        for (base, text, expected) in table {
            assert_eq!(FsPath::from(base).join(text).as_str(), expected);
        }
    }

    #[test]
    fn below_wants_whole_components() {
        let path = FsPath::from("/app/x");
        assert_eq!(path.below(&FsPath::from("/app")), Some("x"));
        assert_eq!(path.below(&FsPath::root()), Some("app/x"));
        assert_eq!(path.below(&FsPath::from("/ap")), None);
    }
}
