//! Words with their quotes and expansions, which are taken over as they stand.

use brush_parser::Token;

use super::{Lexer, Read, Unfinished, begins_command};

/// Expansions within expansions: each needs some of the stack.
const DEPTH: usize = 100;

/// What a `)` may end.
#[derive(PartialEq, Eq)]
enum Open {
    Parenthesis,
    Case,
}

impl Lexer<'_> {
    pub(super) fn word(&mut self) -> Read<String> {
        let mut text = String::new();
        while let Some(char) = self.peek()? {
            if matches!(
                char,
                ' ' | '\t' | '\n' | '&' | '|' | ';' | '<' | '>' | '(' | ')'
            ) {
                break;
            }
            self.take();
            text.push(char);
            match char {
                '\'' => self.copy_until('\'', false, &mut text)?,
                '`' => self.copy_until('`', true, &mut text)?,
                '"' => self.double_quoted(&mut text)?,
                '\\' => text.extend(self.take()),
                '$' => self.dollar(false, &mut text)?,
                _ => {}
            }
        }
        Ok(text)
    }

    /// The rest of what is in double quotes.
    fn double_quoted(&mut self, text: &mut String) -> Read {
        loop {
            let char = self.peek()?.ok_or(Unfinished)?;
            self.take();
            text.push(char);
            match char {
                '"' => return Ok(()),
                '`' => self.copy_until('`', true, text)?,
                '\\' => text.push(self.take().ok_or(Unfinished)?),
                '$' => self.dollar(true, text)?,
                _ => {}
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, quoted: bool, text: &mut String) -> Read {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Unfinished);
        }
        match self.peek()? {
            Some('{') => {
                self.take();
                text.push('{');
                self.braced(quoted, text)?;
            }
            Some('(') => {
                let (start, line) = (self.at, self.line);
                let mut sum = String::new();
                if self.arithmetic(&mut sum)? {
                    text.push_str(&sum);
                } else {
                    (self.at, self.line) = (start, line);
                    self.substitution()?;
                    text.extend(&self.chars[start..self.at]);
                }
            }
            _ => {}
        }
        self.depth -= 1;
        Ok(())
    }

    /// The rest of `${…}`.
    fn braced(&mut self, quoted: bool, text: &mut String) -> Read {
        // In double quotes a single one means itself, but not in a pattern.
        let mut behind = self.chars[self.at..].iter().skip(1);
        let operator = behind.find(|char| !char.is_ascii_alphanumeric() && **char != '_');
        let literal = quoted && !matches!(operator, Some('#' | '%'));
        loop {
            let char = self.peek()?.ok_or(Unfinished)?;
            self.take();
            text.push(char);
            match char {
                '}' => return Ok(()),
                '\'' if !literal => self.copy_until('\'', false, text)?,
                '`' => self.copy_until('`', true, text)?,
                '"' => self.double_quoted(text)?,
                '\\' => text.push(self.take().ok_or(Unfinished)?),
                '$' => self.dollar(quoted, text)?,
                _ => {}
            }
        }
    }

    /// `((…))`, if it is that; else nothing of use is left behind.
    pub(super) fn arithmetic(&mut self, text: &mut String) -> Read<bool> {
        let mut open = 0;
        loop {
            let Some(char) = self.peek()? else {
                return if open < 2 { Ok(false) } else { Err(Unfinished) };
            };
            self.take();
            text.push(char);
            match char {
                '(' => open += 1,
                _ if open < 2 => return Ok(false),
                // Both that were opened first must be closed together.
                ')' if open == 2 => {
                    text.push(')');
                    let closes = self.peek()? == Some(')');
                    self.take();
                    return Ok(closes);
                }
                ')' => open -= 1,
                '`' => self.copy_until('`', true, text)?,
                '$' => self.dollar(false, text)?,
                _ => {}
            }
        }
    }

    /// Goes behind the `)` of a `$(`, whose `(` is next.
    pub(super) fn substitution(&mut self) -> Read {
        let (mark, pending) = (self.tokens.len(), std::mem::take(&mut self.pending));
        let mut open: Vec<Open> = Vec::new();
        self.peek()?;
        self.take();
        loop {
            if !self.token()? {
                return Err(Unfinished);
            }
            let Some((last, earlier)) = self.tokens[mark..].split_last() else {
                continue;
            };
            let before = earlier.last().map_or("\n", Token::to_str);
            let begins = earlier.last().is_none_or(begins_command);
            match last {
                Token::Word(word, _) if word == "case" && begins => open.push(Open::Case),
                Token::Word(word, _)
                    if word == "esac"
                        && open.last() == Some(&Open::Case)
                        && (begins || matches!(before, ";;" | "in")) =>
                {
                    open.pop();
                }
                Token::Operator(operator, _) if operator == "(" => open.push(Open::Parenthesis),
                Token::Operator(operator, _) if operator == ")" => match open.last() {
                    None => break,
                    Some(Open::Parenthesis) => drop(open.pop()),
                    Some(Open::Case) => {}
                },
                _ => {}
            }
        }
        self.tokens.truncate(mark);
        self.pending = pending;
        Ok(())
    }
}
