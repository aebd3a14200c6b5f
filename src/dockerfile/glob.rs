//! Wildcard patterns over slash-separated paths. COPY's are those of Go's
//! `filepath.Match`; a `.dockerignore`'s add `**`. Matching takes time in
//! proportion to pattern times path, whatever the pattern.
//! <https://pkg.go.dev/path/filepath#Match>, <https://github.com/moby/patternmatcher>

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
}

/// A pattern with an open bracket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct GlobError;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// `?`: one character, not a slash.
    One,
    /// `*`: any run without a slash.
    Run,
    /// `**` at the end, or before a name: any run at all.
    Deep,
    /// The start of `**/`: nothing, or any run that ends with a slash.
    Directories,
    /// Within the run of a `**/`.
    Inside,
    /// `[a-z]`, `[^a]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// A pattern of COPY: `*`, `?`, `[a-z]` and `\` to escape.
    pub fn of_copy(pattern: &str) -> Result<Self, GlobError> {
        Self::compile(pattern, false)
    }

    /// A pattern of a `.dockerignore`, where `**` crosses folders.
    pub fn of_ignore(pattern: &str) -> Result<Self, GlobError> {
        Self::compile(pattern, true)
    }

    /// Whether `text` has a character that would make it a pattern.
    pub fn is_pattern(text: &str) -> bool {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '*' | '?' | '[' => return true,
                '\\' => drop(characters.next()),
                _ => {}
            }
        }
        false
    }

    fn compile(pattern: &str, deep: bool) -> Result<Self, GlobError> {
        let mut tokens = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(character) = rest.next() {
            let token = match character {
                '*' if deep && rest.next_if_eq(&'*').is_some() => {
                    let slash = rest.next_if_eq(&'/').is_some();
                    let leads_a_name = tokens.is_empty() && !slash;
                    if rest.peek().is_none() || leads_a_name { Token::Deep } else { Token::Directories }
                }
                '*' => Token::Run,
                '?' => Token::One,
                '[' => class(&mut rest)?,
                '\\' => Token::Literal(rest.next().unwrap_or('\\')),
                _ => Token::Literal(character),
            };
            let crosses = token == Token::Directories;
            tokens.push(token);
            tokens.extend(crosses.then_some(Token::Inside));
        }
        Ok(Self { tokens })
    }

    /// Whether the whole of `path` fits.
    pub fn matches(&self, path: &str) -> bool {
        // All places the pattern can have reached, moved on by each character.
        let mut reached = vec![false; self.tokens.len() + 1];
        reached[0] = true;
        self.skip_empty(&mut reached);
        for character in path.chars() {
            let mut next = vec![false; reached.len()];
            for (at, token) in self.tokens.iter().enumerate().filter(|(at, _)| reached[*at]) {
                match token {
                    Token::Run => next[at] |= character != '/',
                    Token::Deep => next[at] = true,
                    Token::Directories => {
                        next[at + 1] = true;
                        next[at + 2] |= character == '/';
                    }
                    Token::Inside => {
                        next[at] = true;
                        next[at + 1] |= character == '/';
                    }
                    token => next[at + 1] |= token.fits(character),
                }
            }
            self.skip_empty(&mut next);
            reached = next;
        }
        reached[self.tokens.len()]
    }

    /// Wildcards of any length may be empty.
    fn skip_empty(&self, reached: &mut [bool]) {
        for (at, token) in self.tokens.iter().enumerate().filter(|(_, token)| token.may_be_empty()) {
            let skip = if *token == Token::Directories { 2 } else { 1 };
            reached[at + skip] |= reached[at];
        }
    }
}

impl Token {
    fn may_be_empty(&self) -> bool {
        matches!(self, Self::Run | Self::Deep | Self::Directories)
    }

    fn fits(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => character == *literal,
            Self::One => character != '/',
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
            }
            Self::Run | Self::Deep | Self::Directories | Self::Inside => false,
        }
    }
}

/// The inside of `[…]`, whose bracket is already read.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Token, GlobError> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let low = match rest.next().ok_or(GlobError)? {
            ']' if !ranges.is_empty() => return Ok(Token::Class { negated, ranges }),
            ']' | '-' => return Err(GlobError),
            '\\' => rest.next().ok_or(GlobError)?,
            character => character,
        };
        let mut high = low;
        if rest.next_if_eq(&'-').is_some() {
            high = match rest.next().ok_or(GlobError)? {
                ']' | '-' => return Err(GlobError),
                '\\' => rest.next().ok_or(GlobError)?,
                character => character,
            };
        }
        ranges.push((low, high));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn copy_patterns_stay_within_a_folder() {
        let table = [
            ("*.txt", "a.txt", true),
            ("*.txt", "d/a.txt", false),
            ("d/*", "d/a.txt", true),
            ("?at", "cat", true),
            ("?at", "/at", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("**", "a/b", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("", "", true),
        ];
        for (pattern, path, expected) in table {
            assert_eq!(Glob::of_copy(pattern).expect(pattern).matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn an_open_bracket_is_refused() {
        for pattern in ["[", "[]a]", "[a", "[-]", "[a-]", "[\\"] {
            assert_eq!(Glob::of_copy(pattern), Err(GlobError), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_is_told_from_a_name() {
        assert!(["*", "a?", "[a]"].into_iter().all(Glob::is_pattern));
        assert!(!["a", "a\\*", ""].into_iter().any(Glob::is_pattern));
    }

    #[test]
    fn a_pattern_of_many_stars_ends_in_time() {
        let pattern = Glob::of_copy(&"*a".repeat(500)).expect("a pattern");
        assert!(!pattern.matches(&"a".repeat(499)));
    }

    proptest! {
        #[test]
        fn a_name_matches_itself_and_no_pattern_panics(text in "[a-b*?\\[\\]^/-]{0,10}", path in "[a-b/]{0,10}") {
            for glob in [Glob::of_copy(&text), Glob::of_ignore(&text)].into_iter().flatten() {
                prop_assert!(Glob::is_pattern(&text) || glob.matches(&path) == (text == path));
            }
        }
    }
}
