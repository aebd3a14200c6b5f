//! The patterns of `${V#p}`, `${V%p}` and `${V/p/r}`: `*` is any run, `?` any
//! character, neither crosses the end of a line. `BuildKit` turns them into
//! regular expressions; here one table says from where the rest can match,
//! so that the cost is pattern times value, whatever they are.

use super::expand::ExpandFault;
use crate::limits;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(char),
    One,
    Run,
}

/// A pattern and a value, compared.
pub(super) struct Comparison {
    tokens: Vec<Token>,
    value: Vec<char>,
    /// Whether runs are as long as can be.
    longest: bool,
    /// For each token and place of the value, row by row: whether the tokens
    /// from there on match the value from there on, up to some place.
    matches: Vec<bool>,
}

impl Pattern {
    pub(super) fn compile(pattern: &str) -> Result<Self, ExpandFault> {
        let mut tokens = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(character) = rest.next() {
            tokens.push(match character {
                '*' => Token::Run,
                '?' => Token::One,
                // The escape that protected them from the end of `${…}`.
                '\\' if matches!(rest.peek(), Some('}' | '/')) => continue,
                '\\' => match rest.next() {
                    Some(escaped @ ('*' | '?' | '\\')) => Token::Literal(escaped),
                    other => {
                        let escaped = other.unwrap_or(char::REPLACEMENT_CHARACTER);
                        return Err(ExpandFault::Pattern { pattern: pattern.to_owned(), escaped });
                    }
                },
                _ => Token::Literal(character),
            });
        }
        Ok(Self { tokens })
    }

    pub(super) fn found_in(self, value: &str, longest: bool) -> Result<Comparison, ExpandFault> {
        let value: Vec<char> = value.chars().collect();
        let width = value.len() + 1;
        let cells = (self.tokens.len() + 1) * width;
        if cells > limits::SUBSTITUTION_CELLS {
            return Err(ExpandFault::TooSlow { limit: limits::SUBSTITUTION_CELLS });
        }
        let mut matches = vec![false; cells];
        matches[cells - width..].fill(true);
        for (row, token) in self.tokens.iter().enumerate().rev() {
            for at in (0..width).rev() {
                let next = value.get(at).copied();
                let below = (row + 1) * width + at;
                matches[row * width + at] = match token {
                    Token::Run => matches[below] || (next.is_some_and(in_line) && matches[row * width + at + 1]),
                    token => next.is_some_and(|next| token.fits(next)) && matches[below + 1],
                };
            }
        }
        Ok(Comparison { tokens: self.tokens, value, longest, matches })
    }
}

impl Comparison {
    /// The value without what matches at its start.
    pub(super) fn without_prefix(&self) -> String {
        let end = self.end(0).unwrap_or(0);
        self.value[end..].iter().collect()
    }

    /// The value with its first match replaced.
    pub(super) fn replace_first(&self, replacement: &str) -> String {
        let found = (0..=self.value.len()).find_map(|start| Some((start, self.end(start)?)));
        let Some((start, end)) = found else { return self.value.iter().collect() };
        let (before, after) = (self.value[..start].iter(), self.value[end..].iter());
        before.copied().chain(replacement.chars()).chain(after.copied()).collect()
    }

    /// The value with every match replaced. A match of nothing counts unless
    /// it stands right behind another match.
    pub(super) fn replace_every(&self, replacement: &str, limit: usize) -> Result<String, ExpandFault> {
        let mut out = String::new();
        let (mut taken, mut at) = (0, 0);
        while at <= self.value.len() {
            let Some(end) = self.end(at) else {
                at += 1;
                continue;
            };
            out.extend(&self.value[taken..at]);
            if end > taken || at == 0 {
                fill_in(&mut out, replacement, &self.value[at..end]);
            }
            if out.len() > limit {
                return Err(ExpandFault::TooLarge { limit });
            }
            taken = end;
            at = end.max(at + 1);
        }
        out.extend(self.value.get(taken..).unwrap_or_default());
        Ok(out)
    }

    /// Where a match that starts at `start` ends.
    fn end(&self, start: usize) -> Option<usize> {
        let width = self.value.len() + 1;
        if !self.matches[start] {
            return None;
        }
        let (mut row, mut at) = (0, start);
        while let Some(token) = self.tokens.get(row) {
            let run = *token == Token::Run;
            let can_stay = run && at + 1 < width && in_line(self.value[at]) && self.matches[row * width + at + 1];
            let can_leave = run && self.matches[(row + 1) * width + at];
            match (run, can_stay && (self.longest || !can_leave)) {
                (true, true) => at += 1,
                (true, false) => row += 1,
                (false, _) => (row, at) = (row + 1, at + 1),
            }
        }
        Some(at)
    }
}

impl Token {
    fn fits(self, character: char) -> bool {
        match self {
            Self::Literal(literal) => literal == character,
            Self::One => in_line(character),
            Self::Run => false,
        }
    }
}

fn in_line(character: char) -> bool {
    character != '\n'
}

/// Go's template of a replacement: `$0` is what matched, any other name has no
/// value, `$$` is a dollar.
fn fill_in(out: &mut String, replacement: &str, matched: &[char]) {
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            after
        } else if let Some((name, after)) = template_name(after) {
            out.extend(if name == "0" { matched } else { &[] });
            after
        } else {
            out.push('$');
            after
        };
    }
    out.push_str(rest);
}

/// A name, bare or in braces, and what follows it.
fn template_name(text: &str) -> Option<(&str, &str)> {
    let (braced, inside) = text.strip_prefix('{').map_or((false, text), |inside| (true, inside));
    let end = inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len());
    let (name, left) = inside.split_at(end);
    let left = if braced { left.strip_prefix('}')? } else { left };
    (!name.is_empty()).then_some((name, left))
}

/// A pattern read from its end, its escapes still before what they escape.
pub(super) fn reversed(pattern: &str) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        let escaped = if character == '\\' { rest.next() } else { None };
        pieces.push(std::iter::once(character).chain(escaped).collect());
    }
    pieces.into_iter().rev().collect()
}
