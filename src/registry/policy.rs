//! What registries do differently from each other, as a value: each registry
//! has one policy, and for some of its repositories other rules.

use std::collections::BTreeMap;

use super::Registry;
use crate::limits;
use crate::text::sorted_by;

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
    /// For all repositories, where nothing else is said.
    pub all: Policy,
    /// What is said of the repositories that a pattern fits; what a longer pattern says counts.
    pub own: BTreeMap<String, Rules>,
}

/// What differs for some repositories; what is not said here is as elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// As in [`Policy`].
    pub referrers: Option<bool>,
    /// As in [`Policy`].
    pub sparse: Option<bool>,
    /// As in [`Policy`].
    pub read_only: Option<bool>,
    /// As in [`Policy`].
    pub immutable: Option<TagRule>,
}

impl Policies {
    /// The one that holds for a repository.
    pub fn of(&self, repository: &str) -> Policy {
        let mut policy = self.all.clone();
        let said = self.own.iter().filter(|(pattern, _)| fits(pattern.as_bytes(), repository.as_bytes()));
        for (_, rules) in sorted_by(said, |a, b| a.0.len().cmp(&b.0.len())) {
            rules.refine(&mut policy);
        }
        policy
    }
}

impl Rules {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn refine(&self, policy: &mut Policy) {
        policy.referrers = self.referrers.unwrap_or(policy.referrers);
        policy.sparse = self.sparse.unwrap_or(policy.sparse);
        policy.read_only = self.read_only.unwrap_or(policy.read_only);
        if let Some(immutable) = &self.immutable {
            policy.immutable.clone_from(immutable);
        }
    }
}

/// A text that is no pattern of names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is longer than any name.
    #[error("pattern is longer than {limit} bytes")]
    TooLong {
        /// The bound.
        limit: usize,
    },
    /// No name has it, and it is neither `*` nor `?`.
    #[error("pattern {pattern:?} fits no name: {character:?} stands in none")]
    Character {
        /// The pattern.
        pattern: String,
        /// Such as a space.
        character: char,
    },
    /// It is empty.
    #[error("pattern is empty")]
    Empty,
}

/// Checks a pattern of names of repositories, such as `team/*`.
pub fn repository_pattern(text: &str) -> Result<String, PatternError> {
    pattern(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/".contains(c))
}

/// Checks a pattern of tags, such as `v*`.
pub fn tag_pattern(text: &str) -> Result<String, PatternError> {
    pattern(text, |c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn pattern(text: &str, is_of_names: impl Fn(char) -> bool) -> Result<String, PatternError> {
    if text.is_empty() {
        return Err(PatternError::Empty);
    }
    if text.len() > limits::PATTERN_BYTES {
        return Err(PatternError::TooLong { limit: limits::PATTERN_BYTES });
    }
    match text.chars().find(|c| !is_of_names(*c) && !"*?".contains(*c)) {
        Some(character) => Err(PatternError::Character { pattern: text.to_owned(), character }),
        None => Ok(text.to_owned()),
    }
}

impl Registry {
    pub(super) fn policy(&self, repository: &str) -> Policy {
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
    fn what_the_longest_pattern_says_counts_and_the_rest_is_as_elsewhere() {
        let locked = TagRule { tags: vec!["v*".to_owned()], except: Vec::new() };
        let own = [
            ("team/*", Rules { read_only: Some(true), immutable: Some(locked), ..Rules::default() }),
            ("team/px", Rules { read_only: Some(false), ..Rules::default() }),
        ];
        let own = own.map(|(pattern, rules)| (pattern.to_owned(), rules)).into();
        let policies = Policies { own, ..Policies::default() };
        let found = ["team/px", "team/py", "px"].map(|name| {
            let policy = policies.of(name);
            (policy.read_only, policy.immutable.is_for("v1"), policy.referrers)
        });
        assert_eq!(found, [(false, true, true), (true, true, true), (false, false, true)]);
    }

    #[test]
    fn a_pattern_that_fits_no_name_is_refused() {
        for good in ["*", "team/*", "a-b_c.d/e?", &"a".repeat(255)] {
            assert!(repository_pattern(good).is_ok(), "{good}");
        }
        for bad in ["", "Team", "a b", "<script>", "a\nb", &"a".repeat(256)] {
            assert!(repository_pattern(bad).is_err(), "{bad}");
        }
        assert!(tag_pattern("V1.*").is_ok() && tag_pattern("a/b").is_err());
    }
}
