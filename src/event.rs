//! Facts in the past tense: what commands did, step by step. The page, the
//! lessons and the tests read these; nothing in the core acts on them.

use serde::{Deserialize, Serialize};

use crate::oci::{Blob, Descriptor, Digest};
use crate::text::{Stream, percent_decode};

/// The header by which a registry names what its answer is about.
pub const CONTENT_DIGEST: &str = "docker-content-digest";

/// Where events go while a command runs.
pub type Events<'a> = &'a mut dyn FnMut(Event);

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A step of a build began; `step` is `BuildKit`'s vertex number.
    BuildStepStarted {
        /// Vertex number, from 1.
        step: u32,
        /// As `BuildKit` names it: `[2/5] WORKDIR /app`.
        name: String,
    },
    /// A step reported something, such as `transferring context: 2B`.
    BuildStepReported {
        /// Vertex number.
        step: u32,
        /// Which of the step's lines: the same id again updates it.
        id: String,
        /// Bytes so far.
        current: u64,
        /// Bytes in all; 0 where unknown.
        total: u64,
        /// Whether it is finished.
        done: bool,
        /// Modelled time it took, in milliseconds.
        millis: u64,
    },
    /// A registry's token service gave a token.
    TokenFetched {
        /// The registry that takes it, a host.
        registry: String,
        /// What it was asked to allow: `repository:library/python:pull`.
        scopes: Vec<String>,
    },
    /// A step's result was already known.
    BuildStepCached {
        /// Vertex number.
        step: u32,
    },
    /// A step ended well.
    BuildStepDone {
        /// Vertex number.
        step: u32,
        /// Modelled time it took, in milliseconds.
        millis: u64,
        /// The layer it made, if it made one.
        layer: Option<Descriptor>,
    },
    /// A step failed.
    BuildStepFailed {
        /// Vertex number.
        step: u32,
        /// `BuildKit`'s words.
        message: String,
    },
    /// The program of a step wrote a line.
    BuildStepWrote {
        /// Vertex number.
        step: u32,
        /// Where.
        stream: Stream,
        /// The line, without its end.
        text: String,
        /// How long after the step began, modelled, in milliseconds.
        millis: u64,
    },
    /// A step was given up, because Ctrl-C came.
    BuildStepCanceled {
        /// Vertex number.
        step: u32,
    },
    /// `BuildKit`'s linter has a remark; it never fails a build.
    BuildWarned {
        /// Such as `WorkdirRelativePath`.
        rule: String,
        /// The remark.
        message: String,
        /// Line of the Dockerfile, from 1.
        line: u32,
    },
    /// An image was built.
    ImageBuilt {
        /// Its id: the digest its names point at.
        image: Descriptor,
        /// Its names, familiar form.
        references: Vec<String>,
        /// Its layers, lowest first.
        layers: Vec<Descriptor>,
    },
    /// An image got one more name.
    ImageTagged {
        /// The image.
        image: Digest,
        /// The new name, familiar form.
        reference: String,
    },
    /// A name was taken away.
    ImageUntagged {
        /// The image.
        image: Digest,
        /// The name, familiar form.
        reference: String,
    },
    /// An image without names was deleted.
    ImageDeleted {
        /// The image.
        image: Digest,
    },
    /// A request was sent and answered.
    Exchanged(Exchange),
    /// A blob or manifest travelled, or did not need to.
    BlobMoved(BlobMove),
    /// An image's name was put in a registry.
    ImagePushed {
        /// The name, familiar form.
        reference: String,
        /// What the tag names now.
        image: Descriptor,
    },
    /// An image was fetched, or found to be up to date.
    ImagePulled {
        /// The name, familiar form.
        reference: String,
        /// What the tag names.
        image: Descriptor,
        /// Whether the name already meant exactly this here.
        up_to_date: bool,
    },
    /// A container was made from an image.
    ContainerCreated {
        /// 64 hex digits.
        id: String,
        /// `adjective_surname` or as asked.
        name: String,
        /// The image as typed.
        image: String,
        /// Entrypoint and arguments.
        command: Vec<String>,
    },
    /// A container's program began.
    ContainerStarted {
        /// 64 hex digits.
        id: String,
    },
    /// A container's program wrote.
    ContainerWrote {
        /// 64 hex digits.
        id: String,
        /// Where.
        stream: Stream,
        /// What; bytes that are no text are replaced.
        text: String,
    },
    /// A container's program ended.
    ContainerExited {
        /// 64 hex digits.
        id: String,
        /// Exit code.
        code: i32,
        /// Instructions executed, in fuel.
        fuel: u64,
    },
    /// A program that entered a container wrote.
    ExecWrote {
        /// 64 hex digits.
        id: String,
        /// Which of those that entered.
        exec: u32,
        /// Where.
        stream: Stream,
        /// What; bytes that are no text are replaced.
        text: String,
    },
    /// A program that entered a container ended.
    ExecExited {
        /// 64 hex digits.
        id: String,
        /// Which of those that entered.
        exec: u32,
        /// Exit code.
        code: i32,
    },
    /// A container was removed.
    ContainerRemoved {
        /// 64 hex digits.
        id: String,
    },
    /// A file of a machine was written.
    FileWritten {
        /// Absolute path.
        path: String,
        /// Its new size in bytes.
        size: u64,
    },
    /// A file of a machine was removed.
    FileRemoved {
        /// Absolute path.
        path: String,
    },
    /// A credential was stored for a registry.
    LoggedIn {
        /// The registry.
        registry: String,
        /// The user.
        user: String,
    },
    /// How a registry treats who comes was changed.
    RegistryChanged {
        /// The registry.
        registry: String,
        /// The repositories it was changed for, as a pattern; all, if there is none.
        repositories: Option<String>,
        /// What was changed, such as `read-only`.
        setting: String,
        /// To what, such as `on`; never a secret.
        value: String,
    },
    /// Tags or manifests were taken out of a repository; their bytes stay until garbage is collected.
    ManifestRemoved {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
        /// The tag that went, if it was only one.
        tag: Option<String>,
        /// The manifest.
        digest: Digest,
    },
    /// The garbage of a registry was collected, or only looked for.
    GarbageCollected {
        /// The registry.
        registry: String,
        /// Whether nothing was taken away.
        dry_run: bool,
        /// The blobs and manifests whose bytes were given back.
        freed: Vec<Blob>,
        /// What nobody needs and why it stayed all the same.
        kept: Vec<Kept>,
    },
    /// The prompt moved to another machine.
    MachineEntered {
        /// Its name.
        machine: String,
    },
}

