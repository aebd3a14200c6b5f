//! How a command fails: docker's own words, our hint apart from them, the
//! exit code. A failed command leaves no trace in the state.

use super::ScriptError;
use crate::text::Line;

/// What to do where the prompt is not enough of a shell.
const WHOLE_SHELL: &str = "Here are `&&`, `||`, `;`, `|`, `<`, `>`, `$NAME` and `$(…)`. A whole shell is in `toolbox:1`: `docker run --rm toolbox:1 sh -c '…'`.";

/// A failed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What goes to standard error.
    pub lines: Vec<Line>,
    /// Our advice: what to do about it.
    pub hint: Option<String>,
    /// Exit code.
    pub code: i32,
}

impl Failure {
    /// Exit code 1, with these lines.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self::with_code(1, message)
    }

    /// An error the daemon answers with an HTTP status.
    pub fn daemon(message: impl std::fmt::Display) -> Self {
        Self::new(format!("Error response from daemon: {message}"))
    }

    /// This exit code, with these lines.
    pub fn with_code(code: i32, message: impl std::fmt::Display) -> Self {
        let lines = message.to_string().split('\n').map(Line::from).collect();
        Self { lines, hint: None, code }
    }

    /// Its lines as one text.
    pub fn text(&self) -> String {
        self.lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }

    /// With our advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<ScriptError> for Failure {
    fn from(error: ScriptError) -> Self {
        // A POSIX shell ends with 2 when it cannot read the line.
        let failure = Self::with_code(2, &error);
        match error {
            ScriptError::Unsupported { .. } => failure.hint(WHOLE_SHELL),
            _ => failure,
        }
    }
}
