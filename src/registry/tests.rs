//! What `tests/calls` cannot say in a line: bounds, sizes, any request at all.

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::*;
use crate::host::{Host, SendError};
use crate::oci::{Descriptor, Manifest, MediaType, Timestamp, json};

/// A host whose randomness counts.
pub(super) struct Counting(pub(super) u8);

impl Host for Counting {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.0 = self.0.wrapping_add(1);
        bytes.fill(self.0);
    }

    fn send(&mut self, _: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        Err(SendError { reason: "a registry sends nothing".to_owned() })
    }
}

/// A registry and its host.
pub(super) struct Desk {
    pub(super) registry: Registry,
    pub(super) host: Counting,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self { registry: Registry::named("r.test"), host: Counting(0) }
    }

    /// A desk whose repository `px` has the image under the tag `1`.
    pub(super) fn with_image() -> Self {
        let mut desk = Self::new();
        for blob in ["aaaaa", "{}"] {
            let path = format!("/v2/px/blobs/uploads/?digest={}", Digest::of(blob.as_bytes()));
            assert_eq!(desk.send("POST", &path, &[], blob).status(), StatusCode::CREATED);
        }
        assert_eq!(desk.put("1", image().to_bytes()).status(), StatusCode::CREATED);
        desk
    }

    /// Puts an image in `px`.
    pub(super) fn put(&mut self, tag: &str, manifest: Vec<u8>) -> Response<Bytes> {
        let content_type = ("content-type", MediaType::MANIFEST.to_string());
        self.send("PUT", &format!("/v2/px/manifests/{tag}"), &[content_type], manifest)
    }

    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: impl Into<Bytes>,
    ) -> Response<Bytes> {
        let builder = Request::builder().method(method).uri(path);
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
        self.registry.answer(builder.body(body.into()).expect("a request"), &mut self.host)
    }
}

fn image() -> Manifest {
    let layer = Descriptor::of(MediaType::LAYER_GZIP, b"aaaaa");
    Manifest::of(Descriptor::of(MediaType::CONFIG, b"{}"), vec![layer])
}

#[test]
fn abandoned_uploads_are_bounded() {
    let mut desk = Desk::new();
    for _ in 0..limits::UPLOADS {
        assert_eq!(desk.send("POST", "/v2/px/blobs/uploads/", &[], "").status(), StatusCode::ACCEPTED);
    }
    let refused = desk.send("POST", "/v2/px/blobs/uploads/", &[], "");
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()[header::RETRY_AFTER], "60");
}

#[test]
fn a_manifest_of_four_mebibytes_is_taken_and_no_larger_one() {
    let mut desk = Desk::with_image();
    let sized = |size: usize| {
        let mut manifest = image();
        let bare = manifest.to_bytes().len();
        manifest.annotations.insert("x".to_owned(), String::new());
        let room = size - manifest.to_bytes().len();
        assert!(bare < size);
        manifest.annotations.insert("x".to_owned(), "x".repeat(room));
        manifest.to_bytes()
    };
    assert_eq!(desk.put("2", sized(4 << 20)).status(), StatusCode::CREATED);
    assert_eq!(desk.put("3", sized((4 << 20) + 1)).status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn with_its_manifest_it_is_known_what_a_blob_is() {
    let desk = Desk::with_image();
    assert_eq!(desk.registry.repositories["px"].blobs[&Digest::of(b"aaaaa")].media_type, MediaType::LAYER_GZIP);
}

#[test]
fn a_mounted_blob_is_kept_once() {
    let mut desk = Desk::with_image();
    let path = format!("/v2/py/blobs/uploads/?mount={}&from=px", Digest::of(b"aaaaa"));
    assert_eq!(desk.send("POST", &path, &[], "").status(), StatusCode::CREATED);
    assert_eq!(desk.registry.blobs().len(), 3);
}

#[test]
fn more_tags_at_once_than_a_registry_gives_are_refused() {
    let mut desk = Desk::with_image();
    let image = image().to_bytes();
    for (tags, status) in [(limits::TAGS_AT_ONCE, 201), (limits::TAGS_AT_ONCE + 1, 414)] {
        let query: Vec<String> = (0..tags).map(|tag| format!("tag=t{tag}")).collect();
        let target = format!("{}?{}", Digest::of(&image), query.join("&"));
        assert_eq!(desk.put(&target, image.clone()).status().as_u16(), status);
    }
}

#[test]
fn a_list_of_referrers_too_long_for_one_index_comes_in_several() {
    let mut desk = Desk::with_image();
    let subject = Descriptor::of(MediaType::MANIFEST, b"whatever it is");
    let mut all = Vec::new();
    for note in ["a", "b", "c"] {
        let annotations = [("note".to_owned(), note.repeat(2 << 20))].into();
        let manifest = Manifest { subject: Some(subject.clone()), annotations, ..image() }.to_bytes();
        all.push(Digest::of(&manifest).to_string());
        assert_eq!(desk.put(note, manifest).status(), StatusCode::CREATED);
    }
    let (mut next, mut listed) = (Some(format!("/v2/px/referrers/{}", subject.digest)), Vec::new());
    while let Some(path) = next {
        let response = desk.send("GET", &path, &[], "");
        assert!(response.body().len() as u64 <= limits::MANIFEST_BYTES);
        let index: Value = json::read(response.body()).expect("an index");
        listed.extend(index["manifests"].as_array().expect("a list").iter().map(|entry| entry["digest"].clone()));
        let link = response.headers().get(header::LINK).map(|link| link.to_str().expect("text"));
        next = link.map(|link| link.trim_start_matches('<').split('>').next().expect("a link").to_owned());
    }
    assert_eq!(json!(listed), json!(crate::text::sorted(all)));
}

proptest::proptest! {
    #[test]
    fn no_request_makes_it_panic(
        method in "(GET|HEAD|PUT|POST|PATCH|DELETE)",
        kind in "(blobs|manifests|tags|referrers)",
        name in "(px|py|[a-z/._%-]{0,8})",
        target in "(uploads/|list|1|AAAAA|[a-z0-9:%]{0,9})",
        query in "(\\?(digest|mount|n|last|_state|tag|digest-algorithm)=(AAAAA|[a-z0-9%+-]{0,6})(&from=px)?)?",
        header in "(range|content-range|if-none-match|accept|content-type)",
        value in "((bytes=)?[0-9,\"-]{0,12}|[ -~]{0,9}|application/vnd[.]oci[.]image[.](manifest|index)[.]v1[+]json)",
        body in "(aaaaa|\\{\\}|\\{\"schemaVersion\":2[ -~]{0,20}\\}|[ -~]{0,20})",
    ) {
        let layer = Digest::of(b"aaaaa").to_string();
        let path = format!("/v2/{name}/{kind}/{target}{query}").replace("AAAAA", &layer);
        if path.parse::<http::Uri>().is_ok() {
            Desk::with_image().send(&method, &path, &[(&header, value)], body);
        }
    }
}
