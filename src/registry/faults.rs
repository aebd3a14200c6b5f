//! Faults on demand: what goes wrong between a client and a real registry, to
//! be seen here when somebody wants to know what a client does then.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use super::errors::{Refusal, RegistryError};
use super::policy::fits;
use super::token::Needed;
use super::{Registry, Route, Target};
use crate::host::{Host, SendError};
use crate::text::units::typed_size;

/// When a client that is sent away may come again, unless the fault says otherwise.
const RETRY_SECONDS: u32 = 5;

/// Something that goes wrong, with the requests it happens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The method, or whichever.
    pub method: Option<Method>,
    /// What is asked for, or whatever it is.
    pub part: Option<Part>,
    /// The repositories, as a pattern.
    pub repositories: String,
    /// What happens.
    pub mishap: Mishap,
    /// How often it still does; without it, until it is taken away.
    pub times_left: Option<u32>,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whether there is a registry.
    Base,
    /// Lists of repositories, tags or referrers.
    Lists,
    /// Manifests and indexes.
    Manifests,
    /// Blobs, on their way out.
    Blobs,
    /// Blobs, on their way in.
    Uploads,
}

/// What may go wrong. Its text, such as `cut=1000`, is how it is typed and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mishap {
    /// The registry refuses.
    Refused {
        /// 401, 403, 404, 429 or 500.
        status: StatusCode,
        /// With a 429: when to come again.
        retry_after_seconds: u32,
    },
    /// A byte of the answer is another one when it arrives.
    Changed,
    /// The connection breaks after so many bytes of a body, of the answer's or of the request's.
    Cut {
        /// How many arrive.
        after_bytes: u64,
    },
    /// Bytes pass slowly, whatever they are for.
    Slow {
        /// So many in a second.
        bytes_per_second: u64,
    },
    /// The disk takes no byte more.
    DiskFull,
    /// The registry ends before it answers, and begins anew. Uploads do not survive that; what was answered does.
    Crash,
}

/// A text that names no mishap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MishapError {
    /// Nothing is called so.
    #[error("no such fault: {text}")]
    Unknown {
        /// As typed.
        text: String,
    },
    /// It needs a number behind it that makes sense.
    #[error("invalid value {value:?} for fault {name}")]
    Value {
        /// Such as `cut`.
        name: String,
        /// As typed.
        value: String,
    },
}

/// The statuses that can be wanted.
const STATUSES: [StatusCode; 5] = [
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
];

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, retry_after_seconds: RETRY_SECONDS } => write!(f, "status={}", status.as_u16()),
            Self::Refused { status, retry_after_seconds } => {
                write!(f, "status={}/{retry_after_seconds}", status.as_u16())
            }
            Self::Changed => f.write_str("digest-mismatch"),
            Self::Cut { after_bytes } => write!(f, "cut={after_bytes}"),
            Self::Slow { bytes_per_second } => write!(f, "slow={bytes_per_second}"),
            Self::DiskFull => f.write_str("disk-full"),
            Self::Crash => f.write_str("crash"),
        }
    }
}

/// `status=429/30` asks the client to wait for 30 seconds; sizes are typed as docker's, such as `10k`.
impl FromStr for Mishap {
    type Err = MishapError;

    fn from_str(text: &str) -> Result<Self, MishapError> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let wrong = || MishapError::Value { name: name.to_owned(), value: value.to_owned() };
        let size = || typed_size(value).and_then(|size| u64::try_from(size).ok()).ok_or_else(wrong);
        match (name, value) {
            ("digest-mismatch", "") => Ok(Self::Changed),
            ("disk-full", "") => Ok(Self::DiskFull),
            ("crash", "") => Ok(Self::Crash),
            ("cut", _) => Ok(Self::Cut { after_bytes: size()? }),
            ("slow", _) => {
                let bytes_per_second = size()?;
                if bytes_per_second == 0 { Err(wrong()) } else { Ok(Self::Slow { bytes_per_second }) }
            }
            ("status", _) => {
                let (code, seconds) = value.split_once('/').map_or((value, None), |(code, rest)| (code, Some(rest)));
                let status = STATUSES.into_iter().find(|status| status.as_str() == code).ok_or_else(wrong)?;
                let seconds = seconds.map_or(Ok(RETRY_SECONDS), |seconds| seconds.parse().map_err(|_| wrong()));
                Ok(Self::Refused { status, retry_after_seconds: seconds? })
            }
            _ => Err(MishapError::Unknown { text: text.to_owned() }),
        }
    }
}

