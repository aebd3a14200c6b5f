//! `wget` and `curl`: one request over HTTP/1.1, to whom the lab's network
//! reaches. There is no TLS.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};

use crate::options::{Failure, Options, on};

/// Answers that lead elsewhere, followed so often.
const REDIRECTS: usize = 5;
/// The longest line of a head, in bytes.
const LINE_MAX: u64 = 16 * 1024;

/// What is asked.
#[derive(Clone)]
struct Request {
    method: String,
    url: String,
    fields: Vec<String>,
    body: Vec<u8>,
}

/// What is answered.
struct Answer {
    status: u16,
    /// The first line and the fields, as they came.
    head: Vec<String>,
    body: Vec<u8>,
}

/// The parts of a URL.
struct Place {
    host: String,
    port: u16,
    path: String,
}

impl Answer {
    fn field(&self, wanted: &str) -> Option<&str> {
        let fields = self.head.iter().filter_map(|line| line.split_once(':'));
        let mut found = fields.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.trim())
    }
}

fn place(url: &str) -> Result<Place, Failure> {
    let rest = match url.split_once("://") {
        Some(("http", rest)) => rest,
        Some((scheme, _)) => {
            return Err(Failure::Told(
                format!("{scheme}: only http is spoken here"),
                1,
            ));
        }
        None => url,
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (authority, Some(80)),
    };
    let port = port.filter(|_| !host.is_empty());
    let port = port.ok_or_else(|| Failure::Told(format!("bad address '{url}'"), 1))?;
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    Ok(Place {
        host: host.to_owned(),
        port,
        path,
    })
}

/// Asks, and follows where an answer leads if that is wished.
fn ask(request: &Request, follows: bool) -> Result<Answer, Failure> {
    let mut request = request.clone();
    for _ in 0..=REDIRECTS {
        let answer = exchange(&request)?;
        let target = answer
            .field("Location")
            .filter(|_| follows && (300..400).contains(&answer.status));
        let Some(target) = target.map(str::to_owned) else {
            return Ok(answer);
        };
        let from = place(&request.url)?;
        request.url = if target.starts_with('/') {
            format!("http://{}:{}{target}", from.host, from.port)
        } else {
            target
        };
        if answer.status == 303 {
            (request.method, request.body) = ("GET".to_owned(), Vec::new());
        }
    }
    Err(Failure::Told("too many redirections".to_owned(), 47))
}

fn exchange(request: &Request) -> Result<Answer, Failure> {
    let place = place(&request.url)?;
    let authority = format!("{}:{}", place.host, place.port);
    let mut stream = process::connect(&place.host, place.port)
        .map_err(|error| Failure::Told(unreachable(&authority, &error), 7))?;
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n",
        request.method, place.path
    );
    for field in &request.fields {
        head += field;
        head += "\r\n";
    }
    if !request.body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT") {
        head += &length(request);
    }
    head += "\r\n";
    let sent = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&request.body));
    sent.map_err(on(&authority))?;
    received(BufReader::new(stream), request.method == "HEAD").map_err(on(&authority))
}

fn length(request: &Request) -> String {
    let has_type = |field: &String| field.to_ascii_lowercase().starts_with("content-type:");
    let form = if request.fields.iter().any(has_type) {
        ""
    } else {
        "Content-Type: application/x-www-form-urlencoded\r\n"
    };
    format!("{form}Content-Length: {}\r\n", request.body.len())
}

fn unreachable(authority: &str, error: &io::Error) -> String {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "could not resolve host".to_owned(),
        _ => crate::options::reason(error),
    };
    format!("can't connect to {authority}: {reason}")
}

fn received(mut from: impl BufRead, is_bare: bool) -> io::Result<Answer> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        from.by_ref().take(LINE_MAX).read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        head.push(line.to_owned());
    }
    let status = head
        .first()
        .and_then(|first| first.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("the answer is not HTTP"))?;
    let mut answer = Answer {
        status,
        head,
        body: Vec::new(),
    };
    if is_bare || matches!(status, 204 | 304) {
        return Ok(answer);
    }
    if answer.field("Transfer-Encoding") == Some("chunked") {
        while let Some(size) = chunk(&mut from)? {
            from.by_ref().take(size).read_to_end(&mut answer.body)?;
            from.read_line(&mut String::new())?;
        }
        return Ok(answer);
    }
    let length = answer
        .field("Content-Length")
        .and_then(|length| length.parse::<u64>().ok());
    let read = from
        .take(length.unwrap_or(u64::MAX))
        .read_to_end(&mut answer.body)?;
    if length.is_some_and(|length| length > read as u64) {
        return Err(io::Error::other("the answer ends too early"));
    }
    Ok(answer)
}

/// The size of the next chunk; none at the end.
fn chunk(from: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut line = String::new();
    from.take(LINE_MAX).read_line(&mut line)?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    let size = u64::from_str_radix(digits, 16).map_err(|_| io::Error::other("bad chunk"))?;
    Ok(Some(size).filter(|size| *size > 0))
}

