//! Push and pull between a machine's blobs and registries that live in the
//! test's host; the requests are compared with those of docker 29.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response, header};

use super::*;
use crate::event::{Direction, Event, Events, Exchange, Outcome};
use crate::host::{Host, SendError};
use crate::oci::{Descriptor, Digest, Index, Manifest, MediaType, Platform, Reference, Timestamp};
use crate::registry::Registry;
use crate::registry::hub::{AUTH_HOST, Hub, REGISTRY_HOST};
use crate::store::Blobs;

/// Two registries and the hub; one registry wants a password.
struct World {
    registries: BTreeMap<String, Registry>,
    hub: Option<Hub>,
    /// What the page serves, by URL.
    files: BTreeMap<String, Bytes>,
    /// Changes what travels.
    tamper: fn(&str, Bytes) -> Bytes,
    count: u8,
}

impl World {
    fn new() -> Self {
        let names = ["r.test", "private.test"];
        Self {
            registries: names.map(|name| (name.to_owned(), Registry::named(name))).into(),
            hub: Some(Hub::at("https://page.test/hub/")),
            files: BTreeMap::new(),
            tamper: |_, bytes| bytes,
            count: 0,
        }
    }

    /// A world whose hub serves `mlserve:1`.
    fn with_hub_image() -> (Self, Machine) {
        let (mut world, machine) = (Self::new(), Machine::with_image());
        let mut root = machine.root.clone();
        root.annotations.insert("io.containerd.image.name".to_owned(), "docker.io/library/mlserve:1".to_owned());
        world.serve("index.json", Index::of(vec![root]).to_bytes().into());
        for (digest, bytes) in machine.blobs.iter() {
            world.serve(&format!("blobs/sha256/{}", digest.hex()), bytes.clone());
        }
        (world, machine)
    }

    fn serve(&mut self, path: &str, bytes: Bytes) {
        self.files.insert(format!("https://page.test/hub/{path}"), bytes);
    }

    fn hub_answers(&mut self, request: &Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let mut hub = self.hub.take().expect("a hub asks no hub");
        let answer = hub.handle(request, self);
        self.hub = Some(hub);
        answer
    }

    fn registry_answers(&mut self, name: &str, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let known = request.headers().get(header::AUTHORIZATION).is_some_and(|value| value == "Basic YW5hOnNlY3JldA==");
        if name == "private.test" && !known {
            let challenge = Response::builder().status(401).header("WWW-Authenticate", "Basic realm=\"Registry\"");
            return Ok(challenge.body(Bytes::new()).expect("a response"));
        }
        let reason = || SendError { reason: format!("dial tcp: lookup {name}: no such host") };
        let mut registry = self.registries.remove(name).ok_or_else(reason)?;
        let answer = registry.answer(request, self);
        self.registries.insert(name.to_owned(), registry);
        Ok(answer)
    }
}

impl Host for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_767_600_000)
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.count += 1;
        bytes.fill(self.count);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let (name, path) = (request.uri().host().unwrap_or_default().to_owned(), request.uri().path().to_owned());
        let answer = match name.as_str() {
            REGISTRY_HOST | AUTH_HOST => self.hub_answers(&request),
            "page.test" => {
                let file = self.files.get(&request.uri().to_string()).cloned();
                file.map(Response::new).ok_or_else(|| SendError { reason: "connection refused".to_owned() })
            }
            name => self.registry_answers(name, request),
        };
        answer.map(|response| response.map(|bytes| (self.tamper)(&path, bytes)))
    }
}

/// A machine with an image of one layer.
struct Machine {
    blobs: Blobs,
    root: Descriptor,
}

impl Machine {
    fn with_image() -> Self {
        let mut blobs = Blobs::default();
        let manifest = image(&mut blobs, b"a configuration", b"a layer");
        let root = keep(&mut blobs, MediaType::MANIFEST, &manifest.to_bytes());
        Self { blobs, root }
    }

    /// The image for two platforms.
    fn with_index() -> Self {
        let mut blobs = Blobs::default();
        let children = [("wasi", "wasm"), ("linux", "amd64")].map(|(os, architecture)| {
            let manifest = image(&mut blobs, architecture.as_bytes(), b"a layer");
            let child = keep(&mut blobs, MediaType::MANIFEST, &manifest.to_bytes());
            let platform = format!("{os}/{architecture}").parse().ok();
            Descriptor { platform, ..child }
        });
        let root = keep(&mut blobs, MediaType::INDEX, &Index::of(children.to_vec()).to_bytes());
        Self { blobs, root }
    }

