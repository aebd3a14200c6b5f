//! `curl`: a request over the lab's network, to a container whose port is
//! published, or to a registry of the lab. Nothing else is reached.

mod asked;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};

use self::asked::Asked;
use crate::cli::{Desk, Failure, Flow};
use crate::engine::Watched;
use crate::fs::{FsPath, Metadata, Node};
use crate::host::Host;
use crate::limits;
use crate::oci::Timestamp;
use crate::runtime::Traffic;

/// What curl exits with.
const BAD_SCHEME: i32 = 1;
const BAD_URL: i32 = 3;
const NO_HOST: i32 = 6;
const NO_CONNECTION: i32 = 7;
const HTTP_ERROR: i32 = 22;
const WRITE_ERROR: i32 = 23;
const TIMED_OUT: i32 = 28;
const NO_TLS: i32 = 35;
const EMPTY: i32 = 52;
const RESET: i32 = 56;
/// How the machine calls itself.
const OWN: [&str; 3] = ["localhost", "127.0.0.1", "0.0.0.0"];
/// Who a container is called by.
const PEER: &str = "172.17.0.1:40000";
/// How long we wait where nothing more can happen; curl itself would wait for ever.
const PATIENCE: Duration = Duration::from_mins(5);

/// A request on its way.
#[derive(Debug)]
pub struct Calling {
    asked: Asked,
    port: u16,
    call: u64,
    to_send: VecDeque<u8>,
    /// What the other side has room for, in bytes.
    room: usize,
    answer: Vec<u8>,
    is_taken: bool,
    waits_until: Option<Timestamp>,
}

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let asked = Asked::read(arguments, desk)?;
    let url = if asked.url.contains("://") { asked.url.clone() } else { format!("http://{}", asked.url) };
    let malformed = |_| asked.failed(BAD_URL, "URL rejected: Malformed input to a URL function");
    let uri: Uri = url.parse().map_err(malformed)?;
    let scheme = uri.scheme_str().unwrap_or("http").to_owned();
    let (host, authority) =
        (uri.host().unwrap_or_default(), uri.authority().map_or("", |authority| authority.as_str()));
    if !["http", "https"].contains(&scheme.as_str()) {
        return Err(asked.failed(BAD_SCHEME, &format!("Protocol \"{scheme}\" not supported")));
    }
    if desk.registries.iter().any(|registry| registry == authority) {
        return ask_registry(&asked, &uri, desk);
    }
    if !OWN.contains(&host) && host != desk.machine.name {
        return Err(asked.failed(NO_HOST, &format!("Could not resolve host: {host}")).hint(
            "This network has the ports that containers publish here, at `localhost`, and the lab's registries.",
        ));
    }
    let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    let Some((id, inner)) = desk.machine.engine.published_at(port) else {
        let text = format!("Failed to connect to {host} port {port} after 0 ms: Could not connect to server");
        return Err(asked
            .failed(NO_CONNECTION, &text)
            .hint("`docker ps` shows which ports of this machine lead to a container."));
    };
    if scheme == "https" {
        return Err(asked.failed(NO_TLS, "TLS connect error: error:0A00010B:SSL routines::wrong version number"));
    }
    let call = desk.daemon(|engine, around| engine.call(&id, inner, PEER, around.now));
    Ok(Flow::Calling(Box::new(Calling {
        to_send: asked.request(&uri, authority).into(),
        asked,
        port,
        call,
        room: limits::GUEST_PIPE_BYTES as usize,
        answer: Vec::new(),
        is_taken: false,
        waits_until: None,
    })))
}

impl Calling {
    /// When there is something to do again, if everybody sleeps.
    pub fn waits_until(&self) -> Option<Timestamp> {
        self.waits_until
    }

    /// Goes on a little.
    pub fn step(mut self: Box<Self>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        if self.hear(desk) {
            self.interrupt(desk);
            return self.finish(desk);
        }
        self.send(desk);
        self.waits_until = None;
        match desk.daemon(|engine, around| engine.go_on_any(None, around)) {
            Watched::Sleeps { until } => self.waits_until = Some(until),
            Watched::Waits if !desk.machine.engine.has_heard(self.call) => return Err(self.lose_patience(desk)),
            _ => {}
        }
        Ok(Flow::Calling(self))
    }

    /// Ends the connection, as Ctrl-C does.
    pub fn interrupt(&self, desk: &mut Desk<'_>) {
        desk.daemon(|engine, around| engine.hang_up_call(self.call, around.now));
    }

