//! What is typed while a line runs: kept with the line, and typed again just
//! there when it is done again.

use serde::{Deserialize, Serialize};

/// What somebody types to a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Keys {
    /// A line, with its end.
    Text(String),
    /// Ctrl-D: the end of the input.
    End,
    /// Ctrl-C.
    Interrupt,
    /// The keys by which one leaves a terminal to its program: Ctrl-P and Ctrl-Q, or what was chosen.
    Leave,
}

/// Keys, and when they were typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Keyed {
    /// After so much work of the line: pieces of transfers and builds, steps of containers.
    pub after: u64,
    /// What was typed.
    pub keys: Keys,
}

impl Keys {
    /// What it takes to keep them, in bytes.
    pub fn size(&self) -> usize {
        const AROUND: usize = 32;
        match self {
            Self::Text(text) => text.len() + AROUND,
            Self::End | Self::Interrupt | Self::Leave => AROUND,
        }
    }
}