    fn manifest(&self) -> Manifest {
        serde_json::from_slice(self.blobs.get(&self.root.digest).expect("kept")).expect("a manifest")
    }
}

fn image(blobs: &mut Blobs, config: &[u8], layer: &[u8]) -> Manifest {
    let layer = keep(blobs, MediaType::LAYER_GZIP, layer);
    Manifest::of(keep(blobs, MediaType::CONFIG, config), vec![layer])
}

fn keep(blobs: &mut Blobs, media_type: MediaType, bytes: &[u8]) -> Descriptor {
    blobs.put(bytes.to_vec());
    Descriptor::of(media_type, bytes)
}

/// What was seen while something ran.
#[derive(Default)]
struct Seen {
    exchanges: Vec<Exchange>,
    outcomes: Vec<(&'static str, Outcome)>,
}

impl Seen {
    fn take(&mut self, event: Event) {
        match event {
            Event::Exchanged(exchange) => self.exchanges.push(exchange),
            Event::BlobMoved { blob, outcome, .. } => self.outcomes.push((why::noun(&blob.media_type), outcome)),
            other => panic!("a transfer tells nothing else: {other:?}"),
        }
    }

    /// One line an exchange, `{name}` for each digest and id known.
    fn lines(&self, names: &[(&str, Digest)]) -> Vec<String> {
        let line = |exchange: &Exchange| {
            let mut line = format!("{} {} {}", exchange.method, exchange.path, exchange.status);
            for (name, digest) in names {
                line = line.replace(&digest.to_string(), name).replace(&format!("sha256%3A{}", digest.hex()), name);
            }
            line
        };
        self.exchanges.iter().map(line).collect()
    }

    fn sent(&self) -> u64 {
        self.exchanges.iter().map(|exchange| exchange.sent).sum()
    }
}

fn reference(text: &str) -> Reference {
    text.parse().expect("a reference")
}

fn ana() -> Credentials {
    Credentials { user: "ana".to_owned(), password: "secret".to_owned() }
}

fn push_as(
    world: &mut World,
    machine: &Machine,
    name: &str,
    credentials: Option<&Credentials>,
    mounts: &[(Digest, String)],
) -> (Result<Pushed, TransferError>, Seen) {
    let mut seen = Seen::default();
    let mut events = |event| seen.take(event);
    let pushed = push(&machine.blobs, &machine.root, &reference(name), credentials, mounts, world, &mut events);
    (pushed, seen)
}

fn pushed(world: &mut World, machine: &Machine, name: &str) -> Seen {
    let (pushed, seen) = push_as(world, machine, name, None, &[]);
    assert_eq!(pushed, Ok(Pushed { root: machine.root.clone(), instead_of: None }));
    seen
}

fn pull_into(
    world: &mut World,
    blobs: &mut Blobs,
    known: Option<Digest>,
    name: &str,
) -> (Result<Pulled, TransferError>, Seen) {
    let mut seen = Seen::default();
    let mut events = |event| seen.take(event);
    let pulled = pull(blobs, known, &reference(name), &Platform::wasi(), None, world, &mut events);
    (pulled, seen)
}

/// The words of a pull that must fail and must leave no manifest behind.
fn refused(world: &mut World, name: &str) -> (String, bool) {
    let mut blobs = Blobs::default();
    let error = pull_into(world, &mut blobs, None, name).0.expect_err(name);
    let is_manifest = |bytes: &Bytes| serde_json::from_slice::<Manifest>(bytes).is_ok();
    assert!(!blobs.iter().any(|(_, bytes)| is_manifest(bytes)), "{name}");
    (error.to_string(), error.is_from_daemon())
}

#[test]
fn a_push_asks_then_sends_then_tags() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    let manifest = machine.manifest();
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let names = [("{config}", manifest.config.digest), ("{layer}", manifest.layers[0].digest)];
    assert_eq!(
        seen.lines(&names),
        [
            "HEAD /v2/px/blobs/{config} 404",
            "HEAD /v2/px/blobs/{layer} 404",
            "POST /v2/px/blobs/uploads/ 202",
            "PUT /v2/px/blobs/uploads/01010101-0101-4101-8101-010101010101?_state=0&digest={config} 201",
            "POST /v2/px/blobs/uploads/ 202",
            "PUT /v2/px/blobs/uploads/02020202-0202-4202-8202-020202020202?_state=0&digest={layer} 201",
            "HEAD /v2/px/manifests/1.0 404",
            "PUT /v2/px/manifests/1.0 201",
        ]
    );
    let accept = ("accept".to_owned(), "application/vnd.oci.image.layer.v1.tar+gzip, */*".to_owned());
    assert!(seen.exchanges[1].request_headers.contains(&accept));
    assert_eq!(
        seen.outcomes,
        [
            ("configuration", Outcome::Waiting),
            ("layer", Outcome::Waiting),
            ("configuration", Outcome::Moving { current: 0 }),
            ("configuration", Outcome::Moved),
            ("layer", Outcome::Moving { current: 0 }),
            ("layer", Outcome::Moved),
            ("manifest", Outcome::Moved),
        ]
    );
    assert_eq!(world.registries["r.test"].blobs(), &machine.blobs);
}

