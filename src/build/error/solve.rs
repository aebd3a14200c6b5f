//! Why a step of a build failed: what follows `failed to solve: `.

use std::io;

use crate::build::request::BaseError;
use crate::dockerfile::{
    CheckError, ExpandError, GlobError, IgnoreError, LintViolation, MountError, ParseError, quote,
};
use crate::fs::{FsError, FsPath, RootfsError, TarError};
use crate::oci::{DigestError, PlatformError, ReferenceError};
use crate::runtime::UserError;

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum SolveError {
    /// There is no Dockerfile.
    #[error("failed to read dockerfile: open {name}: no such file or directory")]
    DockerfileMissing {
        /// Its name.
        name: String,
    },
    /// The context is elsewhere, and cannot be had.
    #[error("failed to read downloaded context: {source}")]
    RemoteContext {
        /// Why not.
        source: Box<SolveError>,
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
    /// The options of the linter are none.
    #[error("{source}")]
    Check {
        /// How.
        #[from]
        source: CheckError,
    },
    /// Remarks that the Dockerfile wants to be errors.
    #[error("{source}")]
    Lint {
        /// Which rules.
        #[from]
        source: LintViolation,
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
    #[error("{base}: failed to resolve source metadata for {reference}: {source}{meant}")]
    Base {
        /// As written, variables replaced.
        base: String,
        /// As meant.
        reference: String,
        /// Why not.
        source: BaseError,
        /// ` (did you mean …?)`, or nothing.
        meant: String,
    },
    /// The image that stands for a name cannot be had.
    #[error("failed to resolve source metadata for {reference}: {source}")]
    ContextBase {
        /// As meant.
        reference: String,
        /// Why not.
        source: BaseError,
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
    /// A layer cannot be laid out.
    #[error("{source}")]
    Extract {
        /// Why not.
        #[from]
        source: RootfsError,
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
    /// No stage has the name after `--target`.
    #[error("target stage {} could not be found{meant}", quote(.target))]
    NoTarget {
        /// As typed.
        target: String,
        /// ` (did you mean …?)`, or nothing.
        meant: String,
    },
    /// A stage needs itself.
    #[error("circular dependency detected on stage: {stage}")]
    Circular {
        /// Its name or number.
        stage: String,
    },
    /// A stage reads one that comes after it.
    #[error(
        "cannot copy from stage {}, it needs to be defined before current stage {}",
        quote(.from),
        quote(.stage)
    )]
    LaterStage {
        /// The later one.
        from: String,
        /// The earlier one.
        stage: String,
    },
    /// `COPY --from=9` where there are fewer stages.
    #[error("invalid stage index {index}")]
    StageIndex {
        /// As written.
        index: i64,
    },
    /// `COPY --from=$STAGE`
    #[error(
        "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a \
         workaround"
    )]
    VariableFrom,
    /// `FROM --platform=$UNSET`
    #[error("empty platform value from expression {expression}{meant}")]
    BlankPlatform {
        /// As written.
        expression: String,
        /// ` (did you mean …?)`, or nothing.
        meant: String,
    },
    /// `FROM --platform=x`
    #[error("failed to parse platform {expression}: {source}{meant}")]
    Platform {
        /// As written.
        expression: String,
        /// What is wrong with it.
        source: PlatformError,
        /// ` (did you mean …?)`, or nothing.
        meant: String,
    },
    /// `VOLUME ""`
    #[error("VOLUME specified can not be an empty string")]
    BlankVolume,
    /// STOPSIGNAL names no signal.
    #[error("invalid signal: {signal}")]
    Signal {
        /// As written.
        signal: String,
    },
    /// `--chmod` with a number that is no mode.
    #[error("invalid chmod parameter: '{mode}'. it should be octal string and between 0 and 07777")]
    Chmod {
        /// As written.
        mode: String,
    },
    /// `--chmod` with letters that are no mode.
    #[error("invalid syntax")]
    ChmodSymbols,
    /// `--checksum` where there is nothing to check.
    #[error("{problem}")]
    Checksum {
        /// In `BuildKit`'s words.
        problem: &'static str,
    },
    /// `--checksum` with something else than a digest.
    #[error("{source}")]
    Digest {
        /// What is wrong with it.
        source: DigestError,
    },
    /// What was fetched is not what was expected.
    #[error("digest mismatch for {address}: {found} (expected: {expected})")]
    Mismatch {
        /// Where it came from.
        address: String,
        /// Its digest.
        found: String,
        /// The digest asked for.
        expected: String,
    },
    /// ADD from git.
    #[error(
        "failed to load cache key: failed to fetch remote {address}: exec: \"git\": executable file not found in $PATH"
    )]
    GitContext {
        /// As written, variables replaced.
        address: String,
    },
    /// An address does not answer.
    #[error("failed to load cache key: Get {}: {reason}", quote(.address))]
    Download {
        /// Which.
        address: String,
        /// Why not.
        reason: String,
    },
    /// An address answers with something else.
    #[error("failed to load cache key: invalid response status {status}")]
    Status {
        /// What it answered.
        status: u16,
    },
    /// An archive cannot be read.
    #[error("{reason}")]
    Archive {
        /// Why not.
        reason: String,
    },
    /// RUN wants more rights than a build has.
    #[error("failed to load LLB: {name} is not allowed")]
    Entitlement {
        /// Which.
        name: &'static str,
    },
    /// `--mount` says nonsense.
    #[error("{source}")]
    Mount {
        /// What.
        #[from]
        source: MountError,
    },
    /// `--mount` over everything.
    #[error("invalid mount target {}", quote(.target))]
    MountTarget {
        /// As written.
        target: String,
    },
    /// What a bind would show is not there.
    #[error("failed to compute cache key: failed to calculate checksum: {}: not found", quote(.path))]
    MountSource {
        /// Which.
        path: String,
    },
    /// A secret is needed that was not given.
    #[error("secret {id}: not found")]
    NoSecret {
        /// Its name.
        id: String,
    },
    /// An agent is needed, and the client has none.
    #[error("no SSH key {} forwarded from the client", quote(.id))]
    NoAgent {
        /// Its name.
        id: String,
    },
    /// The image does not know the user of a RUN.
    #[error("process {} did not complete successfully: {source}", quote(.command))]
    User {
        /// With its arguments.
        command: String,
        /// Whom.
        source: UserError,
    },
    /// The program of a RUN failed.
    #[error("process {} did not complete successfully: exit code: {code}", quote(.command))]
    Process {
        /// With its arguments.
        command: String,
        /// What it ended with.
        code: i32,
        /// Whether it began at all.
        started: bool,
    },
    /// `SOURCE_DATE_EPOCH` is no number.
    #[error("invalid SOURCE_DATE_EPOCH: {value}")]
    Epoch {
        /// As given.
        value: String,
    },
    /// An annotation is for a document that is not made.
    #[error("{problem}")]
    Annotation {
        /// In `BuildKit`'s words.
        problem: String,
    },
    /// The registry does not take the image.
    #[error("failed to push {name}: {reason}")]
    Push {
        /// Its name there.
        name: String,
        /// In the words of whoever pushes.
        reason: String,
    },
    /// The steps cannot be written for other builders.
    #[error("error writing layer blob: {reason}")]
    CacheExport {
        /// In the words of whoever writes.
        reason: String,
    },
    /// Ctrl-C came.
    #[error("Canceled: context canceled")]
    Canceled,
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
