//! HTTP/1.1, as much as one request and one response need (RFC 9112). Every
//! connection is closed after its answer.

use std::io::{ErrorKind, Read};

/// The longest head of a request, and the longest body, in bytes.
const HEAD_MAX: usize = 8 * 1024;
const BODY_MAX: usize = 1024 * 1024;

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// The path, without a query.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A response.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// Such as 200.
    pub status: u16,
    /// The type of the body.
    pub media_type: &'static str,
    /// For 405: what is allowed.
    pub allow: Option<&'static str>,
    /// The body.
    pub body: String,
}

impl Response {
    /// A JSON document.
    pub fn json(status: u16, body: String) -> Self {
        Self {
            status,
            media_type: "application/json",
            allow: None,
            body,
        }
    }

    /// An error, told in JSON.
    pub fn error(status: u16, message: &str) -> Self {
        Self::json(status, format!("{{\"error\":{}}}\n", quoted(message)))
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let reason = match self.status {
            200 => "OK",
            400 => "Bad Request",
            404 => "Not Found",
            405 => "Method Not Allowed",
            411 => "Length Required",
            413 => "Content Too Large",
            _ => "Request Header Fields Too Large",
        };
        let allow = self
            .allow
            .map_or(String::new(), |allow| format!("Allow: {allow}\r\n"));
        let head = format!(
            "HTTP/1.1 {} {reason}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{allow}Connection: close\r\n\r\n",
            self.status,
            self.media_type,
            self.body.len()
        );
        [head.as_bytes(), self.body.as_bytes()].concat()
    }
}

/// A text as JSON writes it.
pub fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            char if char < ' ' => out.extend(format!("\\u{:04x}", u32::from(char)).chars()),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Reads one request. The error is the answer to a bad one; none if nobody asked anything.
pub fn receive(from: &mut impl Read) -> Result<Request, Option<Response>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > HEAD_MAX {
            return refuse(431, "the head of the request is too long");
        }
        if !more(from, &mut bytes) {
            return if bytes.is_empty() {
                Err(None)
            } else {
                refuse(400, "the request ends in its head")
            };
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let first: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, "HTTP/1.1" | "HTTP/1.0"] = first[..] else {
        return refuse(400, "not an HTTP/1.1 request");
    };
    let fields: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .collect();
    let field = |wanted: &str| {
        fields
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| *value)
    };
    if field("transfer-encoding").is_some() {
        return refuse(411, "the body needs a Content-Length");
    }
    let length = match field("content-length").map(str::parse::<usize>) {
        None => 0,
        Some(Ok(length)) if length <= BODY_MAX => length,
        Some(Ok(_)) => return refuse(413, "the body is larger than 1 MiB"),
        Some(Err(_)) => return refuse(400, "Content-Length is not a number"),
    };
    let start = end + 4;
    while bytes.len() < start + length {
        if !more(from, &mut bytes) {
            return refuse(400, "the body is shorter than its Content-Length");
        }
    }
    Ok(Request {
        method: method.to_string(),
        path: target.split('?').next().unwrap_or_default().to_string(),
        body: bytes[start..start + length].to_vec(),
    })
}

fn refuse<T>(status: u16, message: &str) -> Result<T, Option<Response>> {
    Err(Some(Response::error(status, message)))
}

/// Reads on: whether there was more. A connection that breaks is at its end.
fn more(from: &mut impl Read, bytes: &mut Vec<u8>) -> bool {
    let mut piece = [0; 4096];
    loop {
        match from.read(&mut piece) {
            Ok(count @ 1..) => {
                bytes.extend(&piece[..count]);
                return true;
            }
            // A request that has begun is answered, whatever signal comes.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> Option<u16> {
        match receive(&mut text.as_bytes()) {
            Ok(_) => Some(200),
            Err(response) => response.map(|response| response.status),
        }
    }

    #[test]
    fn a_request_is_read_with_its_body() {
        let text = "POST /predict?x=1 HTTP/1.1\r\nHost: a\r\nCONTENT-LENGTH: 3\r\n\r\nabcde";
        let expected = Request {
            method: "POST".to_string(),
            path: "/predict".to_string(),
            body: b"abc".to_vec(),
        };
        assert_eq!(receive(&mut text.as_bytes()), Ok(expected));
    }

    #[test]
    fn bad_requests_are_answered() {
        for (text, expected) in [
            ("", None),
            ("GET / HTTP/1.1\r\n", Some(400)),
            ("hello\r\n\r\n", Some(400)),
            ("GET / HTTP/2\r\n\r\n", Some(400)),
            ("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabc", Some(400)),
            ("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", Some(400)),
            (
                "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
                Some(413),
            ),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                Some(411),
            ),
        ] {
            assert_eq!(status(text), expected, "{text}");
        }
        assert_eq!(
            status(&format!("GET / HTTP/1.1\r\nX: {}", "y".repeat(9000))),
            Some(431)
        );
    }

    #[test]
    fn a_response_says_how_long_it_is() {
        let text =
            String::from_utf8(Response::error(404, "no \"x\"\n").bytes()).unwrap_or_default();
        assert!(
            text.starts_with("HTTP/1.1 404 Not Found\r\n")
                && text.contains("Content-Length: 27\r\n"),
            "{text}"
        );
        assert!(
            text.ends_with("\r\n\r\n{\"error\":\"no \\\"x\\\"\\u000a\"}\n"),
            "{text}"
        );
    }
}
