//! Whole builds: what is shown, what is stored, what is remembered.

use bytes::Bytes;

use super::progress::Plain;
use super::*;
use crate::event::{Event, Events};
use crate::fs::{self, FsPath, Metadata, Node, Rootfs, Tree};
use crate::host::{Host, SendError};
use crate::oci::{Digest, ImageConfig, Manifest, Platform, Reference, Timestamp};
use crate::runtime::Modules;
use crate::store::Blobs;
use crate::text::Output;

mod added;
mod cached;
mod copied;
mod described;
mod documents;
mod exchanged;
mod failed;
mod ran;
mod remarked;
mod shown;
mod staged;

const NOON: u64 = 1_767_614_400;
const DOCKERFILE: &str = "FROM mlserve:1\nWORKDIR /app\nCOPY model.bin sample.json ./\nENV MODEL=model.bin\nCOPY . .\n";

/// A host whose clock stands still until it is moved and whose dice are loaded.
struct Still {
    now: Timestamp,
    /// What every address answers.
    page: Option<Bytes>,
}

impl Host for Still {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn send(&mut self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, SendError> {
        let page = self.page.clone().map(http::Response::new);
        page.ok_or_else(|| SendError { reason: "this host has no network".to_owned() })
    }
}

/// A machine to build on.
struct Desk {
    files: Tree,
    blobs: Blobs,
    cache: Cache,
    now: u64,
    no_cache: bool,
    base: &'static str,
    fetches: bool,
    page: Option<Bytes>,
    processes: Modules,
}

/// What a build did.
struct Outcome {
    result: Result<Built, BuildError>,
    events: Vec<Event>,
}

impl Desk {
    fn new(dockerfile: &str) -> Self {
        let (blobs, cache) = (Blobs::default(), Cache::default());
        let mut desk = Self {
            files: Tree::default(),
            blobs,
            cache,
            now: NOON,
            no_cache: false,
            base: "program",
            fetches: false,
            page: None,
            processes: Modules::default(),
        };
        desk.write("Dockerfile", dockerfile);
        desk
    }

    fn lesson() -> Self {
        let mut desk = Self::new(DOCKERFILE);
        desk.write("model.bin", "weights");
        desk.write("sample.json", "[1,2]");
        desk.write("src/predict.rs", "fn main() {}");
        desk
    }

    fn write(&mut self, path: &str, text: &str) {
        self.put(path, text, 0o644, NOON - 3600);
    }

    fn put(&mut self, path: &str, text: &str, mode: u32, seconds: u64) {
        self.put_bytes(path, text.as_bytes().to_vec(), mode, seconds);
    }

    fn put_bytes(&mut self, path: &str, bytes: Vec<u8>, mode: u32, seconds: u64) {
        let path = FsPath::from("/home/ana/project").join(path);
        let modified = Timestamp::from_seconds(seconds);
        let parent = path.parent().expect("not the root");
        self.files.make_directories(&parent, Metadata::directory(modified)).expect("folders");
        let metadata = Metadata { mode, ..Metadata::file(modified) };
        self.files.insert(&path, Node::file(metadata, bytes)).expect("a folder");
    }

    fn build(&mut self) -> Outcome {
        self.run(&self.request())
    }

    fn request(&self) -> Request {
        Request {
            tags: vec![parse_tag("mlmodel:1.0").expect("a tag")],
            no_cache: self.no_cache,
            provenance: None,
            ..Request::new(self.files.clone(), "/home/ana/project".into(), Platform::wasi())
        }
    }

