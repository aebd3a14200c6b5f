//! Here-documents: their texts, which stand behind the line that announces them.

use brush_parser::Token;

use super::{Lexer, Read, Unfinished};

impl Lexer<'_> {
    /// The texts of the here-documents that were announced on the line that ends here.
    pub(super) fn here_documents(&mut self) -> Read {
        let mut texts = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            let tag = self.tokens[pending.tag].to_str();
            let end = brush_parser::unquote_str(tag);
            let joins = !tag.contains(['\'', '"', '\\']);
            texts.push((
                pending.tag,
                end.clone(),
                self.here_document(&end, pending.strips_tabs, joins)?,
            ));
        }
        for (tag, end, text) in texts.into_iter().rev() {
            let span = self.tokens[tag].location().clone();
            let rest = [Token::Word(text, span.clone()), Token::Word(end, span)];
            self.tokens.splice((tag + 1)..=tag, rest);
        }
        Ok(())
    }

    fn here_document(&mut self, end: &str, strips_tabs: bool, joins: bool) -> Read<String> {
        let mut text = String::new();
        loop {
            let mut line = String::new();
            while strips_tabs && self.chars.get(self.at) == Some(&'\t') {
                self.take();
            }
            loop {
                match self.take() {
                    Some('\n')
                        if joins
                            && line.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1 =>
                    {
                        line.pop();
                    }
                    Some('\n') => break,
                    Some(char) => line.push(char),
                    None if line == end => return Ok(text),
                    None => return Err(Unfinished),
                }
            }
            if line == end {
                return Ok(text);
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
}
