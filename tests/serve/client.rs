//! Just enough of HTTP/1.1 to say exactly what goes over the wire.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use drydock::oci::Digest;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends one request on a connection of its own; `headers` are whole lines.
pub fn send(to: SocketAddr, method: &str, path: &str, headers: &[&str], body: &[u8]) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(to)?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n");
    for header in headers {
        head.extend([header, "\r\n"]);
    }
    head.extend(["Content-Length: ", &body.len().to_string(), "\r\n\r\n"]);
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    read_answer(&mut stream)
}

/// Reads until the other side closes.
pub fn read_answer(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let answer = Answer { status, head, body: bytes.split_off(end + 4) };
    let announced = answer.header("content-length").parse().unwrap_or(0_usize);
    let is_whole = answer.body.len() == announced || answer.body.is_empty();
    if is_whole { Ok(answer) } else { Err(cut()) }
}

/// Pushes a blob whole.
pub fn push_blob(to: SocketAddr, repository: &str, bytes: &[u8]) -> io::Result<Answer> {
    let path = format!("/v2/{repository}/blobs/uploads/?digest={}", Digest::of(bytes));
    send(to, "POST", &path, &[], bytes)
}

/// Pushes a manifest with this configuration and this layer under a tag.
pub fn push_manifest(to: SocketAddr, repository: &str, tag: &str, manifest: &[u8]) -> io::Result<Answer> {
    let path = format!("/v2/{repository}/manifests/{tag}");
    send(to, "PUT", &path, &["Content-Type: application/vnd.oci.image.manifest.v1+json"], manifest)
}

/// A manifest of one layer.
pub fn manifest(layer: &[u8]) -> Vec<u8> {
    use drydock::oci::{Descriptor, Manifest, MediaType};
    let layer = Descriptor::of(MediaType::LAYER_GZIP, layer);
    Manifest::of(Descriptor::of(MediaType::CONFIG, b"{}"), vec![layer]).to_bytes()
}
