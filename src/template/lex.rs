//! A template cut into tokens as Go's `text/template` cuts it, trim markers
//! and comments gone.
//! <https://pkg.go.dev/text/template#hdr-Text_and_spaces>

use super::number::number;
use crate::text::quoted;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// As it stands in the template; of an error, what is wrong.
    pub text: String,
    /// Where it begins, in bytes.
    pub position: usize,
    /// Its line, from 1.
    pub line: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Outside of actions.
    Text,
    /// `{{`.
    Open,
    /// `}}`.
    Close,
    /// White space between operands.
    Space,
    /// `|`.
    Pipe,
    /// `(`.
    OpenParenthesis,
    /// `)`.
    CloseParenthesis,
    /// `.` alone.
    Dot,
    /// `.Name`.
    Field,
    /// `$` or `$name`.
    Variable,
    /// The name of a function.
    Function,
    /// `if`, `range`, `end`…
    Keyword,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// `"…"`.
    Quoted,
    /// Between backquotes.
    Raw,
    /// `=`.
    Assign,
    /// `:=`.
    Declare,
    /// Any other character, such as a comma.
    Character,
    /// What cannot be read; the last token.
    Error,
    /// The end; the last token.
    End,
}

const KEYWORDS: [&str; 11] =
    ["block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"];

/// The tokens of `text`; the last one is an end or an error.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, start: 0, parentheses: 0, tokens: Vec::new() };
    if let Err(wrong) = lexer.whole() {
        lexer.push(Kind::Error, wrong);
    }
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    start: usize,
    parentheses: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    /// Text and actions in turn, to the end.
    fn whole(&mut self) -> Result<(), String> {
        while let Some(length) = self.rest().find("{{") {
            self.at += length;
            let trims = trims_left(&self.rest()[2..]);
            let text = &self.text[self.start..self.at];
            let text = if trims { text.trim_end_matches(is_space) } else { text };
            if !text.is_empty() {
                self.push(Kind::Text, text.to_owned());
            }
            self.start = self.at;
            self.at += if trims { 4 } else { 2 };
            if self.rest().starts_with("/*") {
                self.comment()?;
                continue;
            }
            self.push(Kind::Open, "{{".to_owned());
            while !self.inside()? {}
        }
        self.at = self.text.len();
        if self.start < self.at {
            self.emit(Kind::Text);
        }
        self.emit(Kind::End);
        Ok(())
    }

    fn comment(&mut self) -> Result<(), String> {
        self.at += self.rest().find("*/").ok_or("unclosed comment")? + 2;
        let trims = self.closes().ok_or("comment ends before closing delimiter")?;
        self.close(trims);
        Ok(())
    }

    /// One token of an action; whether it was the action's end.
    fn inside(&mut self) -> Result<bool, String> {
        if let Some(trims) = self.closes() {
            if self.parentheses > 0 {
                return Err("unclosed left paren".to_owned());
            }
            self.push(Kind::Close, "}}".to_owned());
            self.close(trims);
            return Ok(true);
        }
        let first = self.next().ok_or("unclosed action")?;
        match first {
            c if is_space(c) => self.space(),
            '=' => self.emit(Kind::Assign),
            ':' if self.next() == Some('=') => self.emit(Kind::Declare),
            ':' => return Err("expected :=".to_owned()),
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', "unterminated quoted string", Kind::Quoted)?,
            '\'' => self.quoted('\'', "unterminated character constant", Kind::Number)?,
            '`' => self.raw()?,
            '$' => self.name(Kind::Variable)?,
            '.' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => self.name(Kind::Field)?,
            '.' | '+' | '-' | '0'..='9' => self.number()?,
            c if is_word(c) => self.word()?,
            '(' => {
                self.parentheses += 1;
                self.emit(Kind::OpenParenthesis);
            }
            ')' => {
                self.parentheses = self.parentheses.checked_sub(1).ok_or("unexpected right paren")?;
                self.emit(Kind::CloseParenthesis);
            }
            c if c.is_ascii_graphic() => self.emit(Kind::Character),
            c => return Err(format!("unrecognized character in action: {}", named(c))),
        }
        Ok(false)
    }

    /// White space, but not the one that a closing trim marker begins with.
    fn space(&mut self) {
        while self.closes().is_none() && self.peek().is_some_and(is_space) {
            self.next();
        }
        self.emit(Kind::Space);
    }

    fn quoted(&mut self, end: char, wrong: &str, kind: Kind) -> Result<(), String> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(wrong.to_owned()),
                Some('\\') => match self.next() {
                    None | Some('\n') => return Err(wrong.to_owned()),
                    Some(_) => {}
                },
                Some(c) if c == end => {
                    self.emit(kind);
                    return Ok(());
                }
                Some(_) => {}
            }
        }
    }

    fn raw(&mut self) -> Result<(), String> {
        self.at += self.rest().find('`').ok_or("unterminated raw quoted string")? + 1;
        self.emit(Kind::Raw);
        Ok(())
    }

    /// What follows a `.` or a `$`; nothing may.
    fn name(&mut self, kind: Kind) -> Result<(), String> {
        self.words_end()?;
        let alone = self.at == self.start + 1;
        self.emit(if alone && kind == Kind::Field { Kind::Dot } else { kind });
        Ok(())
    }

    fn word(&mut self) -> Result<(), String> {
        self.words_end()?;
        let word = &self.text[self.start..self.at];
        self.emit(match word {
            "true" | "false" => Kind::Bool,
            word if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Function,
        });
        Ok(())
    }

    fn words_end(&mut self) -> Result<(), String> {
        while self.peek().is_some_and(is_word) {
            self.next();
        }
        match self.peek() {
            Some(c) if !is_space(c) && !".,|:)(".contains(c) && !self.rest().starts_with("}}") => {
                Err(format!("bad character {}", named(c)))
            }
            _ => Ok(()),
        }
    }

    fn number(&mut self) -> Result<(), String> {
        let exponent = |text: &str| text.ends_with(['e', 'E']) && !text.starts_with("0x");
        while let Some(c) = self.peek() {
            let sign = "+-".contains(c) && exponent(&self.text[self.start..self.at]);
            if !(is_word(c) || c == '.' || sign) {
                break;
            }
            self.next();
        }
        let text = &self.text[self.start..self.at];
        if number(text).is_none() {
            return Err(format!("bad number syntax: {}", quoted(text)));
        }
        self.emit(Kind::Number);
        Ok(())
    }

    /// Whether an action ends here, and if so whether it trims what follows.
    fn closes(&self) -> Option<bool> {
        let rest = self.rest();
        let trims = rest.strip_prefix(is_space).is_some_and(|rest| rest.starts_with("-}}"));
        (trims || rest.starts_with("}}")).then_some(trims)
    }

    /// Goes behind the end of an action.
    fn close(&mut self, trims: bool) {
        self.at += if trims { 4 } else { 2 };
        if trims {
            self.at = self.text.len() - self.rest().trim_start_matches(is_space).len();
        }
        self.start = self.at;
    }

    fn emit(&mut self, kind: Kind) {
        let text = self.text[self.start..self.at].to_owned();
        self.push(kind, text);
    }

    fn push(&mut self, kind: Kind, text: String) {
        let line = 1 + self.text[..self.start].matches('\n').count();
        self.tokens.push(Token { kind, text, position: self.start, line });
        self.start = self.at;
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }
}

fn trims_left(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_space))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Such as `U+0021 '!'`.
fn named(c: char) -> String {
    format!("U+{:04X} '{c}'", u32::from(c))
}
