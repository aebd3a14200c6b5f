//! One logical line to words: flags, lists, JSON arrays, `name=value` pairs.
//! Quotes and variables stay; they are resolved when the value is used.

use super::Pair;
use super::fault::SyntaxFault;

/// What separates words; a line has no line ends left.
const BLANK: [char; 5] = [' ', '\t', '\u{b}', '\u{c}', '\r'];

/// The first word and the rest.
pub(super) fn split_keyword(line: &str) -> (&str, &str) {
    let line = line.trim();
    let (keyword, rest) = line.split_once(BLANK).unwrap_or((line, ""));
    (keyword, rest.trim())
}

/// The leading `--name[=value]` words and the rest. A lone `--` ends them.
pub(super) fn split_flags(rest: &str) -> (Vec<String>, &str) {
    let mut flags = Vec::new();
    let mut rest = rest.trim_start();
    while rest.starts_with("--") {
        let (flag, after) = rest.split_once(BLANK).unwrap_or((rest, ""));
        rest = after.trim_start();
        if flag == "--" {
            break;
        }
        flags.push(flag.to_owned());
    }
    (flags, rest)
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
    let Ok(values) = crate::oci::json::read::<Vec<serde_json::Value>>(rest.as_bytes()) else { return Ok(None) };
    let strings = values.into_iter().map(|value| match value {
        serde_json::Value::String(text) => Ok(text),
        _ => Err(SyntaxFault::NotStrings),
    });
    strings.collect::<Result<_, _>>().map(Some)
}

/// `name=value…`, or the legacy `name value` when the first word has no `=`.
pub(super) fn pairs(keyword: &str, rest: &str, escape: char) -> Result<Vec<Pair>, SyntaxFault> {
    let words = quoted_words(rest, escape);
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

/// Words between blanks, where quotes and escapes protect blanks. They are kept.
fn quoted_words(rest: &str, escape: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        if quote.is_none() && character.is_whitespace() {
            words.extend(word.take());
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
    words.extend(word);
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
        assert_eq!(split_flags("--from=a  --link b --c"), (vec!["--from=a".into(), "--link".into()], "b --c"));
        assert_eq!(split_flags("-- --a"), (vec![], "--a"));
    }
}
