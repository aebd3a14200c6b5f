//! The script of `sed` as commands.

use std::iter::Peekable;
use std::str::Chars;

use regex_lite::Regex;

use crate::options::Failure;
use crate::regular::{build, extended};

/// One command and the lines it is for.
pub(super) struct Command {
    pub(super) addresses: Vec<Address>,
    /// It is for all other lines.
    pub(super) negated: bool,
    pub(super) verb: Verb,
}

pub(super) enum Address {
    Line(usize),
    /// `FIRST~STEP`
    Every(usize, usize),
    Last,
    /// None: the expression that was used last.
    Match(Option<Regex>),
    /// `+N`, as the second: so many lines more.
    More(usize),
}

pub(super) enum Verb {
    /// `{`, with where its `}` is.
    Open(usize),
    Close,
    Label(String),
    Append(String),
    Insert(String),
    Change(String),
    Branch(char, String),
    Delete,
    DeleteFirst,
    Get,
    GetMore,
    Hold,
    HoldMore,
    Next,
    NextMore,
    Print,
    PrintFirst,
    Number,
    Quit(u8, bool),
    Read(String),
    Substitute(Substitution),
    Translate(Vec<(char, char)>),
    Write(String),
    Exchange,
}

pub(super) struct Substitution {
    pub(super) expression: Option<Regex>,
    pub(super) replacement: Vec<Part>,
    pub(super) global: bool,
    /// Which match is the first to be replaced.
    pub(super) first: usize,
    pub(super) prints: bool,
    pub(super) file: Option<String>,
}

/// A part of what a match is replaced by.
pub(super) enum Part {
    Text(String),
    Group(usize),
}

struct Parser<'a> {
    chars: Peekable<Chars<'a>>,
    extended: bool,
}

fn wrong<T>(message: &str) -> Result<T, Failure> {
    Err(Failure::Told(format!("bad script: {message}"), 1))
}

/// Reads a script.
pub(super) fn parse(text: &str, extended: bool) -> Result<Vec<Command>, Failure> {
    let mut parser = Parser {
        chars: text.chars().peekable(),
        extended,
    };
    let (mut commands, mut open): (Vec<Command>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        parser.skip(|char| char.is_whitespace() || char == ';');
        match parser.chars.peek() {
            None => break,
            Some('#') => parser.skip(|char| char != '\n'),
            Some(_) => {
                let command = parser.command()?;
                match command.verb {
                    Verb::Open(_) => open.push(commands.len()),
                    Verb::Close => {
                        let Some(at) = open.pop() else {
                            return wrong("unexpected `}'");
                        };
                        commands[at].verb = Verb::Open(commands.len());
                    }
                    _ => {}
                }
                commands.push(command);
            }
        }
    }
    if open.is_empty() {
        Ok(commands)
    } else {
        wrong("unmatched `{'")
    }
}

