//! A line cut into words as a POSIX shell does: quotes, escapes, comments.
//! What this prompt does not do is said, never ignored.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02>

use crate::limits;

/// Why a line cannot be cut into words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// A quote is not closed.
    #[error("sh: syntax error: unterminated quoted string")]
    Quote,
    /// The line is longer than any command.
    #[error("sh: the line is longer than {limit} bytes")]
    TooLong {
        /// The bound.
        limit: usize,
    },
    /// Nothing stands after `<`.
    #[error("sh: syntax error: unexpected newline")]
    NoFile,
    /// A shell operator this prompt does not have yet.
    #[error("sh: `{operator}` is not supported yet at this prompt")]
    Operator {
        /// Such as `|`.
        operator: char,
    },
}

/// A line, cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Its words; none if it is blank or a comment.
    pub words: Vec<String>,
    /// The file after `<`, which becomes the standard input.
    pub input: Option<String>,
    /// Where its standard output goes.
    pub output: Option<Redirect>,
}

/// The file after `>` or `>>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// As typed.
    pub target: String,
    /// Whether it is extended rather than replaced.
    pub append: bool,
}

/// The words of `line`, without where its input comes from and its output goes.
pub fn split(line: &str) -> Result<Vec<String>, WordsError> {
    read(line).map(|typed| typed.words)
}

/// Cuts `line`.
pub fn read(line: &str) -> Result<Typed, WordsError> {
    if line.len() > limits::LINE_BYTES {
        return Err(WordsError::TooLong { limit: limits::LINE_BYTES });
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    // How many words stood before a `<`.
    let mut input_at = None;
    // The same of a `>`, and whether it was two.
    let mut output_at: Option<(usize, bool)> = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\'' => word.get_or_insert_default().push_str(&quoted(&mut rest)?),
            '"' => double_quoted(&mut rest, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().extend(rest.next()),
            '#' if word.is_none() => break,
            '<' if input_at.is_none() && !rest.as_str().starts_with(['<', '&', '>']) => {
                words.extend(word.take());
                input_at = Some(words.len());
            }
            // A number before it would mean another stream.
            '>' if output_at.is_none()
                && !word.as_ref().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit())) =>
            {
                words.extend(word.take());
                let append = rest.as_str().starts_with('>').then(|| rest.next()).is_some();
                output_at = Some((words.len(), append));
            }
            '|' | '&' | ';' | '<' | '>' | '`' => return Err(WordsError::Operator { operator: c }),
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    let mut output = None;
    if let Some((at, append)) = output_at {
        if at >= words.len() || input_at == Some(at) {
            return Err(WordsError::NoFile);
        }
        output = Some(Redirect { target: words.remove(at), append });
        input_at = input_at.map(|input: usize| if input > at { input - 1 } else { input });
    }
    let input = match input_at {
        Some(at) if at < words.len() => Some(words.remove(at)),
        Some(_) => return Err(WordsError::NoFile),
        None => None,
    };
    Ok(Typed { words, input, output })
}

fn quoted(rest: &mut std::str::Chars<'_>) -> Result<String, WordsError> {
    let text = rest.as_str();
    let end = text.find('\'').ok_or(WordsError::Quote)?;
    *rest = text[end + 1..].chars();
    Ok(text[..end].to_owned())
}

/// Inside double quotes a backslash only escapes what would be special.
fn double_quoted(rest: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), WordsError> {
    loop {
        match rest.next().ok_or(WordsError::Quote)? {
            '"' => return Ok(()),
            '\\' => match rest.next().ok_or(WordsError::Quote)? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_as_a_shell_does() {
        let table: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("  # comment", &[]),
            ("docker  build -t a:1 .", &["docker", "build", "-t", "a:1", "."]),
            ("echo 'a  b' \"c \\\" d\" e\\ f", &["echo", "a  b", "c \" d", "e f"]),
            ("echo ''", &["echo", ""]),
            ("a#b #c", &["a#b"]),
            ("x\"y\"'z'", &["xyz"]),
            ("\"a\\nb\"", &["a\\nb"]),
        ];
        for (line, words) in table {
            assert_eq!(split(line).expect(line), words, "{line}");
        }
    }

    #[test]
    fn what_the_prompt_cannot_do_is_said() {
        assert_eq!(split("a | b"), Err(WordsError::Operator { operator: '|' }));
        assert_eq!(split("echo 'a"), Err(WordsError::Quote));
        assert!(split(&"x".repeat(limits::LINE_BYTES + 1)).is_err());
    }
}
