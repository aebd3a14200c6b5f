//! From text to commands.

use std::io::Cursor;

use brush_parser::ast::{CompoundList, Program};
use brush_parser::{ParseError, Parser, ParserOptions};

/// How brush is to understand us.
pub(crate) fn options() -> ParserOptions {
    ParserOptions {
        enable_extended_globbing: false,
        posix_mode: true,
        sh_mode: true,
        ..ParserOptions::default()
    }
}

/// The commands of a text up to the first error in it. A shell executes what
/// comes before an error, so the text is read line by line if it has one.
pub(crate) struct Script<'a> {
    rest: &'a str,
}

/// What comes next in a script.
pub(crate) enum Next {
    Commands(Vec<CompoundList>),
    Error(String),
    End,
}

impl<'a> Script<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// As many commands as can be read at once.
    pub(crate) fn next(&mut self) -> Next {
        if self.rest.is_empty() {
            return Next::End;
        }
        match parse(self.rest) {
            Ok(program) => {
                self.rest = "";
                Next::Commands(program.complete_commands)
            }
            Err(error) => self.next_lines(&error),
        }
    }

    /// The fewest lines that are commands by themselves.
    fn next_lines(&mut self, whole: &ParseError) -> Next {
        for (end, _) in self.rest.match_indices('\n') {
            let (head, tail) = self.rest.split_at(end + 1);
            match parse(head) {
                Ok(program) => {
                    self.rest = tail;
                    return Next::Commands(program.complete_commands);
                }
                Err(error) if is_unfinished(&error) => {}
                Err(error) => return self.fail(&error),
            }
        }
        self.fail(whole)
    }

    fn fail(&mut self, error: &ParseError) -> Next {
        self.rest = "";
        Next::Error(match error {
            ParseError::ParsingNear(position) => format!("line {}: syntax error", position.line),
            ParseError::ParsingAtEndOfInput => "syntax error: unexpected end of file".to_owned(),
            ParseError::Tokenizing { inner, .. } => format!("syntax error: {inner}"),
        })
    }
}

/// All of a text.
pub(crate) fn parse(text: &str) -> Result<Program, ParseError> {
    Parser::new(Cursor::new(text), &options()).parse_program()
}

fn is_unfinished(error: &ParseError) -> bool {
    matches!(
        error,
        ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. }
    )
}
