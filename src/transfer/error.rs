//! Why a push, a pull or a login failed, in docker's words.

use super::auth::AuthError;
use super::wire::WireError;
use crate::oci::{Digest, Platform};
use crate::store::ContentError;

/// A transfer that failed. `Display` is what docker prints after its prefix;
/// whether there is one says [`TransferError::is_from_daemon`].
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
    /// Whether docker prints it after `Error response from daemon: `: only what
    /// fails before the first line of progress does. A push has always begun.
    pub fn is_from_daemon(&self) -> bool {
        matches!(
            self,
            Self::Resolve { .. }
                | Self::PullUnauthorized { .. }
                | Self::PullDenied { .. }
                | Self::NoPlatform { .. }
                | Self::Login { .. }
                | Self::LoginUnreachable { .. }
                | Self::LoginStatus { .. }
        )
    }
}
