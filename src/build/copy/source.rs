//! What a COPY or ADD names: a path, a pattern, an address, or a text that
//! stands in the Dockerfile itself.

use super::super::convert::Plan;
use super::super::download;
use super::super::error::SolveError;
use super::{Item, place};
use crate::dockerfile::{Expander, Glob, GlobError, Heredoc, Ignore, Keep};
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::oci::{Digest, Timestamp};

#[derive(Debug, Clone)]
pub(super) enum Source {
    /// Must be there.
    Path(FsPath),
    /// May match nothing.
    Pattern { base: FsPath, glob: Glob, written: String },
    /// Keeps the folders below `base`; must be there if it is no pattern.
    Parents { base: FsPath, pattern: Ignore, required: Option<FsPath> },
    /// Written in the Dockerfile.
    Inline { name: String, text: String },
    /// Fetched before the step.
    Address { address: String, fetched: Option<Node> },
}

/// Why a source names nothing.
pub(in crate::build) enum NotFound {
    /// It is not there.
    Missing { path: FsPath },
    /// It is no pattern, as far as it was looked at.
    Broken { pattern: String, source: GlobError },
}

/// `--checksum` is for ADD of one thing from elsewhere.
pub(super) fn check_checksum(checksum: Option<&str>, sources: &[String], is_add: bool) -> Result<(), SolveError> {
    let Some(text) = checksum else { return Ok(()) };
    let problem = match sources {
        _ if !is_add => "checksum can't be specified for COPY",
        [one] if is_address(one) => match text.parse::<Digest>() {
            Ok(_) => return Ok(()),
            Err(source) => return Err(SolveError::Digest { source }),
        },
        [_] => "checksum requires HTTP(S) or Git sources",
        _ => "checksum can't be specified for multiple sources",
    };
    Err(SolveError::Checksum { problem })
}

/// Whether `text` names a file of the web.
pub fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Whether `text` names a repository of git.
pub fn is_git(text: &str) -> bool {
    let remote = text.split('#').next().unwrap_or(text).strip_suffix(".git");
    let by_scheme = ["git://", "git@", "ssh://"].iter().any(|scheme| text.starts_with(scheme));
    by_scheme || (is_address(text) && remote.is_some())
}

impl Source {
    /// `..` stops at the root of what is copied from.
    pub(super) fn parse(text: &str, is_add: bool, parents: bool) -> Result<Self, SolveError> {
        if is_git(text) {
            return Err(if is_add {
                SolveError::GitContext { address: text.to_owned() }
            } else {
                SolveError::Remote { kind: "git ref" }
            });
        }
        if is_address(text) {
            return if is_add {
                Ok(Self::Address { address: text.to_owned(), fetched: None })
            } else {
                Err(SolveError::Remote { kind: "URL" })
            };
        }
        if parents { Self::with_parents(text) } else { Self::local(text) }
    }

    /// A text of the Dockerfile, its variables replaced unless its end was quoted.
    pub(super) fn inline(file: &Heredoc, plan: &Plan) -> Result<Self, SolveError> {
        let lookup = |name: &str| plan.environment.get(name).map(str::to_owned);
        let keep = Keep { plain_quotes: true, ..Keep::default() };
        let text = if file.expand {
            Expander { escape: '\\', lookup: &lookup }.process_but(&file.text, keep)?.text
        } else {
            file.text.clone()
        };
        Ok(Self::Inline { name: file.name.clone(), text })
    }

    fn local(text: &str) -> Result<Self, SolveError> {
        let path = FsPath::from(text);
        let mut base = FsPath::root();
        let mut components = path.components().peekable();
        while let Some(name) = components.next_if(|name| !Glob::is_pattern(name)) {
            base = base.child(name);
        }
        let pattern: Vec<&str> = components.collect();
        if pattern.is_empty() {
            return Ok(Self::Path(path));
        }
        Ok(Self::Pattern { base, glob: Glob::of_copy(&pattern.join("/")), written: text.to_owned() })
    }

    /// Before `/./` stands what is left out of the path in the image.
    fn with_parents(text: &str) -> Result<Self, SolveError> {
        let (base, pattern) = text.split_once("/./").unwrap_or(("/", text));
        let (base, path) = (FsPath::from(base), FsPath::from(pattern));
        let is_pattern = path.components().chain(base.components()).any(Glob::is_pattern);
        let required = (!is_pattern).then(|| base.join(path.relative()));
        Ok(Self::Parents { base, pattern: Ignore::of_patterns(&[path.relative().to_owned()])?, required })
    }

