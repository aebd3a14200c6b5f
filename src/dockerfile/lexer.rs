//! One walk over a word, character by character, in the steps of `BuildKit`'s
//! shell lexer; the order of its steps decides which mistake is named.

use std::collections::BTreeSet;

use super::expand::{ExpandFault, Expanded, Expander, Keep};
use super::pattern::Pattern;
use crate::limits;

/// What Go puts where a character was expected and the word ended.
const NO_CHARACTER: char = char::REPLACEMENT_CHARACTER;

pub(super) struct Lexer<'a> {
    rest: &'a str,
    expander: &'a Expander<'a>,
    keep: Keep,
    /// Whether escapes stay where the lexer stands now: patterns keep theirs.
    keep_escapes: bool,
    limit: usize,
    depth: usize,
    /// The word being collected. As in `BuildKit` there is one for all levels:
    /// `a${V:-b}` splits into `b` alone, though its text is `ab`.
    word: String,
    matched: BTreeSet<String>,
    unmatched: BTreeSet<String>,
}

/// What was read at one level, as one text and as words.
#[derive(Default)]
struct Found {
    text: String,
    words: Vec<String>,
    in_word: bool,
}

type Read<T> = Result<T, ExpandFault>;

impl<'a> Lexer<'a> {
    pub(super) fn new(expander: &'a Expander<'a>, word: &'a str, keep: Keep, limit: usize) -> Self {
        Self {
            rest: word.strip_prefix('\u{feff}').unwrap_or(word),
            expander,
            keep,
            keep_escapes: keep.escapes,
            limit,
            depth: 0,
            word: String::new(),
            matched: BTreeSet::new(),
            unmatched: BTreeSet::new(),
        }
    }

    pub(super) fn run(mut self) -> Read<Expanded> {
        let found = self.until(None, self.keep_escapes)?;
        Ok(Expanded { text: found.text, words: found.words, matched: self.matched, unmatched: self.unmatched })
    }

