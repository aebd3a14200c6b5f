//! One logical line to words: flags, lists, JSON arrays, `name=value` pairs.
//! Quotes and variables stay; they are resolved when the value is used.

use serde_json::Value;

use super::Pair;
use super::fault::SyntaxFault;
use crate::oci::json;

/// What separates words; a line has no line ends left.
const BLANK: [char; 5] = [' ', '\t', '\u{b}', '\u{c}', '\r'];

/// The first word and the rest.
pub(super) fn split_keyword(line: &str) -> (&str, &str) {
    let line = line.trim();
    let (keyword, rest) = line.split_once(BLANK).unwrap_or((line, ""));
    (keyword, rest.trim())
}

/// The leading `--name[=value]` words, quotes and escapes resolved, and the
/// rest. A lone `--` ends them. `BuildKit` reads them byte by byte, so that a
/// letter beyond ASCII comes out as one character for each of its bytes.
pub(super) fn split_flags(line: &str, escape: char) -> (Vec<String>, String) {
    let bytes = line.as_bytes();
    let rest = |at: usize| String::from_utf8_lossy(&bytes[at..]).trim().to_owned();
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        while at < bytes.len() && is_blank(bytes[at]) {
            at += 1;
        }
        if !bytes[at..].starts_with(b"--") {
            return (flags, rest(at));
        }
        let (flag, end) = flag(&bytes[at..], escape);
        at += end;
        if flag == "--" {
            return (flags, rest(at));
        }
        flags.push(flag);
    }
}

/// One flag, and how many bytes it takes.
fn flag(bytes: &[u8], escape: char) -> (String, usize) {
    let mut flag = String::new();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        let mut byte = bytes[at];
        match quote {
            None if is_blank(byte) => break,
            None if matches!(byte, b'\'' | b'"') => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            _ => {
                if char::from(byte) == escape {
                    at += 1;
                    let Some(next) = bytes.get(at) else { break };
                    byte = *next;
                }
                flag.push(char::from(byte));
            }
        }
        at += 1;
    }
    (flag, at)
}

fn is_blank(byte: u8) -> bool {
    char::from(byte).is_whitespace()
}

/// Words between blanks.
pub(super) fn blank_separated(rest: &str) -> Vec<String> {
    rest.split(BLANK).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The strings of a JSON array; none if `rest` is not JSON, in which case it is plain text.
pub(super) fn json_strings(rest: &str) -> Result<Option<Vec<String>>, SyntaxFault> {
    if !rest.starts_with('[') {
        return Ok(None);
    }
    let Ok(values) = json::read::<Vec<Value>>(rest.as_bytes()) else { return Ok(None) };
    let strings = values.into_iter().map(|value| match value {
        Value::String(text) => Ok(text),
        _ => Err(SyntaxFault::NotStrings),
    });
    strings.collect::<Result<_, _>>().map(Some)
}

/// `name=value…`, or the legacy `name value` when the first word has no `=`.
pub(super) fn pairs(keyword: &str, rest: &str, escape: char) -> Result<Vec<Pair>, SyntaxFault> {
    let words = quoted(rest, escape);
    let Some(first) = words.first() else { return Ok(Vec::new()) };
    if !first.contains('=') {
        let (name, value) = rest
            .split_once(BLANK)
            .ok_or_else(|| SyntaxFault::TwoArguments { keyword: keyword.to_ascii_uppercase() })?;
        let value = value.trim_start_matches(BLANK).to_owned();
        return Ok(vec![Pair { name: name.to_owned(), value, legacy: true }]);
    }
    let pair = |word: String| {
        let Some((name, value)) = word.split_once('=') else { return Err(SyntaxFault::NoEquals { word }) };
        Ok(Pair { name: name.to_owned(), value: value.to_owned(), legacy: false })
    };
    words.into_iter().map(pair).collect()
}

/// Words between blanks, where quotes and escapes protect blanks. They are
/// kept, but for an escape at the very end.
pub(super) fn quoted(rest: &str, escape: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        if quote.is_none() && character.is_whitespace() {
            words.extend(word.take().filter(|word| !word.is_empty()));
            continue;
        }
        let current = word.get_or_insert_default();
        if character == escape && quote != Some('\'') {
            if let Some(next) = characters.next() {
                current.extend([character, next]);
            }
            continue;
        }
        match quote {
            None if matches!(character, '\'' | '"') => quote = Some(character),
            Some(open) if open == character => quote = None,
            _ => {}
        }
        current.push(character);
    }
    words.extend(word.filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_pairs(rest: &str, expected: &[(&str, &str)]) {
        let pairs = pairs("env", rest, '\\').expect(rest);
        let found: Vec<_> = pairs.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect();
        assert_eq!(found, expected, "{rest}");
    }

    #[test]
    fn pairs_keep_quotes_and_escapes_for_later() {
        check_pairs(
            "a=1 b='x y' c=\"p\\\" q\" d=u\\ v e=",
            &[("a", "1"), ("b", "'x y'"), ("c", "\"p\\\" q\""), ("d", "u\\ v"), ("e", "")],
        );
        check_pairs("name  a value = with blanks", &[("name", "a value = with blanks")]);
        check_pairs("", &[]);
    }

    #[test]
    fn pairs_that_are_none_are_refused() {
        let table = [
            ("A", "ENV must have two arguments"),
            ("a=1 b", "Syntax error - can't find = in \"b\". Must be of the form: name=value"),
        ];
        for (rest, message) in table {
            assert_eq!(pairs("env", rest, '\\').expect_err(rest).to_string(), message);
        }
    }

    #[test]
    fn an_array_is_an_array_only_if_it_is_json() {
        assert_eq!(json_strings(r#"["a", "b c"]"#), Ok(Some(vec!["a".to_owned(), "b c".to_owned()])));
        assert_eq!(json_strings("['a']"), Ok(None));
        assert_eq!(json_strings("python app.py"), Ok(None));
        assert_eq!(json_strings("[1]"), Err(SyntaxFault::NotStrings));
    }

    #[test]
    fn flags_stand_before_the_arguments() {
        let table: [(&str, &[&str], &str); 7] = [
            ("--from=a  --link b --c", &["--from=a", "--link"], "b --c"),
            ("-- --a", &[], "--a"),
            ("--a", &["--a"], ""),
            ("--a=\"b c\"'d e' f", &["--a=b cd e"], "f"),
            ("--a=b\\ c --d\\", &["--a=b c", "--d"], ""),
            ("--a='b", &["--a=b"], ""),
            ("--é a", &["--Ã©"], "a"),
        ];
        for (text, flags, rest) in table {
            let found = split_flags(text, '\\');
            assert_eq!(
                (found.0.iter().map(String::as_str).collect::<Vec<_>>(), found.1.as_str()),
                (flags.to_vec(), rest)
            );
        }
    }
}
