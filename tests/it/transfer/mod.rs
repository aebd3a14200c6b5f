//! Push and pull between a machine's blobs and registries that live in the
//! test's host; the requests are compared with those of docker 29.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, header};

use drydock::event::{Direction, Event, Events, Exchange, Outcome};
use drydock::host::{Host, Link, SendError};
use drydock::oci::{
    ATTESTATION, Blob, Descriptor, Digest, Index, Manifest, MediaType, Platform, REFERENCE_DIGEST, REFERENCE_TYPE,
    Reference, Timestamp,
};
use drydock::registry::Registry;
use drydock::registry::hub::{AUTH_HOST, Hub, REGISTRY_HOST};
use drydock::store::Blobs;
use drydock::transfer::{
    Copy, Credentials, Journey, Partials, Pulled, Pushed, TransferError, login, present, pull, push,
};

mod attested;
mod hub;
mod interrupted;
mod lanes;
mod password;
mod pulling;
mod pushing;

/// Two registries and the hub; one registry wants a password.
struct World {
    registries: BTreeMap<String, Registry>,
    hub: Option<Hub>,
    /// What the page serves, by URL.
    files: BTreeMap<String, Bytes>,
    /// Changes what travels.
    tamper: fn(&str, Bytes) -> Bytes,
    /// The modelled way to each registry, if it is modelled.
    link: Option<Link>,
    /// Time that passed on it.
    passed: Duration,
    /// After how many bytes the connection of the next upload breaks; what had come stays.
    breaks_after: Option<usize>,
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
            link: None,
            passed: Duration::ZERO,
            breaks_after: None,
            count: 0,
        }
    }

    /// A world whose hub serves `mlserve:1`.
    fn with_hub_image() -> (Self, Machine) {
        let (mut world, machine) = (Self::new(), Machine::with_image());
        let mut root = machine.root.clone();
        root.annotations.insert("io.containerd.image.name".to_owned(), "docker.io/library/mlserve:1".to_owned());
        world.serve("index.json", Index::of(vec![root]).to_bytes().into());
        for (digest, kept) in machine.blobs.iter() {
            let bytes = kept.bytes().expect("in memory");
            world.serve(&format!("blobs/sha256/{}", digest.hex()), bytes);
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
        let answer = match self.breaks_after.take_if(|_| request.method() == Method::PUT && !request.body().is_empty())
        {
            None => registry.exchange(request, self),
            Some(came) => {
                let (mut parts, body) = request.into_parts();
                parts.method = Method::PATCH;
                registry.answer(Request::from_parts(parts, body.slice(..came)), self);
                Err(SendError { reason: "write: broken pipe".to_owned() })
            }
        };
        self.registries.insert(name.to_owned(), registry);
        answer
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

    fn link(&self, _: &str, _: &str) -> Option<Link> {
        self.link
    }

    fn wait(&mut self, _: &str, duration: Duration) {
        self.passed += duration;
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

    /// An image of layers of so many bytes.
    fn with_layers(sizes: &[usize]) -> Self {
        let mut blobs = Blobs::default();
        let layers = sizes.iter().enumerate().map(|(at, size)| {
            let bytes: Vec<u8> = (0_u8..251).cycle().skip(at).take(*size).collect();
            keep(&mut blobs, MediaType::LAYER_GZIP, &bytes)
        });
        let layers = layers.collect();
        let config = keep(&mut blobs, MediaType::CONFIG, b"a configuration");
        let root = keep(&mut blobs, MediaType::MANIFEST, &Manifest::of(config, layers).to_bytes());
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

    /// The image with what attests it, in the form `BuildKit` gives it by default.
    fn attested() -> Self {
        let mut machine = Self::with_image();
        let image = Descriptor { platform: Some(Platform::wasi()), ..machine.root };
        let nothing = keep(&mut machine.blobs, MediaType::EMPTY, b"{}");
        let nothing = Descriptor { data: Some("e30=".to_owned()), ..nothing };
        let statement = keep(&mut machine.blobs, MediaType::IN_TOTO, b"a statement");
        let mut manifest = Manifest::of(nothing, vec![statement]);
        manifest.artifact_type = Some("application/vnd.docker.attestation.manifest.v1+json".to_owned());
        manifest.subject = Some(image.clone());
        let mut attestation = keep(&mut machine.blobs, MediaType::MANIFEST, &manifest.to_bytes());
        attestation.annotations.insert(REFERENCE_TYPE.to_owned(), ATTESTATION.to_owned());
        attestation.annotations.insert(REFERENCE_DIGEST.to_owned(), image.digest.to_string());
        attestation.platform = "unknown/unknown".parse().ok();
        let index = Index::of(vec![image, attestation]).to_bytes();
        machine.root = keep(&mut machine.blobs, MediaType::INDEX, &index);
        machine
    }

    fn manifest(&self) -> Manifest {
        serde_json::from_slice(&self.blobs.get(&self.root.digest).expect("kept")).expect("a manifest")
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
            Event::BlobMoved(moved) => self.outcomes.push((noun(&moved.blob), moved.outcome)),
            Event::TokenFetched { .. } => {}
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

    /// Whether docker has printed its first line: errors after that have no prefix.
    fn has_begun(&self) -> bool {
        self.outcomes.iter().any(|(noun, _)| *noun == "manifest")
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
) -> (Result<(), TransferError>, Seen) {
    let mut seen = Seen::default();
    let mut events = |event| seen.take(event);
    let pushed = push(&machine.blobs, &machine.root, &reference(name), credentials, mounts, world, &mut events);
    (pushed, seen)
}

fn pushed(world: &mut World, machine: &Machine, name: &str) -> Seen {
    let (pushed, seen) = push_as(world, machine, name, None, &[]);
    assert_eq!(pushed, Ok(()));
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

/// The words of a pull that must fail and must leave no manifest behind, and
/// whether it fails before its first line.
fn refused(world: &mut World, name: &str) -> (String, bool) {
    let mut blobs = Blobs::default();
    let (pulled, seen) = pull_into(world, &mut blobs, None, name);
    let error = pulled.expect_err(name);
    let is_manifest = |bytes: &Bytes| serde_json::from_slice::<Manifest>(bytes).is_ok();
    assert!(!blobs.iter().any(|(_, kept)| is_manifest(&kept.bytes().expect("in memory"))), "{name}");
    (error.to_string(), !seen.has_begun())
}

fn noun(blob: &Blob) -> &'static str {
    match &blob.media_type {
        media_type if media_type.is_index() => "index",
        media_type if media_type.is_manifest() => "manifest",
        media_type if media_type.is_layer() => "layer",
        media_type if *media_type == MediaType::IN_TOTO => "attestation",
        media_type if *media_type == MediaType::EMPTY => "nothing",
        _ => "configuration",
    }
}