impl Part {
    /// All, by the words they are typed by.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("base", Self::Base),
        ("blobs", Self::Blobs),
        ("lists", Self::Lists),
        ("manifests", Self::Manifests),
        ("uploads", Self::Uploads),
    ];

    fn of(route: &Route) -> Self {
        match route {
            Route::Base => Self::Base,
            Route::Catalog | Route::Tags { .. } | Route::Referrers { .. } => Self::Lists,
            Route::Manifest { .. } => Self::Manifests,
            Route::Blob { .. } => Self::Blobs,
            Route::Uploads { .. } | Route::Upload { .. } => Self::Uploads,
        }
    }
}

impl Fault {
    fn happens_to(&self, method: &Method, route: &Route) -> bool {
        self.times_left != Some(0)
            && self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.part.is_none_or(|part| part == Part::of(route))
            && fits(self.repositories.as_bytes(), route.repository().unwrap_or_default().as_bytes())
    }
}

impl Mishap {
    /// Whether an exchange with so many bytes of body each way can feel it.
    fn is_felt(&self, sent: u64, received: u64) -> bool {
        match self {
            Self::Changed => received > 0,
            Self::Cut { after_bytes } => sent.max(received) > *after_bytes,
            Self::DiskFull => sent > 0,
            Self::Slow { .. } => false,
            Self::Refused { .. } | Self::Crash => true,
        }
    }
}

