//! The registry judged by calls: `tests/calls/*.md`, a file for each part of
//! the distribution specification and in it a heading for each clause. Under
//! `### ` stands what holds; each begins with a fresh registry.
//!
//! * `given: NAME…` pushes contents first: `NAME`, `NAME:TAG` or `NAME.sha512`, to `px` or `…@REPOSITORY`.
//! * `policy: …` switches the registry: `sparse`, `no referrers`, `immutable v* except v0.*`,
//!   `read only`, `basic`, `bearer`.
//! * A block `http` is a request, its body after an empty line, then `< STATUS`, headers (`-` is one that must
//!   not be there) and after an empty line the body, which may be left out. `{upload}` is the location answered last,
//!   `{token}` the token.
//! * The contents are in `tests/calls/contents.md`; `{NAME.referrer}` is how one is listed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::{Value, json};

use drydock::host::{Host, SendError};
use drydock::oci::{Algorithm, MediaType, Timestamp};
use drydock::registry::{Access, Account, Grant, Registry, Scheme, TagRule};

use crate::source::root;

const PARTS: &[&str] = &["access.md", "contents.md", "discovery.md", "management.md", "pull.md", "push.md"];

#[test]
fn every_part_is_checked() {
    let files = std::fs::read_dir(root().join("tests/calls")).expect("the folder of calls");
    let mut names: Vec<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, PARTS);
}

#[test]
fn access() {
    check("access.md");
}

#[test]
fn pull() {
    check("pull.md");
}

#[test]
fn push() {
    check("push.md");
}

#[test]
fn content_discovery() {
    check("discovery.md");
}

#[test]
fn content_management() {
    check("management.md");
}

/// A host whose randomness counts.
pub struct Counting(pub u8);

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

/// What can be sent: bytes, and what they are if they are a manifest.
struct Content {
    media_type: Option<MediaType>,
    bytes: String,
}

/// A registry and what is known beside it.
struct Desk<'a> {
    contents: &'a BTreeMap<String, Content>,
    registry: Registry,
    host: Counting,
    upload: String,
    token: String,
}

