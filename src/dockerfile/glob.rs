//! Wildcard patterns over slash-separated paths, as COPY has them: those of
//! Go's `filepath.Match`. Matching takes time in proportion to pattern times
//! path, whatever the pattern.
//! <https://pkg.go.dev/path/filepath#Match>

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
}

/// A pattern with an open bracket, or with nothing behind its last backslash.
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
    /// `[a-z]`, `[^a]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// A pattern: `*`, `?`, `[a-z]` and `\` to escape.
    pub fn of_copy(pattern: &str) -> Result<Self, GlobError> {
        let mut tokens = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(character) = rest.next() {
            tokens.push(match character {
                '*' => Token::Run,
                '?' => Token::One,
                '[' => class(&mut rest)?,
                '\\' => Token::Literal(rest.next().ok_or(GlobError)?),
                _ => Token::Literal(character),
            });
        }
        Ok(Self { tokens })
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
                    token => next[at + 1] |= token.fits(character),
                }
            }
            self.skip_empty(&mut next);
            reached = next;
        }
        reached[self.tokens.len()]
    }

    /// A run may be empty.
    fn skip_empty(&self, reached: &mut [bool]) {
        for (at, _) in self.tokens.iter().enumerate().filter(|(_, token)| **token == Token::Run) {
            reached[at + 1] |= reached[at];
        }
    }
}

impl Token {
    fn fits(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => character == *literal,
            Self::One => character != '/',
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
            }
            Self::Run => false,
        }
    }
}

/// Whether Go's `Match` of a pattern with `.` finds fault with it, by which moby
/// checks patterns: what stands behind the first difference is never looked at.
pub(super) fn check(pattern: &str) -> Result<(), GlobError> {
    let mut name: &[char] = &['.'];
    let mut rest = pattern;
    while !rest.is_empty() {
        let bare = rest.trim_start_matches('*');
        let starred = bare.len() < rest.len();
        let (chunk, after) = bare.split_at(chunk_end(bare));
        if chunk.is_empty() {
            return Ok(());
        }
        let tokens = Glob::of_copy(chunk)?.tokens;
        let fits = |name: &&[char]| {
            let enough = if after.is_empty() { tokens.len() == name.len() } else { tokens.len() <= name.len() };
            enough && tokens.iter().zip(*name).all(|(token, character)| token.fits(*character))
        };
        let skips = if starred { name.len() } else { 0 };
        let Some(found) = (0..=skips).map(|skip| &name[skip..]).find(fits) else { return Ok(()) };
        name = &found[tokens.len()..];
        rest = after;
    }
    Ok(())
}

/// Where the next `*` outside brackets is.
fn chunk_end(pattern: &str) -> usize {
    let mut in_brackets = false;
    let mut characters = pattern.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '*' if !in_brackets => return at,
            _ => {}
        }
    }
    pattern.len()
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
    fn an_open_bracket_or_escape_is_refused() {
        for pattern in ["[", "[]a]", "[a", "[-]", "[a-]", "[\\", "a\\"] {
            assert_eq!(Glob::of_copy(pattern), Err(GlobError), "{pattern}");
        }
    }

    #[test]
    fn moby_finds_fault_as_far_as_it_looks() {
        for pattern in ["[", "a\\", "*[", ".*\\", "[a-", "*.["] {
            assert_eq!(check(pattern), Err(GlobError), "{pattern}");
        }
        for pattern in ["a*[", "*a*\\", "", "*", "[*]", "\\["] {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
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
            if let Ok(glob) = Glob::of_copy(&text) {
                prop_assert!(Glob::is_pattern(&text) || glob.matches(&path) == (text == path));
            }
        }
    }
}
