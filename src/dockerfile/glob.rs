//! Wildcard patterns over slash-separated paths, as COPY has them: those of
//! Go's `filepath.Match`. Matching takes time in proportion to pattern times
//! path, whatever the pattern.
//! <https://pkg.go.dev/path/filepath#Match>

/// A pattern, compiled as far as it is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    chunks: Vec<Chunk>,
}

/// A pattern with an open bracket, or with nothing behind its last backslash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct GlobError;

/// What stands between two stars.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chunk {
    /// Whether a star is before it: any run without a slash.
    starred: bool,
    /// What is wrong with it matters only when the match comes here.
    tokens: Result<Vec<Token>, GlobError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// `?`: one character, not a slash.
    One,
    /// `[a-z]`, `[^a]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// A pattern: `*`, `?`, `[a-z]` and `\` to escape.
    pub fn of_copy(pattern: &str) -> Self {
        let mut chunks = Vec::new();
        let mut rest = pattern;
        while !rest.is_empty() {
            let bare = rest.trim_start_matches('*');
            let (text, after) = bare.split_at(chunk_end(bare));
            chunks.push(Chunk { starred: bare.len() < rest.len(), tokens: tokens(text) });
            rest = after;
        }
        Self { chunks }
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

    /// Whether the whole of `path` fits. Each chunk takes the first place where
    /// it fits; what stands behind one that fits nowhere is never looked at.
    pub fn matches(&self, path: &str) -> Result<bool, GlobError> {
        let path: Vec<char> = path.chars().collect();
        let mut left = path.as_slice();
        for (at, Chunk { starred, tokens }) in self.chunks.iter().enumerate() {
            let tokens = tokens.as_ref().map_err(Clone::clone)?;
            let is_last = at + 1 == self.chunks.len();
            if *starred && tokens.is_empty() {
                return Ok(!left.contains(&'/'));
            }
            let fits = |left: &&[char]| {
                let enough = if is_last { tokens.len() == left.len() } else { tokens.len() <= left.len() };
                enough && tokens.iter().zip(*left).all(|(token, character)| token.fits(*character))
            };
            // A star passes no slash.
            let run = left.iter().position(|character| *character == '/').unwrap_or(left.len());
            let skips = if *starred { run } else { 0 };
            let Some(found) = (0..=skips).map(|skip| &left[skip..]).find(fits) else { return Ok(false) };
            left = &found[tokens.len()..];
        }
        Ok(left.is_empty())
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
        }
    }
}

/// Whether Go's `Match` of a pattern with `.` finds fault with it, by which moby checks patterns.
pub(super) fn check(pattern: &str) -> Result<(), GlobError> {
    Glob::of_copy(pattern).matches(".").map(drop)
}

/// The tokens of a chunk, which has no star outside brackets.
fn tokens(chunk: &str) -> Result<Vec<Token>, GlobError> {
    let mut tokens = Vec::new();
    let mut rest = chunk.chars().peekable();
    while let Some(character) = rest.next() {
        tokens.push(match character {
            '?' => Token::One,
            '[' => class(&mut rest)?,
            '\\' => Token::Literal(rest.next().ok_or(GlobError)?),
            _ => Token::Literal(character),
        });
    }
    Ok(tokens)
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
            assert_eq!(Glob::of_copy(pattern).matches(path), Ok(expected), "{pattern} {path}");
        }
    }

    #[test]
    fn an_open_bracket_or_escape_is_refused_when_the_match_comes_to_it() {
        for pattern in ["[", "[]a]", "[a", "[-]", "[a-]", "[\\", "a\\"] {
            assert_eq!(Glob::of_copy(pattern).matches("a"), Err(GlobError), "{pattern}");
        }
        assert_eq!(Glob::of_copy("b*[").matches("a"), Ok(false));
        assert_eq!(Glob::of_copy("a*[").matches("ab"), Err(GlobError));
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
        let pattern = Glob::of_copy(&"*a".repeat(500));
        assert_eq!(pattern.matches(&"a".repeat(499)), Ok(false));
    }

    proptest! {
        #[test]
        fn a_name_matches_itself_and_no_pattern_panics(text in "[a-b*?\\[\\]^/-]{0,10}", path in "[a-b/]{0,10}") {
            if let Ok(fits) = Glob::of_copy(&text).matches(&path) {
                prop_assert!(Glob::is_pattern(&text) || fits == (text == path));
            }
        }
    }
}
