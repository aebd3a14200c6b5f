//! The registry judged by tables of calls: each row is a request and what must
//! come back. `{a}` is the digest of `aaaaa`, `{c}` that of `{}`, `{m}` that of
//! the manifest with these two, `{a512}` and `{m512}` their sha512; `{upload}` the location answered last.

use bytes::Bytes;
use http::{Request, Response, header};

use super::*;
use crate::host::{Host, SendError};
use crate::oci::{Algorithm, Descriptor, Index, Manifest, MediaType, Timestamp};

/// A host whose randomness counts.
pub(super) struct Counting(pub(super) u8);

impl Host for Counting {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        bytes.fill(self.0);
    }

    fn send(&mut self, _: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        Err(SendError { reason: "a registry sends nothing".to_owned() })
    }
}

fn image() -> Manifest {
    let layer = Descriptor::of(MediaType::LAYER_GZIP, b"aaaaa");
    Manifest::of(Descriptor::of(MediaType::CONFIG, b"{}"), vec![layer])
}

/// `POST /v2/x?header: value` then the body after a blank: a row's request.
struct Desk {
    registry: Registry,
    host: Counting,
    upload: String,
}

impl Desk {
    fn new() -> Self {
        Self { registry: Registry::named("r.test"), host: Counting(0), upload: String::new() }
    }

    /// A desk whose repository `px` has the image under the tag `1`.
    fn with_image() -> Self {
        let mut desk = Self::new();
        for (request, body, expected) in [
            ("POST /v2/px/blobs/uploads/?digest={a}", "aaaaa", "201"),
            ("POST /v2/px/blobs/uploads/?digest={c}", "{}", "201"),
            ("PUT /v2/px/manifests/1 | content-type: application/vnd.oci.image.manifest.v1+json", "{manifest}", "201"),
        ] {
            desk.check(request, body, expected);
        }
        desk
    }

    fn fill(&self, text: &str) -> String {
        let manifest = String::from_utf8(image().to_bytes()).expect("JSON");
        text.replace("{a}", &Digest::of(b"aaaaa").to_string())
            .replace("{a512}", &Algorithm::Sha512.digest(b"aaaaa").to_string())
            .replace("{m512}", &Algorithm::Sha512.digest(manifest.as_bytes()).to_string())
            .replace("{c}", &Digest::of(b"{}").to_string())
            .replace("{m}", &Digest::of(manifest.as_bytes()).to_string())
            .replace("{none}", &Digest::of(b"none").to_string())
            .replace("{manifest}", &manifest)
            .replace("{upload}", &self.upload)
    }

    fn send(&mut self, request: &str, body: &str) -> Response<Bytes> {
        let request = self.fill(request);
        let (line, headers) = request.split_once(" | ").unwrap_or((&request, ""));
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let mut builder = Request::builder().method(method).uri(path);
        if let Some((name, value)) = headers.split_once(": ") {
            builder = builder.header(name, value);
        }
        let request = builder.body(Bytes::from(self.fill(body))).expect("a request");
        let response = self.registry.answer(request, &mut self.host);
        if let Some(location) = response.headers().get(header::LOCATION) {
            location.to_str().expect("text").clone_into(&mut self.upload);
        }
        response
    }

    /// `expected` is the status, then `header: value` and body, each on its line;
    /// a body given must be there whole.
    fn check(&mut self, request: &str, body: &str, expected: &str) {
        let response = self.send(request, body);
        let mut lines = expected.lines().map(str::trim);
        assert_eq!(response.status().as_str(), lines.next().expect("a status"), "{request}: {response:?}");
        assert_eq!(response.headers()["docker-distribution-api-version"], "registry/2.0");
        for line in lines {
            let line = self.fill(line);
            let body = String::from_utf8_lossy(response.body());
            match line.split_once(": ").filter(|(name, _)| !name.contains(['{', ' '])) {
                Some((name, value)) => {
                    let found = response.headers().get(name).map(|found| found.to_str().expect("text"));
                    assert_eq!(found, Some(value), "{request}: {name}");
                }
                None => assert_eq!(body.trim_end(), line, "{request}"),
            }
        }
    }
}

fn check(desk: &mut Desk, rows: &[(&str, &str, &str)]) {
    for (request, body, expected) in rows {
        desk.check(request, body, expected);
    }
}

