//! From text to commands.

use std::io;

use brush_parser::ast::{CompoundList, Program};
use brush_parser::{ParseError, ParserOptions, parse_tokens};

use crate::alias::{self, Aliases};
use crate::lexer;
use crate::shell::Shell;

/// How brush is to understand us.
pub(crate) fn options() -> ParserOptions {
    ParserOptions {
        enable_extended_globbing: false,
        posix_mode: true,
        sh_mode: true,
        ..ParserOptions::default()
    }
}

/// Where lines come from.
enum Lines {
    Text { text: String, at: usize },
    Input,
}

/// Commands to be read, a few lines at a time: what comes before an error is
/// executed, and an alias holds from the next line on.
pub(crate) struct Script {
    lines: Lines,
    /// The number of the next line.
    line: usize,
    /// Whether `set -v` shows its lines.
    shows: bool,
}

/// What comes next in a script.
pub(crate) enum Next {
    Commands(Vec<CompoundList>),
    Error(String),
    /// A signal came while somebody was to type.
    Interrupted,
    End,
}

/// What a few lines are.
enum Chunk {
    Whole(Program),
    Unfinished,
    /// With the number of the line that is wrong.
    Wrong(usize),
}

impl Script {
    /// The text of a file or of an argument.
    pub(crate) fn file(text: String) -> Self {
        Self {
            lines: Lines::Text { text, at: 0 },
            line: 1,
            shows: true,
        }
    }

    /// A text within a script, as `eval` has it; `line` is where it stands.
    pub(crate) fn inner(text: &str, line: usize) -> Self {
        Self {
            lines: Lines::Text {
                text: text.to_owned(),
                at: 0,
            },
            line,
            shows: false,
        }
    }

    /// Standard input, of which no more is read than is needed.
    pub(crate) fn input() -> Self {
        Self {
            lines: Lines::Input,
            line: 1,
            shows: true,
        }
    }

    pub(crate) fn is_input(&self) -> bool {
        matches!(self.lines, Lines::Input)
    }

    /// The next lines that are commands by themselves.
    pub(crate) fn next(&mut self, shell: &mut Shell) -> Next {
        let mut chunk = String::new();
        let (first, mut tried) = (self.line, 0);
        loop {
            let line = match self.read_line(shell, !chunk.is_empty()) {
                Ok(line) if line.is_empty() => break,
                Ok(line) => line,
                Err(_) => return Next::Interrupted,
            };
            self.line += 1;
            chunk.push_str(&line);
            // A long document or function is not read anew with each of its lines.
            let read = self.line - first;
            if read < tried + tried / 16 {
                continue;
            }
            tried = read;
            match chunk_of(&chunk, &shell.aliases) {
                Chunk::Unfinished => {}
                chunk => return begun(shell, first, chunk),
            }
        }
        if chunk.is_empty() {
            return Next::End;
        }
        // A line that goes on at the end goes on with nothing.
        match chunk_of(chunk.trim_end_matches("\\\n"), &shell.aliases) {
            Chunk::Unfinished => Next::Error("syntax error: unexpected end of file".to_owned()),
            chunk => begun(shell, first, chunk),
        }
    }

    /// The next line with its end; nothing after the last. Of somebody who types it may be a signal instead.
    fn read_line(&mut self, shell: &mut Shell, goes_on: bool) -> io::Result<String> {
        let line = match &mut self.lines {
            Lines::Text { text, at } => {
                let rest = &text[*at..];
                let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
                *at += length;
                rest[..length].to_owned()
            }
            Lines::Input => {
                shell.prompt(if goes_on { "PS2" } else { "PS1" });
                let mut bytes = Vec::new();
                while bytes.last() != Some(&b'\n') {
                    let read = if shell.interactive {
                        shell.streams.await_byte(0)
                    } else {
                        shell.streams.read_byte(0)
                    };
                    match read {
                        Ok(Some(byte)) => bytes.push(byte),
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                            return Err(error);
                        }
                        Ok(None) | Err(_) => break,
                    }
                }
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        if shell.options.verbose && self.shows {
            shell.streams.write(2, line.as_bytes()).unwrap_or_default();
        }
        Ok(line)
    }
}

fn begun(shell: &mut Shell, first: usize, chunk: Chunk) -> Next {
    shell.first_line = first;
    match chunk {
        Chunk::Whole(program) => Next::Commands(program.complete_commands),
        Chunk::Wrong(line) => Next::Error(format!("line {}: syntax error", first + line - 1)),
        Chunk::Unfinished => Next::End,
    }
}

fn chunk_of(text: &str, aliases: &Aliases) -> Chunk {
    let Ok(tokens) = lexer::tokens(text) else {
        return Chunk::Unfinished;
    };
    match parse_tokens(&alias::substituted(tokens, aliases), &options()) {
        Ok(program) => Chunk::Whole(program),
        Err(ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. }) => Chunk::Unfinished,
        Err(ParseError::ParsingNear(position)) => Chunk::Wrong(position.line),
    }
}
