//! Commands in words. brush's grammar of words takes what is between `$(` and
//! `)` for a word, so commands are handed to it in backquotes, where it looks
//! for nothing but their end.

use crate::lexer;

/// The word with every `$(…)` as backquotes; `quotes` says whether quotes mean anything in it.
pub(super) fn in_backquotes(word: &str, quotes: bool) -> String {
    if !word.contains("$(") {
        return word.to_owned();
    }
    let chars: Vec<char> = word.chars().collect();
    let (mut text, mut at, mut double) = (String::new(), 0, false);
    while let Some(char) = chars.get(at).copied() {
        let rest = &chars[at + 1..];
        let end = match char {
            '\\' => at + 2,
            '\'' if quotes && !double => after(rest, '\'').map_or(chars.len(), |len| at + 1 + len),
            '`' => after(rest, '`').map_or(chars.len(), |len| at + 1 + len),
            '$' if rest.first() == Some(&'(') => {
                if let Some(end) = lexer::substitution_end(&chars, at + 1) {
                    text.push('`');
                    text.extend(chars[at + 2..end - 1].iter().flat_map(|char| {
                        let escape = matches!(char, '\\' | '`').then_some('\\');
                        escape.into_iter().chain([*char])
                    }));
                    text.push('`');
                    at = end;
                    continue;
                }
                at + 1
            }
            char => {
                double ^= quotes && char == '"';
                at + 1
            }
        };
        let end = end.min(chars.len());
        text.extend(&chars[at..end]);
        at = end;
    }
    text
}

/// The length up to and with a character, not counting one behind a backslash in backquotes.
fn after(chars: &[char], end: char) -> Option<usize> {
    let mut escaped = false;
    let at = chars.iter().position(|char| {
        let is_end = *char == end && !escaped;
        escaped = end == '`' && *char == '\\' && !escaped;
        is_end
    });
    at.map(|at| at + 1)
}

/// What stands between backquotes, with the backslashes that belong to them taken away.
pub(super) fn unquoted(text: &str, in_quotes: bool) -> String {
    let mut chars = text.chars().peekable();
    let mut plain = String::new();
    while let Some(char) = chars.next() {
        let is_special = |next: &char| match next {
            '\\' | '`' | '$' => true,
            '"' => in_quotes,
            _ => false,
        };
        match chars.next_if(|next| char == '\\' && is_special(next)) {
            Some(next) => plain.push(next),
            None => plain.push(char),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_put_in_backquotes() {
        for (word, expected) in [
            ("a$(b 'c`d')e", "a`b 'c\\`d'`e"),
            ("'$(a)'\"'$(b)'\"", "'$(a)'\"'`b`'\""),
            (
                "$(case a in a) b;; esac)$((1+$(c)))",
                "`case a in a) b;; esac`$((1+`c`))",
            ),
            ("\\$(a", "\\$(a"),
        ] {
            assert_eq!(in_backquotes(word, true), expected, "{word}");
        }
    }

    #[test]
    fn what_was_put_there_comes_out_again() {
        for text in ["echo \\$x \"\\\"\"", "a\\\\b", "'`'"] {
            let word = in_backquotes(&format!("$({text})"), true);
            // brush takes the backslashes before backquotes away.
            let inner = word[1..word.len() - 1].replace("\\`", "`");
            assert_eq!(unquoted(&inner, true), text);
            assert_eq!(unquoted(&inner, false), text);
        }
    }
}