#[test]
fn pushing_twice_sends_nothing() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let before = world.registries["r.test"].clone();
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    assert_eq!(seen.sent(), 0);
    assert!(seen.exchanges.iter().all(|exchange| exchange.method == "HEAD" && exchange.status == 200));
    assert_eq!(seen.outcomes.last(), Some(&("manifest", Outcome::AlreadyExists)));
    assert_eq!(world.registries["r.test"], before);
}

#[test]
fn a_second_tag_sends_only_the_manifest() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let seen = pushed(&mut world, &machine, "r.test/px:2.0");
    assert_eq!(seen.sent(), machine.root.size);
    assert_eq!(seen.lines(&[]).last().map(String::as_str), Some("PUT /v2/px/manifests/2.0 201"));
}

#[test]
fn a_blob_of_another_repository_is_mounted() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let layer = machine.manifest().layers[0].digest;
    let mounts = [(layer, "px".to_owned()), (machine.manifest().config.digest, "nosuch".to_owned())];
    let (result, seen) = push_as(&mut world, &machine, "r.test/py:1.0", None, &mounts);
    assert!(result.is_ok());
    let lines = seen.lines(&[("{layer}", layer)]);
    assert!(lines.contains(&"POST /v2/py/blobs/uploads/?mount={layer}&from=px 201".to_owned()), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("from=nosuch 202")), "the rest is sent: {lines:?}");
    assert!(seen.outcomes.contains(&("layer", Outcome::Mounted { from: "px".to_owned() })));
    assert_eq!(seen.sent(), machine.manifest().config.size + machine.root.size);
}

#[test]
fn an_index_comes_after_its_manifests() {
    let (mut world, machine) = (World::new(), Machine::with_index());
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let puts: Vec<&Exchange> = seen
        .exchanges
        .iter()
        .filter(|exchange| exchange.method == "PUT" && exchange.path.contains("/manifests/"))
        .collect();
    let by_digest = |exchange: &&Exchange| exchange.path.starts_with("/v2/px/manifests/sha256:");
    assert_eq!(puts.len(), 3);
    assert!(puts[..2].iter().all(by_digest));
    assert_eq!(puts[2].path, "/v2/px/manifests/1.0");
}

#[test]
fn an_index_with_one_platform_here_is_pushed_as_that_platform() {
    let (mut world, mut machine) = (World::new(), Machine::with_index());
    machine.blobs.remove(&Digest::of(b"amd64"));
    let (result, _) = push_as(&mut world, &machine, "r.test/px:1.0", None, &[]);
    let result = result.expect("one platform is whole");
    assert_eq!(result.root.platform, Some(Platform::wasi()));
    assert_eq!(result.instead_of, Some(machine.root.clone()));
    machine.blobs.remove(&Digest::of(b"wasm"));
    let (result, _) = push_as(&mut world, &machine, "r.test/py:1.0", None, &[]);
    assert!(matches!(result, Err(TransferError::Content(_))), "{result:?}");
}

