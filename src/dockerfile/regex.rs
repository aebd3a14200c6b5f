//! The regular expressions that moby's pattern matcher makes of a pattern of a
//! `.dockerignore`. It copies brackets, `^` and escapes from the pattern into
//! the expression as they stand, so what they mean there is what counts:
//! `[*]` is no bracket around a star, `\d` is a digit. This is that dialect,
//! a row of items, matched in time proportional to expression times path.
//! <https://github.com/moby/patternmatcher>, <https://github.com/google/re2/wiki/Syntax>

use std::iter::Peekable;
use std::str::Chars;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::glob::GlobError;

/// A compiled expression, which fits a whole path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Regex {
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    /// One character.
    One(Class),
    /// Any number of them.
    Many(Class),
    /// `(.*/)?`: nothing, or any run that ends with a slash.
    Folders,
    /// Within the run of `(.*/)?`.
    Inside,
    /// What takes no character.
    Place(Place),
}

/// A place between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `^`, `\A`
    Start,
    /// `\z`
    End,
    /// `\b`: between a letter of a word and something else.
    Edge,
    /// `\B`
    NoEdge,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
    categories: Vec<Category>,
}

/// A class of Unicode, or all that is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Category {
    group: GeneralCategoryGroup,
    negated: bool,
}

type Rest<'a> = Peekable<Chars<'a>>;

impl Regex {
    /// An expression with a `$` at its end.
    pub(super) fn of_whole(expression: &str) -> Result<Self, GlobError> {
        Self::compile(expression)
    }

    /// An expression without: anything may follow.
    pub(super) fn of_start(expression: &str) -> Result<Self, GlobError> {
        let mut regex = Self::compile(expression)?;
        regex.items.push(Item::Many(Class::all()));
        Ok(regex)
    }

    /// Compiles what stands between `^` and `$`: characters, escapes and
    /// brackets with or without a `*`, the dot with a `*`, `(.*/)?`.
    fn compile(expression: &str) -> Result<Self, GlobError> {
        let mut items = Vec::new();
        let mut rest = expression;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("(.*/)?") {
                items.extend([Item::Folders, Item::Inside]);
                rest = after;
                continue;
            }
            if let Some((place, after)) = place(rest) {
                items.push(Item::Place(place));
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix("\\Q") {
                // Without its end it takes the `$` behind the whole expression in.
                let (literal, after, open) = match after.split_once("\\E") {
                    Some((literal, after)) => (literal.to_owned(), after, false),
                    None => (format!("{after}$"), "", true),
                };
                items.extend(literal.chars().map(|character| Item::One(Class::of(character))));
                items.extend(open.then(|| Item::Many(Class::all())));
                rest = after;
                continue;
            }
            let mut characters = rest.chars().peekable();
            let class = match characters.next() {
                Some('.') => Class { negated: true, ..Class::of('\n') },
                Some('[') => bracket(&mut characters)?,
                Some('\\') => escaped(&mut characters)?,
                other => Class::of(other.ok_or(GlobError)?),
            };
            let many = characters.next_if_eq(&'*').is_some();
            items.push(if many { Item::Many(class) } else { Item::One(class) });
            let left: usize = characters.map(char::len_utf8).sum();
            rest = &rest[rest.len() - left..];
        }
        Ok(Self { items })
    }

    /// Whether the whole of `path` fits, or that of a folder above it.
    pub(super) fn matches(&self, path: &str) -> bool {
        let mut reached = vec![false; self.items.len() + 1];
        reached[0] = true;
        let mut before = None;
        for character in path.chars() {
            // The path of a folder ends here.
            if character == '/' && self.ends(&reached, before) {
                return true;
            }
            self.skip(&mut reached, before, Some(character));
            reached = self.step(&reached, character);
            before = Some(character);
        }
        self.ends(&reached, before)
    }

