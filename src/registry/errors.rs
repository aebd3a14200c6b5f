//! What the registry refuses, in the envelope, codes and words of distribution.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes>

use std::io;

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};

use super::answer::{Body, answer};
use crate::oci::{Digest, DigestError, json};

/// One refusal; its `Display` is the message of the envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The repository does not hold the blob.
    #[error("blob unknown to registry")]
    BlobUnknown {
        /// Which.
        digest: Digest,
    },
    /// The upload was never started, has ended or belongs to another repository.
    #[error("blob upload unknown to registry")]
    UploadUnknown,
    /// A digest is not one, or not that of the bytes.
    #[error("provided digest did not match uploaded content")]
    DigestInvalid {
        /// Why, in Go's words.
        detail: String,
    },
    /// A manifest names a blob or a manifest that the repository lacks.
    #[error("blob unknown to registry")]
    ManifestBlobUnknown {
        /// Which.
        digest: Digest,
    },
    /// The bytes are no manifest.
    #[error("manifest invalid")]
    ManifestInvalid {
        /// Why.
        detail: String,
    },
    /// No manifest has this tag or digest.
    #[error("manifest unknown")]
    ManifestUnknown {
        /// What was asked for, such as `unknown tag=9`.
        detail: String,
    },
    /// The client does not take manifests of this kind.
    #[error("OCI {} found, but accept header does not support OCI {plural}", singular(.plural))]
    ManifestNotAccepted {
        /// `manifests` or `indexes`.
        plural: &'static str,
    },
    /// A tag to give a manifest is none.
    #[error("manifest tag did not match URI")]
    TagInvalid {
        /// What was asked for.
        tag: String,
    },
    /// The tag has to stay what it is; the words of Harbor.
    #[error("Failed to process request due to '{repository}:{tag}' configured as immutable.")]
    TagImmutable {
        /// Its repository.
        repository: String,
        /// Which.
        tag: String,
    },
    /// A manifest is to get more tags than the registry gives at once.
    #[error("provided length did not match content length")]
    TooManyTags {
        /// How many.
        tags: usize,
    },
    /// The name follows no repository's grammar.
    #[error("invalid repository name")]
    NameInvalid {
        /// Which.
        name: String,
    },
    /// Nothing was ever pushed under this name.
    #[error("repository name not known to registry")]
    NameUnknown {
        /// Which.
        name: String,
    },
    /// A piece does not start where the last one ended, or a range is not there.
    #[error("invalid content range")]
    RangeInvalid,
    /// A body is not as long as announced, or longer than the registry takes.
    #[error("provided length did not match content length")]
    SizeInvalid {
        /// Why.
        detail: String,
        /// Whether it is a matter of the registry's bound.
        too_large: bool,
    },
    /// The client has to say who it is; the detail lists what it may not do yet.
    #[error("authentication required")]
    Unauthorized {
        /// The repository.
        repository: String,
        /// The actions, such as `pull`.
        actions: Vec<String>,
    },
    /// The client is known, and may not do it; the detail lists what.
    #[error("requested access to the resource is denied")]
    Denied {
        /// The repository.
        repository: String,
        /// The actions, such as `push`.
        actions: Vec<String>,
    },
    /// The method is not one of this path.
    #[error("The operation is unsupported.")]
    Unsupported {
        /// Those that are.
        allowed: &'static str,
    },
    /// More uploads are open than the registry keeps.
    #[error("too many requests")]
    TooManyRequests {
        /// When to come again.
        retry_after_seconds: u32,
    },
    /// `n` is no number in bounds.
    #[error("invalid number of results requested")]
    PaginationNumberInvalid {
        /// What was asked.
        n: String,
    },
    /// The registry itself failed.
    #[error("unknown error")]
    Unknown {
        /// How.
        detail: String,
    },
    /// The path is none of the API.
    #[error("404 page not found")]
    PageNotFound,
}

/// Where the host keeps the bytes, something failed.
impl From<io::Error> for RegistryError {
    fn from(error: io::Error) -> Self {
        Self::Unknown { detail: error.to_string() }
    }
}

impl From<DigestError> for RegistryError {
    fn from(error: DigestError) -> Self {
        Self::DigestInvalid { detail: error.to_string() }
    }
}