#[test]
fn a_pull_asks_by_tag_and_fetches_by_digest() {
    let (mut world, machine) = (World::new(), Machine::with_index());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let (mut blobs, wasm) = (Blobs::default(), Machine::with_index());
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "r.test/px:1.0");
    assert_eq!(pulled, Ok(Pulled { root: machine.root.clone(), up_to_date: false }));
    let index: Index = serde_json::from_slice(wasm.blobs.get(&wasm.root.digest).expect("kept")).expect("an index");
    let names = [
        ("{index}", machine.root.digest),
        ("{manifest}", index.manifests[0].digest),
        ("{config}", Digest::of(b"wasm")),
        ("{layer}", Digest::of(b"a layer")),
    ];
    assert_eq!(
        seen.lines(&names),
        [
            "HEAD /v2/px/manifests/1.0 200",
            "GET /v2/px/manifests/{index} 200",
            "GET /v2/px/manifests/{manifest} 200",
            "GET /v2/px/blobs/{config} 200",
            "GET /v2/px/blobs/{layer} 200",
        ]
    );
    let accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*";
    assert!(seen.exchanges[0].request_headers.contains(&("accept".to_owned(), accept.to_owned())));
    assert_eq!(blobs.len(), 4);
}

#[test]
fn an_unchanged_tag_is_found_up_to_date_by_one_question() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let mut blobs = Blobs::default();
    assert!(pull_into(&mut world, &mut blobs, None, "r.test/px:1.0").0.is_ok());
    let (pulled, seen) = pull_into(&mut world, &mut blobs, Some(machine.root.digest), "r.test/px:1.0");
    assert_eq!(pulled.map(|pulled| pulled.up_to_date), Ok(true));
    assert_eq!(seen.lines(&[]), ["HEAD /v2/px/manifests/1.0 200"]);
    let by_digest = format!("r.test/px@{}", machine.root.digest);
    assert!(pull_into(&mut world, &mut Blobs::default(), None, &by_digest).0.is_ok());
}

#[test]
fn what_cannot_be_pulled_is_told_in_dockers_words() {
    let (mut world, machine) = (World::with_hub_image().0, Machine::with_index());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let table = [
        ("r.test/px:9", "failed to resolve reference \"r.test/px:9\": r.test/px:9: not found"),
        ("nosuch:1", "pull access denied for nosuch, repository does not exist or may require 'docker login'"),
        (
            "nosuch/thing",
            "pull access denied for nosuch/thing, repository does not exist or may require 'docker login'",
        ),
        (
            "mlserve:9",
            "failed to resolve reference \"docker.io/library/mlserve:9\": docker.io/library/mlserve:9: not found",
        ),
        (
            "private.test/ana/nosuch:1",
            "failed to resolve reference \"private.test/ana/nosuch:1\": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
        ),
        (
            "down.test/x",
            "failed to resolve reference \"down.test/x:latest\": failed to do request: Head \"https://down.test/v2/x/manifests/latest\": dial tcp: lookup down.test: no such host",
        ),
    ];
    for (name, words) in table {
        assert_eq!(refused(&mut world, name), (words.to_owned(), true));
    }
    let mut events = |_| ();
    let platform = "linux/s390x".parse().expect("a platform");
    let error =
        pull(&mut Blobs::default(), None, &reference("r.test/px:1.0"), &platform, None, &mut world, &mut events);
    let error = error.expect_err("no such platform");
    assert_eq!(
        error.to_string(),
        "no matching manifest for linux/s390x in the manifest list entries: no match for platform in manifest: not found"
    );
    assert!(error.is_from_daemon());
}

#[test]
fn bytes_that_changed_on_the_way_are_refused() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let (right, wrong) = (Digest::of(b"a layer"), Digest::of(b"A layer"));
    world.tamper = |_, bytes| if *bytes == *b"a layer" { Bytes::from_static(b"A layer") } else { bytes };
    let words = format!(
        "failed commit on ref \"layer-{right}\": unexpected commit digest {wrong}, expected {right}: failed precondition"
    );
    assert_eq!(refused(&mut world, "r.test/px:1.0"), (words, false));
    world.tamper = |_, bytes| if *bytes == *b"a layer" { bytes.slice(..3) } else { bytes };
    let words = "failed to read expected number of bytes: unexpected EOF";
    assert_eq!(refused(&mut world, "r.test/px:1.0"), (words.to_owned(), false));
    world.tamper = |path, bytes| if path.contains("manifests") { Bytes::from(vec![b' '; bytes.len()]) } else { bytes };
    let (words, _) = refused(&mut world, "r.test/px:1.0");
    assert!(words.starts_with(&format!("failed commit on ref \"manifest-{}\"", machine.root.digest)), "{words}");
}

