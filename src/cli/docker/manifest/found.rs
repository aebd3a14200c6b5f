//! A manifest as docker's command line finds it at a registry, and what it
//! says of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::event::Events;
use crate::oci::{Descriptor, Digest, MediaType, Reference, children, json};
use crate::transfer::{AuthError, LookupError, Remote, WireError};

/// One manifest and what is told of it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub reference: Reference,
    pub described: Described,
    pub bytes: Vec<u8>,
}

/// A descriptor as docker's own file has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    pub media_type: MediaType,
    pub digest: Digest,
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Target>,
}

/// Where an image runs, with all that a list can say of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    pub architecture: String,
    pub os: String,
    #[serde(rename = "os.version", skip_serializing_if = "String::is_empty")]
    pub version: String,
    #[serde(rename = "os.features", skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub variant: String,
}

impl Found {
    fn new(reference: Reference, media_type: MediaType, bytes: Vec<u8>) -> Self {
        let Descriptor { media_type, digest, size, .. } = Descriptor::of(media_type, &bytes);
        Self { reference, described: Described { media_type, digest, size, platform: None }, bytes }
    }

    /// What `reference` names at its registry, be it a manifest or a list.
    pub(super) fn get(remote: &mut Remote<'_>, reference: &Reference, events: Events<'_>) -> Result<Self, Failure> {
        remote.ping(events).map_err(|error| {
            Failure::new(format!("failed to configure transport: error pinging v2 registry: {}", of_go(&error)))
        })?;
        let found = remote.manifest(events).map_err(|error| failure(&error, reference))?;
        let (descriptor, bytes) = found.ok_or_else(|| no_such(reference))?;
        Ok(Self::new(reference.clone(), descriptor.media_type, bytes.to_vec()))
    }

    /// With where it runs, as its configuration says.
    pub(super) fn with_platform(mut self, remote: &mut Remote<'_>, events: Events<'_>) -> Result<Self, Failure> {
        let named = children(&self.described.media_type, &self.bytes).map_err(Failure::new)?;
        let config = named.first().ok_or_else(|| no_such(&self.reference))?;
        let bytes = remote.document(config, events).map_err(|error| failure(&error, &self.reference))?;
        self.described.platform = Some(json::read(&bytes).unwrap_or_default());
        Ok(self)
    }

    /// The manifests that this list names.
    pub(super) fn parts(&self, remote: &mut Remote<'_>, events: Events<'_>) -> Result<Vec<Self>, Failure> {
        #[derive(Deserialize)]
        struct List {
            manifests: Vec<Described>,
        }
        let List { manifests } = json::read(&self.bytes).map_err(Failure::new)?;
        let mut parts = Vec::new();
        for Described { media_type, digest, size, platform } in manifests {
            let reference = Reference { digest: Some(digest), ..self.reference.clone() };
            let entry = Descriptor::new(media_type.clone(), digest, size);
            let bytes = remote.document(&entry, events).map_err(|error| failure(&error, &self.reference))?;
            let mut part = Self::new(reference, media_type, bytes.to_vec()).with_platform(remote, events)?;
            part.described.platform = platform;
            parts.push(part);
        }
        Ok(parts)
    }

    /// The document itself.
    pub(super) fn value(&self) -> Result<Value, Failure> {
        json::read(&self.bytes).map_err(Failure::new)
    }

    /// What `-v` says of it, which is also what docker keeps.
    pub(super) fn told(&self) -> Result<Value, Failure> {
        let is_docker = self.described.media_type == MediaType::DOCKER_MANIFEST;
        let kind = if is_docker { "SchemaV2Manifest" } else { "OCIManifest" };
        Ok(json!({
            "Ref": self.reference.to_string(),
            "Descriptor": self.described,
            "Raw": STANDARD.encode(&self.bytes),
            kind: self.value()?,
        }))
    }
}

/// A list as docker's older library writes it: without annotations.
pub(super) fn list_of(parts: &[Found]) -> Value {
    let is_oci = parts.first().is_some_and(|part| part.described.media_type == MediaType::MANIFEST);
    let entry = |found: &Found| {
        let Described { media_type, size, digest, platform } = &found.described;
        json!({"mediaType": media_type, "size": size, "digest": digest, "platform": platform})
    };
    json!({
        "schemaVersion": 2,
        "mediaType": if is_oci { MediaType::INDEX } else { MediaType::DOCKER_LIST },
        "manifests": parts.iter().map(entry).collect::<Vec<Value>>(),
    })
}

fn no_such(reference: &Reference) -> Failure {
    Failure::new(format!("no such manifest: {reference}"))
}

/// A registry that refuses is no better than one that does not know the name.
fn failure(error: &LookupError, reference: &Reference) -> Failure {
    match error {
        LookupError::Denied(AuthError::Refused { .. }) | LookupError::Wire(WireError::Status { .. }) => {
            no_such(reference)
        }
        error => Failure::new(of_go(error)),
    }
}

/// The words of Go's own client, which is the one that asks here.
fn of_go(error: &LookupError) -> String {
    match error {
        LookupError::Wire(WireError::Unreachable { method, url, reason }) => format!("{method} \"{url}\": {reason}"),
        LookupError::Denied(AuthError::NoCredentials) => "no basic auth credentials".to_owned(),
        error => error.to_string(),
    }
}
