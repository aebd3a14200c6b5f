//! From text to tokens. brush has a tokenizer too, but it knows no line
//! continuations in operators, and no `case` and no here-document in `$(…)`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_03>

mod here;
mod word;

use std::sync::Arc;

use brush_parser::{SourcePosition, SourceSpan, Token};

/// Operators, longer ones before their beginnings.
const OPERATORS: [&str; 17] = [
    "<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>", ">|", "&", "|", ";", "<", ">", "(", ")",
];
/// The text ends within something that was begun.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfinished;

type Read<T = ()> = Result<T, Unfinished>;

/// A here-document whose text has not been read yet.
struct Pending {
    /// The token that says how it ends.
    tag: usize,
    strips_tabs: bool,
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    tokens: Vec<Token>,
    pending: Vec<Pending>,
    depth: usize,
}

/// The tokens of a text.
pub(crate) fn tokens(text: &str) -> Read<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer::new(&chars, 0);
    while lexer.token()? {}
    if lexer.pending.is_empty() {
        Ok(lexer.tokens)
    } else {
        Err(Unfinished)
    }
}

/// Where the commands of a `$(…)` end whose `(` is at `at`: behind its `)`. None if it is arithmetic.
pub(crate) fn substitution_end(chars: &[char], at: usize) -> Option<usize> {
    if Lexer::new(chars, at).arithmetic(&mut String::new()) == Ok(true) {
        return None;
    }
    let mut lexer = Lexer::new(chars, at);
    lexer.substitution().ok()?;
    Some(lexer.at)
}

impl<'a> Lexer<'a> {
    fn new(chars: &'a [char], at: usize) -> Self {
        Self {
            chars,
            at,
            line: 1,
            tokens: Vec::new(),
            pending: Vec::new(),
            depth: 0,
        }
    }

    /// Reads one token: whether there was one.
    fn token(&mut self) -> Read<bool> {
        loop {
            match self.peek()? {
                None => return Ok(false),
                Some(' ' | '\t') => drop(self.take()),
                Some('#') => {
                    let rest = &self.chars[self.at..];
                    self.at += rest
                        .iter()
                        .position(|char| *char == '\n')
                        .unwrap_or(rest.len());
                }
                Some(_) => break,
            }
        }
        let start = self.position();
        if self.chars[self.at] == '\n' {
            self.take();
            self.push(Token::Operator, "\n".to_owned(), start);
            self.here_documents()?;
        } else if let Some(operator) = self.operator()? {
            self.push(Token::Operator, operator.to_owned(), start);
        } else {
            let word = self.word()?;
            let before = self.tokens.last().map(Token::to_str);
            if let Some(operator @ ("<<" | "<<-")) = before {
                self.pending.push(Pending {
                    tag: self.tokens.len(),
                    strips_tabs: operator == "<<-",
                });
            }
            self.push(Token::Word, word, start);
        }
        Ok(true)
    }

    fn push(&mut self, kind: fn(String, SourceSpan) -> Token, text: String, start: SourcePosition) {
        let span = SourceSpan {
            start: Arc::new(start),
            end: Arc::new(self.position()),
        };
        self.tokens.push(kind(text, span));
    }

    fn position(&self) -> SourcePosition {
        SourcePosition {
            index: self.at,
            line: self.line,
            column: 1,
        }
    }

    /// The next character, behind line continuations.
    fn peek(&mut self) -> Read<Option<char>> {
        while self.chars[self.at..].starts_with(&['\\', '\n']) {
            self.at += 2;
            self.line += 1;
            if self.at == self.chars.len() {
                return Err(Unfinished);
            }
        }
        Ok(self.chars.get(self.at).copied())
    }

    /// The next character as it stands.
    fn take(&mut self) -> Option<char> {
        let char = self.chars.get(self.at).copied()?;
        self.at += 1;
        self.line += usize::from(char == '\n');
        Some(char)
    }

    /// Takes characters over, up to and with this one; a backslash keeps its meaning if it has one there.
    fn copy_until(&mut self, end: char, escapes: bool, text: &mut String) -> Read {
        loop {
            let char = self.take().ok_or(Unfinished)?;
            text.push(char);
            if char == end {
                return Ok(());
            }
            if char == '\\' && escapes {
                text.push(self.take().ok_or(Unfinished)?);
            }
        }
    }

    fn operator(&mut self) -> Read<Option<&'static str>> {
        let (at, line) = (self.at, self.line);
        for operator in OPERATORS {
            let mut fits = true;
            for char in operator.chars() {
                fits = fits && self.peek()? == Some(char);
                if fits {
                    self.take();
                }
            }
            if fits {
                return Ok(Some(operator));
            }
            (self.at, self.line) = (at, line);
        }
        Ok(None)
    }
}

/// Whether a command can begin behind this token.
pub(crate) fn begins_command(token: &Token) -> bool {
    match token {
        Token::Operator(operator, _) => {
            matches!(
                operator.as_str(),
                "\n" | ";" | "&" | "|" | "&&" | "||" | "(" | ")"
            )
        }
        Token::Word(word, _) => matches!(
            word.as_str(),
            "!" | "{" | "if" | "then" | "else" | "elif" | "while" | "until" | "do"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let tokens = tokens(text).expect("the text is whole");
        let found: Vec<&str> = tokens.iter().map(Token::to_str).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_and_operators_are_told_apart() {
        check("a 'b c'&&d>>e # f", &["a", "'b c'", "&&", "d", ">>", "e"]);
        check("x=\"$(echo \")\")\";y", &["x=\"$(echo \")\")\"", ";", "y"]);
        check(
            "echo $((1 << (2))) ${a:-'}'}",
            &["echo", "$((1 << (2)))", "${a:-'}'}"],
        );
        check("\"${a-'}\" \"${a%'}'}\"", &["\"${a-'}\"", "\"${a%'}'}\""]);
    }

    #[test]
    fn a_line_that_goes_on_is_one() {
        check("tr\\\nue &\\\n& b", &["true", "&&", "b"]);
        check("'a\\\nb' $\\\n(c)", &["'a\\\nb'", "$(c)"]);
    }

    #[test]
    fn a_substitution_ends_where_its_commands_do() {
        check(
            "$(case a in a) b;; (c) d; esac) e",
            &["$(case a in a) b;; (c) d; esac)", "e"],
        );
        check("$(cat <<E\n)\nE\n) f", &["$(cat <<E\n)\nE\n)", "f"]);
        check("$((a); (b)) c", &["$((a); (b))", "c"]);
    }

    #[test]
    fn here_documents_stand_behind_their_tags() {
        check(
            "cat <<A <<-'B'; c\na\\\nb\nA\n\tx\\\n\tB\nd",
            &[
                "cat", "<<", "A", "ab\n", "A", "<<-", "'B'", "x\\\n", "B", ";", "c", "\n", "d",
            ],
        );
    }

    #[test]
    fn what_was_begun_must_end() {
        for text in [
            "'a",
            "\"a",
            "$(a",
            "${a",
            "`a",
            "cat <<E\na\n",
            "a \\\n",
            "$((1",
        ] {
            assert_eq!(tokens(text).err(), Some(Unfinished), "{text}");
        }
    }
}
