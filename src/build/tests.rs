//! Whole builds: what is shown, what is stored, what is remembered.

use bytes::Bytes;
use proptest::prelude::*;

use super::progress::{Plain, Tty};
use super::*;
use crate::event::{Event, Events};
use crate::fs::{self, FsPath, Metadata, Node, Tree};
use crate::host::{Host, SendError};
use crate::oci::{Digest, ImageConfig, Manifest, Platform, Reference, Timestamp};
use crate::store::Blobs;
use crate::text::Output;

const NOON: u64 = 1_767_614_400;
const DOCKERFILE: &str = "FROM mlserve:1\nWORKDIR /app\nCOPY model.bin sample.json ./\nENV MODEL=model.bin\nCOPY . .\n";

const PLAIN: &str = "\
#0 building with \"default\" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 124B done
#1 DONE 0.0s

#2 [internal] load metadata for docker.io/library/mlserve:1
#2 DONE 0.1s

#3 [internal] load .dockerignore
#3 transferring context: 2B done
#3 DONE 0.0s

#4 [internal] load build context
#4 transferring context: 280B done
#4 DONE 0.0s

#5 [1/4] FROM docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4df1b59c7617df56c406808888947729039217d9b90
#5 resolve docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4df1b59c7617df56c406808888947729039217d9b90 0.0s done
#5 DONE 0.0s

#6 [2/4] WORKDIR /app
#6 DONE 0.0s

#7 [3/4] COPY model.bin sample.json ./
#7 DONE 0.0s

#8 [4/4] COPY . .
#8 DONE 0.0s

#9 exporting to image
#9 exporting layers 0.0s done
#9 exporting manifest sha256:29afbee649c7bb22ea7c1f08a2023a95f7d9619b24b88c2897fa87a2605bc304 done
#9 exporting config sha256:913566f52fc3c82aa93f03c919bc7e65e8d647b1c39434ff429efdd82e49882c done
#9 naming to docker.io/library/mlmodel:1.0 done
#9 unpacking to docker.io/library/mlmodel:1.0 0.0s done
#9 DONE 0.1s
";

const TTY: &str = "\
[+] Building 0.3s (9/9) FINISHED                                 docker:default
 => [internal] load build definition from Dockerfile                       0.0s
 => => transferring dockerfile: 124B                                       0.0s
 => [internal] load metadata for docker.io/library/mlserve:1               0.1s
 => [internal] load .dockerignore                                          0.0s
 => => transferring context: 2B                                            0.0s
 => [internal] load build context                                          0.0s
 => => transferring context: 280B                                          0.0s
 => [1/4] FROM docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4d  0.0s
 => => resolve docker.io/library/mlserve:1@sha256:acb55f2ede396a7ab6cea4d  0.0s
 => [2/4] WORKDIR /app                                                     0.0s
 => [3/4] COPY model.bin sample.json ./                                    0.0s
 => [4/4] COPY . .                                                         0.0s
 => exporting to image                                                     0.1s
 => => exporting layers                                                    0.0s
 => => exporting manifest sha256:29afbee649c7bb22ea7c1f08a2023a95f7d9619b  0.0s
 => => exporting config sha256:913566f52fc3c82aa93f03c919bc7e65e8d647b1c3  0.0s
 => => naming to docker.io/library/mlmodel:1.0                             0.0s
 => => unpacking to docker.io/library/mlmodel:1.0                          0.0s
";

/// A host whose clock stands still until it is moved and whose dice are loaded.
struct Still {
    now: Timestamp,
}

impl Host for Still {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn send(&mut self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, SendError> {
        Err(SendError { reason: "this host has no network".to_owned() })
    }
}

/// A machine to build on.
#[derive(Clone)]
struct Desk {
    files: Tree,
    blobs: Blobs,
    cache: Cache,
    now: u64,
    no_cache: bool,
    base: &'static str,
}

/// What a build did.
struct Outcome {
    result: Result<Built, BuildError>,
    events: Vec<Event>,
}

impl Desk {
    fn new(dockerfile: &str) -> Self {
        let (blobs, cache) = (Blobs::default(), Cache::default());
        let mut desk = Self { files: Tree::default(), blobs, cache, now: NOON, no_cache: false, base: "program" };
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
        let path = FsPath::from("/home/ana/project").join(path);
        let modified = Timestamp::from_seconds(seconds);
        let parent = path.parent().expect("not the root");
        self.files.make_directories(&parent, Metadata::directory(modified)).expect("folders");
        let metadata = Metadata { mode, ..Metadata::file(modified) };
        self.files.insert(&path, Node::file(metadata, text.as_bytes().to_vec())).expect("a folder");
    }

