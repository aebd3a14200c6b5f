//! The real network, for registries that are no lab's: HTTPS, and plain HTTP
//! to this machine itself, as docker does.
//! <https://docs.docker.com/reference/cli/dockerd/#insecure-registries>

use std::io::{self, ErrorKind, Read};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response, Uri, header};
use ureq::{Agent, SendBody};

use crate::host::SendError;
use crate::limits;

/// A registry that does not even take the connection in this time is down.
const CONNECT: Duration = Duration::from_secs(30);
/// A registry that is silent for so long has gone.
const SILENCE: Duration = Duration::from_mins(5);

/// The way out. Connections stay open from one request to the next.
pub struct Network {
    agent: Agent,
    /// Set by Ctrl-C: what is under way ends.
    interrupted: Arc<AtomicBool>,
}

impl Default for Network {
    fn default() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .build();
        Self { agent: config.into(), interrupted: Arc::default() }
    }
}

impl Network {
    /// The same, but what is under way ends when `interrupted` is set.
    pub fn until(interrupted: Arc<AtomicBool>) -> Self {
        Self { interrupted, ..Self::default() }
    }

    /// Sends a request that names its host and waits for all of the answer, which is bounded.
    pub fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let named = |error: ureq::Error| SendError { reason: reason(&error, &authority) };
        if is_here(request.uri()) {
            plain(&mut request);
        }
        let answer = if request.body().is_empty() {
            self.agent.run(request.map(drop))
        } else {
            let (mut parts, body) = request.into_parts();
            // A reader would be sent in chunks, if its length was not said.
            parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            let mut body = Watched { inner: &*body, interrupted: &self.interrupted };
            self.agent.run(Request::from_parts(parts, SendBody::from_reader(&mut body)))
        };
        let (parts, body) = answer.map_err(named)?.into_parts();
        let mut bytes = Vec::new();
        let mut body = Watched {
            inner: body.into_with_config().limit(limits::BLOB_BYTES).reader(),
            interrupted: &self.interrupted,
        };
        match body.read_to_end(&mut bytes) {
            // What had come when the connection broke is taken up by the next request.
            Err(error) if bytes.is_empty() || self.interrupted.load(Ordering::Relaxed) => Err(named(error.into())),
            _ => Ok(Response::from_parts(parts, bytes.into())),
        }
    }
}

/// Bytes that are read until Ctrl-C comes.
struct Watched<'a, R> {
    inner: R,
    interrupted: &'a AtomicBool,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(io::Error::other("context canceled"));
        }
        self.inner.read(buffer)
    }
}

/// Whether the host is this machine: `localhost`, and what is in 127.0.0.0/8 or is `::1`.
fn is_here(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn plain(request: &mut Request<Bytes>) {
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = Some(Scheme::HTTP);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// In the words of Go, which docker passes on.
fn reason(error: &ureq::Error, authority: &str) -> String {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    match error {
        // The standard library has no kind for it.
        ureq::Error::Io(error) if error.to_string().starts_with("failed to lookup") => {
            format!("dial tcp: lookup {host}: no such host")
        }
        ureq::Error::HostNotFound => format!("dial tcp: lookup {host}: no such host"),
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            format!("dial tcp {authority}: connect: connection refused")
        }
        ureq::Error::Timeout(_) => format!("dial tcp {authority}: i/o timeout"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_plain_http() {
        let table = [
            ("https://localhost:5000/v2/", true),
            ("https://127.1.2.3/v2/", true),
            ("https://[::1]:5000/v2/", true),
            ("https://localhost.example.com/v2/", false),
            ("https://10.0.0.1:5000/v2/", false),
            ("/v2/", false),
        ];
        for (uri, expected) in table {
            assert_eq!(is_here(&uri.parse().expect("a URI")), expected, "{uri}");
        }
    }

    #[test]
    fn nobody_there_is_told_as_go_does() {
        let request = Request::get("https://127.0.0.1:1/v2/").body(Bytes::new()).expect("a request");
        let error = Network::default().send(request).expect_err("nobody listens");
        assert_eq!(error.reason, "dial tcp 127.0.0.1:1: connect: connection refused");
    }
}
