//! How documents are shown: all of them as indented JSON, as one line of
//! JSON, or each through a template.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/command/inspect/inspector.go>

use serde_json::Value;

use crate::cli::Failure;
use crate::oci::json;
use crate::template::{Shape, Template};

/// The exit code of a template that cannot be read.
const USAGE: i32 = 64;

/// Documents on their way to the terminal.
pub enum Inspector {
    /// A list, indented.
    Indented(Vec<Value>),
    /// A list on one line.
    Compact(Vec<Value>),
    /// What a template made of each.
    Filled(Box<Template>, Vec<String>),
}

impl Inspector {
    /// What `--format` asks for.
    pub fn of(format: &str) -> Result<Self, Failure> {
        match format {
            "" => Ok(Self::Indented(Vec::new())),
            "json" => Ok(Self::Compact(Vec::new())),
            format => {
                let template = Template::parse(format)
                    .map_err(|error| Failure::with_code(USAGE, format!("template parsing error: {error}")))?;
                Ok(Self::Filled(Box::new(template), Vec::new()))
            }
        }
    }

    /// One more document. Docker tries a template on its structure first, and
    /// if that fails on the JSON it came as.
    pub fn take(&mut self, document: Value, shape: &Shape) -> Result<(), String> {
        match self {
            Self::Indented(documents) | Self::Compact(documents) => documents.push(document),
            Self::Filled(template, filled) => {
                let mut out = String::new();
                if template.execute(&document, shape, &mut out).is_err() {
                    out.clear();
                    let raw = template.execute(&document, &Shape::default(), &mut out);
                    raw.map_err(|error| format!("template parsing error: {error}"))?;
                }
                filled.extend(out.split('\n').map(str::to_owned));
            }
        }
        Ok(())
    }

    /// All of it; a template that met no document leaves an empty line.
    pub fn lines(self) -> Vec<String> {
        match self {
            Self::Indented(documents) => json::inspected(&documents).lines().map(str::to_owned).collect(),
            Self::Compact(documents) => vec![Value::Array(documents).to_string()],
            Self::Filled(_, filled) if filled.is_empty() => vec![String::new()],
            Self::Filled(_, filled) => filled,
        }
    }
}
