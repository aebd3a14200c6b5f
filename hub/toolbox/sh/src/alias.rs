//! Aliases: words that other text stands for, put in their place before the
//! grammar sees them.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_03_01>

use std::collections::BTreeMap;

use brush_parser::Token;

use crate::lexer::{self, begins_command};

/// The aliases by name.
pub(crate) type Aliases = BTreeMap<String, String>;

/// The tokens, each word that is an alias replaced by what it stands for.
pub(crate) fn substituted(tokens: Vec<Token>, aliases: &Aliases) -> Vec<Token> {
    if aliases.is_empty() {
        return tokens;
    }
    let mut substitution = Substitution {
        aliases,
        done: Vec::new(),
        begins: true,
        is_next: false,
        within: Vec::new(),
    };
    substitution.all(tokens);
    substitution.done
}

struct Substitution<'a> {
    aliases: &'a Aliases,
    done: Vec<Token>,
    /// Whether a command begins here.
    begins: bool,
    /// Whether an alias ended in a blank, so that the next word may be one too.
    is_next: bool,
    /// The aliases whose text this is: none stands for itself.
    within: Vec<&'a str>,
}

impl<'a> Substitution<'a> {
    fn all(&mut self, tokens: Vec<Token>) {
        for token in tokens {
            let found = self.alias(&token);
            let Some((name, text)) = found else {
                self.keep(token);
                continue;
            };
            // A text that ends within quotes is no sequence of tokens.
            let Ok(tokens) = lexer::tokens(text) else {
                self.keep(token);
                continue;
            };
            self.within.push(name);
            self.is_next = false;
            self.all(tokens);
            self.within.pop();
            self.is_next |= text.ends_with([' ', '\t']);
        }
    }

    fn alias(&self, token: &Token) -> Option<(&'a str, &'a str)> {
        let Token::Word(word, _) = token else {
            return None;
        };
        let (name, text) = self.aliases.get_key_value(word)?;
        let wanted = (self.begins || self.is_next) && !self.is_target();
        (wanted && !self.within.contains(&name.as_str())).then_some((name, text))
    }

    /// Whether the next word is what a redirection leads to.
    fn is_target(&self) -> bool {
        self.done.last().is_some_and(
            |last| matches!(last, Token::Operator(text, _) if text.starts_with(['<', '>'])),
        )
    }

    fn keep(&mut self, token: Token) {
        let is_target = self.is_target();
        match &token {
            Token::Operator(text, _) if text.starts_with(['<', '>']) => {}
            Token::Word(..) if is_target => {}
            Token::Word(word, _) if self.begins => {
                let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
                self.begins = begins_command(&token) || is_assignment(word) || is_number;
            }
            token => self.begins = matches!(token, Token::Operator(..)) && begins_command(token),
        }
        self.is_next = false;
        self.done.push(token);
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| crate::variables::is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let aliases: Aliases = [
            ("e", "echo "),
            ("a", "b c"),
            ("b", "a"),
            ("ls", "ls -l"),
            ("begin", "{"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into();
        let tokens = lexer::tokens(text).expect("the text is whole");
        let tokens = substituted(tokens, &aliases);
        let found: Vec<&str> = tokens.iter().map(Token::to_str).collect();
        assert_eq!(found.join(" "), expected, "{text:?}");
    }

    #[test]
    fn the_first_word_of_a_command_is_replaced() {
        check("e x; x e", "echo x ; x e");
        check("if e; then e; fi", "if echo ; then echo ; fi");
        check("x=1 >e e", "x=1 > e echo");
        check("'e' \\e", "'e' \\e");
        check("begin e; }", "{ echo ; }");
    }

    #[test]
    fn no_alias_stands_for_itself() {
        check("ls", "ls -l");
        check("a", "a c");
    }

    #[test]
    fn a_blank_at_the_end_asks_for_the_next_word() {
        check("e e x e", "echo echo x e");
        check("e a", "echo b c");
    }
}