#[test]
fn an_empty_registry_answers_what_distribution_answers() {
    check(
        &mut Desk::new(),
        &[
            ("GET /v2/", "", "200\ncontent-type: application/json\n{}"),
            ("HEAD /v2/", "", "200\ncontent-length: 2"),
            ("GET /v2", "", "404\n404 page not found"),
            ("GET /v2/_catalog", "", "200\n{\"repositories\":[]}"),
            (
                "GET /v2/nosuch/tags/list",
                "",
                r#"404
            {"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry","detail":{"name":"nosuch"}}]}"#,
            ),
            (
                "GET /v2/px/manifests/9",
                "",
                r#"404
            {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":"unknown tag=9"}]}"#,
            ),
            (
                "GET /v2/px/blobs/{a}",
                "",
                r#"404
            {"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry","detail":"{a}"}]}"#,
            ),
            ("HEAD /v2/px/blobs/{a}", "", "404\n\n"),
            ("DELETE /v2/px/blobs/{a}", "", "404"),
            ("DELETE /v2/px/manifests/1", "", "404"),
            (
                "PATCH /v2/",
                "",
                r#"405
            allow: GET, HEAD
            {"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}"#,
            ),
            ("BREW /v2/px/tags/list", "", "405\nallow: GET"),
        ],
    );
}

#[test]
fn a_blob_is_sent_at_once_or_in_pieces() {
    check(
        &mut Desk::new(),
        &[
            (
                "POST /v2/px/blobs/uploads/?digest={a}",
                "aaaaa",
                "201\nlocation: /v2/px/blobs/{a}\ndocker-content-digest: {a}",
            ),
            (
                "POST /v2/px/blobs/uploads/",
                "",
                "202\nrange: 0-0\ndocker-upload-uuid: 01010101-0101-4101-8101-010101010101\n\
             location: /v2/px/blobs/uploads/01010101-0101-4101-8101-010101010101?_state=0",
            ),
            ("PATCH {upload} | content-range: 0-0", "{", "202\nrange: 0-0"),
            ("PATCH {upload} | content-range: 0-0", "{", "416"),
            ("PATCH {upload} | content-range: 1-5", "}", "416"),
            ("GET {upload}", "", "204\nrange: 0-0"),
            ("PATCH {upload} | content-range: 1-1", "}", "202\nrange: 0-1"),
            ("PUT {upload}&digest={c}", "", "201\nlocation: /v2/px/blobs/{c}\ndocker-content-digest: {c}"),
            ("GET /v2/px/blobs/{c}", "", "200\ncontent-type: application/octet-stream\n{}"),
        ],
    );
}

#[test]
fn wrong_uploads_are_refused() {
    check(
        &mut Desk::new(),
        &[
            (
                "POST /v2/px/blobs/uploads/?digest={c}",
                "aaaaa",
                r#"400
            {"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content","detail":"invalid digest for referenced layer: {c}, content does not match digest"}]}"#,
            ),
            ("POST /v2/px/blobs/uploads/?digest=md5:1", "aaaaa", "400"),
            ("POST /v2/px/blobs/uploads/", "", "202"),
            ("PUT {upload}", "aaaaa", "400"),
            ("PATCH {upload} | content-range: 18446744073709551615-0", "aaaaa", "416"),
            ("PATCH /v2/py/blobs/uploads/01010101-0101-4101-8101-010101010101", "aaaaa", "404"),
            ("PATCH {upload}9", "aaaaa", "416"),
            ("DELETE {upload}", "", "204"),
            ("GET {upload}", "", "404"),
            ("POST /v2/px/blobs/uploads/", "", "202"),
            ("PUT {upload}&digest={none}", "aaaaa", "400"),
            (
                "GET {upload}",
                "",
                r#"404
            {"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"blob upload unknown to registry"}]}"#,
            ),
        ],
    );
}

