//! Go's `%q`: how `BuildKit` quotes text in histories and messages.

use std::fmt::Write;

/// `text` in double quotes, escaped as Go does.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{7f}' if character.is_ascii_control() => {
                write!(out, "\\x{:02x}", u32::from(character)).expect("a String takes every byte");
            }
            _ if is_printable(character) => out.push(character),
            '\0'..='\u{ffff}' => write!(out, "\\u{:04x}", u32::from(character)).expect("a String takes every byte"),
            _ => write!(out, "\\U{:08x}", u32::from(character)).expect("a String takes every byte"),
        }
    }
    out.push('"');
    out
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII space. Rust's
/// own escapes know; the letter in front is for marks, which need one.
fn is_printable(character: char) -> bool {
    (' '..='~').contains(&character) || format!("a{character}").escape_debug().nth(2).is_none()
}

/// A list of texts: `["a" "b"]`.
pub fn quote_list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_go_does() {
        assert_eq!(quote("a\"b\\\n\u{1}é\u{85}"), r#""a\"b\\\n\x01é\u0085""#);
        assert_eq!(quote("e\u{301}\u{a0}\u{200b}\u{e0001}\u{fffd}"), "\"e\u{301}\\u00a0\\u200b\\U000e0001\u{fffd}\"");
        assert_eq!(quote_list(&["/bin/sh".to_owned(), "-c".to_owned()]), r#"["/bin/sh" "-c"]"#);
        assert_eq!(quote_list(&[]), "[]");
    }
}
