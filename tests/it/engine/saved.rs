//! `docker save` and `docker load`: what goes out comes back, digest for digest.

use proptest::prelude::*;

use super::*;

#[test]
fn an_index_is_saved_with_all_its_parts_and_comes_back() {
    let mut daemon = Daemon::default();
    let root = daemon.index(&["wasi/wasm", "linux/amd64"], "both");
    daemon.name("r.test/both:1", &root);
    let saved = daemon.save(&["r.test/both:1"], &[]).expect("saved");
    let mut other = Daemon::default();
    assert_eq!(other.load(&saved, &[]), Ok(vec![Some("r.test/both:1".to_owned())]));
    assert_eq!(other.engine.blobs, daemon.engine.blobs);
    assert_eq!(other.engine.names["r.test/both:1"].digest, root.digest);
    assert_eq!(other.save(&["r.test/both:1"], &[]), Ok(saved), "the same image is the same archive");
}

#[test]
fn the_layout_names_the_image_for_both_kinds_of_docker() {
    let mut daemon = Daemon::default();
    let root = daemon.manifest("wasi/wasm", "one");
    daemon.name("one:1", &root);
    daemon.name("one:2", &root);
    let files = files(&daemon.save(&["one"], &[]).expect("saved"));
    let text = |path: &str| String::from_utf8(files[path].clone()).expect("UTF-8");
    assert_eq!(text("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#);
    let index: Index = serde_json::from_str(&text("index.json")).expect("an index");
    let names: Vec<&str> =
        index.manifests.iter().map(|entry| entry.annotations["io.containerd.image.name"].as_str()).collect();
    assert_eq!(names, ["docker.io/library/one:1", "docker.io/library/one:2"], "a bare name means its repository");
    let manifest: serde_json::Value = serde_json::from_str(&text("manifest.json")).expect("JSON");
    assert_eq!(manifest[0]["RepoTags"], serde_json::json!(["one:1", "one:2"]));
    assert_eq!(manifest.as_array().map(Vec::len), Some(1));
    let by_id = super::files(&daemon.save(&[&root.digest.short()], &[]).expect("saved"));
    let manifest: serde_json::Value = serde_json::from_slice(&by_id["manifest.json"]).expect("JSON");
    assert_eq!(manifest[0]["RepoTags"], serde_json::Value::Null, "an id has no name");
}

#[test]
fn one_platform_is_saved_as_its_manifest_and_several_as_the_index() {
    let mut daemon = Daemon::default();
    let root = daemon.index(&["wasi/wasm", "linux/amd64", "linux/arm64"], "three");
    daemon.name("three:1", &root);
    let manifests = daemon.engine.blobs.manifests(&root);
    let mut one = Daemon::default();
    one.load(&daemon.save(&["three:1"], &["linux/amd64"]).expect("saved"), &[]).expect("loaded");
    assert_eq!(one.engine.names["docker.io/library/three:1"].digest, manifests[1].digest);
    let mut two = Daemon::default();
    two.load(&daemon.save(&["three:1"], &["linux/amd64", "linux/arm64"]).expect("saved"), &[]).expect("loaded");
    assert_eq!(two.engine.names["docker.io/library/three:1"].digest, root.digest);
    assert!(two.engine.blobs.is_whole(&manifests[1]) && !two.engine.blobs.has(&manifests[0].digest));
    let words = "no suitable export target found: image with reference three:1 was found but does not provide the specified platform (linux/s390x)";
    assert_eq!(daemon.save(&["three:1"], &["linux/s390x"]), Err(words.to_owned()));
    assert_eq!(daemon.save(&["nosuch"], &[]), Err("No such image: nosuch:latest".to_owned()));
}

#[test]
fn an_archive_that_lacks_the_platform_asked_for_is_refused() {
    let mut daemon = Daemon::default();
    let root = daemon.manifest("wasi/wasm", "one");
    daemon.name("one:1", &root);
    let saved = daemon.save(&["one:1"], &[]).expect("saved");
    assert_eq!(
        Daemon::default().load(&saved, &["linux/amd64"]),
        Err("image one:1 was loaded, but doesn't provide the requested platform ([linux/amd64])".to_owned())
    );
    assert!(Daemon::default().load(&saved, &["linux/amd64", "wasi/wasm"]).is_ok());
}

#[test]
fn an_archive_of_older_docker_gets_manifests_of_dockers_own_type() {
    let mut daemon = Daemon::default();
    let root = daemon.manifest("wasi/wasm", "old");
    let parts = daemon.engine.blobs.children(&root);
    let bytes = |at: usize| daemon.engine.blobs.get(&parts[at].digest).expect("kept").to_vec();
    let layer = fs::decompressed(&bytes(1)).expect("gzip").into_owned();
    let manifest = br#"[{"Config":"c.json","RepoTags":["old:1","old:2"],"Layers":["l/layer.tar"]},{"Config":"c.json","RepoTags":null,"Layers":["l/layer.tar"]}]"#;
    let saved = archive(&[("manifest.json", manifest), ("c.json", &bytes(0)), ("l/layer.tar", &layer)]);
    let mut other = Daemon::default();
    assert_eq!(other.load(&saved, &[]), Ok(vec![Some("old:1".to_owned()), Some("old:2".to_owned()), None]));
    let root = other.engine.names["docker.io/library/old:1"].clone();
    assert_eq!(root.media_type, MediaType::DOCKER_MANIFEST);
    assert_eq!(other.engine.blobs.children(&root)[1].media_type, MediaType::DOCKER_LAYER);
    assert_eq!(other.engine.blobs.len(), 3, "what the archive needed of its own does not stay");
}

#[test]
fn a_name_that_is_loaded_again_leaves_the_old_image_without_one() {
    let (mut daemon, mut other) = (Daemon::default(), Daemon::default());
    let old = daemon.manifest("wasi/wasm", "old");
    daemon.name("app:1", &old);
    let new = other.manifest("wasi/wasm", "new");
    other.name("app:1", &new);
    daemon.load(&other.save(&["app:1"], &[]).expect("saved"), &[]).expect("loaded");
    assert_eq!(daemon.engine.names["docker.io/library/app:1"].digest, new.digest);
    assert!(daemon.engine.dangling.contains_key(&old.digest));
}

/// Platforms of an index, and the text in its layers.
fn an_index() -> impl Strategy<Value = (Vec<&'static str>, String)> {
    let platforms = ["wasi/wasm", "linux/amd64", "linux/arm64/v8", "linux/arm/v7", "windows/amd64"];
    (prop::sample::subsequence(platforms.to_vec(), 1..=5), "[a-z]{0,12}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_saved_is_loaded_with_the_same_digests(images in prop::collection::vec(an_index(), 1..4)) {
        let mut daemon = Daemon::default();
        let mut words = Vec::new();
        for (at, (platforms, text)) in images.iter().enumerate() {
            let root = daemon.index(platforms, text);
            let name = format!("r.test/image-{at}:1");
            daemon.name(&name, &root);
            words.push(name);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let saved = daemon.save(&words, &[]).expect("saved");
        let mut other = Daemon::default();
        let names: Vec<Option<String>> = words.iter().map(|word| Some((*word).to_owned())).collect();
        prop_assert_eq!(other.load(&saved, &[]), Ok(names));
        prop_assert_eq!(&other.engine.blobs, &daemon.engine.blobs);
        prop_assert_eq!(other.load(&fs::gzip(&saved), &[]).map(|loaded| loaded.len()), Ok(words.len()));
    }
}