    fn build(&mut self) -> Outcome {
        let context = FsPath::from("/home/ana/project");
        let request = Request {
            files: self.files.clone(),
            dockerfile: context.join("Dockerfile"),
            context,
            context_typed: ".".to_owned(),
            tags: vec![parse_tag("mlmodel:1.0").expect("a tag")],
            no_cache: self.no_cache,
            platform: None,
        };
        self.run(&request)
    }

    fn run(&mut self, request: &Request) -> Outcome {
        let mut events = Vec::new();
        let mut host = Still { now: Timestamp::from_seconds(self.now) };
        let text = self.base;
        let mut bases = |reference: &Reference, _: Events<'_>| base(reference, text);
        let mut keep = |event| events.push(event);
        let result = build(request, &mut self.blobs, &mut self.cache, &mut bases, &mut host, &mut keep);
        self.now += 60;
        Outcome { result, events }
    }

    /// The steps of the stage that a build found in the cache and those it ran.
    fn rebuild(&mut self) -> (Vec<String>, Built) {
        let outcome = self.build();
        (outcome.steps(), outcome.result.expect("built"))
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
    tree.insert(&"/usr/bin/mlserve".into(), Node::file(Metadata::file(time), program.into())).expect("a folder");
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
    Ok(BaseImage { digest, manifest, config, tree, fetched: Vec::new() })
}

fn check_plain(outcome: &Outcome, expected: &str) {
    let found = outcome.plain();
    assert_eq!(found, expected, "\n{found}");
}

#[test]
fn a_build_is_shown_step_by_step() {
    let outcome = Desk::lesson().build();
    check_plain(&outcome, PLAIN);
}

#[test]
fn a_terminal_sees_the_same_steps_in_place() {
    let outcome = Desk::lesson().build();
    let mut tty = Tty::default();
    let mut shown: Vec<(Option<String>, String)> = Vec::new();
    let mut updates: Vec<Output> = outcome.events.iter().flat_map(|event| tty.event(event)).collect();
    updates.extend(tty.finish(None));
    for update in updates {
        let line = update.line.text();
        match shown.iter_mut().find(|(slot, _)| slot.is_some() && *slot == update.slot) {
            Some((_, old)) => *old = line,
            None => shown.push((update.slot, line)),
        }
    }
    let found: String = shown.iter().map(|(_, line)| line.clone() + "\n").collect();
    assert_eq!(found, TTY, "\n{found}");
}

#[test]
fn the_documents_are_those_of_buildkit() {
    let mut desk = Desk::lesson();
    desk.write(
        "Dockerfile",
        "FROM scratch\nWORKDIR /app\nCOPY model.bin .\nENV A=1 B=\"x y\"\nLABEL v=1\nEXPOSE 8080\n\
         ENTRYPOINT [\"/serve\"]\nCMD run $A\n",
    );
    let built = desk.build().result.expect("built");
    let config = String::from_utf8(built.config.to_bytes()).expect("UTF-8");
    assert_eq!(config, CONFIG);
    let manifest = String::from_utf8(built.manifest.to_bytes()).expect("UTF-8");
    assert_eq!(manifest, MANIFEST);
}

const CONFIG: &str = r#"{"architecture":"wasm","config":{"ExposedPorts":{"8080/tcp":{}},"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","A=1","B=x y"],"Entrypoint":["/serve"],"Cmd":["/bin/sh","-c","run $A"],"WorkingDir":"/app","Labels":{"v":"1"},"ArgsEscaped":true},"created":"2026-01-05T12:00:00.081Z","history":[{"created":"2026-01-05T12:00:00.036Z","created_by":"WORKDIR /app","comment":"buildkit.dockerfile.v0"},{"created":"2026-01-05T12:00:00.081Z","created_by":"COPY model.bin . # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2026-01-05T12:00:00.081Z","created_by":"ENV A=1 B=x y","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"LABEL v=1","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"EXPOSE [8080/tcp]","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"ENTRYPOINT [\"/serve\"]","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-01-05T12:00:00.081Z","created_by":"CMD [\"/bin/sh\" \"-c\" \"run $A\"]","comment":"buildkit.dockerfile.v0","empty_layer":true}],"os":"wasi","rootfs":{"type":"layers","diff_ids":["sha256:657f15078adb9827202d39d498a2b74f376bab4cd4ed0cffab8b9d478a7c4f6a","sha256:95285bcb2db717b3517bdbb926d1d0a4c3a06baeb4cf3d292c0c849a88549387"]}}"#;

const MANIFEST: &str = r#"TODO"#;

#[test]
fn others_read_our_documents_and_the_layers_make_the_tree() {
    let mut desk = Desk::lesson();
    let built = desk.build().result.expect("built");
    let bytes = |digest: &Digest| desk.blobs.get(digest).expect("stored").clone();
    let manifest = oci_spec::image::ImageManifest::from_reader(&bytes(&built.image.digest)[..]).expect("a manifest");
    let config = bytes(&built.manifest.config.digest);
    let config = oci_spec::image::ImageConfiguration::from_reader(&config[..]).expect("a configuration");
    assert_eq!(manifest.layers().len(), 4);
    assert_eq!(config.rootfs().diff_ids().len(), 4);
    let layers = config.history().iter().flatten().filter(|entry| entry.empty_layer() != Some(true)).count();
    assert_eq!(layers, 4);
    assert_eq!(config.config().as_ref().and_then(|config| config.working_dir().clone()).as_deref(), Some("/app"));
    let mut tree = base(&"mlserve:1".parse().expect("a name"), desk.base).expect("known").tree;
    for (layer, diff_id) in built.manifest.layers.iter().zip(&built.config.rootfs.diff_ids).skip(1) {
        let tar = fs::gunzip(&bytes(&layer.digest)).expect("gzip");
        assert_eq!(Digest::of(&tar), *diff_id);
        tree = fs::apply(&tree, &tar).expect("a layer");
    }
    assert_eq!(tree, built.tree);
}

#[test]
fn an_image_is_as_old_as_its_last_layer() {
    let mut desk = Desk::lesson();
    let (_, first) = desk.rebuild();
    desk.write("Dockerfile", &format!("{DOCKERFILE}LABEL late=yes\n"));
    desk.write(".dockerignore", "Dockerfile\n.dockerignore\n");
    let (_, with_ignore) = desk.rebuild();
    desk.write("Dockerfile", &format!("{DOCKERFILE}LABEL late=very\n"));
    let (steps, second) = desk.rebuild();
    assert!(steps.iter().all(|step| step.starts_with("CACHED")), "{steps:?}");
    assert_eq!(second.config.created, with_ignore.config.created);
    assert!(first.config.created < second.config.created);
    assert_eq!(second.config.history.last().expect("a label").created, second.config.created);
    assert_ne!(second.image, with_ignore.image);
}

#[test]
fn an_entrypoint_takes_the_inherited_command_away_but_not_its_own() {
    let mut desk = Desk::new("FROM mlserve:1\nENV X=1\n");
    let serve = Some(vec!["serve".to_owned()]);
    assert_eq!(desk.rebuild().1.config.config.cmd, serve);
    desk.write("Dockerfile", "FROM mlserve:1\nENTRYPOINT [\"a\"]\n");
    assert_eq!(desk.rebuild().1.config.config.cmd, None);
    desk.write("Dockerfile", "FROM mlserve:1\nCMD [\"serve\"]\nENTRYPOINT [\"a\"]\n");
    assert_eq!(desk.rebuild().1.config.config.cmd, serve);
}

#[test]
fn without_a_tag_the_image_dangles() {
    let mut desk = Desk::new("FROM scratch\nLABEL a=b\n");
    let context = FsPath::from("/home/ana/project");
    let request = Request {
        files: desk.files.clone(),
        dockerfile: context.join("Dockerfile"),
        context,
        context_typed: ".".to_owned(),
        tags: Vec::new(),
        no_cache: false,
        platform: Some("linux/amd64".parse().expect("a platform")),
    };
    let outcome = desk.run(&request);
    let built = outcome.result.as_ref().expect("built");
    assert!(outcome.plain().contains(&format!("naming to moby-dangling@{} done", built.image.digest)));
    assert_eq!((built.config.os.as_str(), built.config.architecture.as_str()), ("linux", "amd64"));
    assert!(built.manifest.layers.is_empty());
    assert_eq!(built.config.created, Some(Timestamp::from_seconds(NOON)));
}

// What breaks the cache and what does not.

fn check_cache(change: impl Fn(&mut Desk), expected: &[&str]) {
    let mut desk = Desk::lesson();
    desk.write(".dockerignore", "Dockerfile\n.dockerignore\nnotes.txt\n");
    desk.rebuild();
    change(&mut desk);
    let steps = desk.rebuild().0;
    let short = |step: &String| step.split(" docker.io").next().unwrap_or_default().to_owned();
    assert_eq!(steps.iter().map(short).collect::<Vec<_>>(), expected);
}

const ALL_CACHED: [&str; 4] = [
    "CACHED [1/4] FROM",
    "CACHED [2/4] WORKDIR /app",
    "CACHED [3/4] COPY model.bin sample.json ./",
    "CACHED [4/4] COPY . .",
];

#[test]
fn touching_a_file_changes_nothing() {
    check_cache(|desk| desk.put("model.bin", "weights", 0o644, NOON), &ALL_CACHED);
}

#[test]
fn content_or_mode_of_a_file_runs_its_copy_and_what_follows() {
    let again = [ALL_CACHED[0], ALL_CACHED[1], &ALL_CACHED[2][7..], &ALL_CACHED[3][7..]];
    check_cache(|desk| desk.write("model.bin", "other weights"), &again);
    check_cache(|desk| desk.put("model.bin", "weights", 0o755, NOON), &again);
}

#[test]
fn an_unrelated_file_runs_only_the_copy_that_takes_everything() {
    let last = [ALL_CACHED[0], ALL_CACHED[1], ALL_CACHED[2], &ALL_CACHED[3][7..]];
    check_cache(|desk| desk.write("README.md", "new"), &last);
    check_cache(|desk| desk.write("src/predict.rs", "fn main() { }"), &last);
}

#[test]
fn an_ignored_file_changes_nothing() {
    check_cache(|desk| desk.write("notes.txt", "new"), &ALL_CACHED);
}

#[test]
fn metadata_and_comments_change_no_layer() {
    let text = DOCKERFILE.replace("ENV MODEL=model.bin", "# note\nENV MODEL=other.bin\nLABEL a=b\nEXPOSE 1");
    check_cache(|desk| desk.write("Dockerfile", &text), &ALL_CACHED);
}

#[test]
fn a_variable_matters_to_a_copy_that_uses_it() {
    let mut desk = Desk::lesson();
    let text = |name: &str| format!("FROM scratch\nENV F={name}\nCOPY $F /x\nCOPY src /src\n");
    desk.write("Dockerfile", &text("model.bin"));
    desk.rebuild();
    desk.write("Dockerfile", &text("sample.json"));
    assert_eq!(desk.rebuild().0, ["[1/2] COPY sample.json /x", "[2/2] COPY src /src"]);
}

#[test]
fn another_workdir_runs_everything_that_is_relative_to_it() {
    let text = DOCKERFILE.replace("/app", "/srv");
    let again = [ALL_CACHED[0], "[2/4] WORKDIR /srv", "[3/4] COPY model.bin sample.json ./", "[4/4] COPY . ."];
    check_cache(|desk| desk.write("Dockerfile", &text), &again);
}

#[test]
fn another_base_runs_everything() {
    let again = ALL_CACHED.map(|step| &step[7..]);
    check_cache(|desk| desk.base = "another program", &again);
}

#[test]
fn without_cache_only_copies_run_again() {
    let again = [ALL_CACHED[0], ALL_CACHED[1], &ALL_CACHED[2][7..], &ALL_CACHED[3][7..]];
    check_cache(|desk| desk.no_cache = true, &again);
}

#[test]
fn going_back_finds_the_earlier_results_even_if_the_image_was_deleted() {
    let back = |desk: &mut Desk| {
        desk.write("model.bin", "other weights");
        desk.rebuild();
        desk.write("model.bin", "weights");
        desk.blobs = Blobs::default();
    };
    check_cache(back, &ALL_CACHED);
}

#[test]
fn a_cached_rebuild_is_the_same_image_with_its_blobs() {
    let mut desk = Desk::lesson();
    let (_, first) = desk.rebuild();
    desk.blobs = Blobs::default();
    let (_, second) = desk.rebuild();
    assert_eq!(first.image, second.image);
    assert!(second.manifest.layers.iter().skip(1).all(|layer| desk.blobs.has(&layer.digest)));
}

// What COPY does with files and folders.

/// The files of an image from scratch, and their contents.
fn copied(instructions: &str) -> Vec<String> {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", &format!("FROM scratch\n{instructions}\n"));
    desk.write(".dockerignore", "Dockerfile\n.dockerignore\n");
    let built = desk.rebuild().1;
    let files = built.tree.walk().filter(|(_, node)| node.content().is_some());
    files.map(|(path, _)| path.to_string()).collect()
}

#[test]
fn copy_follows_the_rules_of_its_destination() {
    let table: [(&str, &[&str]); 10] = [
        ("COPY model.bin /m", &["/m"]),
        ("COPY model.bin /m/", &["/m/model.bin"]),
        ("WORKDIR /app\nCOPY model.bin .", &["/app/model.bin"]),
        ("WORKDIR /app\nCOPY model.bin /app", &["/app/model.bin"]),
        ("COPY model.bin sample.json /d", &["/d/model.bin", "/d/sample.json"]),
        ("COPY src /s", &["/s/predict.rs"]),
        ("COPY . /all", &["/all/model.bin", "/all/sample.json", "/all/src/predict.rs"]),
        ("COPY *.bin s?c /d/", &["/d/model.bin", "/d/predict.rs"]),
        ("COPY src/*.rs ../model.bin /d/", &["/d/model.bin", "/d/predict.rs"]),
        ("COPY *.nothing /d/", &[]),
    ];
    for (instructions, expected) in table {
        assert_eq!(copied(instructions), expected, "{instructions}");
    }
}

#[test]
fn files_keep_mode_and_time_and_new_folders_are_of_the_build() {
    let mut desk = Desk::new("FROM scratch\nCOPY run.sh /bin/\n");
    desk.put("run.sh", "#!", 0o750, NOON - 99);
    let tree = desk.rebuild().1.tree;
    let file = tree.get(&"/bin/run.sh".into()).expect("copied").metadata;
    let owner = (file.uid, file.gid);
    assert_eq!((file.mode, owner, file.modified), (0o750, (0, 0), Timestamp::from_seconds(NOON - 99)));
    let folder = tree.get(&"/bin".into()).expect("made").metadata;
    assert_eq!((folder.mode, folder.modified), (0o755, Timestamp::from_seconds(NOON)));
}

// What goes wrong.

fn check_failure(dockerfile: &str, expected: &str) {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", dockerfile);
    desk.write(".dockerignore", "sample.json\n");
    assert_eq!(desk.build().error(), expected, "{dockerfile}");
}

#[test]
fn mistakes_have_buildkits_last_line() {
    let not_found = "failed to solve: nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: \
                     docker.io/library/nosuch:1: not found";
    check_failure("", "failed to solve: the Dockerfile cannot be empty");
    check_failure("FROM nosuch:1", not_found);
    check_failure(
        "FROM Busybox",
        "failed to solve: failed to parse stage name \"Busybox\": invalid reference format: \
         repository name (library/Busybox) must be lowercase",
    );
    check_failure("FROM ${BASE}", "failed to solve: base name (${BASE}) should not be blank");
    check_failure("FROM scratch\nEXPOSE x", "failed to solve: invalid containerPort: x");
    check_failure("FROM scratch\nCOPY https://a/b /", "failed to solve: source can't be a URL for COPY");
    check_failure("FROM scratch\nCOPY model.bin /a\nCOPY src /a", "failed to solve: cannot copy to non-directory: /a");
    check_failure("FROM scratch\nCOPY [a /", "failed to solve: [a: syntax error in pattern");
}

#[test]
fn a_source_that_is_not_there_is_shown_with_its_line() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM scratch\nCOPY nosuch.txt /\n");
    let found = desk.build().plain();
    let tail = found.split("#4 [1/1]").nth(1).expect("the step is shown");
    assert_eq!(tail, MISSING, "\n{tail}");
}

const MISSING: &str = " COPY nosuch.txt /
#4 ERROR: failed to calculate checksum of ref zzzzzzzzzzzzzzzzzzzzzzzzz::zzzzzzzzzzzzzzzzzzzzzzzzz: \"/nosuch.txt\": not found
------
 > [1/1] COPY nosuch.txt /:
------
Dockerfile:2
--------------------
   1 |     FROM scratch
   2 | >>> COPY nosuch.txt /
   3 |     
--------------------
ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref zzzzzzzzzzzzzzzzzzzzzzzzz::zzzzzzzzzzzzzzzzzzzzzzzzz: \"/nosuch.txt\": not found
";

#[test]
fn an_ignored_source_is_missing_and_remarked_on() {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", "FROM scratch\nCOPY sample.json /\n");
    desk.write(".dockerignore", "*.json\n");
    let found = desk.build().plain();
    let remark = "CopyIgnoredFile: Attempting to Copy file \"sample.json\" that is excluded by .dockerignore (line 2)";
    assert!(found.contains(&format!("#1 WARN: {remark}\n#1 DONE")), "{found}");
    assert!(found.contains("\"/sample.json\": not found"), "{found}");
    assert!(found.contains(&format!("\n\n 1 warning found (use docker --debug to expand):\n - {remark}\n")), "{found}");
}

#[test]
fn a_failed_build_shows_what_failed_and_where() {
    let mut desk = Desk::new("FROM nosuch:1\n");
    let failed = desk.build();
    let plain = failed.plain();
    assert!(plain.ends_with(NO_BASE), "{plain}");
    let mut tty = Tty::default();
    let last = failed.events.iter().flat_map(|event| tty.event(event)).last().expect("events");
    let expected = " => ERROR [internal] load metadata for docker.io/library/nosuch:1          0.0s";
    assert_eq!(last.line.text(), expected);
    let end = text(&tty.finish(failed.result.as_ref().err()));
    assert!(end.starts_with("[+] Building 0.0s (1/2)  "), "{end}");
}

const NO_BASE: &str = "\
#2 [internal] load metadata for docker.io/library/nosuch:1
#2 ERROR: docker.io/library/nosuch:1: not found
------
 > [internal] load metadata for docker.io/library/nosuch:1:
------
Dockerfile:1
--------------------
   1 | >>> FROM nosuch:1
   2 |     
--------------------
ERROR: failed to build: failed to solve: nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: docker.io/library/nosuch:1: not found
";

#[test]
fn a_missing_context_or_dockerfile_is_named() {
    let mut desk = Desk::lesson();
    desk.files.remove(&"/home/ana/project/Dockerfile".into()).expect("there");
    let outcome = desk.build();
    assert_eq!(
        outcome.error(),
        "failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory"
    );
    assert!(outcome.plain().contains("#1 transferring dockerfile: 2B done"));
    desk.files = Tree::default();
    let outcome = desk.build();
    assert_eq!(outcome.error(), "unable to prepare context: path \".\" not found");
    assert_eq!(outcome.plain(), "ERROR: failed to build: unable to prepare context: path \".\" not found\n");
}

proptest! {
    #[test]
    fn the_same_context_makes_the_same_image(
        files in prop::collection::btree_map("[a-c]{1,2}(/[a-c])?", "[a-z]{0,20}", 0..6),
        seconds in 0..NOON,
    ) {
        let build = || {
            let mut desk = Desk::new("FROM mlserve:1\nWORKDIR /w\nCOPY . .\n");
            let mut names: Vec<&String> = Vec::new();
            for (path, content) in &files {
                let folder_of_another = |name: &&&String| path.starts_with(&format!("{name}/"));
                if !names.iter().any(|name| folder_of_another(&name)) {
                    desk.put(path, content, 0o644, seconds);
                    names.push(path);
                }
            }
            desk.rebuild().1
        };
        prop_assert_eq!(build().image, build().image);
    }
}
