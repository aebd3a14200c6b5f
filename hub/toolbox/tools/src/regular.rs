//! Regular expressions. A basic one is translated to the extended one that
//! the engine reads.

use regex_lite::{Regex, RegexBuilder};

use crate::options::Failure;

/// Builds an expression; `source` is what the user wrote.
pub(crate) fn build(text: &str, source: &str, ignores_case: bool) -> Result<Regex, Failure> {
    let built = RegexBuilder::new(text)
        .case_insensitive(ignores_case)
        .build();
    built.map_err(|error| Failure::Told(format!("bad regex '{source}': {error}"), 2))
}

/// A basic regular expression as an extended one: `\(` and `(` change places.
pub(crate) fn extended(basic: &str) -> String {
    let mut out = String::new();
    let mut chars = basic.chars().peekable();
    let mut in_set = false;
    while let Some(char) = chars.next() {
        match char {
            '[' if !in_set => {
                in_set = true;
                out.push(char);
                if let Some(first) = chars.next_if(|next| *next == '^') {
                    out.push(first);
                }
                if chars.next_if(|next| *next == ']').is_some() {
                    out.push_str(r"\]");
                }
            }
            ']' if in_set => {
                in_set = false;
                out.push(char);
            }
            char if in_set => out.push(char),
            '\\' => match chars.next() {
                Some(next) if "(){}|+?".contains(next) => out.push(next),
                Some(next) => out.extend(['\\', next]),
                None => out.push_str(r"\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' => out.extend(['\\', char]),
            '*' if out.is_empty() || out == "^" || out.ends_with('(') => out.push_str(r"\*"),
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::extended;

    #[test]
    fn basic_expressions_are_translated() {
        for (basic, expected) in [
            (r"a\(b\)*", "a(b)*"),
            ("a+(b)", r"a\+\(b\)"),
            ("*a", r"\*a"),
            ("[+(]x", "[+(]x"),
            (r"\.x$", r"\.x$"),
            ("[]a]", r"[\]a]"),
        ] {
            assert_eq!(extended(basic), expected);
        }
    }
}
