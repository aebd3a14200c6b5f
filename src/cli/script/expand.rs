//! Words filled in: variables, outputs and the exit code before.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06>

use super::names::names;
use super::{Piece, Step, Word};
use crate::lab::Machine;

/// What words are filled with.
#[derive(Clone, Copy)]
pub struct Surroundings<'s> {
    /// Has the variables.
    pub machine: &'s Machine,
    /// The exit code of the command before.
    pub status: i32,
    /// What steps before wrote for this one.
    pub slots: &'s [Vec<u8>],
}

/// A command whose words are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    /// `NAME=value` before it.
    pub assignments: Vec<(String, String)>,
    /// What is run; nothing if only variables are set.
    pub words: Vec<String>,
}

impl Step {
    /// The words of this step.
    pub fn expanded(&self, around: Surroundings<'_>) -> Expanded {
        let (assigned, words) = self.words.split_at(self.words.iter().take_while(|word| is_assignment(word)).count());
        let assignment = |word: &Word| {
            let whole = around.one(word);
            let (name, value) = whole.split_once('=').unwrap_or((&whole, ""));
            (name.to_owned(), value.to_owned())
        };
        Expanded {
            assignments: assigned.iter().map(assignment).collect(),
            words: words.iter().flat_map(|word| around.fields(word)).collect(),
        }
    }
}

impl Surroundings<'_> {
    /// What a word becomes where it stays one: a file's name, a variable's value.
    pub fn one(&self, word: &Word) -> String {
        word.iter().map(|piece| self.value(piece)).collect()
    }

    /// The words that a word becomes: the names that fit its pattern, or what it
    /// says, cut at white space that was not quoted.
    fn fields(&self, word: &Word) -> Vec<String> {
        if word.iter().any(|piece| matches!(piece, Piece::Pattern(_))) {
            let found = names(&word.iter().map(|piece| self.pattern(piece)).collect::<String>(), self.machine);
            if !found.is_empty() {
                return found;
            }
        }
        let mut fields = Vec::new();
        let mut open: Option<String> = None;
        for piece in word {
            let value = self.value(piece);
            let (Piece::Variable { quoted: false, .. } | Piece::Slot { quoted: false, .. }) = piece else {
                open.get_or_insert_default().push_str(&value);
                continue;
            };
            for (at, part) in value.split(char::is_whitespace).enumerate() {
                if at > 0 {
                    fields.extend(open.take());
                }
                if !part.is_empty() {
                    open.get_or_insert_default().push_str(part);
                }
            }
        }
        fields.extend(open);
        fields
    }

    /// As a part of a pattern: what is not one stands for itself.
    fn pattern(&self, piece: &Piece) -> String {
        let escaped = |c: char| if "*?[\\".contains(c) { vec!['\\', c] } else { vec![c] };
        match piece {
            Piece::Pattern(c) => c.to_string(),
            piece => self.value(piece).chars().flat_map(escaped).collect(),
        }
    }

    fn value(&self, piece: &Piece) -> String {
        match piece {
            Piece::Text(text) => text.clone(),
            Piece::Pattern(c) => c.to_string(),
            Piece::Variable { name, .. } if name == "?" => self.status.to_string(),
            Piece::Variable { name, .. } => self.machine.variable(name).unwrap_or_default(),
            Piece::Slot { slot, .. } => {
                let output = self.slots.get(*slot).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
                output.trim_end_matches('\n').to_owned()
            }
        }
    }
}

/// `NAME=…`, the name and what follows it not from elsewhere.
fn is_assignment(word: &Word) -> bool {
    let Some(Piece::Text(text)) = word.first() else { return false };
    text.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Whether a variable can be called so.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
        && text.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}
