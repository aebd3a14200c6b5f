//! What makes a shell leave a command before its end.

/// Why evaluation goes on elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flow {
    /// `break`, so many loops still to be left.
    Break(usize),
    /// `continue`, so many loops still to be left before the one that goes on.
    Continue(usize),
    /// `return`, with a status.
    Return(i32),
    /// The shell ends, with a status.
    Exit(i32),
    /// An error ends the shell, with a status, unless it is interactive.
    Failed(i32),
}

/// The status of a command, or why there is none yet.
pub(crate) type Outcome = Result<i32, Flow>;
