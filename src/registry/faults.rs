//! Faults on demand: what goes wrong between a client and a real registry, to
//! be seen here when somebody wants to know what a client does then.

use bytes::Bytes;
use http::{Method, Request, Response};

use super::errors::{Refusal, RegistryError};
use super::policy::fits;
use super::{Registry, Route};
use crate::host::{Host, SendError};

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
    /// How often it still does.
    pub times_left: u32,
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

/// What may go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mishap {
    /// The registry refuses, such as with 401, 403, 404, 429 or 500.
    Refused(RegistryError),
    /// A byte of the answer is another one when it arrives.
    Changed,
    /// The connection breaks after so many bytes of the answer's body.
    Cut {
        /// How many arrive.
        after_bytes: u64,
    },
    /// The connection breaks after so many bytes of the request's body, and no answer comes.
    Lost {
        /// How many arrive.
        after_bytes: u64,
    },
    /// The disk takes no byte more.
    DiskFull,
    /// The registry ends before it answers, and begins anew. Uploads do not survive that; what was answered does.
    Crash,
}

impl Part {
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
        self.times_left > 0
            && self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.part.is_none_or(|part| part == Part::of(route))
            && fits(self.repositories.as_bytes(), route.repository().unwrap_or_default().as_bytes())
    }
}

impl Registry {
    /// Answers a request over a connection on which the faults happen that are wanted; an error is no answer.
    pub fn exchange(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Result<Response<Bytes>, SendError> {
        let Some(mishap) = self.next_mishap(&request) else { return Ok(self.answer(request, host)) };
        match mishap {
            Mishap::Refused(error) => {
                let refusal = Refusal::from(error).into_response();
                Ok(refusal.map(|body| self.read(&body).unwrap_or_default()))
            }
            Mishap::Changed => Ok(self.answer(request, host).map(|body| changed(&body))),
            Mishap::Cut { after_bytes } => Ok(self.answer(request, host).map(|body| first(&body, after_bytes))),
            Mishap::Lost { after_bytes } => {
                // As in distribution, what comes by a PATCH stays as far as it came; the rest is all or nothing.
                if request.method() == Method::PATCH {
                    self.answer(request.map(|body| first(&body, after_bytes)), host);
                }
                Err(SendError { reason: "write: broken pipe".to_owned() })
            }
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

    /// The first fault that happens to this request; it counts as one of its times.
    fn next_mishap(&mut self, request: &Request<Bytes>) -> Option<Mishap> {
        let route = Route::parse(request.uri().path()).ok()?;
        let fault = self.faults.iter_mut().find(|fault| fault.happens_to(request.method(), &route))?;
        fault.times_left -= 1;
        Some(fault.mishap.clone())
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
            vec![Fault { method: Some(method), part: Some(part), repositories, mishap, times_left: 1 }];
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
        let refused = RegistryError::TooManyRequests { retry_after_seconds: 1 };
        let mut desk = desk(Method::GET, Part::Manifests, Mishap::Refused(refused));
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
        let mut desk = desk(Method::PATCH, Part::Uploads, Mishap::Lost { after_bytes: 3 });
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
}
