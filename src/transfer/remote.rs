//! A repository of a registry as [`Content`], spoken in HTTP the way
//! containerd's client does.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md>

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Response, StatusCode, Uri, header};
use serde::Deserialize;

use super::auth::{AuthError, Credentials};
use super::error::TransferError;
use super::why::{Purpose, noun};
use super::wire::{Call, Wire, WireError};
use crate::event::{Direction, Events, Outcome};
use crate::host::Host;
use crate::limits;
use crate::oci::{Descriptor, Digest, MediaType, Reference, children, json};
use crate::store::Content;
use crate::text::{percent_encode, query_pairs, sorted};

/// The digits of a digest that the tag of its referrers has, of whatever algorithm.
const REFERRERS_TAG_DIGITS: usize = 64;
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
const MANIFEST_TYPES: [MediaType; 4] =
    [MediaType::DOCKER_MANIFEST, MediaType::DOCKER_LIST, MediaType::MANIFEST, MediaType::INDEX];

/// One repository of one registry.
pub struct Remote<'a> {
    pub(super) wire: Wire<'a>,
    pub(super) reference: Reference,
    scope: String,
    /// What the reference's tag is to name; only a push sets it.
    root: Option<Digest>,
    /// Repositories of this registry that are known to have a blob.
    mounts: BTreeMap<Digest, String>,
}

impl<'a> Remote<'a> {
    /// The repository of `reference`, to read from or to write to.
    pub fn new(
        reference: &Reference,
        direction: Direction,
        credentials: Option<&Credentials>,
        host: &'a mut dyn Host,
    ) -> Self {
        let actions = match direction {
            Direction::Push => "pull,push",
            Direction::Pull => "pull",
        };
        Self {
            wire: Wire::new(&reference.domain, credentials, host),
            reference: reference.clone().tagged(),
            scope: format!("repository:{}:{actions}", reference.path),
            root: None,
            mounts: BTreeMap::new(),
        }
    }

    /// The same, with the manifest that the tag is to name and with
    /// repositories from which blobs may be mounted.
    #[must_use]
    pub fn tagging(mut self, root: Digest, mounts: &[(Digest, String)]) -> Self {
        let others = mounts.iter().filter(|(_, repository)| *repository != self.reference.path);
        self.mounts = others.cloned().collect();
        self.root = Some(root);
        self
    }

    /// What the reference names, learnt by one HEAD.
    pub fn resolve(&mut self, events: Events<'_>) -> Result<Descriptor, TransferError> {
        let reference = self.reference.to_string();
        let name = self.reference.familiar_name();
        self.resolve_on_wire(events).map_err(|error| match error {
            // Docker says less than containerd once a token was refused.
            WireError::Authorization(AuthError::Refused { .. }) => TransferError::PullDenied { name },
            WireError::Authorization(source) if source.is_denial() => {
                TransferError::PullUnauthorized { reference, source }
            }
            source => TransferError::Resolve { reference, source },
        })
    }

    pub(super) fn resolve_on_wire(&mut self, events: Events<'_>) -> Result<Descriptor, WireError> {
        let call = self.manifest_call(Method::HEAD);
        let response = self.wire.send(&call, events)?;
        match response.status() {
            StatusCode::OK => described(&call, response.headers(), self.reference.digest),
            StatusCode::NOT_FOUND => Err(WireError::NotFound { what: self.reference.to_string() }),
            _ => Err(call.unexpected(&response)),
        }
    }

    /// A request for the manifest that the reference names, of whatever type.
    pub(super) fn manifest_call(&self, method: Method) -> Call {
        let target = self.reference.digest.map(|digest| digest.to_string());
        let target = target.or_else(|| self.reference.tag.clone()).unwrap_or_default();
        let accept = MANIFEST_TYPES.iter().map(MediaType::as_str).chain(["*/*"]).collect::<Vec<_>>().join(", ");
        let mut call = self.call(method, &format!("manifests/{target}"), Purpose::Resolve { name: target });
        call.headers.push((header::ACCEPT, accept));
        call
    }

    /// Every tag of the repository, page by page.
    /// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags>
    pub fn tags(&mut self, events: Events<'_>) -> Result<Vec<String>, TransferError> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let mut tags = Vec::new();
        loop {
            let last = tags.last().map(|last: &String| format!("?last={}", percent_encode(last))).unwrap_or_default();
            let call = self.call(Method::GET, &format!("tags/list{last}"), Purpose::Tags);
            let response = self.wire.send(&call, events)?;
            if response.status() == StatusCode::NOT_FOUND {
                return Err(TransferError::NoRepository { name: self.reference.familiar_name() });
            }
            if !response.status().is_success() {
                return Err(call.unexpected(&response).into());
            }
            let page: Page =
                json::read(response.body()).map_err(|error| TransferError::Tags { detail: error.to_string() })?;
            let page = page.tags.unwrap_or_default();
            let is_last = page.is_empty() || !response.headers().contains_key(header::LINK);
            tags.extend(page);
            if is_last || tags.len() > limits::ROWS {
                return Ok(tags);
            }
        }
    }

