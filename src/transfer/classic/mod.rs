//! Push and pull as docker's own client does them, which the classic store
//! uses: another order of requests than containerd's, other words, and docker's
//! own media types.
//! <https://github.com/moby/moby/tree/v28.5.2/distribution>

mod pull;
mod push;

pub use pull::Pull;
pub use push::{KnownBlob, Layer, Push};

use super::auth::AuthError;
use super::error::TransferError;
use super::lookup::LookupError;
use super::wire::WireError;
use crate::oci::{MediaType, Platform, Reference};
use crate::store::ContentError;

/// Why the registry did not do it; the words of docker's own client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassicError {
    /// The tag or digest names nothing.
    #[error("manifest for {name} not found: manifest unknown: manifest unknown")]
    NotFound {
        /// Familiar form.
        name: String,
    },
    /// Who asks may not know whether the repository exists.
    #[error(
        "pull access denied for {name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
    )]
    PullDenied {
        /// Familiar form.
        name: String,
    },
    /// Who asks may not write.
    #[error("denied: requested access to the resource is denied")]
    Denied,
    /// The registry asks for a password and none is stored.
    #[error("{method} \"{url}\": no basic auth credentials")]
    NoCredentials {
        /// As Go writes it: `Head`.
        method: &'static str,
        /// Where.
        url: String,
    },
    /// The same, of a push, where docker leaves out what was asked.
    #[error("no basic auth credentials")]
    PushNoCredentials,
    /// Nobody answers.
    #[error("{method} \"{url}\": {reason}")]
    Unreachable {
        /// As Go writes it: `Get`.
        method: String,
        /// Where.
        url: String,
        /// In the words of whoever tried.
        reason: String,
    },
    /// The list has nothing for the platform.
    #[error("no matching manifest for {platform} in the manifest list entries")]
    NoPlatform {
        /// What was asked for.
        platform: Platform,
    },
    /// It is no image.
    #[error("unsupported media type {media_type}")]
    MediaType {
        /// What it is.
        media_type: MediaType,
    },
    /// Fewer bytes came than were announced, again and again.
    #[error("unexpected EOF")]
    Truncated,
    /// Anything else.
    #[error("{}", .0.translated())]
    Transfer(TransferError),
}

fn unreachable(error: LookupError) -> ClassicError {
    match error {
        LookupError::Wire(WireError::Unreachable { method, url, reason }) => {
            ClassicError::Unreachable { method, url, reason }
        }
        LookupError::Wire(error) => ClassicError::Transfer(error.into()),
        LookupError::Denied(error) => ClassicError::Transfer(WireError::Authorization(error).into()),
        LookupError::Transfer(error) => ClassicError::Transfer(error),
    }
}

fn unresolved(error: WireError, reference: &Reference, url: String) -> ClassicError {
    match error {
        WireError::NotFound { .. } => ClassicError::NotFound { name: reference.familiar() },
        WireError::Authorization(AuthError::NoCredentials) => ClassicError::NoCredentials { method: "Head", url },
        WireError::Authorization(error) if error.is_denial() => {
            ClassicError::PullDenied { name: reference.familiar_name() }
        }
        WireError::Unreachable { method, url, reason } => ClassicError::Unreachable { method, url, reason },
        error => ClassicError::Transfer(error.into()),
    }
}

fn refused(error: TransferError) -> ClassicError {
    match error {
        TransferError::PushDenied { source: AuthError::NoCredentials }
        | TransferError::Wire(WireError::Authorization(AuthError::NoCredentials)) => ClassicError::PushNoCredentials,
        TransferError::PushDenied { .. } => ClassicError::Denied,
        TransferError::Wire(WireError::Authorization(error)) if error.is_denial() => ClassicError::Denied,
        TransferError::Wire(WireError::Unreachable { method, url, reason }) => {
            ClassicError::Unreachable { method, url, reason }
        }
        error => ClassicError::Transfer(error),
    }
}

/// What stops a transfer of blobs.
fn stopped(error: TransferError) -> ClassicError {
    match error {
        TransferError::NoPlatform { platform } => ClassicError::NoPlatform { platform },
        TransferError::Content(ContentError::Truncated) => ClassicError::Truncated,
        error => ClassicError::Transfer(error),
    }
}
