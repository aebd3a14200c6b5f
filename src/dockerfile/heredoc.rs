//! `<<EOF`: which words open a text written in the Dockerfile itself.
//! <https://docs.docker.com/reference/dockerfile/#here-documents>

use super::expand::{ExpandError, Expander, Keep};
use super::fault::SyntaxFault;
use super::lines::Lines;
use super::{Heredoc, LineRange, ParseError};

/// A word that opens a heredoc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opening {
    pub name: String,
    pub descriptor: u32,
    pub expand: bool,
    pub strip_tabs: bool,
}

impl Heredoc {
    /// Whether `word` opens a heredoc, as `RUN <<EOF` alone does: then its text
    /// is what is run. Else the shell gets the line and all texts after it.
    pub fn opens(word: &str) -> bool {
        matches!(opening(word), Ok(Some(_)))
    }
}

/// Every heredoc that a line opens, in order.
pub(super) fn openings(line: &str) -> Result<Vec<Opening>, SyntaxFault> {
    // A line whose quotes do not close opens none.
    let keep = Keep { quotes: true, escapes: true, unset: true, plain_quotes: false };
    let words = split(line, keep).unwrap_or_default();
    let found = words.iter().filter_map(|word| opening(word).transpose());
    found.collect::<Result<_, _>>()
}

/// The heredoc that `word` opens: digits, `<<`, perhaps `-`, a name.
pub(super) fn opening(word: &str) -> Result<Option<Opening>, SyntaxFault> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (descriptor, rest) = word.split_at(digits);
    let Some(rest) = rest.strip_prefix("<<") else { return Ok(None) };
    let (strip_tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\u{c}', '\r']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let at = |source| SyntaxFault::Heredoc { source };
    let keep = Keep { unset: true, ..Keep::default() };
    let bare = split(rest, keep).map_err(at)?;
    let [name] = &bare[..] else { return Ok(None) };
    let quoted = split(rest, Keep { quotes: true, ..keep }).map_err(at)?;
    let [quoted] = &quoted[..] else { return Err(SyntaxFault::HeredocName { rest: rest.to_owned() }) };
    Ok(Some(Opening {
        name: name.clone(),
        // An absurd number is as good as any other that is not a standard stream's.
        descriptor: if digits == 0 { 0 } else { descriptor.parse().unwrap_or(u32::MAX) },
        expand: quotes(name) == quotes(quoted),
        strip_tabs,
    }))
}

/// The text that `opening` opens, from the lines that follow.
pub(super) fn read(opening: Opening, first: u32, lines: &mut Lines<'_>) -> Result<Heredoc, ParseError> {
    let Opening { name, descriptor, expand, strip_tabs } = opening;
    let mut raw = String::new();
    while let Some(line) = lines.physical() {
        let bare = line.trim_end_matches(['\r', '\n']);
        if (if strip_tabs { bare.trim_start_matches('\t') } else { bare }) == name {
            let text = if strip_tabs { without_tabs(&raw) } else { raw.clone() };
            return Ok(Heredoc { name, text, raw, expand, descriptor });
        }
        raw.push_str(line);
    }
    let lines = LineRange { first, last: lines.taken };
    Err(ParseError::Syntax { lines, fault: SyntaxFault::UnterminatedHeredoc })
}

pub(super) fn without_tabs(text: &str) -> String {
    text.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect()
}

/// The words of `text`, which is read with the usual escape, whatever the file's.
fn split(text: &str, keep: Keep) -> Result<Vec<String>, ExpandError> {
    Expander { escape: '\\', lookup: &|_| None }.process_but(text, keep).map(|expanded| expanded.words)
}

fn quotes(text: &str) -> usize {
    text.matches(['\'', '"']).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_opens_a_heredoc_if_it_is_one_name_behind_two_angles() {
        let table = [
            ("<<END", Some(("END", 0, true, false))),
            ("3<<-END", Some(("END", 3, true, true))),
            ("<< END", Some(("END", 0, true, false))),
            ("<< -END", Some(("-END", 0, true, false))),
            ("<<'END'", Some(("END", 0, false, false))),
            ("<<EN\"D\"", Some(("END", 0, false, false))),
            ("<<it\\'s", Some(("it's", 0, true, false))),
            ("<<'two words'", Some(("two words", 0, false, false))),
            ("<<$END", Some(("$END", 0, true, false))),
            ("<<two words", None),
            ("<<", None),
            ("<<-", None),
            ("<END", None),
            ("<<<END", None),
            ("x<<END", None),
            ("END", None),
            ("", None),
        ];
        for (word, expected) in table {
            let found = opening(word).expect(word);
            let found = found.as_ref().map(|o| (o.name.as_str(), o.descriptor, o.expand, o.strip_tabs));
            assert_eq!(found, expected, "{word}");
        }
    }

    #[test]
    fn a_name_whose_quote_does_not_close_is_refused() {
        for word in ["<<'END", "<<END\""] {
            let message = opening(word).expect_err(word).to_string();
            assert!(message.contains("unexpected end of statement while looking for matching"), "{message}");
        }
    }

    #[test]
    fn a_line_opens_as_many_as_it_names_outside_quotes() {
        let names = |line| openings(line).expect(line).into_iter().map(|o| o.name).collect::<Vec<_>>();
        assert_eq!(names("RUN cat <<A 3<<-B > c"), ["A", "B"]);
        assert_eq!(names("RUN << A cat"), ["A"]);
        assert!(names("RUN '<<A' \"<<B\" \\<<C").is_empty());
        assert!(names("RUN it's <<A").is_empty());
    }
}
