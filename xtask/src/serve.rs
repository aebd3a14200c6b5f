//! `cargo xtask serve`: builds the site and serves it on 127.0.0.1 as the
//! poorest static host would: with the strict policy and no other header (but to
//! a frame without origin), so that what is developed is what works anywhere.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::{Failure, Outcome};
use crate::run::say;
use crate::site::Profile;
use crate::{build, place};

/// The policy; the browser tests serve with the same files.
const POLICY: &str = include_str!("../../www/content-security-policy.txt");
/// That of the lab within a page, and of the page that shows it.
const EMBED_POLICY: &str = include_str!("../../www/content-security-policy-embed.txt");

/// A sandboxed frame has no origin, so its host must allow any.
const ALLOWED: &str = "Access-Control-Allow-Origin: *\r\n";

/// Where the page is served if it can be and nothing else is asked for.
const PORT: u16 = 8080;

/// A request longer than this is none of ours.
const REQUEST_BYTES_MAX: u64 = 16 * 1024;

/// Parses the options, builds, serves until interrupted.
pub fn main(options: &[&str]) -> Outcome {
    let (mut port, mut profile) = (None, Profile::Release);
    let mut rest = options;
    loop {
        rest = match rest {
            [] => break,
            ["--dev", rest @ ..] => {
                profile = Profile::Dev;
                rest
            }
            ["--port", number, rest @ ..] => {
                port = Some(number.parse().map_err(|_| usage(number))?);
                rest
            }
            [other, ..] => return Err(usage(other)),
        };
    }
    // The port is taken before the minutes of a first build, not after.
    let listener = listen(port)?;
    build::main(profile)?;
    let address = listener.local_addr().map_err(|error| Failure::new(error.to_string(), "run this again"))?;
    say(format!("open http://{address}/ (Ctrl-C ends this)"));
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || answer(&stream));
    }
    Ok(())
}

/// Takes the port asked for; else the usual one, or any if that is in use.
fn listen(port: Option<u16>) -> Outcome<TcpListener> {
    let ports = port.map_or(vec![PORT, 0], |port| vec![port]);
    let addresses: Vec<_> = ports.iter().map(|&port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).collect();
    TcpListener::bind(&addresses[..]).map_err(|error| {
        Failure::new(format!("port {} of 127.0.0.1 cannot be used: {error}", ports[0]), "choose another with --port N")
    })
}

fn usage(word: &str) -> Failure {
    Failure::new(format!("`{word}` is not understood"), "cargo xtask serve [--port N] [--dev]")
}

/// Answers one request; a client that goes away is its own business.
fn answer(stream: &TcpStream) {
    // A browser opens connections it may never use.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let mut request = BufReader::new(std::io::Read::take(stream, REQUEST_BYTES_MAX));
    let mut first = String::new();
    if request.read_line(&mut first).is_err() || first.is_empty() {
        return;
    }
    let (mut header, mut allowed) = (String::new(), "");
    while request.read_line(&mut header).is_ok_and(|read| read > 2) {
        if header.trim_end().eq_ignore_ascii_case("origin: null") {
            allowed = ALLOWED;
        }
        header.clear();
    }
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (status, kind, body) = match (method, file(&place::dist(), target).map(|path| (std::fs::read(&path), path))) {
        ("GET" | "HEAD", Some((Ok(body), path))) => ("200 OK", kind(&path), body),
        ("GET" | "HEAD", _) => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
        _ => ("405 Method Not Allowed", "text/plain", b"GET and HEAD only\n".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {}\r\n{allowed}Connection: close\r\n\r\n",
        body.len(),
        if target.starts_with("/embed") { EMBED_POLICY } else { POLICY }.trim()
    );
    let mut stream = stream;
    let sent = stream.write_all(head.as_bytes());
    if sent.is_ok() && method == "GET" {
        let _ = stream.write_all(&body);
    }
}

/// The file a request target names, never outside of the folder: an empty
/// segment would start over at the root of the disk, a dot might go up.
fn file(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let plain =
        |segment: &str| !segment.is_empty() && !segment.starts_with('.') && !segment.contains(['\\', ':', '%', '\0']);
    let named = path.strip_suffix('/').unwrap_or(path);
    if !named.is_empty() && !named.split('/').all(plain) {
        return None;
    }
    let named = folder.join(named);
    Some(if named == folder || named.is_dir() { named.join("index.html") } else { named })
}

/// The media type by the end of the name; blobs have none and are just bytes.
fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_names_a_file_of_the_folder_or_none() {
        let folder = Path::new("/site");
        assert_eq!(file(folder, "/?theme=dark"), Some(folder.join("index.html")));
        assert_eq!(file(folder, "/a/b.js"), Some(folder.join("a/b.js")));
        let outside = ["/../etc/passwd", "/a/../../b", "//etc/passwd", "/a//b", "/%2e%2e/x", "/.git/config", "x"];
        for target in outside {
            assert_eq!(file(folder, target), None, "{target}");
        }
    }

    #[test]
    fn wasm_has_the_type_that_streaming_compilation_needs() {
        assert_eq!(kind(Path::new("page_bg.wasm")), "application/wasm");
        assert_eq!(kind(Path::new("hub/blobs/sha256/00ff")), "application/octet-stream");
    }
}