    /// Whether a path that ends here fits.
    fn ends(&self, reached: &[bool], before: Option<char>) -> bool {
        let mut reached = reached.to_vec();
        self.skip(&mut reached, before, None);
        reached[self.items.len()]
    }

    fn step(&self, reached: &[bool], character: char) -> Vec<bool> {
        let mut next = vec![false; reached.len()];
        for (at, item) in self.items.iter().enumerate().filter(|(at, _)| reached[*at]) {
            match item {
                Item::One(class) => next[at + 1] |= class.has(character),
                Item::Many(class) => next[at] |= class.has(character),
                Item::Folders => {
                    next[at + 1] |= character != '\n';
                    next[at + 2] |= character == '/';
                }
                Item::Inside => {
                    next[at] |= character != '\n';
                    next[at + 1] |= character == '/';
                }
                Item::Place(_) => {}
            }
        }
        next
    }

    /// Passes what may be empty, and places that are here.
    fn skip(&self, reached: &mut [bool], before: Option<char>, after: Option<char>) {
        for (at, item) in self.items.iter().enumerate() {
            match item {
                Item::Many(_) => reached[at + 1] |= reached[at],
                Item::Folders => reached[at + 2] |= reached[at],
                Item::Place(place) => reached[at + 1] |= reached[at] && place.is_between(before, after),
                Item::One(_) | Item::Inside => {}
            }
        }
    }
}

impl Place {
    fn is_between(self, before: Option<char>, after: Option<char>) -> bool {
        let in_word = |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        match self {
            Self::Start => before.is_none(),
            Self::End => after.is_none(),
            Self::Edge => in_word(before) != in_word(after),
            Self::NoEdge => in_word(before) == in_word(after),
        }
    }
}

impl Class {
    fn of(character: char) -> Self {
        Self { ranges: vec![(character, character)], ..Self::default() }
    }

    /// Every character.
    fn all() -> Self {
        Self { negated: true, ..Self::default() }
    }

    fn has(&self, character: char) -> bool {
        let in_ranges = || self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character));
        (in_ranges() || self.categories.iter().any(|category| category.has(character))) != self.negated
    }

    fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.categories.is_empty()
    }
}

impl Category {
    /// What follows `\p`, or `\P` for all others: one letter, for moby escapes the brace of a longer name.
    fn named(letter: Option<char>, negated: bool) -> Result<Self, GlobError> {
        let group = match letter {
            Some('C') => GeneralCategoryGroup::Other,
            Some('L') => GeneralCategoryGroup::Letter,
            Some('M') => GeneralCategoryGroup::Mark,
            Some('N') => GeneralCategoryGroup::Number,
            Some('P') => GeneralCategoryGroup::Punctuation,
            Some('S') => GeneralCategoryGroup::Symbol,
            Some('Z') => GeneralCategoryGroup::Separator,
            _ => return Err(GlobError),
        };
        Ok(Self { group, negated })
    }

    /// By a large table: whoever asks for no category does without it.
    #[inline(never)]
    fn has(self, character: char) -> bool {
        (character.general_category_group() == self.group) != self.negated
    }
}

/// A place that `rest` starts with, and what follows.
fn place(rest: &str) -> Option<(Place, &str)> {
    let places =
        [("^", Place::Start), ("\\A", Place::Start), ("\\z", Place::End), ("\\b", Place::Edge), ("\\B", Place::NoEdge)];
    places.into_iter().find_map(|(text, place)| Some((place, rest.strip_prefix(text)?)))
}

/// What follows a backslash outside brackets.
fn escaped(rest: &mut Rest<'_>) -> Result<Class, GlobError> {
    let character = rest.next().ok_or(GlobError)?;
    let negated = character.is_ascii_uppercase();
    if let 'p' | 'P' = character {
        return Ok(Class { categories: vec![Category::named(rest.next(), negated)?], ..Class::default() });
    }
    match named_by_perl(character.to_ascii_lowercase()) {
        Some(ranges) => Ok(Class { negated, ranges: ranges.to_vec(), ..Class::default() }),
        None => Ok(Class::of(plain_escape(character, rest)?)),
    }
}

