//! Go templates, for `--format`: the part of `text/template` that docker's
//! users write, with docker's own functions, over JSON values that know how
//! Go would have typed them. Whatever is typed, a template ends: in text, or
//! in the error that Go gives.
//! <https://pkg.go.dev/text/template>

mod call;
mod compare;
mod datum;
mod execute;
mod functions;
mod item;
mod lex;
mod node;
mod number;
mod parse;
mod print;
mod printf;
mod shape;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use shape::{Shape, View};

/// A template that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    name: String,
    text: String,
    nodes: Vec<node::Node>,
}

/// Why a template cannot be read or filled; Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is no template.
    #[error("template: {name}:{line}: {reason}")]
    Parse {
        /// What the template is called; docker's have no name but one.
        name: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// It does not fit what it is filled with.
    #[error("template: {name}:{line}:{column}: executing \"{name}\" at <{place}>: {reason}")]
    Execute {
        /// What the template is called.
        name: String,
        /// From 1.
        line: usize,
        /// From 0, in bytes.
        column: usize,
        /// The part that failed, as Go shows it.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

impl Template {
    /// Reads a template without a name.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Self::named("", text)
    }

    /// Reads a template that errors call `name`.
    pub fn named(name: &str, text: &str) -> Result<Self, TemplateError> {
        let nodes = parse::parse(name, &lex::tokens(text))?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), nodes })
    }

    /// Fills it with `data`, at the end of `out`. What came before an error stays there, as with Go.
    pub fn execute(&self, data: &Value, shape: &Shape, out: &mut String) -> Result<(), TemplateError> {
        let whole = (!shape.omitted.is_empty()).then(|| shape.whole(data));
        execute::execute(self, whole.as_ref().unwrap_or(data), shape, out).map_err(|fault| {
            let before = &self.text[..fault.position];
            TemplateError::Execute {
                name: self.name.clone(),
                line: 1 + before.matches('\n').count(),
                column: before.len() - before.rfind('\n').map_or(0, |at| at + 1),
                place: fault.place,
                reason: fault.reason,
            }
        })
    }
}