    /// Reads up to `stop`, which is taken, or to the end if there is none.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool) -> Read<Found> {
        self.word.clear();
        let before = std::mem::replace(&mut self.keep_escapes, keep_escapes);
        let found = self.level(stop);
        self.keep_escapes = before;
        found
    }

    fn level(&mut self, stop: Option<char>) -> Read<Found> {
        let mut found = Found::default();
        while let Some(character) = self.peek() {
            match character {
                _ if Some(character) == stop => {
                    self.next();
                    return Ok(self.finish(found));
                }
                '$' => {
                    let value = self.dollar()?;
                    self.add(&mut found, &value, true)?;
                }
                '\'' | '"' if !self.keep.plain_quotes => {
                    let inside = if character == '"' { self.double_quoted()? } else { self.single_quoted()? };
                    self.add(&mut found, &inside, false)?;
                }
                '<' => {
                    let angles = self.angles();
                    self.add(&mut found, angles, false)?;
                }
                _ if character == self.expander.escape => self.escaped(&mut found)?,
                _ => {
                    self.next();
                    self.add(&mut found, character.encode_utf8(&mut [0; 4]), true)?;
                }
            }
        }
        if stop.is_some() { Err(ExpandFault::Brace) } else { Ok(self.finish(found)) }
    }

    fn add(&mut self, found: &mut Found, text: &str, splits: bool) -> Read<()> {
        if found.text.len() + text.len() > self.limit {
            return Err(ExpandFault::TooLarge { limit: self.limit });
        }
        found.text.push_str(text);
        if !splits {
            self.word.push_str(text);
            found.in_word = true;
            return Ok(());
        }
        for character in text.chars() {
            if !character.is_whitespace() {
                self.word.push(character);
                found.in_word = true;
            } else if found.in_word && !self.word.is_empty() {
                found.words.push(std::mem::take(&mut self.word));
                found.in_word = false;
            }
        }
        Ok(())
    }

    fn finish(&mut self, mut found: Found) -> Found {
        if !self.word.is_empty() {
            found.words.push(std::mem::take(&mut self.word));
        }
        found
    }

    /// An escape at the very end escapes nothing and is gone.
    fn escaped(&mut self, found: &mut Found) -> Read<()> {
        let escape = self.next().unwrap_or_default();
        if self.keep_escapes {
            self.add(found, escape.encode_utf8(&mut [0; 4]), false)?;
        }
        match self.next() {
            Some(next) => self.add(found, next.encode_utf8(&mut [0; 4]), false),
            None => Ok(()),
        }
    }

    /// `<`, or `<<` with the blanks behind it, so that `<< EOF` stays one word.
    fn angles(&mut self) -> &'a str {
        let start = self.rest;
        self.next();
        if self.peek() != Some('<') {
            return &start[..1];
        }
        self.next();
        self.rest = self.rest.trim_start_matches(['\t', '\r', ' ']);
        &start[..start.len() - self.rest.len()]
    }

    fn single_quoted(&mut self) -> Read<String> {
        self.next();
        let Some((inside, after)) = self.rest.split_once('\'') else {
            self.rest = "";
            return Err(ExpandFault::Quote { quote: "single" });
        };
        self.rest = after;
        Ok(if self.keep.quotes { format!("'{inside}'") } else { inside.to_owned() })
    }

    fn double_quoted(&mut self) -> Read<String> {
        let escape = self.expander.escape;
        let mut text = String::new();
        self.next();
        text.extend(self.keep.quotes.then_some('"'));
        while let Some(mut character) = self.peek() {
            if character == '$' {
                text.push_str(&self.dollar()?);
                if text.len() > self.limit {
                    return Err(ExpandFault::TooLarge { limit: self.limit });
                }
                continue;
            }
            self.next();
            if character == '"' {
                text.extend(self.keep.quotes.then_some('"'));
                return Ok(text);
            }
            if character == escape {
                text.extend(self.keep_escapes.then_some(escape));
                match self.peek() {
                    None => break,
                    Some(next) if matches!(next, '"' | '$') || next == escape => {
                        self.next();
                        character = next;
                    }
                    Some(_) => {}
                }
            }
            text.push(character);
        }
        Err(ExpandFault::Quote { quote: "double" })
    }

    /// A variable: `$V`, `${V}`, `${V` and a modifier.
    fn dollar(&mut self) -> Read<String> {
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(self.plain(&name, || format!("${name}")));
        }
        self.next();
        match self.peek() {
            None => return Err(ExpandFault::Brace),
            Some('{' | '}' | ':') => return Err(ExpandFault::Substitution),
            Some(_) => {}
        }
        let name = self.name();
        match self.next() {
            Some('}') => Ok(self.plain(&name, || format!("${{{name}}}"))),
            Some(':') => match self.next() {
                Some(modifier) => self.modified(&name, modifier, true),
                None => Err(ExpandFault::Brace),
            },
            Some(modifier @ ('+' | '-' | '?' | '#' | '%')) => self.modified(&name, modifier, false),
            Some('/') => self.replaced(&name),
            other => Err(ExpandFault::Modifier { modifier: other.unwrap_or(NO_CHARACTER).to_string() }),
        }
    }

    fn plain(&mut self, name: &str, written: impl Fn() -> String) -> String {
        match self.value(name) {
            None if self.keep.unset => written(),
            value => value.unwrap_or_default(),
        }
    }

    /// `${name-word}` and its kin; after a colon an empty value counts as unset.
    fn modified(&mut self, name: &str, modifier: char, colon: bool) -> Read<String> {
        let trims = matches!(modifier, '#' | '%');
        let colon_text = if colon { ":" } else { "" };
        let unsupported = || ExpandFault::Modifier { modifier: format!("{colon_text}{modifier}") };
        if colon && trims {
            return Err(unsupported());
        }
        let word = self.nested('}', trims, ExpandFault::Brace)?;
        let value = self.value(name);
        if self.keep.unset && value.is_none() {
            return Ok(format!("${{{name}{colon_text}{modifier}{word}}}"));
        }
        let filled = value.clone().filter(|value| !colon || !value.is_empty());
        match modifier {
            '-' => Ok(filled.unwrap_or(word)),
            '+' => Ok(filled.map(|_| word).unwrap_or_default()),
            '?' => filled.ok_or_else(|| {
                let usual = if value.is_some() { "empty" } else { "unset" };
                let message = if word.is_empty() { format!("is not allowed to be {usual}") } else { word };
                ExpandFault::Unset { name: name.to_owned(), message }
            }),
            '#' | '%' => trimmed(&word, &value.unwrap_or_default(), modifier),
            _ => Err(unsupported()),
        }
    }

    /// `${name/pattern/replacement}`, with two slashes in front for every match.
    fn replaced(&mut self, name: &str) -> Read<String> {
        let every = self.peek() == Some('/');
        if every {
            self.next();
        }
        let pattern = self.nested('/', true, ExpandFault::Slash)?;
        let replacement = self.nested('}', true, ExpandFault::Brace)?;
        let value = self.value(name);
        if self.keep.unset && value.is_none() {
            return Ok(format!("${{{name}/{pattern}/{replacement}}}"));
        }
        let value = value.unwrap_or_default();
        let found = Pattern::compile(&pattern)?.found_in(&value, true)?;
        if every { found.replace_every(&replacement, self.limit) } else { Ok(found.replace_first(&replacement)) }
    }

    /// The inside of `${…}` up to `stop`. A mistake that reaches the end of the
    /// word is that of the missing end, whatever it was.
    fn nested(&mut self, stop: char, keep_escapes: bool, missing: ExpandFault) -> Read<String> {
        if self.depth == limits::EXPANSION_DEPTH {
            return Err(ExpandFault::TooLarge { limit: self.limit });
        }
        self.depth += 1;
        let found = self.until(Some(stop), keep_escapes);
        self.depth -= 1;
        match found {
            Err(fault @ (ExpandFault::TooLarge { .. } | ExpandFault::TooSlow { .. })) => Err(fault),
            Err(_) if self.rest.is_empty() => Err(missing),
            found => found.map(|found| found.text),
        }
    }

    fn value(&mut self, name: &str) -> Option<String> {
        let value = (self.expander.lookup)(name);
        let names = if value.is_some() { &mut self.matched } else { &mut self.unmatched };
        if !names.contains(name) {
            names.insert(name.to_owned());
        }
        value
    }

    /// A name, a number, or one of the shell's special characters.
    fn name(&mut self) -> String {
        let first = self.peek();
        if first.is_some_and(|first| "@*#?-$!".contains(first)) {
            return self.next().map(String::from).unwrap_or_default();
        }
        let number = first.is_some_and(is_digit);
        let inside = |c: char| is_digit(c) || (!number && (c.is_alphabetic() || c == '_'));
        let end = self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }
}

/// `${name#pattern}` and its kin: a doubled character asks for the longest match.
fn trimmed(word: &str, value: &str, modifier: char) -> Read<String> {
    let (longest, pattern) = word.strip_prefix(modifier).map_or((false, word), |rest| (true, rest));
    if modifier == '#' {
        return Ok(Pattern::compile(pattern)?.found_in(value, longest)?.without_prefix());
    }
    let backward: String = value.chars().rev().collect();
    let left = Pattern::compile(&super::pattern::reversed(pattern))?.found_in(&backward, longest)?.without_prefix();
    Ok(left.chars().rev().collect())
}

/// A digit of any script. Rust does not tell those beyond ASCII from fractions
/// and superscripts, which no name has.
fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || (!character.is_ascii() && character.is_numeric() && !character.is_alphabetic())
}
