//! What one builder writes for others, and what these make of it.

use super::*;
use crate::oci::MediaType;

const STAGES: &str = "FROM mlserve:1 AS made\nCOPY model.bin /made\n\nFROM scratch\nCOPY --from=made /made /kept\n";

/// What `desk` builds, and what it writes for others.
fn exported(desk: &mut Desk, all: bool, request: Request) -> (Built, Option<CacheExport>) {
    let mut host = Still { now: Timestamp::from_seconds(desk.now), page: None };
    let mut bases =
        |request: &BaseRequest<'_>, _: &mut dyn Host, _: Events<'_>| base(request.reference, "program").map(Some);
    let mut tools = Tools { host: &mut host, events: &mut |_| (), bases: &mut bases, processes: &mut desk.processes };
    let mut build = Build::new(request, desk.cache.clone()).expect("a folder");
    loop {
        if let Some(built) = build.advance(1, &mut tools).expect("built") {
            desk.cache = built.cache.clone();
            return (built, build.export_cache(all));
        }
    }
}

/// A cache as a folder has it.
fn folder(built: &Built, cache: &CacheExport) -> CacheSource {
    let mut blobs = cache.blobs.clone();
    built.blobs.iter().for_each(|(digest, blob)| blobs.keep(*digest, blob));
    CacheSource::Folder { name: "local:1".to_owned(), layout: Box::new(Layout { root: cache.root.clone(), blobs }) }
}

/// The steps of a builder that knows nothing but what stands at `source`, after `change`.
fn steps_elsewhere(dockerfile: &str, source: CacheSource, change: impl Fn(&mut Desk)) -> (Outcome, Vec<String>) {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", dockerfile);
    change(&mut desk);
    let request = Request { cache_from: vec![source], ..desk.request() };
    let outcome = desk.run(&request);
    let short = |step: &String| step.split(" docker.io").next().unwrap_or_default().to_owned();
    let steps = outcome.steps().into_iter().filter(|step| !step.contains("FROM") && !step.contains("importing"));
    let steps = steps.map(|step| short(&step)).collect();
    (outcome, steps)
}

fn elsewhere(dockerfile: &str, all: bool, change: impl Fn(&mut Desk)) -> Vec<String> {
    let mut desk = Desk::lesson();
    desk.write("Dockerfile", dockerfile);
    let request = desk.request();
    let (built, cache) = exported(&mut desk, all, request);
    steps_elsewhere(dockerfile, folder(&built, &cache.expect("it made layers")), change).1
}

#[test]
fn another_builder_does_none_of_the_steps_again() {
    let all = ["CACHED [2/4] WORKDIR /app", "CACHED [3/4] COPY model.bin sample.json ./", "CACHED [4/4] COPY . ."];
    assert_eq!(elsewhere(DOCKERFILE, false, |_| ()), all);
    assert_eq!(elsewhere(DOCKERFILE, false, |desk| desk.put("model.bin", "weights", 0o644, NOON)), all);
}

#[test]
fn another_builder_runs_what_changed_and_what_follows() {
    let steps = elsewhere(DOCKERFILE, false, |desk| desk.write("README.md", "new"));
    assert_eq!(steps, ["CACHED [2/4] WORKDIR /app", "CACHED [3/4] COPY model.bin sample.json ./", "[4/4] COPY . ."]);
    let steps = elsewhere(DOCKERFILE, false, |desk| desk.no_cache = true);
    assert_eq!(steps, ["CACHED [2/4] WORKDIR /app", "[3/4] COPY model.bin sample.json ./", "[4/4] COPY . ."]);
}

#[test]
fn the_steps_of_other_stages_are_known_if_all_was_written() {
    let least = elsewhere(STAGES, false, |_| ());
    assert_eq!(least, ["[made 2/2] COPY model.bin /made", "CACHED [stage-1 1/1] COPY --from=made /made /kept"]);
    let all = elsewhere(STAGES, true, |_| ());
    assert_eq!(all, ["CACHED [made 2/2] COPY model.bin /made", "CACHED [stage-1 1/1] COPY --from=made /made /kept"]);
}

#[test]
fn the_same_steps_are_the_same_cache_and_the_same_image() {
    let mut desk = Desk::lesson();
    let request = desk.request();
    let (first, one) = exported(&mut desk, true, request.clone());
    desk.now += 60;
    let (_, two) = exported(&mut desk, true, request);
    let (one, two) = (one.expect("layers"), two.expect("layers"));
    assert_eq!(one.root, two.root);
    let (outcome, _) = steps_elsewhere(DOCKERFILE, folder(&first, &one), |_| ());
    assert_eq!(outcome.result.expect("built").image.digest, first.image.digest);
}

#[test]
fn an_image_says_which_steps_made_it() {
    let mut desk = Desk::lesson();
    let request = Request { inline_cache: true, ..desk.request() };
    let (built, _) = exported(&mut desk, false, request);
    let root = built.image.clone();
    let layout = Box::new(Layout { root, blobs: built.blobs.clone() });
    let source = CacheSource::Folder { name: "local:1".to_owned(), layout };
    let (outcome, steps) = steps_elsewhere(DOCKERFILE, source, |_| ());
    assert!(steps.iter().all(|step| step.starts_with("CACHED")), "{steps:?}");
    // It does not say so of the image that was made with its help.
    assert_eq!(outcome.result.expect("built").images[0].config.cache, None);
}

#[test]
fn a_step_whose_layer_is_gone_or_damaged_runs() {
    let mut desk = Desk::lesson();
    let request = desk.request();
    let (built, cache) = exported(&mut desk, false, request);
    let CacheSource::Folder { name, mut layout } = folder(&built, &cache.expect("layers")) else { unreachable!() };
    for digest in built.images[0].document.layers.iter().skip(2).map(|layer| layer.digest) {
        layout.blobs.remove(&digest);
    }
    let other = layout.blobs.get(&built.images[0].document.layers[1].digest).expect("kept");
    layout.blobs.keep(built.images[0].document.layers[3].digest, other.into());
    let (outcome, steps) = steps_elsewhere(DOCKERFILE, CacheSource::Folder { name, layout }, |_| ());
    assert_eq!(steps, ["CACHED [2/4] WORKDIR /app", "[3/4] COPY model.bin sample.json ./", "[4/4] COPY . ."]);
    assert_eq!(outcome.plain().matches("[3/4] COPY").count(), 1);
}

#[test]
fn what_is_no_cache_is_told_of_and_done_without() {
    let source = CacheSource::Unknown { name: "s3:1".to_owned(), kind: "s3".to_owned() };
    let (outcome, steps) = steps_elsewhere(DOCKERFILE, source, |_| ());
    assert_eq!(steps.len(), 3);
    assert!(outcome.plain().contains("#4 ERROR: unknown cache importer: s3\n"), "{}", outcome.plain());
    let mut desk = Desk::new("FROM scratch\nENV A=b\n");
    let request = desk.request();
    let (built, cache) = exported(&mut desk, true, request);
    assert!(cache.is_none(), "no step made a layer");
    let root = crate::oci::Descriptor::of(MediaType::LAYER_GZIP, b"no document");
    let layout = Box::new(Layout { root, blobs: built.blobs });
    let (outcome, _) = steps_elsewhere(DOCKERFILE, CacheSource::Folder { name: "local:1".to_owned(), layout }, |_| ());
    assert!(outcome.plain().contains("content digest sha256:"), "{}", outcome.plain());
}