    pub(super) fn call(&self, method: Method, path: &str, purpose: Purpose) -> Call {
        let url = format!("https://{}/v2/{}/{path}", self.wire.endpoint, self.reference.path);
        Call { method, url, headers: Vec::new(), body: Bytes::new(), scopes: vec![self.scope.clone()], purpose }
    }

    /// A manifest goes by its digest, but the root of a push by the tag.
    fn place(&self, blob: &Descriptor) -> (String, Option<String>) {
        let is_document = blob.media_type.is_document();
        let tag = self.reference.tag.clone().filter(|_| is_document && self.root == Some(blob.digest));
        let kind = if is_document { "manifests" } else { "blobs" };
        let name = tag.clone().unwrap_or_else(|| blob.digest.to_string());
        (format!("{kind}/{name}"), tag)
    }

    /// Where to send the bytes of a blob; nothing if the registry mounted it.
    fn open_upload(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Option<String>, TransferError> {
        if let Some(from) = self.mounts.get(&blob.digest).cloned() {
            match self.mount(blob, &from, events)? {
                None => return Ok(None),
                Some(location) if !location.is_empty() => return Ok(Some(location)),
                Some(_) => {}
            }
        }
        let call = self.call(Method::POST, "blobs/uploads/", Purpose::Open { what: noun(&blob.media_type) });
        self.location_of(&call, events).map(Some)
    }

    /// Takes a blob from another repository: nothing if that was done, or else
    /// the upload that was opened instead; empty if none was.
    pub(super) fn mount(
        &mut self,
        blob: &Descriptor,
        from: &str,
        events: Events<'_>,
    ) -> Result<Option<String>, TransferError> {
        let path = format!("blobs/uploads/?mount={}&from={from}", blob.digest);
        let purpose = Purpose::Mount { what: noun(&blob.media_type), from: from.to_owned() };
        let mut call = self.call(Method::POST, &path, purpose);
        call.scopes.push(format!("repository:{from}:pull"));
        let response = self.wire.send(&call, events).map_err(denied)?;
        match response.status() {
            StatusCode::CREATED => Ok(None),
            // A private repository is no reason to fail: the blob is sent instead.
            StatusCode::UNAUTHORIZED => Ok(Some(String::new())),
            _ => self.location(&call, &response).map(Some),
        }
    }

    /// Where the registry says to go on.
    pub(super) fn location_of(&mut self, call: &Call, events: Events<'_>) -> Result<String, TransferError> {
        let response = self.wire.send(call, events).map_err(denied)?;
        self.location(call, &response)
    }

    fn location(&self, call: &Call, response: &Response<Bytes>) -> Result<String, TransferError> {
        if !response.status().is_success() {
            return Err(call.unexpected(response).into());
        }
        let location = text(response.headers(), &header::LOCATION);
        let absolute = match location {
            path if path.starts_with('/') => format!("https://{}{path}", self.wire.endpoint),
            url if url.contains("://") => url.to_owned(),
            rest => format!("https://{rest}"),
        };
        let invalid = || WireError::Header { name: "Location", url: call.url.clone(), value: location.to_owned() };
        let uri: Uri = absolute.parse().ok().filter(|_| !location.is_empty()).ok_or_else(invalid)?;
        Ok(uri.to_string())
    }

    fn send_bytes(&mut self, call: &Call, expected: Digest, events: Events<'_>) -> Result<(), TransferError> {
        let response = self.wire.send(call, events).map_err(denied)?;
        if !response.status().is_success() {
            return Err(call.unexpected(&response).into());
        }
        let kept = text(response.headers(), &CONTENT_DIGEST);
        if kept.parse() != Ok(expected) {
            return Err(TransferError::Kept { computed: kept.to_owned(), expected });
        }
        Ok(())
    }
}

impl Content for Remote<'_> {
    type Error = TransferError;

