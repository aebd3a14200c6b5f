//! A registry looked into from the command line, without a store: what
//! `docker manifest` and `docker buildx imagetools` ask.

use bytes::Bytes;
use http::{Method, StatusCode, header};

use super::auth::AuthError;
use super::error::TransferError;
use super::remote::Remote;
use super::why::Purpose;
use super::wire::{Call, WireError};
use crate::event::Events;
use crate::host::Kept;
use crate::limits;
use crate::oci::{Descriptor, MediaType};
use crate::store::{Content, ContentError};

/// Why a registry does not show what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Who asks is not allowed to, or must say who it is.
    #[error("pull access denied, repository does not exist or may require authorization: {0}")]
    Denied(AuthError),
    /// The way there, or the answer.
    #[error(transparent)]
    Wire(WireError),
    /// What came is not what was announced.
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

impl From<WireError> for LookupError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Authorization(error) if error.is_denial() => Self::Denied(error),
            error => Self::Wire(error),
        }
    }
}

impl From<ContentError> for LookupError {
    fn from(error: ContentError) -> Self {
        Self::Transfer(error.into())
    }
}

impl Remote<'_> {
    /// Whether a registry is there at all; docker's own client asks that first.
    pub fn ping(&mut self, events: Events<'_>) -> Result<(), LookupError> {
        let call = Call {
            method: Method::GET,
            url: format!("https://{}/v2/", self.wire.line.endpoint),
            headers: Vec::new(),
            body: Kept::default(),
            scopes: Vec::new(),
            purpose: Purpose::Ping,
        };
        // Whatever it answers, and be it a question: it is there.
        self.wire.exchange(&call, None, events)?;
        Ok(())
    }

    /// What the reference names, by one GET; nothing if there is no such thing.
    pub fn manifest(&mut self, events: Events<'_>) -> Result<Option<(Descriptor, Bytes)>, LookupError> {
        let call = self.manifest_call(Method::GET);
        let response = self.wire.send(&call, events)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            _ => return Err(call.unexpected(&response).into()),
        }
        let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = MediaType::from(media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim());
        let bytes = call.read(&response)?;
        let descriptor = Descriptor::of(media_type, &bytes);
        if let Some(asked) = self.address.reference.digest.filter(|asked| *asked != descriptor.digest) {
            ContentError::check(&Descriptor { digest: asked, ..descriptor.clone() }, &bytes.clone().into())?;
        }
        Ok(Some((descriptor, bytes)))
    }

    /// What the reference names: its digest by HEAD, then its bytes by that.
    pub fn look_up(&mut self, events: Events<'_>) -> Result<(Descriptor, Bytes), LookupError> {
        let descriptor = self.resolve_on_wire(events)?;
        let bytes = self.document(&descriptor, events)?;
        Ok((descriptor, bytes))
    }

    /// The bytes of a document or a configuration, which must be small.
    pub fn document(&mut self, descriptor: &Descriptor, events: Events<'_>) -> Result<Bytes, LookupError> {
        if descriptor.size > limits::MANIFEST_BYTES {
            let (what, digest) = (super::why::noun(&descriptor.media_type), descriptor.digest);
            return Err(TransferError::Limit { what, digest, limit: limits::MANIFEST_BYTES }.into());
        }
        let bytes = Content::get(self, descriptor, events)?;
        ContentError::check(descriptor, &bytes.clone().into())?;
        Ok(bytes)
    }
}