fn named_by_perl(character: char) -> Option<&'static [(char, char)]> {
    match character {
        'd' => Some(&[('0', '9')]),
        's' => Some(&[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')]),
        'w' => Some(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        _ => None,
    }
}

/// An escape that is one character; `rest` may tell its number. Of the letters few are.
fn plain_escape(character: char, rest: &mut Rest<'_>) -> Result<char, GlobError> {
    match character {
        '0' => octal('0', rest),
        // One digit alone would be a reference to a group.
        '1'..='7' if rest.peek().is_some_and(|next| next.is_digit(8)) => octal(character, rest),
        'x' => hexadecimal(rest),
        'a' => Ok('\u{7}'),
        'f' => Ok('\u{c}'),
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        'v' => Ok('\u{b}'),
        _ if character.is_ascii() && !character.is_ascii_alphanumeric() => Ok(character),
        _ => Err(GlobError),
    }
}

/// Up to three digits, the first of which is read.
fn octal(first: char, rest: &mut Rest<'_>) -> Result<char, GlobError> {
    let mut number = first.to_digit(8).ok_or(GlobError)?;
    for _ in 0..2 {
        let Some(digit) = rest.next_if(|next| next.is_digit(8)).and_then(|next| next.to_digit(8)) else { break };
        number = number * 8 + digit;
    }
    char::from_u32(number).ok_or(GlobError)
}

/// Two digits, or any number of them in braces.
fn hexadecimal(rest: &mut Rest<'_>) -> Result<char, GlobError> {
    let digit = |rest: &mut Rest<'_>| rest.next().and_then(|next| next.to_digit(16)).ok_or(GlobError);
    if rest.next_if_eq(&'{').is_none() {
        let high = digit(rest)?;
        return char::from_u32(high * 16 + digit(rest)?).ok_or(GlobError);
    }
    let mut number = digit(rest)?;
    while rest.next_if_eq(&'}').is_none() {
        number = number.saturating_mul(16).saturating_add(digit(rest)?);
    }
    char::from_u32(number).ok_or(GlobError)
}

/// The inside of `[…]`, whose bracket is already read.
fn bracket(rest: &mut Rest<'_>) -> Result<Class, GlobError> {
    let mut class = Class { negated: rest.next_if_eq(&'^').is_some(), ..Class::default() };
    loop {
        let low = rest.next().ok_or(GlobError)?;
        match low {
            ']' if !class.is_empty() => return Ok(class),
            '[' if rest.peek() == Some(&':') => {
                if let Some(named) = named_by_posix(rest)? {
                    class.ranges.extend(named);
                    continue;
                }
            }
            '\\' if named_by_escape(rest, &mut class)? => continue,
            _ => {}
        }
        let low = if low == '\\' { plain_escape(rest.next().ok_or(GlobError)?, rest)? } else { low };
        let mut ahead = rest.clone();
        let range = ahead.next() == Some('-') && ahead.peek().is_some_and(|next| *next != ']');
        let mut high = low;
        if range {
            rest.next();
            high = rest.next().ok_or(GlobError)?;
            high = if high == '\\' { plain_escape(rest.next().ok_or(GlobError)?, rest)? } else { high };
        }
        if high < low {
            return Err(GlobError);
        }
        class.ranges.push((low, high));
    }
}

/// `\d`, `\pL` and the like inside brackets, whose backslash is already read; false if it is something else.
fn named_by_escape(rest: &mut Rest<'_>, class: &mut Class) -> Result<bool, GlobError> {
    let next = *rest.peek().ok_or(GlobError)?;
    let negated = next.is_ascii_uppercase();
    if let 'p' | 'P' = next {
        rest.next();
        class.categories.push(Category::named(rest.next(), negated)?);
        return Ok(true);
    }
    let Some(named) = named_by_perl(next.to_ascii_lowercase()) else { return Ok(false) };
    rest.next();
    class.ranges.extend(if negated { complement(named) } else { named.to_vec() });
    Ok(true)
}

/// `[:alpha:]` inside brackets; none if no `:]` follows, then the bracket is a character.
fn named_by_posix(rest: &mut Rest<'_>) -> Result<Option<Vec<(char, char)>>, GlobError> {
    let text: String = rest.clone().skip(1).collect();
    let Some((name, _)) = text.split_once(":]") else { return Ok(None) };
    let (negated, bare) = name.strip_prefix('^').map_or((false, name), |bare| (true, bare));
    let ranges: &[(char, char)] = match bare {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\u{7f}')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return Err(GlobError),
    };
    rest.nth(name.chars().count() + ":".len() + ":]".len() - 1);
    Ok(Some(if negated { complement(ranges) } else { ranges.to_vec() }))
}

/// Everything outside `ranges`, which are sorted.
fn complement(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut low = '\0';
    let mut outside = Vec::new();
    for (first, last) in ranges {
        if let Some(high) = (low..*first).next_back() {
            outside.push((low, high));
        }
        low = (*last..=char::MAX).nth(1).unwrap_or(char::MAX);
    }
    outside.push((low, char::MAX));
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_fit_whole_paths_or_folders_above() {
        let table = [
            ("a[^/]*\\.b", "axx.b", true),
            ("a[^/]*\\.b", "a/x.b", false),
            ("(.*/)?a", "x/y/a", true),
            ("(.*/)?a", "xa", false),
            ("(.*/)?a", "xa/a/b", true),
            ("x/.*", "x/", true),
            ("\\d\\W", "7-", true),
            ("\\d\\W", "77", false),
            ("[[:upper:]x-z]", "Y", true),
            ("[[:upper:]x-z]", "y", true),
            ("[[:^upper:]]", "A", false),
            ("[^\\d]", "a", true),
            ("[\\D]", "1", false),
            ("[[^/]*]", "[/^]", true),
            ("[]a]", "]", true),
            ("[a\\-c]", "b", false),
            ("[^/]*^a", "a", true),
            ("[^/]*^a", "xa", false),
            ("a\\b[^/]*", "a-", true),
            ("a\\b[^/]*", "ab", false),
            ("a\\Bb\\z", "ab", true),
            ("a", "a/b/c", true),
            ("a[^/]*\\b", "ab/c", true),
            ("a/b\\z", "a/b/c", true),
            ("", "", true),
            ("\\x41\\x{e9}", "Aé", true),
            ("\\101\\0", "A\0", true),
            ("[\\x41-\\103]", "B", true),
            ("\\Q.d\\E[^/]*", ".dx", true),
            ("\\Q.d", ".d$x", true),
            ("\\Q.d", ".d", false),
            ("\\pL\\PL", "é1", true),
            ("\\pL\\PL", "éa", false),
            ("\\pN*", "1२Ⅷ", true),
            ("[\\pZ\\pP_]*", "-\u{a0}_", true),
            ("[^\\pS]", "€", false),
            ("[^\\PC]", "\u{200b}", true),
            ("\\pM", "\u{301}", true),
        ];
        for (expression, path, expected) in table {
            assert_eq!(Regex::of_whole(expression).expect(expression).matches(path), expected, "{expression} {path}");
        }
    }

    #[test]
    fn what_go_does_not_compile_is_refused() {
        for expression in [
            "[",
            "[a",
            "[b-a]",
            "\\",
            "\\y",
            "[\\y]",
            "[[:nope:]]",
            "\\é",
            "\\1",
            "\\8",
            "\\x4",
            "\\x{}",
            "\\x{110000}",
            "\\p",
            "\\pX",
            "\\p^L",
            "\\p\\{L\\}",
            "[\\pX]",
            "[\\Q]",
        ] {
            assert_eq!(Regex::of_whole(expression), Err(GlobError), "{expression}");
        }
    }
}
