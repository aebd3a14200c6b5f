//! What a `curl` was asked for, and the request that says it.

use http::{Method, Uri};

use crate::cli::{Desk, Failure};

/// The exit code of a line that curl cannot read, and of a file that it cannot.
const USAGE: i32 = 2;
const READ_ERROR: i32 = 26;

/// A line of curl.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of curl's")]
pub struct Asked {
    method: Option<String>,
    pub headers: Vec<String>,
    pub data: Option<Vec<u8>>,
    /// The file that the answer goes to.
    pub output: Option<String>,
    pub shows_head: bool,
    /// Whether an answer that is an error is one of curl.
    pub fails: bool,
    is_silent: bool,
    shows_errors: bool,
    pub is_verbose: bool,
    pub url: String,
}

impl Asked {
    /// Reads a line; short flags can stand together.
    pub fn read(arguments: &[String], desk: &mut Desk<'_>) -> Result<Self, Failure> {
        let mut asked = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let Some(flag) = word.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
                asked.url.clone_from(word);
                continue;
            };
            if flag.starts_with('-') {
                asked.flag(word, &mut words, desk)?;
                continue;
            }
            for letter in flag.chars() {
                asked.flag(&format!("-{letter}"), &mut words, desk)?;
            }
        }
        if asked.url.is_empty() {
            return Err(Failure::with_code(USAGE, "curl: (2) no URL specified").hint("`curl http://localhost:8080/`"));
        }
        Ok(asked)
    }

    fn flag<'w>(
        &mut self,
        flag: &str,
        words: &mut impl Iterator<Item = &'w String>,
        desk: &mut Desk<'_>,
    ) -> Result<(), Failure> {
        let lacks = || Failure::with_code(USAGE, format!("curl: option {flag}: requires parameter"));
        let mut value = || words.next().cloned().ok_or_else(lacks);
        match flag {
            "-X" | "--request" => self.method = Some(value()?),
            "-H" | "--header" => self.headers.push(value()?),
            "-d" | "--data" | "--data-binary" => self.add_data(&value()?, desk)?,
            "--json" => {
                let json = ["Content-Type: application/json", "Accept: application/json"].map(str::to_owned);
                self.headers.extend(json);
                self.add_data(&value()?, desk)?;
            }
            "-o" | "--output" => self.output = Some(value()?),
            "-i" | "--include" => self.shows_head = true,
            "-I" | "--head" => (self.shows_head, self.method) = (true, Some("HEAD".to_owned())),
            "-f" | "--fail" => self.fails = true,
            "-s" | "--silent" => self.is_silent = true,
            "-S" | "--show-error" => self.shows_errors = true,
            "-v" | "--verbose" => self.is_verbose = true,
            _ => return Err(Failure::with_code(USAGE, format!("curl: option {flag}: is unknown"))),
        }
        Ok(())
    }

    /// Data as typed, or of a file after `@`; several are joined as fields of a form.
    fn add_data(&mut self, typed: &str, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let more = match typed.strip_prefix('@') {
            None => typed.as_bytes().to_vec(),
            Some("-") => desk.input.take().unwrap_or_default(),
            Some(file) => {
                let bytes = desk.machine.files.read(&desk.machine.resolve(file));
                let text = format!("curl: option -d: error encountered when reading a file: {file}");
                bytes.map_err(|_| Failure::with_code(READ_ERROR, text))?.to_vec()
            }
        };
        self.data = Some(self.data.take().map_or(more.clone(), |before| [&before[..], b"&", &more].concat()));
        Ok(())
    }

    pub fn method(&self) -> Method {
        let given = self.method.as_deref().and_then(|method| method.parse().ok());
        given.unwrap_or(if self.data.is_some() { Method::POST } else { Method::GET })
    }

    /// The request as it is sent; the connection ends with the answer.
    pub fn request(&self, uri: &Uri, authority: &str) -> Vec<u8> {
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let is_given = |name: &str| {
            let mut names = self.headers.iter().filter_map(|header| header.split(':').next());
            names.any(|given| given.trim().eq_ignore_ascii_case(name))
        };
        let data = self.data.as_deref().unwrap_or_default();
        let length = self.data.as_ref().map(|data| data.len().to_string());
        let form = length.as_ref().map(|_| "application/x-www-form-urlencoded");
        let own = [
            ("Host", Some(authority)),
            ("User-Agent", Some("curl/8.14.1")),
            ("Accept", Some("*/*")),
            ("Connection", Some("close")),
            ("Content-Length", length.as_deref()),
            ("Content-Type", form),
        ];
        let own = own.into_iter().filter(|(name, _)| !is_given(name));
        let own = own.filter_map(|(name, value)| Some(format!("{name}: {}\r\n", value?)));
        let typed = self.headers.iter().map(|header| format!("{header}\r\n"));
        let headers: String = own.chain(typed).collect();
        let head = format!("{} {path} HTTP/1.1\r\n{headers}\r\n", self.method());
        [head.as_bytes(), data].concat()
    }

    /// Whether an answer that says how long it is has come to its end.
    pub fn is_whole(&self, answer: &[u8]) -> bool {
        let (head, body) = split(answer);
        let head = String::from_utf8_lossy(head).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        !head.is_empty() && (self.method() == Method::HEAD || length.is_some_and(|length: usize| body.len() >= length))
    }

    /// An error in curl's words; said only if that is wanted.
    pub fn failed(&self, code: i32, reason: &str) -> Failure {
        let failure = Failure::with_code(code, format!("curl: ({code}) {reason}"));
        let is_said = !self.is_silent || self.shows_errors;
        Failure { lines: if is_said { failure.lines } else { Vec::new() }, ..failure }
    }
}

/// The head of an answer and its body; what has no head is all body.
pub fn split(answer: &[u8]) -> (&[u8], &[u8]) {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    end.map_or((&[], answer), |end| (&answer[..end], &answer[end + 4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_it_says() {
        let asked = Asked::default();
        for (answer, is_whole) in [
            ("", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", true),
            ("HTTP/1.1 200 OK\r\n\r\nuntil it is closed", false),
        ] {
            assert_eq!(asked.is_whole(answer.as_bytes()), is_whole, "{answer}");
        }
    }

    #[test]
    fn a_request_says_what_was_asked_for() {
        let data = Some(b"a=1".to_vec());
        let asked = Asked { headers: vec!["accept: text/plain".into()], data, ..Asked::default() };
        let request =
            String::from_utf8(asked.request(&"http://localhost:8080/p?q=1".parse().unwrap(), "localhost:8080"));
        let expected = "POST /p?q=1 HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/8.14.1\r\nConnection: close\r\n\
                        Content-Length: 3\r\nContent-Type: application/x-www-form-urlencoded\r\naccept: text/plain\r\n\r\na=1";
        assert_eq!(request.unwrap(), expected);
    }
}
