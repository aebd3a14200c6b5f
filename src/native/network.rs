//! The real network, for registries that are no lab's: HTTPS, and plain HTTP
//! to this machine itself, as docker does.
//! <https://docs.docker.com/reference/cli/dockerd/#insecure-registries>

use std::io::{self, ErrorKind, Read, Write};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::uri::Scheme;
use http::{Request, Response, Uri, header};
use ureq::{Agent, SendBody};

use super::disk::BlobFile;
use crate::host::{Ingest, Kept, SendError};
use crate::limits;

/// A registry that does not even take the connection in this time is down.
const CONNECT: Duration = Duration::from_secs(30);
/// A registry that is silent for so long has gone.
const SILENCE: Duration = Duration::from_mins(5);

/// A body of fewer bytes is in memory.
const IN_MEMORY: u64 = 1 << 20;
/// How many bytes of a larger one are.
const PIECE: usize = 256 << 10;

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
    /// Of bodies no more than a little is in memory: a large answer goes to a file in `folder`
    /// that is there as long as somebody holds it. `passed` hears how far the longer body is.
    pub fn deliver(
        &self,
        mut request: Request<Kept>,
        folder: &Path,
        passed: &dyn Fn(u64, u64),
    ) -> Result<Response<Kept>, SendError> {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let named = |error: ureq::Error| SendError { reason: reason(&error, &authority) };
        let watched = |of| Watch { interrupted: &self.interrupted, passed, of };
        if is_here(request.uri()) {
            plain(&mut request);
        }
        let (mut parts, body) = request.into_parts();
        let answer = if body.size() == 0 {
            self.agent.run(Request::from_parts(parts, ()))
        } else {
            // A reader would be sent in chunks, if its length was not said.
            parts.headers.insert(header::CONTENT_LENGTH, body.size().into());
            let opened = body.open().map_err(|error| SendError { reason: error.to_string() })?;
            let mut body = Watched { inner: opened, came: 0, watch: watched(body.size()) };
            self.agent.run(Request::from_parts(parts, SendBody::from_reader(&mut body)))
        };
        let (parts, body) = answer.map_err(named)?.into_parts();
        let announced = body.content_length().unwrap_or_default();
        let inner = body.into_with_config().limit(limits::DISK_BLOB_BYTES).reader();
        let mut body = Watched { inner, came: 0, watch: watched(announced) };
        let taken = take(&mut body, folder).map_err(|error| SendError { reason: error.to_string() })?;
        match taken.broke {
            // What had come when the connection broke, or Ctrl-C came, is taken up by the next request.
            Some(error) if taken.kept.size() == 0 => Err(named(error.into())),
            _ => Ok(Response::from_parts(parts, taken.kept)),
        }
    }
}

/// As much of a body as came, and what ended it too early.
struct Taken {
    kept: Kept,
    broke: Option<io::Error>,
}

/// Takes a body; an error is one of the disk.
fn take(body: &mut dyn Read, folder: &Path) -> io::Result<Taken> {
    let mut start = Vec::new();
    let broke = body.take(IN_MEMORY).read_to_end(&mut start).err();
    if broke.is_some() || (start.len() as u64) < IN_MEMORY {
        return Ok(Taken { kept: Kept::Memory(start.into()), broke });
    }
    let mut file = Box::new(BlobFile::begin(folder)?);
    file.write_all(&start)?;
    let mut broke = None;
    let mut piece = vec![0; PIECE];
    loop {
        match body.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => file.write_all(&piece[..count])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                broke = Some(error);
                break;
            }
        }
    }
    Ok(Taken { kept: file.hold()?, broke })
}

/// Bytes that are read until Ctrl-C comes.
struct Watched<'a, R> {
    inner: R,
    came: u64,
    watch: Watch<'a>,
}

/// Who ends a body, and who hears how far it is.
struct Watch<'a> {
    interrupted: &'a AtomicBool,
    passed: &'a dyn Fn(u64, u64),
    /// How many bytes it has, as far as that is known.
    of: u64,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.watch.interrupted.load(Ordering::Relaxed) {
            return Err(io::Error::other("context canceled"));
        }
        let read = self.inner.read(buffer)?;
        self.came += read as u64;
        (self.watch.passed)(self.came.min(self.watch.of), self.watch.of);
        Ok(read)
    }
}

/// Whether the host is this machine: `localhost`, and what is in 127.0.0.0/8 or is `::1`.
fn is_here(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn plain(request: &mut Request<Kept>) {
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
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionReset => {
            format!("read tcp {authority}: read: connection reset by peer")
        }
        ureq::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => "EOF".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
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
        let request = Request::get("https://127.0.0.1:1/v2/").body(Kept::default()).expect("a request");
        let error = Network::default().deliver(request, Path::new("."), &|_, _| ()).expect_err("nobody listens");
        assert_eq!(error.reason, "dial tcp 127.0.0.1:1: connect: connection refused");
    }
}