    fn lose_patience(&self, desk: &mut Desk<'_>) -> Failure {
        self.interrupt(desk);
        desk.wire.world.pass(PATIENCE);
        let (millis, got) = (PATIENCE.as_millis(), self.answer.len());
        self.asked
            .failed(TIMED_OUT, &format!("Operation timed out after {millis} milliseconds with {got} bytes received"))
            .hint("The container has the connection and does not answer: its program waits for something else.")
    }

    /// Takes what has come; whether that is all.
    fn hear(&mut self, desk: &mut Desk<'_>) -> bool {
        let mut is_over = false;
        for what in desk.machine.engine.listen_to(self.call) {
            match what {
                Traffic::Taken { .. } => self.is_taken = true,
                Traffic::Bytes(bytes) => {
                    let read = Traffic::Read(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
                    desk.daemon(|engine, around| engine.send(self.call, read, around.now));
                    let room = limits::OUTPUT_BYTES.saturating_sub(self.answer.len()).min(bytes.len());
                    self.answer.extend_from_slice(&bytes[..room]);
                }
                Traffic::Read(count) => self.room += count as usize,
                Traffic::Shut | Traffic::Closed | Traffic::Refused(_) => is_over = true,
                Traffic::Open { .. } => {}
            }
        }
        is_over || self.asked.is_whole(&self.answer)
    }

    fn send(&mut self, desk: &mut Desk<'_>) {
        let count = self.room.min(self.to_send.len());
        if count > 0 {
            self.room -= count;
            let bytes: Vec<u8> = self.to_send.drain(..count).collect();
            desk.daemon(|engine, around| engine.send(self.call, Traffic::Bytes(Bytes::from(bytes)), around.now));
        }
    }

    fn finish(&self, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        match (self.answer.is_empty(), self.is_taken) {
            (true, true) => Err(self.asked.failed(EMPTY, "Empty reply from server")),
            // As behind docker's proxy, which takes a connection before it knows whether anybody listens.
            (true, false) => Err(self
                .asked
                .failed(RESET, "Recv failure: Connection reset by peer")
                .hint(format!("Nobody in the container listens on the port that {} leads to.", self.port))),
            _ => {
                let (head, body) = asked::split(&self.answer);
                show(&self.asked, &String::from_utf8_lossy(head), body, desk)
            }
        }
    }
}

/// A request to a registry of the lab, which answers at once.
fn ask_registry(asked: &Asked, uri: &Uri, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let mut request = Request::builder().method(asked.method()).uri(uri.clone());
    for (name, value) in asked.headers.iter().filter_map(|header| header.split_once(':')) {
        request = request.header(name.trim(), value.trim());
    }
    let request = request.body(Bytes::from(asked.data.clone().unwrap_or_default()));
    let request = request.map_err(|_| asked.failed(BAD_URL, "URL rejected: Malformed input to a URL function"))?;
    let answer = desk.wire.send(request).map_err(|error| asked.failed(NO_CONNECTION, &error.reason))?;
    let (parts, body) = answer.into_parts();
    let reason = parts.status.canonical_reason().unwrap_or_default();
    let first = format!("HTTP/1.1 {} {reason}", parts.status.as_u16());
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    let head: Vec<String> = std::iter::once(first).chain(headers).collect();
    show(asked, &head.join("\r\n"), &body, desk)
}

/// Prints an answer, or keeps it in a file.
fn show(asked: &Asked, head: &str, body: &[u8], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let status: u16 = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    if asked.is_verbose {
        for line in head.lines() {
            desk.terminal.err(format!("< {line}"));
        }
    }
    if asked.fails && status >= 400 {
        return Err(asked.failed(HTTP_ERROR, &format!("The requested URL returned error: {status}")));
    }
    if asked.shows_head {
        desk.terminal.lines(head.lines().chain([""]));
    }
    match &asked.output {
        _ if asked.method() == http::Method::HEAD => {}
        Some(file) => {
            let path = desk.machine.resolve(file);
            write(&path, body, desk).map_err(|reason| asked.failed(WRITE_ERROR, &reason))?;
        }
        None if body.is_empty() => {}
        None => {
            let text = String::from_utf8_lossy(body);
            desk.terminal.lines(text.strip_suffix('\n').unwrap_or(&text).split('\n'));
        }
    }
    Ok(Flow::Done(0))
}

fn write(path: &FsPath, body: &[u8], desk: &mut Desk<'_>) -> Result<(), String> {
    if path.as_str() == "/dev/null" {
        return Ok(());
    }
    let now = desk.wire.now();
    desk.machine.check_room(body.len() as u64).map_err(|error| format!("Failure writing output: {error}"))?;
    let node = Node::file(Metadata::file(now), body.to_vec());
    desk.machine.files.insert(path, node).map_err(|error| format!("Failed to open the file: {error}"))
}
