//! Why a push, a pull or a login failed, in docker's words.

use super::auth::AuthError;
use super::server::ServerErrors;
use super::wire::WireError;
use crate::oci::{Digest, Platform};
use crate::store::ContentError;

/// A transfer that failed, in containerd's words; what docker's daemon makes of
/// them says [`TransferError::translated`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The reference leads nowhere.
    #[error("failed to resolve reference \"{reference}\": {source}")]
    Resolve {
        /// Canonical form.
        reference: String,
        /// Why.
        source: WireError,
    },
    /// The registry wants a login and none is stored.
    #[error(
        "failed to resolve reference \"{reference}\": pull access denied, repository does not exist or may require authorization: {source}"
    )]
    PullUnauthorized {
        /// Canonical form.
        reference: String,
        /// Why.
        source: AuthError,
    },
    /// The registry knows who asks and refuses; it does not say whether the repository exists.
    #[error("pull access denied for {name}, repository does not exist or may require 'docker login'")]
    PullDenied {
        /// Familiar form.
        name: String,
    },
    /// The index has no manifest for this machine.
    #[error(
        "no matching manifest for {platform} in the manifest list entries: no match for platform in manifest: not found"
    )]
    NoPlatform {
        /// What was looked for.
        platform: Platform,
    },
    /// Of the index to push no image is here.
    #[error("image with reference {name} was found but does not provide any platform")]
    NothingHere {
        /// Familiar form.
        name: String,
    },
    /// Several of its images are here, but not all, and none is this machine's.
    #[error("multiple matching manifests found but no specific platform requested")]
    Ambiguous,
    /// The registry takes nothing from this client.
    #[error("push access denied, repository does not exist or may require authorization: {source}")]
    PushDenied {
        /// Why.
        source: AuthError,
    },
    /// A blob or manifest could not be fetched.
    #[error("failed to copy: httpReadSeeker: failed open: {source}")]
    Fetch {
        /// Why.
        source: WireError,
    },
    /// The other side could not be asked, or refused.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Bytes are missing, or are not what was announced.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The registry says it kept something else.
    #[error("got digest {computed}, expected {expected}")]
    Kept {
        /// What it says.
        computed: String,
        /// What was sent.
        expected: Digest,
    },
    /// Bytes under a manifest's media type are none.
    #[error("invalid manifest {digest}: {detail}")]
    Document {
        /// Whose bytes.
        digest: Digest,
        /// What is wrong.
        detail: String,
    },
    /// The registry has no such repository.
    #[error("repository {name} not found: name unknown: repository name not known to registry")]
    NoRepository {
        /// Familiar form.
        name: String,
    },
    /// The list of tags is none.
    #[error("failed to decode tags list: {detail}")]
    Tags {
        /// What is wrong.
        detail: String,
    },
    /// The list of what refers to a manifest is none.
    #[error("failed to decode referrers index: {detail}")]
    Referrers {
        /// What is wrong.
        detail: String,
    },
    /// Something is larger than this program takes.
    #[error("{what} {digest} exceeds the limit of {limit}")]
    Limit {
        /// Such as `layer`.
        what: &'static str,
        /// Where.
        digest: Digest,
        /// The bound.
        limit: u64,
    },
    /// The registry did not accept the name and password.
    #[error("Get \"{url}\": unauthorized: incorrect username or password")]
    Login {
        /// What was asked.
        url: String,
    },
    /// Nobody answers a login.
    #[error("{method} \"{url}\": {reason}")]
    LoginUnreachable {
        /// As Go writes it: `Get`.
        method: String,
        /// What was asked.
        url: String,
        /// In the words of whoever tried.
        reason: String,
    },
    /// The registry answered a login with neither yes nor no.
    #[error("login attempt to {url} failed with status: {status}")]
    LoginStatus {
        /// What was asked.
        url: String,
        /// Such as `500 Internal Server Error`.
        status: String,
    },
}

impl TransferError {
    /// The error as docker's daemon passes it on: of a registry that answered
    /// with an unexpected status, what it says itself.
    pub fn translated(&self) -> String {
        let Some(errors) = self.status() else { return self.to_string() };
        errors.sentence().unwrap_or_else(|| format!("unknown: {self}"))
    }

    /// Whether the connection broke, so that it may be taken up again.
    pub(super) fn is_break(&self) -> bool {
        matches!(
            self,
            Self::Fetch { source: WireError::Unreachable { .. } } | Self::Wire(WireError::Unreachable { .. })
        )
    }

    /// Whether docker's own client tries again after it: nobody answered, the
    /// registry failed, or fewer bytes came than were announced.
    /// <https://github.com/moby/moby/blob/v28.5.2/distribution/errors.go>
    pub(super) fn is_temporary(&self) -> bool {
        let failed = |error: &WireError| matches!(error, WireError::Status { status, .. } if status.starts_with('5'));
        match self {
            Self::Content(ContentError::Truncated) => true,
            Self::Fetch { source } | Self::Wire(source) => self.is_break() || failed(source),
            _ => false,
        }
    }

    /// What a registry said that answered with an unexpected status.
    fn status(&self) -> Option<&ServerErrors> {
        match self {
            Self::Resolve { source, .. } | Self::Fetch { source } | Self::Wire(source) => status_of(source),
            Self::PullUnauthorized { source, .. } | Self::PushDenied { source } => status_of_token(source),
            _ => None,
        }
    }
}

fn status_of(error: &WireError) -> Option<&ServerErrors> {
    match error {
        WireError::Status { errors, .. } => Some(errors),
        WireError::Authorization(error) => status_of_token(error),
        _ => None,
    }
}

fn status_of_token(error: &AuthError) -> Option<&ServerErrors> {
    match error {
        AuthError::Token { source, .. } => status_of(source),
        _ => None,
    }
}
