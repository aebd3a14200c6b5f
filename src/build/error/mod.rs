//! Why a build failed: what follows `ERROR: failed to build: `.

mod solve;

pub use solve::{ChecksumError, SolveError};

use crate::dockerfile::{LineRange, quote};
use crate::oci::PlatformError;

/// A build failed.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no such folder.
    #[error("unable to prepare context: path {} not found", quote(.typed))]
    ContextMissing {
        /// As typed.
        typed: String,
    },
    /// The context is a file.
    #[error("unable to prepare context: context must be a directory: {typed}")]
    ContextNotDirectory {
        /// As typed.
        typed: String,
    },
    /// A name after `-t` is none.
    #[error("invalid tag {}: {reason}", quote(.tag))]
    Tag {
        /// As typed.
        tag: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Docker does not push what was built.
    #[error("{reason}")]
    Push {
        /// In docker's words.
        reason: String,
    },
    /// A step failed.
    #[error("failed to solve: {source}")]
    Solve {
        /// Why.
        source: Box<SolveError>,
        /// The lines to show, if the error has a place.
        place: Option<Box<Place>>,
    },
}

impl From<SolveError> for BuildError {
    fn from(source: SolveError) -> Self {
        Self::Solve { source: Box::new(source), place: None }
    }
}

impl BuildError {
    /// Ctrl-C came.
    pub fn canceled() -> Self {
        SolveError::Canceled.into()
    }

    /// What is wrong with a Dockerfile that was read, and where.
    pub fn in_file(&self) -> Option<(&SolveError, Option<&Place>)> {
        let Self::Solve { source, place } = self else { return None };
        let is_read = !matches!(
            **source,
            SolveError::DockerfileMissing { .. }
                | SolveError::DockerfileDirectory { .. }
                | SolveError::NotText { .. }
                | SolveError::RemoteContext { .. }
                | SolveError::Canceled
        );
        is_read.then_some((source, place.as_deref()))
    }
}

/// A text after `--annotation` is none.
#[derive(Debug, thiserror::Error)]
pub enum AnnotationError {
    /// It has no value.
    #[error("invalid annotation {}, expected key=value", quote(.text))]
    NoValue {
        /// As typed.
        text: String,
    },
    /// What is before its colon has another form.
    #[error("invalid annotation type {}, expected type and optional platform in square brackets", quote(.text))]
    Form {
        /// As typed.
        text: String,
    },
    /// No document is called so.
    #[error("unknown annotation type {}", quote(.name))]
    Unknown {
        /// As typed.
        name: String,
    },
    /// What is in its brackets is no platform.
    #[error("invalid platform {}: {source}", quote(.text))]
    Platform {
        /// As typed.
        text: String,
        /// What is wrong with it.
        source: PlatformError,
    },
}

/// Lines of a Dockerfile that an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name of the file.
    pub file: String,
    /// All of its text.
    pub text: String,
    /// The lines.
    pub lines: LineRange,
}