impl Parser<'_> {
    fn skip(&mut self, unwanted: impl Fn(char) -> bool) {
        while self.chars.next_if(|char| unwanted(*char)).is_some() {}
    }

    fn number(&mut self) -> Option<usize> {
        let mut digits = String::new();
        while let Some(digit) = self.chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    fn command(&mut self) -> Result<Command, Failure> {
        let mut addresses: Vec<Address> = self.address()?.into_iter().collect();
        self.skip(|char| char == ' ');
        if !addresses.is_empty() && self.chars.next_if_eq(&',').is_some() {
            self.skip(|char| char == ' ');
            match self.address()? {
                Some(address) => addresses.push(address),
                None => return wrong("unexpected `,'"),
            }
        }
        self.skip(|char| char == ' ');
        let negated = self.chars.next_if_eq(&'!').is_some();
        self.skip(|char| matches!(char, ' ' | '!'));
        let verb = self.verb()?;
        Ok(Command {
            addresses,
            negated,
            verb,
        })
    }

    fn address(&mut self) -> Result<Option<Address>, Failure> {
        Ok(Some(match self.chars.peek().copied() {
            Some('$') => {
                self.chars.next();
                Address::Last
            }
            Some('+') => {
                self.chars.next();
                Address::More(self.number().unwrap_or(0))
            }
            Some(char) if char.is_ascii_digit() => {
                let first = self.number().unwrap_or(0);
                if self.chars.next_if_eq(&'~').is_some() {
                    Address::Every(first, self.number().unwrap_or(0))
                } else {
                    Address::Line(first)
                }
            }
            Some(char @ ('/' | '\\')) => {
                self.chars.next();
                let delimiter = if char == '/' {
                    '/'
                } else {
                    self.chars.next().unwrap_or('/')
                };
                let text = self.delimited(delimiter, true)?;
                let ignores_case = self.chars.next_if_eq(&'I').is_some();
                Address::Match(self.expression(&text, ignores_case)?)
            }
            _ => return Ok(None),
        }))
    }

    fn expression(&self, text: &str, ignores_case: bool) -> Result<Option<Regex>, Failure> {
        if text.is_empty() {
            return Ok(None);
        }
        let pattern = if self.extended {
            text.to_owned()
        } else {
            extended(text)
        };
        build(&pattern, text, ignores_case).map(Some)
    }

    /// The text up to a delimiter, which a backslash makes a character like others.
    fn delimited(&mut self, delimiter: char, is_pattern: bool) -> Result<String, Failure> {
        let (mut text, mut in_set) = (String::new(), false);
        while let Some(char) = self.chars.next() {
            if char == delimiter && !in_set {
                return Ok(text);
            }
            match char {
                '[' if is_pattern && !in_set => {
                    in_set = true;
                    text.push(char);
                    text.extend(self.chars.next_if_eq(&'^'));
                    text.extend(self.chars.next_if_eq(&']'));
                    continue;
                }
                ']' => in_set = false,
                '\\' if !in_set => {
                    match self.chars.next() {
                        Some(next) if next == delimiter => text.push(next),
                        Some(next) => text.extend(['\\', next]),
                        None => {}
                    }
                    continue;
                }
                _ => {}
            }
            text.push(char);
        }
        wrong("a command is not ended")
    }

    fn verb(&mut self) -> Result<Verb, Failure> {
        let Some(letter) = self.chars.next() else {
            return wrong("missing command");
        };
        Ok(match letter {
            '{' => Verb::Open(0),
            '}' => Verb::Close,
            ':' => Verb::Label(self.word()),
            'a' => Verb::Append(self.text()),
            'i' => Verb::Insert(self.text()),
            'c' => Verb::Change(self.text()),
            'b' | 't' | 'T' => Verb::Branch(letter, self.word()),
            'd' => Verb::Delete,
            'D' => Verb::DeleteFirst,
            'g' => Verb::Get,
            'G' => Verb::GetMore,
            'h' => Verb::Hold,
            'H' => Verb::HoldMore,
            'n' => Verb::Next,
            'N' => Verb::NextMore,
            'p' => Verb::Print,
            'P' => Verb::PrintFirst,
            '=' => Verb::Number,
            'q' | 'Q' => {
                self.skip(|char| char == ' ');
                let code = self.number().and_then(|code| u8::try_from(code).ok());
                Verb::Quit(code.unwrap_or(0), letter == 'q')
            }
            'r' => Verb::Read(self.line()),
            's' => Verb::Substitute(self.substitution()?),
            'w' => Verb::Write(self.line()),
            'x' => Verb::Exchange,
            'y' => Verb::Translate(self.translation()?),
            letter => return wrong(&format!("unknown command: `{letter}'")),
        })
    }

    /// A label.
    fn word(&mut self) -> String {
        self.skip(|char| char == ' ');
        let mut word = String::new();
        while let Some(char) = self.chars.next_if(|char| !matches!(char, '\n' | ';' | '}')) {
            word.push(char);
        }
        word.trim_end().to_owned()
    }

    /// The rest of the line: the name of a file.
    fn line(&mut self) -> String {
        self.skip(|char| char == ' ');
        let mut line = String::new();
        while let Some(char) = self.chars.next_if(|char| *char != '\n') {
            line.push(char);
        }
        line
    }

    /// What `a`, `i` and `c` write: the rest of the line, or the lines behind `a\`.
    fn text(&mut self) -> String {
        self.skip(|char| matches!(char, ' ' | '\t'));
        if self.chars.next_if_eq(&'\\').is_some() {
            self.skip(|char| matches!(char, ' ' | '\t'));
            self.chars.next_if_eq(&'\n');
        }
        let mut text = String::new();
        while let Some(char) = self.chars.next() {
            match char {
                '\n' => break,
                '\\' => text.extend(self.chars.next()),
                char => text.push(char),
            }
        }
        text.push('\n');
        text
    }

    fn substitution(&mut self) -> Result<Substitution, Failure> {
        let delimiter = self.chars.next().unwrap_or('/');
        let pattern = self.delimited(delimiter, true)?;
        let replacement = replacement(&self.delimited(delimiter, false)?);
        let mut substitution = Substitution {
            expression: None,
            replacement,
            global: false,
            first: 1,
            prints: false,
            file: None,
        };
        let mut ignores_case = false;
        while let Some(flag) = self.chars.peek().copied() {
            match flag {
                'g' => substitution.global = true,
                'p' => substitution.prints = true,
                'i' | 'I' => ignores_case = true,
                'w' => {
                    self.chars.next();
                    substitution.file = Some(self.line());
                    break;
                }
                '1'..='9' => {
                    substitution.first = self.number().unwrap_or(1);
                    continue;
                }
                ' ' | '\n' | ';' | '}' | '#' => break,
                flag => return wrong(&format!("unknown option to `s': `{flag}'")),
            }
            self.chars.next();
        }
        substitution.expression = self.expression(&pattern, ignores_case)?;
        Ok(substitution)
    }

    fn translation(&mut self) -> Result<Vec<(char, char)>, Failure> {
        let delimiter = self.chars.next().unwrap_or('/');
        let from = unescaped(&self.delimited(delimiter, false)?);
        let to = unescaped(&self.delimited(delimiter, false)?);
        if from.len() != to.len() {
            return wrong("strings for `y' command are different lengths");
        }
        Ok(from.into_iter().zip(to).collect())
    }
}

fn unescaped(text: &str) -> Vec<char> {
    let mut chars = text.chars();
    let mut plain = Vec::new();
    while let Some(char) = chars.next() {
        plain.push(match char {
            '\\' => escape(chars.next().unwrap_or('\\')),
            char => char,
        });
    }
    plain
}

fn escape(char: char) -> char {
    match char {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        char => char,
    }
}

fn replacement(text: &str) -> Vec<Part> {
    let (mut parts, mut plain) = (Vec::new(), String::new());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        let group = match char {
            '&' => Some(0),
            '\\' => {
                let next = chars.next().unwrap_or('\\');
                let digit = next.to_digit(10);
                if digit.is_none() {
                    plain.push(escape(next));
                    continue;
                }
                digit
            }
            _ => None,
        };
        match group {
            Some(group) => {
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(Part::Group(group as usize));
            }
            None => plain.push(char),
        }
    }
    parts.push(Part::Text(plain));
    parts
}
