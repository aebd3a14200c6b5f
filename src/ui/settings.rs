//! What is typed into the panel of a registry, before it is a line.

/// A field of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The repositories that a switch is for, as a pattern; all, if it is empty.
    Repositories,
    /// The tags to keep as they are, as a pattern.
    Tags,
    /// Those of them that may move.
    Except,
    /// A new name.
    Name,
    /// Its password.
    Password,
    /// What it may do.
    Scope,
    /// What is to go wrong.
    Fault,
}

const FIELDS: usize = 7;

/// What stands in the fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft([String; FIELDS]);

impl Draft {
    /// What stands in a field, without spaces around it.
    pub fn text(&self, field: Field) -> &str {
        self.0[field as usize].trim()
    }

    /// Something is typed.
    pub fn type_in(&mut self, field: Field, text: String) {
        self.0[field as usize] = text;
    }

    /// What was typed has become a line; whom the switches are for stays.
    pub fn sent(&mut self) {
        for text in &mut self.0[1..] {
            text.clear();
        }
    }
}