pub(crate) fn wget(arguments: &[String]) -> Result<u8, Failure> {
    let mut request = Request {
        method: "GET".to_owned(),
        url: String::new(),
        fields: vec!["User-Agent: wget".to_owned()],
        body: Vec::new(),
    };
    let mut plain = Vec::new();
    for word in arguments {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "--header" => request.fields.push(value.to_owned()),
            "--post-data" => request.body = value.as_bytes().to_vec(),
            "--post-file" => request.body = fs::read(value).map_err(on(value))?,
            _ => {
                plain.push(word.clone());
                continue;
            }
        }
        if name.starts_with("--post") {
            "POST".clone_into(&mut request.method);
        }
    }
    let options = Options::read(&plain, "qcSO:T:t:")?;
    for url in options.at_least(1)? {
        request.url.clone_from(url);
        let answer = ask(&request, true)?;
        if options.has('S') {
            writeln!(io::stderr(), "  {}", answer.head.join("\n  "))?;
        }
        if answer.status >= 400 {
            let line = answer.head.first().map_or("", String::as_str);
            return Err(Failure::Told(format!("server returned error: {line}"), 8));
        }
        let path = place(url)?.path;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty());
        let name = options
            .value('O')
            .unwrap_or_else(|| name.unwrap_or("index.html"));
        put(name, &answer.body)?;
        if !options.has('q') {
            let size = answer.body.len();
            writeln!(io::stderr(), "'{name}' saved [{size}]")?;
        }
    }
    Ok(0)
}

fn put(name: &str, bytes: &[u8]) -> Result<(), Failure> {
    if name == "-" {
        return Ok(io::stdout().write_all(bytes)?);
    }
    fs::write(name, bytes).map_err(on(name))
}

pub(crate) fn curl(arguments: &[String]) -> Result<u8, Failure> {
    let long = [
        ("--data-binary", "-d"),
        ("--data-raw", "-d"),
        ("--data", "-d"),
        ("--json", "-j"),
        ("--header", "-H"),
        ("--request", "-X"),
        ("--output", "-o"),
        ("--silent", "-s"),
        ("--show-error", "-S"),
        ("--fail", "-f"),
        ("--include", "-i"),
        ("--head", "-I"),
        ("--location", "-L"),
        ("--verbose", "-v"),
        ("--max-time", "-m"),
    ];
    let plain: Vec<String> = arguments
        .iter()
        .map(|word| {
            long.iter()
                .find(|(name, _)| name == word)
                .map_or(word.as_str(), |(_, short)| short)
        })
        .map(str::to_owned)
        .collect();
    let options = Options::read(&plain, "sSfiILvd:j:H:X:o:m:")?;
    let mut request = Request {
        method: if options.has('I') { "HEAD" } else { "GET" }.to_owned(),
        url: String::new(),
        fields: vec!["User-Agent: curl".to_owned(), "Accept: */*".to_owned()],
        body: Vec::new(),
    };
    for (letter, value) in options.values() {
        match letter {
            'H' => request.fields.push(value.clone()),
            'd' | 'j' => {
                "POST".clone_into(&mut request.method);
                if !request.body.is_empty() {
                    request.body.push(b'&');
                }
                request.body.extend(given(value)?);
            }
            _ => {}
        }
    }
    if options.value('j').is_some() {
        request
            .fields
            .push("Content-Type: application/json".to_owned());
    }
    if let Some(method) = options.value('X') {
        method.clone_into(&mut request.method);
    }
    for url in options.at_least(1)? {
        request.url.clone_from(url);
        let answer = ask(&request, options.has('L'))?;
        if options.has('f') && answer.status >= 400 {
            let message = format!("(22) The requested URL returned error: {}", answer.status);
            return Err(Failure::Told(message, 22));
        }
        if options.has('i') || options.has('I') {
            writeln!(io::stdout(), "{}\n", answer.head.join("\n"))?;
        }
        put(options.value('o').unwrap_or("-"), &answer.body)?;
    }
    Ok(0)
}

/// The text of `-d`; behind `@` is the name of a file.
fn given(value: &str) -> Result<Vec<u8>, Failure> {
    match value.strip_prefix('@') {
        Some("-") => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes)?;
            Ok(bytes)
        }
        Some(name) => fs::read(name).map_err(on(name)),
        None => Ok(value.as_bytes().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        for (url, expected) in [
            (
                "http://model:8080/predict?x=1",
                ("model", 8080, "/predict?x=1"),
            ),
            ("localhost", ("localhost", 80, "/")),
            ("http://a:1?x", ("a", 1, "/?x")),
        ] {
            let Ok(place) = place(url) else {
                panic!("{url}")
            };
            assert_eq!(
                (place.host.as_str(), place.port, place.path.as_str()),
                expected
            );
        }
        assert!(
            place("https://a/").is_err() && place("http://:80/").is_err() && place("a:x").is_err()
        );
    }

    #[test]
    fn answers_are_read_by_length_in_chunks_and_to_the_end() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.0 200\r\n\r\nhello",
        ] {
            let answer = received(text.as_bytes(), false).map(|answer| answer.body);
            assert_eq!(answer.ok().as_deref(), Some(b"hello".as_slice()), "{text}");
        }
        for text in [
            "",
            "hello\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
        ] {
            assert!(received(text.as_bytes(), false).is_err(), "{text}");
        }
    }
}
