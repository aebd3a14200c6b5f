//! Docker's own verbs of this command, to a registry behind a socket and back.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use drydock::oci::{Descriptor, Digest, Index, Manifest, MediaType, REF_NAME, Verifier, json};
use serde_json::json;

use super::server::{Server, folder};

/// The layer of the large image, in bytes.
const LAYER: u64 = 200 << 20;
/// What a client may have in memory meanwhile, in KiB; a fourth of it.
const MEMORY: u64 = (LAYER / 4) >> 10;

#[test]
fn an_image_is_pushed_with_a_password_and_pulled_by_another_store() {
    let root = folder("docker");
    let hash = bcrypt::hash("secret", 4).expect("a cost in bounds");
    std::fs::write(root.join("htpasswd"), format!("ana:{hash}\n")).expect("writable");
    let server = Server::start(&["--htpasswd", &root.join("htpasswd").to_string_lossy()]);
    // The name of this machine, as nobody but docker's rules for plain HTTP knows it.
    let name = format!("localhost:{}/team/app:1", server.address.port());
    std::fs::create_dir_all(root.join("context")).expect("a folder");
    std::fs::write(root.join("context/Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n").expect("writable");
    let run = |store: &str, config: &str, words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        command.env("DOCKER_CONFIG", root.join(config)).args(words).arg("--store").arg(root.join(store));
        let output = command.output().expect("built");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        (output.status.code(), said)
    };
    let context = root.join("context");
    let built = run("one", "nobody", &["build", "-q", "-t", &name, &context.to_string_lossy()]);
    assert_eq!(built.0, Some(0), "{}", built.1);
    let digest = built.1.trim().to_owned();

    let (code, said) = run("one", "nobody", &["push", &name]);
    assert_eq!(code, Some(1));
    assert!(said.contains("no basic auth credentials"), "{said}");

    // base64 of ana:secret
    let config = format!(r#"{{"auths":{{"localhost:{}":{{"auth":"YW5hOnNlY3JldA=="}}}}}}"#, server.address.port());
    std::fs::create_dir_all(root.join("ana")).expect("a folder");
    std::fs::write(root.join("ana/config.json"), &config).expect("writable");
    let (code, said) = run("one", "ana", &["push", &name]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("1: digest: {digest} size: ")), "{said}");
    let (code, said) = run("two", "ana", &["pull", &name]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("Digest: {digest}\n")), "{said}");
    let inspected = |store| run(store, "nobody", &["inspect", "--format", "{{json .RootFS}} {{json .Config}}", &name]);
    assert_eq!(inspected("one"), inspected("two"));
    assert_eq!(std::fs::read_to_string(root.join("ana/config.json")).expect("there"), config);
}