/// What a collection of garbage left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// What.
    pub digest: Digest,
    /// Why, in plain words.
    pub why: String,
}

/// One HTTP request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// The registry asked.
    pub registry: String,
    /// Such as `HEAD`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Status code; 0 if no answer came.
    pub status: u16,
    /// Headers sent, in order.
    pub request_headers: Vec<(String, String)>,
    /// Headers received, in order.
    pub response_headers: Vec<(String, String)>,
    /// Bytes of body sent.
    pub sent: u64,
    /// Bytes of body received.
    pub received: u64,
    /// What the answer says, if it is a short document that no digest names, such as an error or a
    /// list; never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Why it was sent, and what the answer means, in plain words.
    pub why: String,
}

impl Exchange {
    /// The digests of what it is about, as its path and its answer name them.
    pub fn digests(&self) -> Vec<Digest> {
        let path = percent_decode(&self.path).unwrap_or_default();
        let headers = self.response_headers.iter();
        let named =
            headers.filter(|(name, _)| name.eq_ignore_ascii_case(CONTENT_DIGEST)).map(|(_, value)| value.as_str());
        let parts = path.split(['/', '?', '&', '=']).chain(named);
        parts.filter_map(|part| part.parse().ok()).collect()
    }
}

/// A blob or manifest between a machine and a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobMove {
    /// Which way.
    pub direction: Direction,
    /// The registry.
    pub registry: String,
    /// The repository in it.
    pub repository: String,
    /// What.
    pub blob: Blob,
    /// Whether it travelled, and if not, why.
    pub outcome: Outcome,
}

/// Which way a blob travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// To a registry.
    Push,
    /// From a registry.
    Pull,
}

/// Whether a blob travelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It is waiting for its turn.
    Waiting,
    /// Its bytes are travelling.
    Moving {
        /// Bytes so far.
        current: u64,
    },
    /// Something went wrong, and docker tries again soon.
    Retrying {
        /// In so many seconds.
        seconds: u64,
    },
    /// Its bytes arrived.
    Moved,
    /// The other side had it.
    AlreadyExists,
    /// The other side took it from another of its repositories.
    Mounted {
        /// That repository.
        from: String,
    },
}
