//! `.dockerignore`: which paths of the build context stay at home.
//! <https://docs.docker.com/build/concepts/context/#dockerignore-files>

use super::glob::{Glob, GlobError};
use crate::fs::FsPath;
use crate::limits;

/// The rules of a `.dockerignore`, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    glob: Glob,
    includes: bool,
}

/// Why a text is not a `.dockerignore`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// `!` alone.
    #[error("illegal exclusion pattern: \"!\"")]
    Bare,
    /// A pattern with an open bracket.
    #[error("{source}")]
    Pattern {
        /// What the pattern says.
        #[from]
        source: GlobError,
    },
    /// Too much text.
    #[error("the .dockerignore is larger than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
}

impl Ignore {
    /// The rules that `text` lists.
    pub fn parse(text: &str) -> Result<Self, IgnoreError> {
        if text.len() > limits::IGNORE_BYTES {
            return Err(IgnoreError::TooLarge { limit: limits::IGNORE_BYTES });
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().filter(|line| !line.starts_with('#')).map(str::trim).filter(|line| !line.is_empty());
        let rules = lines.map(rule).collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }

    /// Whether `path`, which starts at the root of the context, stays at home:
    /// the last rule decides that fits it or a folder above it.
    pub fn excludes(&self, path: &FsPath) -> bool {
        let mut above: Vec<&str> = vec![path.relative()];
        while let Some((folder, _)) = above.last().and_then(|path| path.rsplit_once('/')) {
            above.push(folder);
        }
        let fits = |rule: &&Rule| above.iter().any(|path| rule.glob.matches(path));
        self.rules.iter().rev().find(fits).is_some_and(|rule| !rule.includes)
    }
}

fn rule(line: &str) -> Result<Rule, IgnoreError> {
    let (includes, pattern) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest.trim()));
    if pattern.is_empty() {
        return Err(IgnoreError::Bare);
    }
    let clean = clean(pattern);
    let relative = if clean.len() > 1 { clean.strip_prefix('/').unwrap_or(&clean) } else { &clean };
    Ok(Rule { glob: Glob::of_ignore(relative)?, includes })
}

/// Go's `filepath.Clean`: no `.`, no `x/..`, no double or trailing slash.
fn clean(pattern: &str) -> String {
    let rooted = pattern.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, excluded: &[&str], kept: &[&str]) {
        let ignore = Ignore::parse(text).expect(text);
        for path in excluded {
            assert!(ignore.excludes(&FsPath::from(*path)), "{text:?} keeps {path}");
        }
        for path in kept {
            assert!(!ignore.excludes(&FsPath::from(*path)), "{text:?} excludes {path}");
        }
    }

    #[test]
    fn patterns_start_at_the_root() {
        check("foo", &["foo", "foo/bar"], &["a/foo", "foobar"]);
        check("/foo", &["foo"], &["a/foo"]);
        check("./foo/", &["foo/bar"], &["a/foo"]);
        check("a/../foo", &["foo"], &["a"]);
        check("*/temp*", &["a/temporary.txt"], &["temp", "a/b/temp"]);
    }

    #[test]
    fn two_stars_cross_folders() {
        check("**/foo", &["foo", "a/foo", "a/b/foo/c"], &["xfoo"]);
        check("**/*.pyc", &["a.pyc", "a/b/c.pyc"], &["a.py"]);
        check("dir/**", &["dir/a", "dir/a/b"], &["dir", "dirx/a"]);
        check("a/**/b", &["a/b", "a/x/y/b"], &["ab", "a/xb"]);
        check("**", &["a", "a/b"], &[]);
        check("**foo", &["xfoo", "a/xfoo"], &["foox"]);
    }

    #[test]
    fn the_last_matching_line_wins() {
        check("*.md\n!README.md", &["a.md"], &["README.md"]);
        check("!README.md\n*.md", &["README.md"], &[]);
        check("dir\n!dir/keep", &["dir/x"], &["dir/keep", "dir/keep/y"]);
        check("*\n! keep", &["x"], &["keep"]);
    }

    #[test]
    fn comments_blanks_and_a_byte_order_mark_are_no_patterns() {
        check("\u{feff}# note\n\n  foo  \n # bar", &["foo", "# bar"], &["# note"]);
        check("fo?\n[a-c]x\n\\*", &["foo", "bx", "*"], &["fo", "dx", "y"]);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for (text, message) in [("!", "illegal exclusion pattern: \"!\""), ("[", "syntax error in pattern")] {
            assert_eq!(Ignore::parse(text).expect_err(text).to_string(), message);
        }
    }
}