#[test]
fn the_hub_gives_what_is_listed_to_anybody() {
    let (mut world, machine) = World::with_hub_image();
    let mut blobs = Blobs::default();
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "mlserve:1");
    assert_eq!(pulled.map(|pulled| pulled.root), Ok(machine.root.clone()));
    assert_eq!(blobs, machine.blobs);
    let manifest = machine.manifest();
    let names = [
        ("{manifest}", machine.root.digest),
        ("{config}", manifest.config.digest),
        ("{layer}", manifest.layers[0].digest),
    ];
    assert_eq!(
        seen.lines(&names),
        [
            "HEAD /v2/library/mlserve/manifests/1 401",
            "GET /token?scope=repository%3Alibrary%2Fmlserve%3Apull&service=registry.docker.io 200",
            "HEAD /v2/library/mlserve/manifests/1 200",
            "GET /v2/library/mlserve/manifests/{manifest} 200",
            "GET /v2/library/mlserve/blobs/{config} 200",
            "GET /v2/library/mlserve/blobs/{layer} 200",
        ]
    );
    assert_eq!(seen.exchanges[1].registry, AUTH_HOST);
    let masked = ("authorization".to_owned(), "Bearer ***".to_owned());
    assert!(seen.exchanges[2].request_headers.contains(&masked));
}

#[test]
fn the_hub_takes_a_push_from_nobody() {
    let (mut world, machine) = World::with_hub_image();
    let words = "push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";
    for (name, sent) in [("mlmodel:1.0", 0), ("ana/mlmodel:1.0", 0), ("mlserve:2", 2 * machine.root.size)] {
        let (result, seen) = push_as(&mut world, &machine, name, None, &[]);
        let error = result.expect_err(name);
        assert_eq!((error.to_string().as_str(), error.is_from_daemon()), (words, false), "{name}");
        assert_eq!(seen.sent(), sent, "{name}");
        assert_eq!(seen.outcomes[..2], [("configuration", Outcome::Waiting), ("layer", Outcome::Waiting)]);
    }
}

#[test]
fn a_refused_push_asks_for_a_token_and_again() {
    let (mut world, mut machine) = World::with_hub_image();
    let manifest = Manifest::of(machine.manifest().config, Vec::new());
    machine.root = keep(&mut machine.blobs, MediaType::MANIFEST, &manifest.to_bytes());
    let (_, seen) = push_as(&mut world, &machine, "mlmodel:1.0", None, &[]);
    let pull_and_push = "scope=repository%3Alibrary%2Fmlmodel%3Apull%2Cpush";
    let first = format!(
        "GET /token?scope=repository%3Alibrary%2Fmlmodel%3Apull&{pull_and_push}&service=registry.docker.io 200"
    );
    assert_eq!(
        seen.lines(&[("{config}", manifest.config.digest)]),
        [
            "HEAD /v2/library/mlmodel/blobs/{config} 401",
            &first,
            "HEAD /v2/library/mlmodel/blobs/{config} 401",
            "POST /v2/library/mlmodel/blobs/uploads/ 401",
            &format!("GET /token?{pull_and_push}&service=registry.docker.io 200"),
            "POST /v2/library/mlmodel/blobs/uploads/ 401",
        ]
    );
}

#[test]
fn a_corrupted_blob_of_the_hub_is_refused() {
    let (mut world, machine) = World::with_hub_image();
    let layer = machine.manifest().layers[0].digest;
    world.serve(&format!("blobs/sha256/{}", layer.hex()), Bytes::from_static(b"A layer"));
    let (words, is_from_daemon) = refused(&mut world, "mlserve:1");
    let computed = Digest::of(b"A layer");
    assert_eq!(
        words,
        format!(
            "failed commit on ref \"layer-{layer}\": unexpected commit digest {computed}, expected {layer}: failed precondition"
        )
    );
    assert!(!is_from_daemon);
    let (mut world, machine) = World::with_hub_image();
    world.serve(&format!("blobs/sha256/{}", machine.root.digest.hex()), Bytes::from(vec![b' '; 9]));
    assert!(refused(&mut world, "mlserve:1").0.contains("unexpected EOF"));
}

