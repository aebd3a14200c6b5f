//! Expansion of words: tilde, parameters, commands and arithmetic, then fields,
//! then the names of files.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06>

mod command;
mod fields;
mod parameter;

use brush_parser::ParserOptions;
use brush_parser::ast::Word;
use brush_parser::word::{self, TildeExpr, WordPiece, WordPieceWithSource};

use crate::flow::Flow;
use crate::glob;
use crate::parse;
use crate::pattern::Pattern;
use crate::shell::Shell;

/// Where a character comes from, which decides what may still become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Written so.
    Literal,
    /// Came of an expansion; it can end a field.
    Expanded,
    /// Quoted: it means itself.
    Quoted,
}

/// A part of an expanded word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    Char(char, Origin),
    /// A field ends here.
    Break,
    /// Quotes were here, so that there is a field even if it is empty.
    Quotes,
}

/// What surrounds a piece of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    Quotes,
}

type Expanded = Result<Vec<Item>, Flow>;

impl Shell {
    /// The fields of several words.
    pub(crate) fn expand_words(&mut self, words: &[Word]) -> Result<Vec<String>, Flow> {
        let mut fields = Vec::new();
        for word in words {
            fields.extend(self.expand_fields(&word.value)?);
        }
        Ok(fields)
    }

    /// The fields of one word.
    pub(crate) fn expand_fields(&mut self, word: &str) -> Result<Vec<String>, Flow> {
        let items = self.expand_word(word, &parse::options())?;
        let separators = self.variables.get("IFS").unwrap_or(" \t\n");
        let fields = fields::split(&items, separators);
        let mut all = Vec::new();
        for field in fields {
            let names = if self.options.noglob || !Pattern::new(&field).is_wild() {
                Vec::new()
            } else {
                glob::expand(&field, &self.directory)
            };
            if names.is_empty() {
                all.push(field.into_iter().map(|(char, _)| char).collect());
            } else {
                all.extend(names);
            }
        }
        Ok(all)
    }

    /// A word as one text: no fields, no names of files.
    pub(crate) fn expand_text(&mut self, word: &Word) -> Result<String, Flow> {
        self.expand_value(&word.value, &parse::options())
    }

    /// The value of an assignment.
    pub(crate) fn expand_assigned(&mut self, word: &str) -> Result<String, Flow> {
        let options = ParserOptions {
            tilde_expansion_after_colon: true,
            ..parse::options()
        };
        self.expand_value(word, &options)
    }

    /// The text of a here-document.
    pub(crate) fn expand_here(&mut self, word: &Word) -> Result<String, Flow> {
        let text = command::in_backquotes(&word.value, false);
        let pieces =
            word::parse_heredoc(&text, &parse::options()).map_err(|error| self.fatal(2, error))?;
        let mut items = Vec::new();
        self.expand_pieces(&pieces, Around::Quotes, &mut items)?;
        Ok(Self::joined(&items))
    }

    /// A word as a pattern.
    pub(crate) fn expand_pattern(&mut self, word: &str) -> Result<Pattern, Flow> {
        let items = self.expand_word(word, &parse::options())?;
        let chars = items.iter().filter_map(|item| match item {
            Item::Char(char, origin) => Some((*char, *origin == Origin::Quoted)),
            Item::Break => Some((' ', true)),
            Item::Quotes => None,
        });
        Ok(Pattern::new(&chars.collect::<Vec<_>>()))
    }

    fn expand_value(&mut self, word: &str, options: &ParserOptions) -> Result<String, Flow> {
        let items = self.expand_word(word, options)?;
        Ok(Self::joined(&items))
    }

    /// The characters of items; where fields would end is a space, as in `x=$@`.
    fn joined(items: &[Item]) -> String {
        items
            .iter()
            .filter_map(|item| match item {
                Item::Char(char, _) => Some(*char),
                Item::Break => Some(' '),
                Item::Quotes => None,
            })
            .collect()
    }

    fn expand_word(&mut self, word: &str, options: &ParserOptions) -> Expanded {
        let text = command::in_backquotes(word, true);
        let pieces = word::parse(&text, options)
            .map_err(|_| self.fatal(2, format_args!("{word}: bad substitution")))?;
        let mut items = Vec::new();
        self.expand_pieces(&pieces, Around::Nothing, &mut items)?;
        Ok(items)
    }

    fn expand_pieces(
        &mut self,
        pieces: &[WordPieceWithSource],
        around: Around,
        items: &mut Vec<Item>,
    ) -> Result<(), Flow> {
        pieces
            .iter()
            .try_for_each(|piece| self.expand_piece(&piece.piece, around, items))
    }

    fn expand_piece(
        &mut self,
        piece: &WordPiece,
        around: Around,
        items: &mut Vec<Item>,
    ) -> Result<(), Flow> {
        match piece {
            WordPiece::Text(text) => push(items, text, around.written()),
            WordPiece::SingleQuotedText(text) => quoted(items, text),
            WordPiece::AnsiCQuotedText(text) => {
                quoted(items, &crate::builtin::echo::escaped(text).0);
            }
            WordPiece::EscapeSequence(text) => match text.strip_prefix('\\') {
                Some("\n") => {}
                Some(char) => push(items, char, Origin::Quoted),
                None => push(items, text, Origin::Quoted),
            },
            WordPiece::DoubleQuotedSequence(pieces)
            | WordPiece::GettextDoubleQuotedSequence(pieces) => {
                if !self.parameters.is_empty() || !parameter::is_all_parameters(pieces) {
                    items.push(Item::Quotes);
                }
                self.expand_pieces(pieces, Around::Quotes, items)?;
            }
            WordPiece::TildeExpansion(tilde) => {
                let text = self.tilde(tilde);
                push(items, &text, Origin::Quoted);
            }
            WordPiece::ParameterExpansion(expression) => {
                self.expand_parameter(expression, around, items)?;
            }
            WordPiece::CommandSubstitution(text) => {
                let text = self.substitute(text.clone())?;
                push(items, &text, around.expanded());
            }
            WordPiece::BackquotedCommandSubstitution(text) => {
                let text = self.substitute(command::unquoted(text, around == Around::Quotes))?;
                push(items, &text, around.expanded());
            }
            WordPiece::ArithmeticExpression(expression) => {
                let value = self.arithmetic(&expression.value)?;
                push(items, &value.to_string(), around.expanded());
            }
        }
        Ok(())
    }

    fn tilde(&self, tilde: &TildeExpr) -> String {
        let text = match tilde {
            TildeExpr::Home => self.variables.get("HOME"),
            TildeExpr::UserHome(user) if user == "root" => Some("/root"),
            TildeExpr::UserHome(user) => return format!("~{user}"),
            TildeExpr::WorkingDir => return "~+".to_owned(),
            TildeExpr::OldWorkingDir => return "~-".to_owned(),
            _ => None,
        };
        text.unwrap_or("~").to_owned()
    }
}

impl Around {
    fn written(self) -> Origin {
        if self == Self::Quotes {
            Origin::Quoted
        } else {
            Origin::Literal
        }
    }

    fn expanded(self) -> Origin {
        if self == Self::Quotes {
            Origin::Quoted
        } else {
            Origin::Expanded
        }
    }
}

fn push(items: &mut Vec<Item>, text: &str, origin: Origin) {
    items.extend(text.chars().map(|char| Item::Char(char, origin)));
}

fn quoted(items: &mut Vec<Item>, text: &str) {
    items.push(Item::Quotes);
    push(items, text, Origin::Quoted);
}
