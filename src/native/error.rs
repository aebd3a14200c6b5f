//! Why the native command itself gives up. What docker refuses is no such
//! error: it is printed as docker prints it, and its exit code is passed on.

use std::io;
use std::path::PathBuf;

use crate::course::LessonError;

/// The command cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// The command line is not one of ours.
    #[error("drydock: {message}\n\nRun 'drydock --help' for more information")]
    Usage {
        /// What is wrong with it.
        message: String,
    },
    /// A real file cannot be read or written.
    #[error("drydock: {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// The words of the operating system.
        source: io::Error,
    },
    /// A lesson is not written as lessons are.
    #[error("drydock: {}: {source}", path.display())]
    Lesson {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        source: LessonError,
    },
    /// What a lesson says is not what happens.
    #[error("drydock: {}: {wrong}", path.display())]
    Untrue {
        /// Its file.
        path: PathBuf,
        /// What is not so, a line each.
        wrong: String,
    },
    /// The session refuses.
    #[error("drydock: {reason}")]
    Refused {
        /// Its reason.
        reason: String,
    },
    /// The real terminal fails.
    #[error("drydock: the terminal: {reason}")]
    Terminal {
        /// The words of whoever reads it.
        reason: String,
    },
    /// An image cannot be built from a real folder; the reason was printed by the builder.
    #[error("drydock: no image was built from {}", folder.display())]
    NotBuilt {
        /// The build context.
        folder: PathBuf,
    },
    /// A folder is more than a build context may be.
    #[error("drydock: {}: more than {limit} bytes", folder.display())]
    TooLarge {
        /// The build context.
        folder: PathBuf,
        /// The bound.
        limit: u64,
    },
}

impl NativeError {
    /// What the process ends with: 2 for a command line nobody understands.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::Usage { .. } => 2,
            _ => 1,
        }
    }

    /// An error of the operating system about `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
