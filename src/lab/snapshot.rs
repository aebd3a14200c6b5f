//! The whole lab as plain public facts: what the page draws and the lessons
//! judge. A snapshot is a copy; nothing done to it reaches the lab. Its moments are
//! texts as images record them (RFC 3339 in UTC): nobody who reads one calculates.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::oci::{Blob, Digest, Platform};

/// Everything there is to see at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The machine the prompt is on.
    pub here: String,
    /// The virtual time.
    pub clock: String,
    /// Every machine, in the order of the lab.
    pub machines: Vec<MachineView>,
    /// Every registry that has been met, in the order of names.
    pub registries: Vec<Rc<RegistryView>>,
    /// The way from each machine to each of these.
    #[serde(default)]
    pub links: Rc<Vec<LinkView>>,
}

/// The way from a machine to a registry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// The machine.
    pub machine: String,
    /// The registry.
    pub registry: String,
    /// As typed, such as `100Mbit`; modelled.
    pub bandwidth: String,
    /// As typed, such as `10ms`; modelled.
    pub latency: String,
    /// Where the registry really is, if it is a real one; then nothing is modelled.
    pub real: Option<String>,
}

/// One machine's docker.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineView {
    /// Such as `laptop`.
    pub name: String,
    /// Where its prompt stands.
    pub directory: String,
    /// Its images, by first name; unnamed ones last.
    pub images: Rc<Vec<Rc<ImageView>>>,
    /// Its containers, newest first.
    pub containers: Vec<ContainerView>,
    /// Registries it has credentials for.
    pub logins: Vec<String>,
    /// The files of the learner, by path.
    pub files: Rc<Vec<FileView>>,
}

/// One file or folder of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileView {
    /// Absolute path.
    pub path: String,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Whether it is a folder.
    pub directory: bool,
}

/// One image of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageView {
    /// Its names, familiar form, sorted; none if it is untagged.
    pub references: Vec<String>,
    /// Its id: what the names point at.
    pub id: Digest,
    /// The manifest for this machine's platform.
    pub manifest: Blob,
    /// The manifests that attest how it was made, if its index has any.
    pub attestations: Vec<Blob>,
    /// The configuration.
    pub config: Blob,
    /// Where it runs.
    pub platform: Platform,
    /// When it was made.
    pub created: String,
    /// Its layers, lowest first.
    pub layers: Vec<LayerView>,
    /// Compressed blobs and JSON, in bytes.
    pub content_size: u64,
    /// Blobs and unpacked files, in bytes.
    pub disk_usage: u64,
    /// Whether a container was made from it.
    pub in_use: bool,
}

/// One layer of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerView {
    /// The compressed blob.
    pub blob: Blob,
    /// The digest of the uncompressed tar.
    pub diff_id: Digest,
    /// The instruction that made it.
    pub created_by: String,
}

/// One container of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerView {
    /// 64 hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The image as typed.
    pub image: String,
    /// The image's id.
    pub image_id: Digest,
    /// Entrypoint and arguments.
    pub command: Vec<String>,
    /// When it was made.
    pub created: String,
    /// What it is doing.
    pub status: Status,
    /// Its last lines of output, bounded.
    pub log: Vec<String>,
    /// Ports of the machine that lead to it while it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<u16>,
}

/// What a container is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Made, never started.
    Created,
    /// Its program runs.
    Running,
    /// Its program ended.
    Exited {
        /// Exit code.
        code: i32,
        /// When.
        at: String,
    },
}

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryView {
    /// Its name, such as `registry.example.com`.
    pub name: String,
    /// Its repositories that hold something, by name.
    pub repositories: Vec<Rc<RepositoryView>>,
    /// Whom it lets in.
    #[serde(default)]
    pub access: AccessView,
    /// What holds for its repositories: for all of them first, then for those that a pattern fits.
    #[serde(default)]
    pub rules: Vec<RuleView>,
    /// What goes wrong on demand.
    #[serde(default)]
    pub faults: Vec<FaultView>,
    /// What a collection of garbage could free.
    #[serde(default)]
    pub garbage: GarbageView,
}

/// Whom a registry lets in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessView {
    /// How it is told who asks; without it everybody may do everything.
    pub scheme: SchemeView,
    /// Who is known, by name.
    pub accounts: Vec<AccountView>,
    /// What may be done without a name, as `PATTERN:ACTIONS`.
    pub anybody: Vec<String>,
}

/// How a registry is told who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SchemeView {
    /// It does not ask.
    #[default]
    Anonymous,
    /// By name and password in each request.
    Basic,
    /// By a token that name and password are exchanged for.
    Token,
}

/// Somebody a registry knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// The name.
    pub name: String,
    /// Whether it belongs to a machine.
    pub robot: bool,
    /// What may be done, as `PATTERN:ACTIONS`.
    pub grants: Vec<String>,
}

/// What holds for some repositories; what is not said is as for all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleView {
    /// Which, as a pattern; all, if there is none.
    pub repositories: Option<String>,
    /// Whether nothing may be written.
    pub read_only: Option<bool>,
    /// Whether referrers are listed.
    pub referrers: Option<bool>,
    /// Whether a manifest may name what is not here.
    pub sparse: Option<bool>,
    /// The tags that stay what they are, as patterns.
    pub immutable: Option<TagRuleView>,
}

/// Some tags, by patterns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagRuleView {
    /// Such as `v*`.
    pub tags: Vec<String>,
    /// Such as `v0.*`.
    pub except: Vec<String>,
}

/// Something that goes wrong on demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultView {
    /// As typed, such as `cut=1000`.
    pub mishap: String,
    /// The repositories it happens to, as a pattern.
    pub repositories: String,
    /// What is asked for when it happens, such as `manifests`; whatever, if it is not said.
    pub part: Option<String>,
    /// How often it still happens; until it is taken away, if it is not said.
    pub times_left: Option<u32>,
}

/// What a collection of garbage could free if it took untagged manifests and what came lately, too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GarbageView {
    /// The blobs and manifests that no tag leads to.
    pub blobs: Vec<Blob>,
    /// Their bytes.
    pub bytes: u64,
    /// Open uploads.
    pub uploads: usize,
}

/// One repository of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryView {
    /// Such as `mlproject/mlmodel`.
    pub name: String,
    /// Whether nothing may be written.
    #[serde(default)]
    pub read_only: bool,
    /// Its tags, sorted.
    pub tags: Vec<TagView>,
    /// Its manifests, by digest.
    pub manifests: Vec<Blob>,
    /// The layers and configurations it holds, by digest.
    pub blobs: Vec<Blob>,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagView {
    /// Such as `1.0`.
    pub tag: String,
    /// The manifest or index it names.
    pub digest: Digest,
    /// Whether it has to stay so.
    #[serde(default)]
    pub immutable: bool,
}