impl RegistryError {
    /// Its status and its code in the envelope.
    pub fn code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::BlobUnknown { .. } => (StatusCode::NOT_FOUND, "BLOB_UNKNOWN"),
            Self::UploadUnknown => (StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN"),
            Self::DigestInvalid { .. } => (StatusCode::BAD_REQUEST, "DIGEST_INVALID"),
            Self::ManifestBlobUnknown { .. } => (StatusCode::BAD_REQUEST, "MANIFEST_BLOB_UNKNOWN"),
            Self::ManifestInvalid { .. } => (StatusCode::BAD_REQUEST, "MANIFEST_INVALID"),
            Self::ManifestUnknown { .. } | Self::ManifestNotAccepted { .. } => {
                (StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN")
            }
            Self::TagInvalid { .. } => (StatusCode::BAD_REQUEST, "TAG_INVALID"),
            Self::TagImmutable { .. } => (StatusCode::PRECONDITION_FAILED, "PRECONDITION"),
            Self::TooManyTags { .. } => (StatusCode::URI_TOO_LONG, "SIZE_INVALID"),
            Self::NameInvalid { .. } => (StatusCode::BAD_REQUEST, "NAME_INVALID"),
            Self::NameUnknown { .. } => (StatusCode::NOT_FOUND, "NAME_UNKNOWN"),
            Self::RangeInvalid => (StatusCode::RANGE_NOT_SATISFIABLE, "RANGE_INVALID"),
            Self::SizeInvalid { too_large: false, .. } => (StatusCode::BAD_REQUEST, "SIZE_INVALID"),
            Self::SizeInvalid { too_large: true, .. } => (StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID"),
            Self::Unauthorized { .. } => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
            Self::Denied { .. } => (StatusCode::FORBIDDEN, "DENIED"),
            Self::Unsupported { .. } => (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED"),
            Self::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS"),
            Self::PaginationNumberInvalid { .. } => (StatusCode::BAD_REQUEST, "PAGINATION_NUMBER_INVALID"),
            Self::Unknown { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN"),
            Self::PageNotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        }
    }

    fn detail(&self) -> Option<Value> {
        match self {
            Self::BlobUnknown { digest } | Self::ManifestBlobUnknown { digest } => Some(json!(digest)),
            Self::DigestInvalid { detail }
            | Self::ManifestInvalid { detail }
            | Self::ManifestUnknown { detail }
            | Self::SizeInvalid { detail, .. }
            | Self::Unknown { detail } => Some(json!(detail)),
            Self::NameInvalid { name } | Self::NameUnknown { name } => Some(json!({ "name": name })),
            Self::TagInvalid { tag } => Some(json!({ "tag": tag })),
            Self::TooManyTags { tags } => Some(json!({ "tags": tags })),
            Self::PaginationNumberInvalid { n } => Some(json!({ "n": n })),
            Self::Unauthorized { repository, actions } | Self::Denied { repository, actions } => {
                let action =
                    |action: &String| json!({"Type": "repository", "Class": "", "Name": repository, "Action": action});
                Some(actions.iter().map(action).collect())
            }
            Self::UploadUnknown
            | Self::ManifestNotAccepted { .. }
            | Self::TagImmutable { .. }
            | Self::RangeInvalid
            | Self::Unsupported { .. }
            | Self::TooManyRequests { .. }
            | Self::PageNotFound => None,
        }
    }
}

/// Refusals of one request; the first one gives the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub Vec<RegistryError>);

impl From<RegistryError> for Refusal {
    fn from(error: RegistryError) -> Self {
        Self(vec![error])
    }
}

impl Refusal {
    /// The answer that says so.
    pub fn into_response(self) -> Response<Body> {
        let first = self.0.first().cloned().unwrap_or(RegistryError::PageNotFound);
        let (status, _) = first.code();
        if first == RegistryError::PageNotFound {
            let text = Bytes::from_static(b"404 page not found\n");
            return answer(status, &[(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text);
        }
        let envelope = json!({ "errors": self.0.iter().map(entry).collect::<Vec<_>>() });
        let mut bytes = json::compact(&envelope);
        bytes.push(b'\n');
        let mut headers = vec![(header::CONTENT_TYPE, "application/json")];
        if let RegistryError::Unsupported { allowed } = first {
            headers.push((header::ALLOW, allowed));
        }
        let retry_after = match first {
            RegistryError::TooManyRequests { retry_after_seconds } => Some(retry_after_seconds.to_string()),
            _ => None,
        };
        headers.extend(retry_after.as_deref().map(|seconds| (header::RETRY_AFTER, seconds)));
        answer(status, &headers, bytes)
    }
}

fn singular(plural: &str) -> &str {
    if plural == "indexes" { "index" } else { "manifest" }
}

fn entry(error: &RegistryError) -> Value {
    let mut entry = json!({ "code": error.code().1, "message": error.to_string() });
    if let Some(detail) = error.detail() {
        entry["detail"] = detail;
    }
    entry
}
