//! `.dockerignore`: which paths of the build context stay at home; and the
//! patterns of `COPY --exclude`, which are the same.
//! <https://docs.docker.com/build/concepts/context/#dockerignore-files>

use super::glob::{self, GlobError};
use super::regex::Regex;
use crate::fs::FsPath;
use crate::limits;

/// The rules of a `.dockerignore`, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// Cleaned, without its `!`.
    pattern: String,
    matcher: Matcher,
    includes: bool,
}

/// How a pattern is compared. As in moby the simple kinds compare text,
/// escapes and all.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Matcher {
    Exact,
    /// `folder/**`
    Prefix,
    /// `**/name`
    Suffix,
    Expression(Regex),
    /// An expression that Go does not compile, which is an error when it is tried.
    Broken,
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
        let ignore = Self::of_patterns(&read(text)?)?;
        let broken = ignore.rules.iter().any(|rule| rule.matcher == Matcher::Broken);
        if broken { Err(GlobError.into()) } else { Ok(ignore) }
    }

    /// The rules that `patterns` are, as moby's matcher takes them.
    pub fn of_patterns(patterns: &[String]) -> Result<Self, IgnoreError> {
        let patterns = patterns.iter().map(|pattern| pattern.trim()).filter(|pattern| !pattern.is_empty());
        Ok(Self { rules: patterns.map(Rule::new).collect::<Result<_, _>>()? })
    }

    /// Whether `path`, which starts at the root of the context, stays at home.
    pub fn excludes(&self, path: &FsPath) -> bool {
        self.matches(path.relative()).unwrap_or(false)
    }

    /// As [`Ignore::excludes`] for a path as typed: the last rule decides that
    /// fits it or a folder above it. The root itself is never excluded.
    pub fn matches(&self, path: &str) -> Result<bool, GlobError> {
        let path = clean(path);
        let mut matched = false;
        if path == "." {
            return Ok(matched);
        }
        // A rule that would change nothing is not tried.
        for rule in &self.rules {
            if rule.includes == matched && rule.matches(&path)? {
                matched = !rule.includes;
            }
        }
        Ok(matched)
    }

    /// Whether a rule includes what others exclude.
    pub fn has_exceptions(&self) -> bool {
        self.rules.iter().any(|rule| rule.includes)
    }

    /// Whether a rule excludes everything: `*`, `**` or `**/*`.
    pub fn excludes_everything(&self) -> bool {
        self.rules.iter().any(|rule| !rule.includes && matches!(rule.pattern.as_str(), "*" | "**" | "**/*"))
    }
}

/// The patterns that a `.dockerignore` lists: comments start a line, patterns
/// are trimmed and cleaned, and start at the root with or without a slash.
fn read(text: &str) -> Result<Vec<String>, IgnoreError> {
    if text.len() > limits::IGNORE_BYTES {
        return Err(IgnoreError::TooLarge { limit: limits::IGNORE_BYTES });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().filter(|line| !line.starts_with('#')).map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(pattern).collect())
}

fn pattern(line: &str) -> String {
    let (mark, bare) = line.strip_prefix('!').map_or(("", line), |rest| ("!", rest.trim()));
    if bare.is_empty() {
        return mark.to_owned();
    }
    let clean = clean(bare);
    let relative = if clean.len() > 1 { clean.strip_prefix('/').unwrap_or(&clean) } else { &clean };
    format!("{mark}{relative}")
}

impl Rule {
    fn new(pattern: &str) -> Result<Self, IgnoreError> {
        let clean = clean(pattern);
        let (includes, pattern) = clean.strip_prefix('!').map_or((false, clean.as_str()), |rest| (true, rest));
        if includes && pattern.is_empty() {
            return Err(IgnoreError::Bare);
        }
        glob::check(pattern)?;
        Ok(Self { pattern: pattern.to_owned(), matcher: Matcher::of(pattern), includes })
    }

    /// Whether `path` fits or a folder above it; above what stands in the root is `/`.
    fn matches(&self, path: &str) -> Result<bool, GlobError> {
        let pattern = self.pattern.as_str();
        let root = (path.rfind('/') == Some(0)).then_some("/");
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        let mut all = std::iter::once(path).chain(above).chain(root);
        Ok(match &self.matcher {
            Matcher::Exact => all.any(|path| path == pattern),
            Matcher::Prefix => all.any(|path| path.starts_with(&pattern[..pattern.len() - 2])),
            Matcher::Suffix => {
                all.any(|path| path.ends_with(&pattern[2..]) || pattern[2..].strip_prefix('/') == Some(path))
            }
            Matcher::Expression(expression) => {
                expression.matches(path) || root.is_some_and(|root| expression.matches(root))
            }
            Matcher::Broken => return Err(GlobError),
        })
    }
}