fn check(part: &str) {
    let contents = contents();
    let text = read(part);
    let mut failed = String::new();
    for test in text.split("\n### ").skip(1) {
        let title = test.lines().next().unwrap_or_default();
        if let Err(reason) = Desk::new(&contents).run(test) {
            write!(failed, "\n{part}, {title}:\n{reason}\n").expect("a text grows");
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

fn read(part: &str) -> String {
    std::fs::read_to_string(root().join("tests/calls").join(part)).expect("a part of the calls")
}

fn contents() -> BTreeMap<String, Content> {
    let mut contents = BTreeMap::new();
    for (info, block) in blocks(&read("contents.md")) {
        let mut words = info.split(' ').skip(1);
        let name = words.next().expect("a name").to_owned();
        let media_type = words.next().map(MediaType::from);
        let bytes = filled(block.trim_end(), &contents);
        contents.insert(name, Content { media_type, bytes });
    }
    contents
}

/// The blocks of a text, each with what stands behind its fence.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    text.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').expect("a block has lines")).collect()
}

/// `text` with contents in the place of their names.
fn filled(text: &str, contents: &BTreeMap<String, Content>) -> String {
    let mut filled = text.to_owned();
    for (name, content) in contents {
        let bytes = content.bytes.as_bytes();
        for algorithm in Algorithm::ALL {
            let word = if algorithm == Algorithm::Sha256 { "digest" } else { algorithm.as_str() };
            filled = filled.replace(&format!("{{{name}.{word}}}"), &algorithm.digest(bytes).to_string());
        }
        filled = filled.replace(&format!("{{{name}.size}}"), &bytes.len().to_string());
        if filled.contains(&format!("{{{name}.referrer}}")) {
            filled = filled.replace(&format!("{{{name}.referrer}}"), &referrer(content));
        }
        filled = filled.replace(&format!("{{{name}}}"), &content.bytes);
    }
    filled
}

/// How a manifest with a subject is listed.
fn referrer(content: &Content) -> String {
    let document: Value = serde_json::from_str(&content.bytes).expect("JSON");
    let mut listed = json!({
        "mediaType": content.media_type,
        "digest": Algorithm::Sha256.digest(content.bytes.as_bytes()),
        "size": content.bytes.len(),
    });
    for (name, value) in [
        ("annotations", document.get("annotations")),
        ("artifactType", document.get("artifactType").or_else(|| document.pointer("/config/mediaType"))),
    ] {
        if let Some(value) = value {
            listed[name] = value.clone();
        }
    }
    listed.to_string()
}

impl<'a> Desk<'a> {
    fn new(contents: &'a BTreeMap<String, Content>) -> Self {
        Self {
            contents,
            registry: Registry::named("r.test"),
            host: Counting(0),
            upload: String::new(),
            token: String::new(),
        }
    }

    fn run(&mut self, test: &str) -> Result<(), String> {
        let lines = test.split("\n```").next().unwrap_or_default().lines();
        for line in lines {
            if let Some(given) = line.strip_prefix("given: ") {
                given.split(", ").try_for_each(|content| self.push(content))?;
            } else if let Some(policy) = line.strip_prefix("policy: ") {
                policy.split(", ").for_each(|policy| self.switch(policy));
            }
        }
        self.host = Counting(0);
        blocks(test).into_iter().try_for_each(|(_, call)| self.call(call))
    }

    fn switch(&mut self, policy: &str) {
        match policy {
            "sparse" => self.registry.policies.all.sparse = true,
            "no referrers" => self.registry.policies.all.referrers = false,
            "immutable v* except v0.*" => {
                let (tags, except) = (vec!["v*".to_owned()], vec!["v0.*".to_owned()]);
                self.registry.policies.all.immutable = TagRule { tags, except };
            }
            "read only" => self.registry.policies.all.read_only = true,
            "basic" => self.registry.access = known_by(Scheme::Basic),
            "bearer" => {
                let (realm, key) = ("https://r.test/token".to_owned(), [7; 32]);
                self.registry.access = known_by(Scheme::Bearer { realm, key });
            }
            _ => panic!("no such policy: {policy}"),
        }
    }

    /// Pushes `NAME[.sha512][:TAG][@REPOSITORY]`.
    fn push(&mut self, given: &str) -> Result<(), String> {
        let (rest, repository) = given.split_once('@').unwrap_or((given, "px"));
        let (name, tag) = rest.split_once(':').unwrap_or((rest, ""));
        let (name, word) = name.split_once('.').unwrap_or((name, "digest"));
        let content = self.contents.get(name).ok_or_else(|| format!("no such content: {name}"))?;
        let call = match &content.media_type {
            None => format!("POST /v2/{repository}/blobs/uploads/?digest={{{name}.{word}}}\n\n{{{name}}}\n< 201"),
            Some(media_type) => {
                let target = if tag.is_empty() { format!("{{{name}.{word}}}") } else { tag.to_owned() };
                format!("PUT /v2/{repository}/manifests/{target}\ncontent-type: {media_type}\n\n{{{name}}}\n< 201")
            }
        };
        self.call(&call)
    }

    fn call(&mut self, call: &str) -> Result<(), String> {
        let call = filled(call, self.contents).replace("{upload}", &self.upload);
        let call = call.replace("{token}", &self.token);
        let (request, expected) = call.split_once("\n< ").ok_or_else(|| format!("no answer: {call}"))?;
        let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default();
        let (method, path) = line.split_once(' ').ok_or_else(|| format!("no request: {line}"))?;
        let mut builder = Request::builder().method(method).uri(path);
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            builder = builder.header(name, value);
        }
        let request = builder.body(Bytes::from(body.to_owned())).map_err(|error| error.to_string())?;
        let response = self.registry.answer(request, &mut self.host);
        if let Some(location) = response.headers().get(header::LOCATION) {
            location.to_str().expect("text").clone_into(&mut self.upload);
        }
        let document: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        if let Some(token) = document["token"].as_str() {
            token.clone_into(&mut self.token);
        }
        compare(expected, &response).map_err(|reason| format!("{line}\n  {reason}\n  {response:?}"))
    }
}

/// The people and robots of `access.md`.
fn known_by(scheme: Scheme) -> Access {
    let grant = |repositories: &str, actions: &[&str]| Grant {
        repositories: repositories.to_owned(),
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
    };
    let account = |name: &str, password: &str, grant: Grant| {
        (name.to_owned(), Account { secret: password.to_owned(), is_robot: false, grants: vec![grant] })
    };
    let accounts = [
        account("ana", "secret", grant("px", &["pull", "push", "delete"])),
        account("robot$ci", "robotic", grant("*", &["pull"])),
    ];
    Access { scheme: Some(scheme), accounts: accounts.into(), anybody: vec![grant("open", &["pull"])] }
}

fn compare(expected: &str, response: &Response<Bytes>) -> Result<(), String> {
    let (head, body) = expected.split_once("\n\n").map_or((expected, None), |(head, body)| (head, Some(body)));
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    if response.status().as_str() != status {
        return Err(format!("the status is not {status}"));
    }
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let mut found = response.headers().get_all(name).iter();
        if (value == "-") != found.next().is_none() || value != "-" && !has(response, name, value) {
            return Err(format!("the header {name} is not {value}"));
        }
    }
    let found = String::from_utf8_lossy(response.body());
    match body.map(str::trim_end).filter(|body| *body != found.trim_end()) {
        Some(body) => Err(format!("the body is not {body}\n  but {found}")),
        None => Ok(()),
    }
}

fn has(response: &Response<Bytes>, name: &str, value: &str) -> bool {
    response.headers().get_all(name).iter().any(|found| found == value)
}