    fn run(&mut self, request: &Request) -> Outcome {
        let mut events = Vec::new();
        let mut host = Still { now: Timestamp::from_seconds(self.now), page: self.page.clone() };
        let (text, absent) = (self.base, self.fetches);
        let mut bases = |request: &BaseRequest<'_>, _: &mut dyn Host, _: Events<'_>| {
            let image = base(request.reference, text)?;
            let fetched = if absent { image.manifest.layers.clone() } else { Vec::new() };
            Ok(Some(BaseImage { fetched, ..image }))
        };
        let mut keep = |event| events.push(event);
        let mut tools = Tools { host: &mut host, events: &mut keep, bases: &mut bases, processes: &mut self.processes };
        let result = Build::new(request.clone(), self.cache.clone()).and_then(|build| build.finish(&mut tools));
        if let Ok(built) = &result {
            self.cache = built.cache.clone();
            for (digest, blob) in built.blobs.iter() {
                self.blobs.keep(*digest, blob);
            }
        }
        self.now += 60;
        Outcome { result, events }
    }

    /// The steps of the stage that a build found in the cache and those it ran.
    fn rebuild(&mut self) -> (Vec<String>, BuiltImage) {
        let outcome = self.build();
        (outcome.steps(), outcome.result.expect("built").images.remove(0))
    }
}

impl BuiltImage {
    /// Its files, which are there to be looked at.
    fn tree(&self) -> Tree {
        self.files.tree().expect("sound").clone()
    }
}

impl Outcome {
    fn steps(&self) -> Vec<String> {
        let mut names = std::collections::BTreeMap::new();
        let mut found = Vec::new();
        for event in &self.events {
            match event {
                Event::BuildStepStarted { step, name } => drop(names.insert(*step, name.clone())),
                Event::BuildStepCached { step } => found.push(format!("CACHED {}", names[step])),
                Event::BuildStepDone { step, .. } => found.push(names[step].clone()),
                _ => {}
            }
        }
        found.retain(|name| name.contains('/') && !name.contains("[internal]"));
        found
    }

    fn plain(&self) -> String {
        let mut plain = Plain::default();
        let mut lines: Vec<Output> = self.events.iter().flat_map(|event| plain.event(event)).collect();
        lines.extend(plain.finish(self.result.as_ref().err()));
        text(&lines)
    }

    fn error(&self) -> String {
        self.result.as_ref().expect_err("must fail").to_string()
    }
}

fn text(lines: &[Output]) -> String {
    lines.iter().map(|output| output.line.text() + "\n").collect()
}

/// A base image with one program, or what a registry says instead.
fn base(reference: &Reference, program: &str) -> Result<BaseImage, BaseError> {
    if reference.path != "library/mlserve" {
        return Err(BaseError { message: format!("{reference}: not found") });
    }
    let time = Timestamp::from_seconds(NOON - 86_400);
    let mut tree = Tree::default();
    tree.make_directories(&"/usr/bin".into(), Metadata::directory(time)).expect("fresh");
    tree.insert(&"/usr/bin/mlserve".into(), Node::file(Metadata::file(time), program.as_bytes().to_vec()))
        .expect("a folder");
    let tar = fs::layer_tar(&tree, &fs::diff(&Tree::default(), &tree)).expect("written");
    let layer = crate::oci::Descriptor::of(crate::oci::MediaType::LAYER_GZIP, &fs::gzip(&tar));
    let mut config = ImageConfig::empty(&Platform::wasi());
    config.rootfs.diff_ids = vec![Digest::of(&tar)];
    config.config.env = vec!["PATH=/usr/bin".to_owned()];
    config.config.cmd = Some(vec!["serve".to_owned()]);
    config.created = Some(time);
    config.history = vec![crate::oci::HistoryEntry {
        created: Some(time),
        created_by: "COPY /mlserve /usr/bin/ # buildkit".to_owned(),
        comment: String::new(),
        empty_layer: false,
    }];
    let descriptor = crate::oci::Descriptor::of(crate::oci::MediaType::CONFIG, &config.to_bytes());
    let manifest = Manifest::of(descriptor, vec![layer]);
    let digest = Digest::of(&manifest.to_bytes());
    Ok(BaseImage { digest, manifest, config, files: Rootfs::from(tree), fetched: Vec::new() })
}