#[test]
fn a_blob_larger_than_memory_is_pushed_and_pulled() {
    let root = folder("docker-large");
    let server = Server::on(&root.join("registry"));
    let name = format!("localhost:{}/team/model:1", server.address.port());
    let digest = large_image(&root.join("one"), &name);
    let run = |store: &str, verb: &str| {
        let script = format!(r#"ulimit -d {MEMORY} && exec "$0" "$@""#);
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_drydock"), verb, &name, "--store"]).arg(root.join(store));
        let output = command.env("DOCKER_CONFIG", root.join("nobody")).output().expect("a shell");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        assert_eq!(output.status.code(), Some(0), "{said}");
        said
    };
    assert!(run("one", "push").contains(&format!("1: digest: {digest} size: ")));
    assert!(run("two", "pull").contains(&format!("Digest: {digest}\n")));
    let names = |store: &str| {
        let entries = std::fs::read_dir(root.join(store).join("blobs/sha256")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!((names("two").len(), names("two")), (3, names("one")), "a manifest, a configuration and a layer");
}

#[test]
fn a_list_is_made_in_several_commands_and_kept_by_the_store_until_it_is_pushed() {
    let root = folder("docker-list");
    let server = Server::on(&root.join("registry"));
    let name = format!("localhost:{}/team/app", server.address.port());
    std::fs::create_dir_all(root.join("context")).expect("a folder");
    std::fs::write(root.join("context/Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n").expect("writable");
    let (context, config) = (root.join("context").to_string_lossy().into_owned(), root.join("nobody"));
    let run = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        command.env("DOCKER_CONFIG", &config).args(line.split(' ')).arg("--store").arg(root.join("store"));
        let output = command.output().expect("built");
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).expect("text"))
    };
    for of in ["amd64", "arm64"] {
        let (code, said) =
            run(&format!("build -q --provenance=false --platform linux/{of} --push -t {name}:{of} {context}"));
        assert_eq!(code, Some(0), "{said}");
    }
    let said = |line: &str, expected: &str| {
        let (code, said) = run(line);
        assert!(code == Some(0) && said.contains(expected), "{line}: {said}");
        said
    };
    said(&format!("manifest create {name}:1 {name}:amd64"), &format!("Created manifest list {name}:1\n"));
    let (code, refused) = run(&format!("manifest create {name}:1 {name}:arm64"));
    assert_eq!((code, refused.contains("with no --amend flag")), (Some(1), true), "{refused}");
    said(&format!("manifest create --amend {name}:1 {name}:arm64"), "Created manifest list");
    said(&format!("manifest annotate --variant v8 {name}:1 {name}:arm64"), "");
    let digest = said(&format!("manifest push --purge {name}:1"), "sha256:");
    let list = said(&format!("manifest inspect {name}:1"), r#""variant": "v8""#);
    assert_eq!(list.matches(r#""os": "linux""#).count(), 2, "{list}");
    let shown = said(&format!("buildx imagetools inspect {name}:1"), digest.trim());
    assert!(shown.contains("linux/arm64/v8"), "{shown}");
    assert_eq!(run(&format!("manifest push {name}:1")).1.trim_end(), format!("No such manifest: {name}:1"));
    said(&format!("manifest create {name}:2 {name}:amd64"), "Created manifest list");
    said(&format!("manifest rm {name}:2"), "");
    let left = std::fs::read_dir(root.join("store/.manifests")).expect("a folder");
    assert_eq!(left.count(), 0, "what was pushed or taken away is not kept");
}

/// Lays down a store with an image of one large layer, which is not compressed; the digest of its manifest.
fn large_image(store: &Path, name: &str) -> Digest {
    let blobs = store.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).expect("a folder");
    let mut header = tar::Header::new_ustar();
    header.set_path("weights.bin").expect("short");
    header.set_size(LAYER);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_cksum();
    let mut layer = Verifier::default();
    let mut file = std::fs::File::create(store.join("layer")).expect("writable");
    let mut put = |bytes: &[u8]| {
        layer.update(bytes);
        file.write_all(bytes).expect("written");
    };
    put(header.as_bytes());
    let mut piece = vec![7; 1 << 20];
    for number in 0..LAYER >> 20 {
        piece[..8].copy_from_slice(&number.to_le_bytes());
        put(&piece);
    }
    put(&[0; 1024]);
    let layer = layer.finish();
    std::fs::rename(store.join("layer"), blobs.join(layer.hex())).expect("renamed");
    let keep = |media_type, bytes: &[u8]| {
        let blob = Descriptor::of(media_type, bytes);
        std::fs::write(blobs.join(blob.digest.hex()), bytes).expect("written");
        blob
    };
    let config = json!({"os": "wasi", "architecture": "wasm", "rootfs": {"type": "layers", "diff_ids": [layer]}});
    let config = keep(MediaType::CONFIG, config.to_string().as_bytes());
    let layer = Descriptor::new(MediaType::LAYER, layer, LAYER + 512 + 1024);
    let mut root = keep(MediaType::MANIFEST, &Manifest::of(config, vec![layer]).to_bytes());
    root.annotations.insert("io.containerd.image.name".to_owned(), name.to_owned());
    root.annotations.insert(REF_NAME.to_owned(), "1".to_owned());
    let digest = root.digest;
    std::fs::write(store.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("written");
    std::fs::write(store.join("index.json"), json::compact(&Index::of(vec![root]))).expect("written");
    digest
}
