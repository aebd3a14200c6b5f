//! Why a build failed: what follows `ERROR: failed to build: `.

use std::io;

use super::request::BaseError;
use crate::dockerfile::{ExpandError, GlobError, IgnoreError, LineRange, ParseError, quote};
use crate::fs::{FsError, FsPath, TarError};
use crate::oci::ReferenceError;

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
    /// A step failed.
    #[error("failed to solve: {source}")]
    Solve {
        /// Why.
        source: Box<SolveError>,
        /// The lines to show, if the error has a place.
        place: Option<Box<Place>>,
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

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum SolveError {
    /// There is no Dockerfile.
    #[error("failed to read dockerfile: open {name}: no such file or directory")]
    DockerfileMissing {
        /// Its name.
        name: String,
    },
    /// The Dockerfile is a folder.
    #[error("failed to read dockerfile: read {name}: is a directory")]
    DockerfileDirectory {
        /// Its name.
        name: String,
    },
    /// The Dockerfile or the `.dockerignore` is not UTF-8.
    #[error("{name} is not text in UTF-8")]
    NotText {
        /// Its name.
        name: String,
    },
    /// The Dockerfile is wrong.
    #[error("{source}")]
    Parse {
        /// How.
        #[from]
        source: ParseError,
    },
    /// The `.dockerignore` is wrong.
    #[error("failed to parse .dockerignore: {source}")]
    Ignore {
        /// How.
        #[from]
        source: IgnoreError,
    },
    /// The Dockerfile asks for what this lab cannot do yet.
    #[error("dockerfile parse error on line {}: {what} is not supported yet in this lab", .lines.first)]
    Unsupported {
        /// Where.
        lines: LineRange,
        /// What.
        what: String,
    },
    /// A word has a quote or a variable too much.
    #[error("{source}")]
    Expand {
        /// How.
        #[from]
        source: ExpandError,
    },
    /// The base is a variable without a value.
    #[error("base name ({base}) should not be blank")]
    BlankBase {
        /// As written.
        base: String,
    },
    /// The base is not a name.
    #[error("failed to parse stage name {}: {source}", quote(.base))]
    StageName {
        /// As written, variables replaced.
        base: String,
        /// What is wrong with it.
        source: ReferenceError,
    },
    /// The base cannot be had.
    #[error("{base}: failed to resolve source metadata for {reference}: {source}")]
    Base {
        /// As written, variables replaced.
        base: String,
        /// As meant.
        reference: String,
        /// Why not.
        source: BaseError,
    },
    /// The base has ONBUILD triggers.
    #[error("the ONBUILD triggers of {base} are not supported yet in this lab")]
    OnBuild {
        /// As written.
        base: String,
    },
    /// A source of COPY is not in the context.
    #[error("failed to compute cache key: {source}")]
    CacheKey {
        /// Which.
        source: ChecksumError,
    },
    /// A source of COPY is not a pattern.
    #[error("{pattern}: {source}")]
    Pattern {
        /// As written.
        pattern: String,
        /// What is wrong with it.
        source: GlobError,
    },
    /// A source of COPY is somewhere else.
    #[error("source can't be a {kind} for COPY")]
    Remote {
        /// `URL` or `git ref`.
        kind: &'static str,
    },
    /// EXPOSE names no port.
    #[error("{reason}")]
    Port {
        /// In `BuildKit`'s words.
        reason: String,
    },
    /// A path of the image cannot be used as wanted.
    #[error("{source}")]
    Path {
        /// Why not.
        #[from]
        source: FsError,
    },
    /// A folder would go where something else is.
    #[error("cannot copy to non-directory: {path}")]
    NotDirectory {
        /// Where.
        path: FsPath,
    },
    /// A file of the context cannot be read.
    #[error("{source}")]
    Unreadable {
        /// Why not.
        #[from]
        source: io::Error,
    },
    /// A layer cannot be written.
    #[error("{source}")]
    Layer {
        /// Why not.
        #[from]
        source: TarError,
    },
    /// A layer is too large for a browser tab.
    #[error("the layer is larger than {limit} bytes")]
    LayerTooLarge {
        /// The bound.
        limit: u64,
    },
    /// Too many layers.
    #[error("max depth exceeded")]
    TooManyLayers,
}

/// A path of the context has no checksum, for it is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to calculate checksum of ref {left}::{right}: {}: not found", quote(.path))]
pub struct ChecksumError {
    /// `BuildKit`'s name for its state of the context.
    pub left: String,
    /// Its second half.
    pub right: String,
    /// The path from the root of the context.
    pub path: String,
}