    /// A client that may not ask may still be allowed to write, so a denial
    /// means no, as with containerd.
    fn has(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<bool, TransferError> {
        let (path, tag) = self.place(blob);
        let purpose = match tag.clone() {
            Some(tag) => Purpose::AskTag { tag },
            None => Purpose::Ask { what: noun(&blob.media_type) },
        };
        let mut call = self.call(Method::HEAD, &path, purpose);
        call.headers.push((header::ACCEPT, format!("{}, */*", blob.media_type)));
        let response = match self.wire.send(&call, events) {
            Err(WireError::Authorization(error)) if error.is_denial() => return Ok(false),
            answer => answer?,
        };
        match response.status() {
            StatusCode::OK if tag.is_some() => Ok(text(response.headers(), &CONTENT_DIGEST).parse() == Ok(blob.digest)),
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(call.unexpected(&response).into()),
        }
    }

    fn get(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Bytes, TransferError> {
        let (path, _) = self.place(blob);
        let mut call = self.call(Method::GET, &path, Purpose::Fetch { what: noun(&blob.media_type) });
        call.headers.push((header::ACCEPT, format!("{}, */*", blob.media_type)));
        let failed = |source| TransferError::Fetch { source };
        let response = self.wire.send(&call, events).map_err(failed)?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            StatusCode::NOT_FOUND => {
                let Descriptor { digest, media_type, .. } = blob;
                let what = format!("could not fetch content descriptor {digest} ({media_type}) from remote");
                Err(failed(WireError::NotFound { what }))
            }
            _ => Err(failed(call.unexpected(&response))),
        }
    }

    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, TransferError> {
        let what = noun(&blob.media_type);
        let (path, tag) = self.place(blob);
        if path.starts_with("manifests/") {
            let purpose = tag.map_or(Purpose::Put { what }, |tag| Purpose::PutTag { what, tag });
            let mut call = self.call(Method::PUT, &path, purpose);
            call.headers.push((header::CONTENT_TYPE, blob.media_type.to_string()));
            call.body = bytes;
            self.send_bytes(&call, blob.digest, events)?;
            return Ok(Outcome::Moved);
        }
        let Some(location) = self.open_upload(blob, events)? else {
            let from = self.mounts.get(&blob.digest).cloned().unwrap_or_default();
            return Ok(Outcome::Mounted { from });
        };
        let mut call = self.call(Method::PUT, "", Purpose::Send { what });
        call.url = closing(&location, &blob.digest);
        call.headers.push((header::CONTENT_TYPE, MediaType::OCTETS.to_string()));
        call.body = bytes;
        self.send_bytes(&call, blob.digest, events)?;
        Ok(Outcome::Moved)
    }

    /// By the API, or by the tag that stands in where a registry lacks it.
    /// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>
    fn referrers(&mut self, subject: &Descriptor, events: Events<'_>) -> Result<Vec<Descriptor>, TransferError> {
        let digest = subject.digest;
        let api = format!("referrers/{digest}");
        if let Ok(Some(list)) = self.listed(&api, Purpose::Referrers, events) {
            return Ok(list);
        }
        let tag = format!("{}-{}", digest.algorithm().as_str(), &digest.hex()[..REFERRERS_TAG_DIGITS]);
        Ok(self.listed(&format!("manifests/{tag}"), Purpose::ReferrersTag, events)?.unwrap_or_default())
    }
}

impl Remote<'_> {
    /// The list under `path`; nothing if the registry has no such thing.
    fn listed(
        &mut self,
        path: &str,
        purpose: Purpose,
        events: Events<'_>,
    ) -> Result<Option<Vec<Descriptor>>, TransferError> {
        let mut call = self.call(Method::GET, path, purpose);
        call.headers.push((header::ACCEPT, format!("{}, */*", MediaType::INDEX)));
        let response = self.wire.send(&call, events)?;
        match response.status() {
            StatusCode::OK if response.body().len() as u64 <= limits::MANIFEST_BYTES => {
                let list = children(&MediaType::INDEX, response.body());
                list.map(Some).map_err(|error| TransferError::Referrers { detail: error.detail })
            }
            StatusCode::OK | StatusCode::NOT_FOUND => Ok(None),
            _ => Err(call.unexpected(&response).into()),
        }
    }
}

/// Writing was refused, whatever it was that should be written.
fn denied(error: WireError) -> TransferError {
    match error {
        WireError::Authorization(source) if source.is_denial() => TransferError::PushDenied { source },
        error => error.into(),
    }
}

/// The location with the digest added; Go sorts the pairs.
pub(super) fn closing(location: &str, digest: &Digest) -> String {
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let mut pairs = query_pairs(query);
    pairs.push(("digest".to_owned(), digest.to_string()));
    let pair = |(name, value): &(String, String)| format!("{}={}", percent_encode(name), percent_encode(value));
    format!("{path}?{}", sorted(pairs).iter().map(pair).collect::<Vec<_>>().join("&"))
}

fn described(call: &Call, headers: &HeaderMap, asked: Option<Digest>) -> Result<Descriptor, WireError> {
    let invalid =
        |name: &'static str, value: &str| WireError::Header { name, url: call.url.clone(), value: value.to_owned() };
    let (digest, length) = (text(headers, &CONTENT_DIGEST), text(headers, &header::CONTENT_LENGTH));
    let named = digest.parse().ok().filter(|named| asked.is_none_or(|asked| asked == *named));
    let digest = named.ok_or_else(|| invalid("Docker-Content-Digest", digest))?;
    let size = length.parse().map_err(|_| invalid("Content-Length", length))?;
    let media_type = text(headers, &header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    Ok(Descriptor { digest, size, ..Descriptor::of(MediaType::from(media_type), b"") })
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
