//! What a template is made of. A part shows itself as Go does when an error
//! points at it.

use std::fmt;

use serde_json::Value;

/// One piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Printed as it stands.
    Text(String),
    /// `{{pipeline}}`.
    Action(Pipe),
    /// `{{if}}…{{else}}…{{end}}`.
    If(Branch),
    /// `{{with}}…{{else}}…{{end}}`.
    With(Branch),
    /// `{{range}}…{{else}}…{{end}}`.
    Range(Branch),
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
}

/// A piece that depends on a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// What decides.
    pub pipe: Pipe,
    /// When it holds, or for each element.
    pub then: Vec<Node>,
    /// Otherwise.
    pub otherwise: Vec<Node>,
}

/// Commands, each of which gets the value of the one before as its last argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipe {
    /// Where it begins, in bytes.
    pub position: usize,
    /// The variables it sets, with their `$`.
    pub variables: Vec<String>,
    /// Whether they are there already: `=`, not `:=`.
    pub assigns: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// An operand, or a function and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Where it begins, in bytes.
    pub position: usize,
    /// At least one.
    pub operands: Vec<Operand>,
}

/// A value or a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// Where errors point, in bytes.
    pub position: usize,
    /// What it is.
    pub kind: OperandKind,
}

/// What an operand is.
#[derive(Debug, Clone, PartialEq)]
pub enum OperandKind {
    /// `.`.
    Dot,
    /// `nil`.
    Nil,
    /// `true`, a number or a text, and how it was written.
    Literal {
        /// Its value.
        value: Value,
        /// As written.
        written: String,
    },
    /// `.A.B`.
    Field(Vec<String>),
    /// `$x.A.B`; the name has its `$`.
    Variable(String, Vec<String>),
    /// A function by name.
    Function(String),
    /// `(pipeline)`.
    Pipe(Box<Pipe>),
    /// `(pipeline).A.B`.
    Chain(Box<Operand>, Vec<String>),
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.assigns { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        joined(f, &self.commands, " | ")
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.operands, " ")
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::Dot => f.write_str("."),
            OperandKind::Nil => f.write_str("nil"),
            OperandKind::Literal { written, .. } => f.write_str(written),
            OperandKind::Field(names) => fields(f, names),
            OperandKind::Variable(name, names) => {
                f.write_str(name)?;
                fields(f, names)
            }
            OperandKind::Function(name) => f.write_str(name),
            OperandKind::Pipe(pipe) => write!(f, "({pipe})"),
            OperandKind::Chain(inner, names) => {
                write!(f, "{inner}")?;
                fields(f, names)
            }
        }
    }
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T], between: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}

fn fields(f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
    names.iter().try_for_each(|name| write!(f, ".{name}"))
}
