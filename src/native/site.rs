//! A site on the disk as the outside of a lab: its lessons and its hub are
//! read where the page would fetch them. No other outside is reachable.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response, StatusCode};

use super::threads;
use crate::course::{Lesson, Modes};
use crate::host::{Host, Job, SendError};
use crate::oci::Timestamp;

/// The folder that holds `lessons/` and `hub/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    root: PathBuf,
}

impl Site {
    /// The site in this folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Whether the base images were built into it.
    pub fn has_hub(&self) -> bool {
        self.root.join("hub/index.json").is_file()
    }

    fn read(&self, path: &str) -> Result<Response<Bytes>, SendError> {
        let Some(file) = self.file(path) else { return answer(StatusCode::NOT_FOUND, Bytes::new()) };
        let name = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json"));
        match name.and_then(|name| name.split_once('.')) {
            Some(("lesson", language)) => return read_lesson(&file, language, |(lesson, _)| lesson.to_json()),
            Some(("modes", language)) => return read_lesson(&file, language, |(_, modes)| modes.to_json()),
            _ => {}
        }
        match std::fs::read(&file) {
            Ok(bytes) => answer(StatusCode::OK, Bytes::from(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                answer(StatusCode::NOT_FOUND, Bytes::new())
            }
            Err(error) => Err(SendError { reason: format!("open {}: {error}", file.display()) }),
        }
    }

    /// The file a path means; none if the path names a folder or could leave the site.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let relative = Path::new(path.strip_prefix('/')?);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let file = self.root.join(relative);
        (plain && !path.contains('\\') && !file.is_dir()).then_some(file)
    }
}

impl Host for Site {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::default().after(since)
    }

    /// From the operating system's seed of this process; a lab draws its own from its lesson's seed.
    fn random(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = RandomState::new().build_hasher().finish().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let uri = request.uri();
        if let Some(host) = uri.host() {
            return Err(SendError { reason: format!("dial tcp: lookup {host}: no such host") });
        }
        match *request.method() {
            Method::GET => self.read(uri.path()),
            Method::HEAD => self.read(uri.path()).map(|response| response.map(|_| Bytes::new())),
            _ => answer(StatusCode::METHOD_NOT_ALLOWED, Bytes::new()),
        }
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        threads::share(jobs);
    }
}

/// A lesson as its author wrote it, read as the built site has it: in English where there is no other.
fn read_lesson(
    file: &Path,
    language: &str,
    part: fn(&(Lesson, Modes)) -> Vec<u8>,
) -> Result<Response<Bytes>, SendError> {
    let own = file.with_file_name(format!("lesson.{language}.md"));
    let file = if own.is_file() { own } else { file.with_file_name("lesson.en.md") };
    let Ok(text) = std::fs::read_to_string(&file) else { return answer(StatusCode::NOT_FOUND, Bytes::new()) };
    let lesson = Lesson::read(&text).map_err(|error| SendError { reason: format!("{}: {error}", file.display()) })?;
    answer(StatusCode::OK, Bytes::from(part(&lesson)))
}

fn answer(status: StatusCode, body: Bytes) -> Result<Response<Bytes>, SendError> {
    let response = Response::builder().status(status).header(CONTENT_LENGTH, body.len());
    response.body(body).map_err(|error| SendError { reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, uri: &str) -> Result<u16, String> {
        let mut site = Site::new(concat!(env!("CARGO_MANIFEST_DIR"), "/www"));
        let request = Request::builder().method(method).uri(uri).body(Bytes::new()).expect("a request");
        site.send(request).map(|response| response.status().as_u16()).map_err(|error| error.reason)
    }

    #[test]
    fn files_of_the_site_are_served_and_nothing_else() {
        let lesson = "/lessons/container-registries-for-ml/lesson.en.md";
        let table = [
            ("GET", lesson, Ok(200)),
            ("HEAD", lesson, Ok(200)),
            ("PUT", lesson, Ok(405)),
            ("GET", "/lessons/container-registries-for-ml/lesson.en.json", Ok(200)),
            ("GET", "/lessons/container-registries-for-ml/modes.de.json", Ok(200)),
            ("GET", "/lessons/none/lesson.en.json", Ok(404)),
            ("GET", "/lessons/none.md", Ok(404)),
            ("GET", "/lessons", Ok(404)),
            ("GET", "/lessons/container-registries-for-ml/lesson.en.md/x", Ok(404)),
            ("GET", "/../Cargo.toml", Ok(404)),
            ("GET", "/lessons/../../Cargo.toml", Ok(404)),
            ("GET", "//etc/passwd", Ok(404)),
            ("GET", "https://example.com/x", Err("dial tcp: lookup example.com: no such host".to_owned())),
        ];
        for (method, uri, expected) in table {
            assert_eq!(status(method, uri), expected, "{method} {uri}");
        }
    }
}