impl Registry {
    /// Answers a request over a connection on which the faults happen that are wanted; an error is no answer.
    pub fn exchange(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Result<Response<Bytes>, SendError> {
        let Some((mishap, route)) = self.next_mishap(&request) else { return Ok(self.answer(request, host)) };
        match mishap {
            Mishap::Refused { status, retry_after_seconds } => {
                let refused = self.refusal(status, retry_after_seconds, request.method(), &route);
                Ok(refused.map(|body| self.read(&body).unwrap_or_default()))
            }
            // A slow way is not this exchange's alone: whoever models the wire asks for it.
            Mishap::Slow { .. } => Ok(self.answer(request, host)),
            Mishap::Changed => Ok(self.answer(request, host).map(|body| changed(&body))),
            Mishap::Cut { after_bytes } => self.cut(after_bytes, request, host),
            Mishap::DiskFull => {
                let room = std::mem::replace(&mut self.bounds.total_bytes, 0);
                let answered = self.answer(request, host);
                self.bounds.total_bytes = room;
                Ok(answered)
            }
            Mishap::Crash => {
                self.uploads.clear();
                Err(SendError { reason: "EOF".to_owned() })
            }
        }
    }

    /// How many bytes a second pass on the way to a repository, if that is wanted to be slow;
    /// none in particular, if it is empty.
    pub fn bytes_per_second(&self, repository: &str) -> Option<u64> {
        let here = self.faults.iter().filter(|fault| fits(fault.repositories.as_bytes(), repository.as_bytes()));
        let slow = here.filter_map(|fault| match fault.mishap {
            Mishap::Slow { bytes_per_second } => Some(bytes_per_second),
            _ => None,
        });
        slow.min()
    }

    fn cut(
        &mut self,
        after_bytes: u64,
        request: Request<Bytes>,
        host: &mut dyn Host,
    ) -> Result<Response<Bytes>, SendError> {
        if request.body().len() as u64 <= after_bytes {
            return Ok(self.answer(request, host).map(|body| first(&body, after_bytes)));
        }
        // As in distribution, what comes by a PATCH stays as far as it came; the rest is all or nothing.
        if request.method() == Method::PATCH {
            self.answer(request.map(|body| first(&body, after_bytes)), host);
        }
        Err(SendError { reason: "write: broken pipe".to_owned() })
    }

    /// The first fault that happens to this request; it counts as one of its times.
    fn next_mishap(&mut self, request: &Request<Bytes>) -> Option<(Mishap, Route)> {
        if self.faults.is_empty() {
            return None;
        }
        let route = Route::parse(request.uri().path()).ok()?;
        let (sent, received) = (request.body().len() as u64, self.length_of_answer(request));
        let felt =
            |fault: &&mut Fault| fault.happens_to(request.method(), &route) && fault.mishap.is_felt(sent, received);
        let fault = self.faults.iter_mut().find(felt)?;
        fault.times_left = fault.times_left.map(|times| times - 1);
        let mishap = fault.mishap.clone();
        // What will never happen again is no fault any more.
        self.faults.retain(|fault| fault.times_left != Some(0));
        Some((mishap, route))
    }

    /// How many bytes of body come back, if whoever asks is let in.
    fn length_of_answer(&self, request: &Request<Bytes>) -> u64 {
        if request.method() != Method::GET {
            return 0;
        }
        let (parts, _) = request.clone().into_parts();
        self.look(&parts).body().len()
    }

    fn refusal(
        &self,
        status: StatusCode,
        retry_after_seconds: u32,
        method: &Method,
        route: &Route,
    ) -> Response<super::Body> {
        let needed = Needed::of(route, method);
        let error = match status {
            StatusCode::UNAUTHORIZED => return *self.challenge(&[needed]),
            StatusCode::FORBIDDEN => RegistryError::Denied {
                repository: needed.repository,
                actions: needed.actions.iter().map(|action| (*action).to_owned()).collect(),
            },
            StatusCode::NOT_FOUND => unknown(route),
            StatusCode::TOO_MANY_REQUESTS => RegistryError::TooManyRequests { retry_after_seconds },
            _ => RegistryError::Unknown { detail: "a fault on demand".to_owned() },
        };
        Refusal::from(error).into_response()
    }
}

/// What a registry says that has not what is asked for.
fn unknown(route: &Route) -> RegistryError {
    match route {
        Route::Manifest { target: Target::Tag(tag), .. } => {
            RegistryError::ManifestUnknown { detail: format!("unknown tag={tag}") }
        }
        Route::Manifest { repository, target: Target::Digest(digest) } => {
            RegistryError::ManifestUnknown { detail: format!("unknown manifest name={repository} revision={digest}") }
        }
        Route::Blob { digest, .. } => RegistryError::BlobUnknown { digest: *digest },
        Route::Upload { .. } => RegistryError::UploadUnknown,
        route => RegistryError::NameUnknown { name: route.repository().unwrap_or_default().to_owned() },
    }
}

fn first(body: &Bytes, count: u64) -> Bytes {
    body.slice(..usize::try_from(count).unwrap_or(usize::MAX).min(body.len()))
}

/// The last byte differs by one bit.
fn changed(body: &Bytes) -> Bytes {
    let mut bytes = body.to_vec();
    if let Some(byte) = bytes.last_mut() {
        *byte ^= 1;
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;
    use crate::oci::Digest;
    use crate::registry::tests::Desk;

    fn desk(method: Method, part: Part, mishap: Mishap) -> Desk {
        let mut desk = Desk::with_image();
        let repositories = "p*".to_owned();
        desk.registry.faults =
            vec![Fault { method: Some(method), part: Some(part), repositories, mishap, times_left: Some(1) }];
        desk
    }

    /// Status and body, or why none came.
    fn send(desk: &mut Desk, method: &str, path: &str, body: &'static str) -> Result<(u16, String), String> {
        let request = Request::builder().method(method).uri(path).body(Bytes::from(body)).expect("a request");
        let response = desk.registry.exchange(request, &mut desk.host).map_err(|error| error.reason)?;
        Ok((response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned()))
    }

    fn layer() -> String {
        format!("/v2/px/blobs/{}", Digest::of(b"aaaaa"))
    }

    #[test]
    fn a_refusal_comes_as_often_as_it_is_wanted() {
        let mut desk = desk(Method::GET, Part::Manifests, "status=429/1".parse().expect("a mishap"));
        let (status, body) = send(&mut desk, "GET", "/v2/px/manifests/1", "").expect("an answer");
        assert_eq!((status, body.contains("TOOMANYREQUESTS")), (429, true));
        assert_eq!(send(&mut desk, "GET", "/v2/px/manifests/1", "").expect("an answer").0, 200);
    }

    #[test]
    fn other_requests_do_not_feel_it() {
        let mut desk = desk(Method::GET, Part::Manifests, Mishap::Crash);
        for (method, path) in
            [("HEAD", "/v2/px/manifests/1"), ("GET", "/v2/px/tags/list"), ("GET", "/v2/other/manifests/1")]
        {
            assert!(send(&mut desk, method, path, "").is_ok(), "{method} {path}");
        }
        assert!(send(&mut desk, "GET", "/v2/px/manifests/1", "").is_err());
    }

    #[test]
    fn an_answer_arrives_changed_or_cut() {
        let mut changed = desk(Method::GET, Part::Blobs, Mishap::Changed);
        assert_eq!(send(&mut changed, "GET", &layer(), ""), Ok((200, "aaaa`".to_owned())));
        let mut cut = desk(Method::GET, Part::Blobs, Mishap::Cut { after_bytes: 2 });
        assert_eq!(send(&mut cut, "GET", &layer(), ""), Ok((200, "aa".to_owned())));
        assert_eq!(send(&mut cut, "GET", &layer(), ""), Ok((200, "aaaaa".to_owned())));
    }

    #[test]
    fn an_upload_whose_connection_broke_goes_on_where_it_broke() {
        let mut desk = desk(Method::PATCH, Part::Uploads, Mishap::Cut { after_bytes: 3 });
        let opened = desk.send("POST", "/v2/px/blobs/uploads/", &[], "");
        let location = opened.headers()[header::LOCATION].to_str().expect("text").to_owned();
        assert_eq!(send(&mut desk, "PATCH", &location, "bbbbb"), Err("write: broken pipe".to_owned()));
        let id = location.split('?').next().expect("a path").to_owned();
        let status = desk.send("GET", &id, &[], "");
        assert_eq!(status.headers()[header::RANGE], "0-2");
        assert_eq!(send(&mut desk, "PATCH", &id, "bb").expect("an answer").0, 202);
        assert_eq!(
            send(&mut desk, "PUT", &format!("{id}?digest={}", Digest::of(b"bbbbb")), "").expect("an answer").0,
            201
        );
    }

    #[test]
    fn a_full_disk_takes_nothing_new() {
        let mut desk = desk(Method::POST, Part::Uploads, Mishap::DiskFull);
        let path = format!("/v2/px/blobs/uploads/?digest={}", Digest::of(b"bbbbb"));
        let (status, body) = send(&mut desk, "POST", &path, "bbbbb").expect("an answer");
        assert_eq!((status, body.contains("no space left on device")), (500, true));
        assert_eq!(send(&mut desk, "POST", &path, "bbbbb").expect("an answer").0, 201);
    }

    #[test]
    fn of_a_crash_between_blob_and_manifest_the_blob_survives_and_no_upload() {
        let mut desk = desk(Method::PUT, Part::Manifests, Mishap::Crash);
        let opened = desk.send("POST", "/v2/px/blobs/uploads/", &[], "");
        let location = opened.headers()[header::LOCATION].to_str().expect("text").to_owned();
        assert_eq!(send(&mut desk, "PUT", "/v2/px/manifests/2", "{}"), Err("EOF".to_owned()));
        assert_eq!(send(&mut desk, "GET", &location, "").expect("an answer").0, 404);
        assert_eq!(send(&mut desk, "GET", &layer(), ""), Ok((200, "aaaaa".to_owned())));
        assert_eq!(send(&mut desk, "GET", "/v2/px/manifests/2", "").expect("an answer").0, 404);
    }

    #[test]
    fn a_fault_waits_for_an_exchange_that_feels_it() {
        let mut desk = desk(Method::GET, Part::Blobs, Mishap::Cut { after_bytes: 5 });
        assert_eq!(send(&mut desk, "GET", &layer(), ""), Ok((200, "aaaaa".to_owned())));
        assert_eq!(desk.registry.faults[0].times_left, Some(1));
        desk.registry.faults[0].mishap = Mishap::Slow { bytes_per_second: 10 };
        assert_eq!(send(&mut desk, "GET", &layer(), ""), Ok((200, "aaaaa".to_owned())));
        assert_eq!(desk.registry.bytes_per_second("px"), Some(10));
        assert_eq!(desk.registry.bytes_per_second("other"), None);
    }

    #[test]
    fn a_mishap_is_typed_as_it_is_shown() {
        for text in ["status=401", "status=429/30", "cut=0", "slow=1024", "digest-mismatch", "disk-full", "crash"] {
            let mishap: Mishap = text.parse().expect(text);
            assert_eq!(mishap.to_string(), text);
        }
        assert_eq!("cut=10k".parse(), Ok(Mishap::Cut { after_bytes: 10_240 }));
        for text in ["", "cut", "cut=-1", "slow=0", "status=200", "status=429/x", "crash=1", "fire", "cut=1=2"] {
            assert!(text.parse::<Mishap>().is_err(), "{text}");
        }
    }
}
