//! Other people's tools read what `drydock save` writes, talk to `drydock serve`,
//! and agree with us. Needs skopeo, umoci, buildah, podman, a static busybox and
//! two Pythons, one with the wasmtime wheel (`WASMTIME_PYTHON`) and one with oras (`ORAS_PYTHON`):
//! `cargo xtask test` brings them. What is missing fails.
#![allow(clippy::disallowed_methods, reason = "these tests run other programs over real files")]

mod buildah;
mod contexts;
mod image;
mod program;
mod served;
#[path = "../serve/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use image::Image;
use program::{drydock, folder, run};

/// The lesson's image, as its first step builds it.
const IMAGE: &str = "mlmodel:1.0";

/// What skopeo is told to choose from an index.
const WASI: [&str; 2] = ["--override-os=wasi", "--override-arch=wasm"];

/// The archive of the lesson's image in a fresh folder named for the test.
fn saved(test: &str) -> (PathBuf, Image) {
    let folder = folder(test);
    let archive = folder.join("image.tar");
    drydock(&["save", "--steps", "1", "-o", &archive.to_string_lossy(), IMAGE]);
    (folder, Image::built())
}

#[test]
fn skopeo_inspect_sees_our_digest_and_our_layers() {
    let (folder, image) = saved("inspect");
    let archive = format!("oci-archive:{}", folder.join("image.tar").display());
    let raw = run("skopeo", &["inspect", "--raw", &archive]);
    assert_eq!(drydock::oci::Digest::of(&raw), image.id);
    let told = run("skopeo", &[WASI[0], WASI[1], "inspect", &archive]);
    let told: serde_json::Value = serde_json::from_slice(&told).expect("JSON");
    assert_eq!(told["Digest"], image.id.to_string());
    let layers: Vec<String> = image.layers.iter().map(|layer| layer.digest.to_string()).collect();
    assert_eq!(told["Layers"], serde_json::json!(layers));
    assert_eq!((&told["Os"], &told["Architecture"]), (&"wasi".into(), &"wasm".into()));
}

#[test]
fn skopeo_copies_it_away_and_back_unchanged() {
    let (folder, image) = saved("copy");
    let at = |form: &str, name: &str| format!("{form}:{}", folder.join(name).display());
    let (first, directory, second) = (at("oci-archive", "image.tar"), at("dir", "dir"), at("oci-archive", "back.tar"));
    let policy = "--insecure-policy";
    for (from, to) in [(&first, &directory), (&directory, &second)] {
        run("skopeo", &[policy, "copy", "--all", "--preserve-digests", from, to]);
    }
    let raw = run("skopeo", &["inspect", "--raw", &second]);
    assert_eq!(drydock::oci::Digest::of(&raw), image.id);
    for layer in &image.layers {
        let bytes = std::fs::read(folder.join("dir").join(layer.digest.hex())).expect("the layer");
        assert_eq!(drydock::oci::Digest::of(&bytes), layer.digest);
    }
}

#[test]
fn umoci_unpacks_the_files_we_say_are_in_it() {
    let (folder, image) = saved("unpack");
    let rootfs = unpacked(&folder);
    let mut found = BTreeMap::new();
    walk(&rootfs, &rootfs, &mut found);
    let said: BTreeMap<String, u64> = image.files.iter().map(|(path, file)| (path.clone(), file.size)).collect();
    assert_eq!(found, said);
    assert_eq!(image.files["/usr/local/bin/predict"].mode & 0o777, 0o755);
    for name in ["model.safetensors", "sample.json"] {
        let ours = image::project().join(name);
        assert_eq!(
            std::fs::read(rootfs.join("app").join(name)).expect("unpacked"),
            std::fs::read(ours).expect("the project's"),
            "{name}"
        );
    }
}

#[test]
fn umoci_makes_a_whole_bundle_of_an_image_for_linux() {
    let folder = folder("bundle");
    std::fs::write(folder.join("image.tar"), image::for_linux()).expect("the archive");
    let linux = ["--override-os=linux", "--override-arch=amd64"];
    let (layout, bundle) = (layout(&folder, &linux), folder.join("bundle"));
    run("umoci", &["unpack", "--rootless", "--image", &layout, &bundle.to_string_lossy()]);
    let unpacked = std::fs::read(bundle.join("rootfs/data/sample.json")).expect("unpacked");
    assert_eq!(unpacked, std::fs::read(image::project().join("sample.json")).expect("the project's"));
    let runtime = std::fs::read(bundle.join("config.json")).expect("a runtime's configuration");
    let runtime: serde_json::Value = serde_json::from_slice(&runtime).expect("JSON");
    assert_eq!(runtime["process"]["cwd"], "/data");
    assert_eq!(runtime["process"]["args"], serde_json::json!(["/data/sample.json"]));
}

#[test]
fn another_engine_prints_the_same_prediction() {
    let (folder, _) = saved("predict");
    let rootfs = unpacked(&folder);
    let python = std::env::var("WASMTIME_PYTHON");
    let python = python.expect("WASMTIME_PYTHON names no Python with wasmtime: run `cargo xtask test`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/predict.py");
    let theirs = run(&python, &[&script.to_string_lossy(), &rootfs.to_string_lossy()]);
    let ours = drydock(&["shell", "--steps", "1", "-c", "docker run --rm mlmodel:1.0"]);
    let (theirs, ours) = (String::from_utf8_lossy(&theirs).into_owned(), String::from_utf8_lossy(&ours).into_owned());
    assert!(!theirs.is_empty());
    assert_eq!(theirs, ours);
}

/// The file system that umoci makes of the archive. `umoci unpack` would add a
/// runtime's configuration, and knows none for WASI; `raw unpack` is the rest of it.
fn unpacked(folder: &Path) -> PathBuf {
    let (layout, rootfs) = (layout(folder, &WASI), folder.join("rootfs"));
    run("umoci", &["raw", "unpack", "--rootless", "--image", &layout, &rootfs.to_string_lossy()]);
    rootfs
}

/// The image of the archive in a layout, as umoci names it: alone, for umoci
/// takes an index with an attestation for an ambiguous name, whoever made it.
fn layout(folder: &Path, platform: &[&str]) -> String {
    let archive = format!("oci-archive:{}", folder.join("image.tar").display());
    let layout = format!("{}:alone", folder.join("layout").display());
    let to = format!("oci:{layout}");
    let words = ["--insecure-policy", "copy", "--preserve-digests", &archive, &to];
    run("skopeo", &[platform, &words].concat());
    layout
}

/// Files and their sizes, by path from `top`.
fn walk(top: &Path, folder: &Path, found: &mut BTreeMap<String, u64>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(top, &path, found);
            continue;
        }
        let name = path.strip_prefix(top).expect("below the top").to_string_lossy().into_owned();
        found.insert(format!("/{name}"), path.metadata().expect("a file").len());
    }
}