    pub(super) fn address(&self) -> Option<&str> {
        match self {
            Self::Address { address, fetched: None } => Some(address),
            _ => None,
        }
    }

    pub(super) fn is_file(&self) -> bool {
        !matches!(self, Self::Inline { .. } | Self::Address { .. })
    }

    pub(super) fn is_inline(&self) -> bool {
        matches!(self, Self::Inline { .. })
    }

    pub(super) fn fetched(&mut self, from: &str, bytes: &[u8], modified: Timestamp) {
        if let Self::Address { address, fetched } = self
            && address == from
        {
            let metadata = Metadata { mode: download::MODE, ..Metadata::file(modified) };
            *fetched = Some(Node::file(metadata, bytes.to_vec()));
        }
    }

    /// What it names in `tree`.
    pub(super) fn find(&self, tree: &Tree) -> Result<Vec<Item>, NotFound> {
        let missing = |path: &FsPath| NotFound::Missing { path: path.clone() };
        Ok(match self {
            Self::Path(path) => vec![locate(tree, path).ok_or_else(|| missing(path))?],
            Self::Pattern { base, glob, written } => {
                let broken = |source| NotFound::Broken { pattern: written.clone(), source };
                let found = matches(tree, base, glob).map_err(broken)?;
                found.iter().filter_map(|path| locate(tree, path)).collect()
            }
            Self::Parents { base, pattern, required } => {
                if let Some(path) = required.as_ref().filter(|path| locate(tree, path).is_none()) {
                    return Err(missing(path));
                }
                let Some(mut item) = locate(tree, base) else { return Ok(Vec::new()) };
                // An include pattern takes what an exclude pattern would leave out.
                item.node = place::pruned(&item.node, &|path| pattern.excludes(path));
                vec![item]
            }
            Self::Inline { name, text } => {
                let metadata = Metadata::file(Timestamp::default());
                let node = Node::file(metadata, text.clone().into_bytes());
                vec![Item { name: name.clone(), at: None, node, is_root: false }]
            }
            Self::Address { address, fetched } => {
                let node = fetched.clone().ok_or_else(|| missing(&FsPath::from(file_name(address))))?;
                vec![Item { name: file_name(address).to_owned(), at: None, node, is_root: false }]
            }
        })
    }
}

/// The last part of the path of an address.
pub(super) fn file_name(address: &str) -> &str {
    let path = address.split("://").nth(1).and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
    let name = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').rsplit('/').next();
    name.filter(|name| !name.is_empty()).unwrap_or("__unnamed__")
}

/// What is at `path`, under its own name, where links lead.
fn locate(tree: &Tree, path: &FsPath) -> Option<Item> {
    let target = tree.resolve(path).ok()?;
    let node = tree.get(&target)?.clone();
    Some(Item { name: path.name().to_owned(), is_root: target == FsPath::root(), at: Some(target), node })
}

/// What below `base` fits; nothing below a folder that fits.
fn matches(tree: &Tree, base: &FsPath, glob: &Glob) -> Result<Vec<FsPath>, GlobError> {
    let Ok(base) = tree.resolve(base) else { return Ok(Vec::new()) };
    let mut found: Vec<FsPath> = Vec::new();
    for (path, _) in tree.walk_from(&base) {
        let inside = found.last().is_some_and(|folder| path.below(folder).is_some());
        let below = path.below(&base).filter(|_| !inside);
        if below.map_or(Ok(false), |below| glob.matches(below))? {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_file() {
        for (address, name) in [
            ("https://example.com/a/model.bin?x=1#y", "model.bin"),
            ("http://example.com/a/", "a"),
            ("http://example.com", "__unnamed__"),
        ] {
            assert_eq!(file_name(address), name);
        }
    }

    #[test]
    fn what_comes_from_elsewhere_is_only_for_add() {
        let refused = |text, is_add| Source::parse(text, is_add, false).expect_err(text).to_string();
        assert_eq!(refused("http://example.com/x", false), "source can't be a URL for COPY");
        assert_eq!(refused("git@example.com:x.git", false), "source can't be a git ref for COPY");
        assert_eq!(refused("https://example.com/x.git#v1", false), "source can't be a git ref for COPY");
        assert!(Source::parse("http://example.com/x", true, false).is_ok());
    }
}