#[test]
fn the_algorithm_of_a_digest_is_the_clients() {
    check(
        &mut Desk::with_image(),
        &[
            (
                "POST /v2/px/blobs/uploads/?digest={a512}",
                "aaaaa",
                "201\nlocation: /v2/px/blobs/{a512}\ndocker-content-digest: {a512}",
            ),
            ("GET /v2/px/blobs/{a512}", "", "200\ndocker-content-digest: {a512}\naaaaa"),
            ("POST /v2/px/blobs/uploads/", "", "202"),
            ("PUT {upload}&digest={a512}", "aaaab", "400"),
            ("POST /v2/px/blobs/uploads/?digest-algorithm=sha512", "", "202"),
            ("PATCH {upload}", "aa", "202"),
            ("PUT {upload}&digest={a512}", "aaa", "201\ndocker-content-digest: {a512}"),
            ("POST /v2/px/blobs/uploads/", "", "202"),
            ("PATCH {upload}", "aa", "202"),
            ("PUT {upload}&digest={a512}", "aaa", "201\ndocker-content-digest: {a512}"),
            ("POST /v2/px/blobs/uploads/?digest-algorithm=md5", "", "400"),
            (
                "PUT /v2/px/manifests/{m512} | content-type: application/vnd.oci.image.manifest.v1+json",
                "{manifest}",
                "201\nlocation: /v2/px/manifests/{m512}\ndocker-content-digest: {m512}",
            ),
            ("GET /v2/px/manifests/{m512}", "", "200\ndocker-content-digest: {m512}\netag: \"{m512}\""),
            ("GET /v2/px/manifests/1", "", "200\ndocker-content-digest: {m}"),
            (
                "PUT /v2/px/manifests/{m512} | content-type: application/vnd.oci.image.manifest.v1+json",
                "{manifest} ",
                "400",
            ),
            ("GET /v2/px/manifests/sha384:00", "", "400"),
        ],
    );
}

#[test]
fn abandoned_uploads_are_bounded() {
    let mut desk = Desk::new();
    for number in 0..limits::UPLOADS {
        desk.host.0 = u8::try_from(number).expect("few");
        desk.check("POST /v2/px/blobs/uploads/", "", "202");
    }
    desk.check("POST /v2/px/blobs/uploads/", "", "429");
}

#[test]
fn a_blob_is_mounted_from_a_repository_that_has_it_and_uploaded_otherwise() {
    let mut desk = Desk::with_image();
    check(
        &mut desk,
        &[
            ("HEAD /v2/py/blobs/{a}", "", "404"),
            ("POST /v2/py/blobs/uploads/?mount={a}&from=px", "", "201\nlocation: /v2/py/blobs/{a}"),
            ("HEAD /v2/py/blobs/{a}", "", "200\ncontent-length: 5"),
            ("POST /v2/py/blobs/uploads/?mount={none}&from=px", "", "202"),
            ("POST /v2/py/blobs/uploads/?mount={c}&from=nosuch", "", "202"),
            ("POST /v2/py/blobs/uploads/?mount=x", "", "202"),
        ],
    );
    assert_eq!(desk.registry.blobs().len(), 3);
}

#[test]
fn a_blob_is_read_whole_or_in_part() {
    check(
        &mut Desk::with_image(),
        &[
            ("HEAD /v2/px/blobs/{a}", "", "200\ncontent-length: 5\ndocker-content-digest: {a}\netag: \"{a}\""),
            ("GET /v2/px/blobs/{a} | range: bytes=1-2", "", "206\ncontent-range: bytes 1-2/5\ncontent-length: 2\naa"),
            ("GET /v2/px/blobs/{a} | range: bytes=9-", "", "416"),
            ("DELETE /v2/px/blobs/{a}", "", "202"),
            ("GET /v2/px/blobs/{a}", "", "404"),
        ],
    );
}

#[test]
fn a_manifest_comes_back_as_it_was_sent() {
    let mut desk = Desk::with_image();
    check(
        &mut desk,
        &[
            (
                "HEAD /v2/px/manifests/1",
                "",
                "200\ncontent-type: application/vnd.oci.image.manifest.v1+json\ndocker-content-digest: {m}\netag: \"{m}\"\n\n",
            ),
            ("GET /v2/px/manifests/1 | if-none-match: \"{m}\"", "", "304\n\n"),
            ("GET /v2/px/manifests/1 | if-none-match: \"{a}\"", "", "200"),
            ("GET /v2/px/blobs/{m}", "", "404"),
            ("GET /v2/py/manifests/{m}", "", "404"),
        ],
    );
    assert_eq!(desk.send("GET /v2/px/manifests/{m}", "").into_body(), image().to_bytes());
    let repository = &desk.registry.repositories["px"];
    assert_eq!(repository.blobs[&Digest::of(b"aaaaa")].media_type, MediaType::LAYER_GZIP);
}