#[test]
fn a_hub_that_is_down_is_a_network_that_is_down() {
    let mut world = World::new();
    let words = "failed to resolve reference \"docker.io/library/mlserve:1\": failed to do request: Head \"https://registry-1.docker.io/v2/library/mlserve/manifests/1\": dial tcp: connection refused";
    assert_eq!(refused(&mut world, "mlserve:1"), (words.to_owned(), true));
    world.serve("index.json", Bytes::from_static(b"<html>"));
    assert!(refused(&mut world, "mlserve:1").0.contains("invalid https://page.test/hub/index.json: "));
    let (mut world, machine) = World::with_hub_image();
    world.files.remove(&format!("https://page.test/hub/blobs/sha256/{}", machine.manifest().layers[0].digest.hex()));
    let (words, is_from_daemon) = refused(&mut world, "mlserve:1");
    assert!(
        words.starts_with("failed to copy: httpReadSeeker: failed open: failed to do request: Get \"https://"),
        "{words}"
    );
    assert!(!is_from_daemon);
}

#[test]
fn a_registry_with_a_password_wants_the_right_one() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    let wrong = Credentials { password: "wrong".to_owned(), ..ana() };
    let push_with = |world: &mut World, credentials| push_as(world, &machine, "private.test/px:1", credentials, &[]);
    assert_eq!(
        push_with(&mut world, None).0.expect_err("no credentials").to_string(),
        "push access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
    );
    let (result, seen) = push_with(&mut world, Some(&wrong));
    let words = result.expect_err("a wrong password").to_string();
    assert!(words.starts_with("unexpected status from HEAD request to https://private.test/v2/px/blobs/"), "{words}");
    assert!(words.ends_with(": 401 Unauthorized"), "{words}");
    assert_eq!(seen.exchanges.len(), 2, "one answer to one challenge");
    let (result, seen) = push_with(&mut world, Some(&ana()));
    assert!(result.is_ok());
    assert_eq!(seen.lines(&[]).iter().filter(|line| line.ends_with("401")).count(), 1);
    assert!(!format!("{:?}", seen.exchanges).contains("YW5hOnNlY3JldA"), "a password is never told");
}

#[test]
fn a_login_is_judged_by_the_registry() {
    let mut world = World::with_hub_image().0;
    let mut events: Events<'_> = &mut |_| ();
    assert_eq!(login("private.test", &ana(), &mut world, &mut events), Ok(()));
    assert_eq!(login("r.test", &ana(), &mut world, &mut events), Ok(()));
    let error = login("docker.io", &ana(), &mut world, &mut events).expect_err("the hub has no accounts");
    assert_eq!(
        error.to_string(),
        "Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password"
    );
    assert!(error.is_from_daemon());
    let wrong = Credentials { password: "wrong".to_owned(), ..ana() };
    let error = login("private.test", &wrong, &mut world, &mut events).expect_err("a wrong password");
    assert_eq!(error.to_string(), "login attempt to https://private.test/v2/ failed with status: 401 Unauthorized");
}

#[test]
fn a_copy_from_blobs_to_blobs_is_the_same_copy() {
    let machine = Machine::with_index();
    let (mut source, mut target) = (machine.blobs.clone(), Blobs::default());
    let journey = Journey { direction: Direction::Pull, registry: "", repository: "", platform: None };
    assert_eq!(copy(&mut source, &mut target, &machine.root, &journey, &mut |_| ()), Ok(()));
    assert_eq!(target, machine.blobs);
}

#[test]
fn a_descriptor_that_promises_too_much_is_refused() {
    let mut machine = Machine::with_image();
    let mut manifest = machine.manifest();
    manifest.layers[0].size = u64::MAX;
    machine.root = keep(&mut machine.blobs, MediaType::MANIFEST, &manifest.to_bytes());
    let (result, seen) = push_as(&mut World::new(), &machine, "r.test/px:1", None, &[]);
    assert!(matches!(result, Err(TransferError::Limit { what: "layer", .. })), "{result:?}");
    assert!(seen.exchanges.is_empty());
}