impl Matcher {
    /// The steps by which moby makes an expression of a pattern.
    fn of(pattern: &str) -> Self {
        let mut expression = String::new();
        let mut found = Self::Exact;
        let mut wild = false;
        let mut open = false;
        let mut rest = pattern.chars().peekable();
        let mut first = true;
        while let Some(character) = rest.next() {
            match character {
                '*' if rest.next_if_eq(&'*').is_some() => {
                    rest.next_if_eq(&'/');
                    let last = rest.peek().is_none();
                    expression.push_str(if last { ".*" } else { "(.*/)?" });
                    if first {
                        found = Self::Suffix;
                    } else if last && found == Self::Exact && !wild {
                        found = Self::Prefix;
                    } else {
                        wild = true;
                    }
                }
                '*' | '?' => {
                    expression.push_str(if character == '*' { "[^/]*" } else { "[^/]" });
                    wild = true;
                }
                '.' | '+' | '(' | ')' | '|' | '{' | '}' | '$' => expression.extend(['\\', character]),
                '\\' => {
                    // At the end it escapes the `$` that moby puts there.
                    let next = rest.next();
                    (wild, open) = (wild || next.is_some(), next.is_none());
                    expression.extend(['\\', next.unwrap_or('$')]);
                }
                _ => {
                    wild |= matches!(character, '[' | ']');
                    expression.push(character);
                }
            }
            first = false;
        }
        let regex = if open { Regex::of_start(&expression) } else { Regex::of_whole(&expression) };
        if wild { regex.map_or(Self::Broken, Self::Expression) } else { found }
    }
}

/// Go's `filepath.Clean`: no `.`, no `x/..`, no double or trailing slash.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
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
        check("a**", &["a", "abc/d"], &["b"]);
        check("**/a/**", &["a/b", "x/a/b"], &["a", "xa/b"]);
    }

    #[test]
    fn the_last_matching_line_wins() {
        check("*.md\n!README.md", &["a.md"], &["README.md"]);
        check("!README.md\n*.md", &["README.md"], &[]);
        check("dir\n!dir/keep", &["dir/x"], &["dir/keep", "dir/keep/y"]);
        check("*\n! keep", &["x"], &["keep"]);
        check("a\n!a/b\na/b/c", &["a/x", "a/b/c"], &["a/b"]);
    }

    #[test]
    fn comments_blanks_and_a_byte_order_mark_are_no_patterns() {
        check("\u{feff}# note\n\n  foo  \n # bar", &["foo", "# bar"], &["# note"]);
        check("fo?\n[a-c]x\n\\*", &["foo", "bx", "*"], &["fo", "dx", "y"]);
    }

    #[test]
    fn brackets_and_escapes_mean_what_they_mean_in_an_expression() {
        check("[^a]\n", &["b"], &["a"]);
        check("x\\d", &["x7"], &["xd"]);
        check("\\pLx\n[^\\pL]y", &["éx", "1y"], &["1x", "éy"]);
        check("a.b$(c)|{d}+*", &["a.b$(c)|{d}+"], &["aab$(c)|{d}+"]);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let pattern = "syntax error in pattern";
        let bare = "illegal exclusion pattern: \"!\"";
        // Of `\p{L}` moby escapes the brace, and Go then knows no class of that name.
        for (text, message) in [("!", bare), ("[", pattern), ("a\\", pattern), ("\\y", pattern), ("\\p{L}", pattern)] {
            assert_eq!(Ignore::parse(text).expect_err(text).to_string(), message);
        }
    }

    #[test]
    fn a_pattern_go_cannot_compile_counts_only_when_it_is_tried() {
        let ignore = Ignore::of_patterns(&["!\\y".to_owned(), "a".to_owned()]).expect("patterns");
        assert_eq!(ignore.matches("a"), Ok(true));
        let ignore = Ignore::of_patterns(&["a".to_owned(), "!\\y".to_owned()]).expect("patterns");
        assert_eq!(ignore.matches("a"), Err(GlobError));
    }

    #[test]
    fn a_long_pattern_and_a_deep_path_end_in_time() {
        let ignore = Ignore::parse(&"*a".repeat(300)).expect("a pattern");
        assert_eq!(ignore.matches(&"a/".repeat(1_000)), Ok(false));
    }

    #[test]
    fn the_root_stays_and_exceptions_are_known() {
        let ignore = Ignore::parse("**\n!a").expect("patterns");
        assert_eq!(ignore.matches("./"), Ok(false));
        assert!(ignore.has_exceptions() && ignore.excludes_everything());
        assert!(!Ignore::parse("*.md").expect("a pattern").excludes_everything());
    }
}
