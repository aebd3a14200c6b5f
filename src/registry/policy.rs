//! What registries do differently from each other, as a value: each registry
//! has one policy, and repositories may have their own.

use std::collections::BTreeMap;

use super::Registry;

/// How a registry treats a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether it lists referrers; where it does not, clients keep the list under a tag.
    pub referrers: bool,
    /// Whether a manifest may name what is not here.
    pub sparse: bool,
    /// Whether nothing may be written.
    pub read_only: bool,
    /// The tags that stay what they are: they are given no other manifest, and not taken away.
    pub immutable: TagRule,
}

impl Default for Policy {
    fn default() -> Self {
        Self { referrers: true, sparse: false, read_only: false, immutable: TagRule::default() }
    }
}

/// Some tags: those that a pattern fits, but for exceptions. In a pattern `*` is any text, `?` any one character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagRule {
    /// Such as `v*`.
    pub tags: Vec<String>,
    /// Such as `v0.*`.
    pub except: Vec<String>,
}

impl TagRule {
    /// Whether the rule is for this tag.
    pub fn is_for(&self, tag: &str) -> bool {
        let fits_one = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern.as_bytes(), tag.as_bytes()));
        fits_one(&self.tags) && !fits_one(&self.except)
    }
}

/// The policies of a registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// For all repositories that have none of their own.
    pub all: Policy,
    /// For single repositories, by name.
    pub own: BTreeMap<String, Policy>,
}

impl Policies {
    /// The one that holds for a repository.
    pub fn of(&self, repository: &str) -> &Policy {
        self.own.get(repository).unwrap_or(&self.all)
    }
}

impl Registry {
    pub(super) fn policy(&self, repository: &str) -> &Policy {
        self.policies.of(repository)
    }
}

/// Whether a pattern fits the whole of a text. Of several `*` only the last is ever tried anew, which is enough.
pub(super) fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[read] => (at, read) = (at + 1, read + 1),
            _ => {
                let Some((place, covered)) = star else { return false };
                star = Some((place, covered + 1));
                (at, read) = (place + 1, covered + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_the_whole_of_a_tag() {
        let table = [
            ("v*", "v1.0", true),
            ("v*", "v", true),
            ("v*", "dev", false),
            ("*-rc*", "1.0-rc2", true),
            ("*a*b", "xaxbxb", true),
            ("*a*b", "xaxbx", false),
            ("1.?", "1.0", true),
            ("1.?", "1.", false),
            ("", "1", false),
            ("1", "1", true),
            ("1", "12", false),
            ("*", "latest", true),
        ];
        for (pattern, tag, expected) in table {
            assert_eq!(fits(pattern.as_bytes(), tag.as_bytes()), expected, "{pattern} {tag}");
        }
    }

    #[test]
    fn an_exception_is_no_part_of_the_rule() {
        let rule = TagRule { tags: vec!["v*".to_owned()], except: vec!["v0.*".to_owned()] };
        let tags = ["v1", "v0.1", "latest"].map(|tag| rule.is_for(tag));
        assert_eq!(tags, [true, false, false]);
        assert!(!TagRule::default().is_for("v1"));
    }

    #[test]
    fn a_repository_may_have_its_own() {
        let own = Policy { sparse: true, ..Policy::default() };
        let policies = Policies { own: [("px".to_owned(), own)].into(), ..Policies::default() };
        assert!(policies.of("px").sparse && !policies.of("py").sparse);
    }
}
