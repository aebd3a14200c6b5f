//! Text in quotes as Go writes and reads it.
//! <https://pkg.go.dev/strconv#Quote>

use std::fmt::Write as _;

/// Escapes of one letter, and what each stands for.
const ESCAPES: [(char, char); 7] =
    [('a', '\u{7}'), ('b', '\u{8}'), ('f', '\u{c}'), ('n', '\n'), ('r', '\r'), ('t', '\t'), ('v', '\u{b}')];

/// `text` between double quotes; what does not print is escaped.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        let escape = ESCAPES.iter().find(|(_, meant)| *meant == c);
        match (c, escape) {
            ('"' | '\\', _) => quoted.extend(['\\', c]),
            (_, Some((letter, _))) => quoted.extend(['\\', *letter]),
            (c, _) if c.is_ascii_control() => write!(quoted, "\\x{:02x}", u32::from(c)).expect("a String takes it"),
            (c, _) if c.is_control() => write!(quoted, "\\u{:04x}", u32::from(c)).expect("a String takes it"),
            (c, _) => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What a text between its first and last character means; nothing if an escape is broken.
pub fn unquoted(text: &str) -> Option<String> {
    let mut characters = text.chars();
    characters.next()?;
    characters.next_back()?;
    let mut meant = String::with_capacity(text.len());
    while let Some(c) = characters.next() {
        meant.push(if c == '\\' { escaped(&mut characters)? } else { c });
    }
    Some(meant)
}

/// The character behind a backslash.
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let letter = rest.next()?;
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\\' | '"' | '\'' => return Some(letter),
        '0'..='7' => {
            let tail = rest.as_str().get(..2)?;
            *rest = rest.as_str()[2..].chars();
            return char::from_u32(u32::from_str_radix(&format!("{letter}{tail}"), 8).ok()?);
        }
        letter => return ESCAPES.iter().find(|(known, _)| *known == letter).map(|(_, meant)| *meant),
    };
    let code = u32::from_str_radix(rest.as_str().get(..digits)?, 16).ok()?;
    *rest = rest.as_str()[digits..].chars();
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_escaped_as_go_does() {
        for (text, shown) in
            [("sh -c 'a'", r#""sh -c 'a'""#), ("a\"b\\", r#""a\"b\\""#), ("\t\n\u{1}é…", r#""\t\n\x01é…""#)]
        {
            assert_eq!(quoted(text), shown);
            assert_eq!(unquoted(shown).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_broken_escape_means_nothing() {
        for text in [r#""\q""#, r#""\x4""#, r#""\u12""#, r#""\08""#, "\"\\\""] {
            assert_eq!(unquoted(text), None, "{text}");
        }
        assert_eq!(unquoted(r#""\101\u00e9""#).as_deref(), Some("Aé"));
    }
}