#[test]
fn a_manifest_that_names_what_is_not_there_is_refused() {
    check(
        &mut Desk::new(),
        &[
            ("POST /v2/px/blobs/uploads/?digest={c}", "{}", "201"),
            (
                "PUT /v2/px/manifests/1 | content-type: application/vnd.oci.image.manifest.v1+json",
                "{manifest}",
                r#"400
            {"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"{a}"}]}"#,
            ),
            ("GET /v2/px/tags/list", "", "200\n{\"name\":\"px\",\"tags\":null}"),
        ],
    );
    let index = Index::of(vec![Descriptor::of(MediaType::MANIFEST, b"none")]);
    let body = String::from_utf8(index.to_bytes()).expect("JSON");
    let put = "PUT /v2/px/manifests/1 | content-type: application/vnd.oci.image.index.v1+json";
    Desk::with_image().check(put, &body, "400");
}

#[test]
fn what_is_no_manifest_is_refused() {
    let put = "PUT /v2/px/manifests/1 | content-type: application/vnd.oci.image.manifest.v1+json";
    let mut desk = Desk::with_image();
    check(
        &mut desk,
        &[
            (
                "PUT /v2/px/manifests/1 | content-type: application/json",
                "{manifest}",
                r#"400
            {"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":"unsupported manifest media type and no default available: application/json"}]}"#,
            ),
            ("PUT /v2/px/manifests/1 | content-type: application/vnd.oci.image.index.v1+json", "{manifest}", "400"),
            (
                "PUT /v2/px/manifests/{a} | content-type: application/vnd.oci.image.manifest.v1+json",
                "{manifest}",
                "400",
            ),
            (put, "{", "400"),
            (put, "[]", "400"),
            (put, r#"{"schemaVersion":1}"#, "400"),
            (put, r#"{"schemaVersion":2}"#, "400"),
        ],
    );
    let flood = format!("{{\"schemaVersion\":2,\"x\":\"{}\"}}", "x".repeat(5 << 20));
    desk.check(put, &flood, "400");
}

#[test]
fn tags_are_listed_a_page_at_a_time_and_taken_away() {
    let put =
        |tag: &str| format!("PUT /v2/px/manifests/{tag} | content-type: application/vnd.oci.image.manifest.v1+json");
    let mut desk = Desk::with_image();
    desk.check(&put("2"), "{manifest}", "201\nlocation: /v2/px/manifests/{m}");
    check(
        &mut desk,
        &[
            ("GET /v2/px/tags/list", "", "200\n{\"name\":\"px\",\"tags\":[\"1\",\"2\"]}"),
            (
                "GET /v2/px/tags/list?n=1",
                "",
                "200\nlink: </v2/px/tags/list?last=1&n=1>; rel=\"next\"\n{\"name\":\"px\",\"tags\":[\"1\"]}",
            ),
            ("GET /v2/px/tags/list?n=1&last=1", "", "200\n{\"name\":\"px\",\"tags\":[\"2\"]}"),
            ("GET /v2/px/tags/list?n=-1", "", "400"),
            ("GET /v2/_catalog", "", "200\n{\"repositories\":[\"px\"]}"),
            ("DELETE /v2/px/manifests/2", "", "202"),
            ("GET /v2/px/tags/list", "", "200\n{\"name\":\"px\",\"tags\":[\"1\"]}"),
            ("DELETE /v2/px/manifests/{m}", "", "202"),
            ("GET /v2/px/manifests/1", "", "404"),
            ("GET /v2/px/tags/list", "", "200\n{\"name\":\"px\",\"tags\":null}"),
        ],
    );
}

proptest::proptest! {
    #[test]
    fn no_request_makes_it_panic(
        method in "(GET|HEAD|PUT|POST|PATCH|DELETE)",
        path in "/v2/(px|py|[a-z/._%-]{0,8})/(blobs|manifests|tags)/(uploads/|list|1|\\{a\\}|\\{m\\}|[a-z0-9:%]{0,9})",
        query in "(\\?(digest|mount|n|last|_state)=(\\{a\\}|[a-z0-9%+-]{0,6})(&from=px)?)?",
        header in "( \\| (range: bytes=|content-range: |if-none-match: )[0-9,\"-]{0,12})?",
        body in "(aaaaa|\\{\\}|\\{manifest\\}|[ -~]{0,20})",
    ) {
        let mut desk = Desk::with_image();
        if let Ok(uri) = desk.fill(&format!("{path}{query}")).parse::<http::Uri>() {
            let _ = desk.send(&format!("{method} {uri}{header}"), &body);
        }
    }
}
