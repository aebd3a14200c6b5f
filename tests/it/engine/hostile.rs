//! Archives that lie: refused, or kept to what their bytes are.

use super::*;

const LAYOUT: (&str, &[u8]) = ("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);

/// Files of an archive.
type Files<'a> = &'a [(&'a str, &'a [u8])];

fn refusal(files: Files<'_>) -> String {
    let mut daemon = Daemon::default();
    let error = daemon.load(&archive(files), &[]).expect_err("refused");
    assert!(daemon.engine.blobs.is_empty() && daemon.engine.names.is_empty(), "{error}: nothing of it stays");
    error
}

#[test]
fn what_is_no_image_is_refused_in_containerds_words() {
    let table: [(Files<'_>, &str); 7] = [
        (&[], "unrecognized image format"),
        (&[("Dockerfile", b"FROM scratch")], "unrecognized image format"),
        (&[("oci-layout", br#"{"imageLayoutVersion":"2.0.0"}"#)], "unsupported OCI version 2.0.0"),
        (&[LAYOUT], "missing index.json in OCI layout 1.0.0"),
        (&[LAYOUT, ("index.json", b"{}")], "invalid index: missing field `manifests`"),
        (&[("manifest.json", br#"[{"Config":"c.json"}]"#)], "image config \"c.json\" not found"),
        (
            &[("manifest.json", br#"[{"Config":"c.json","Layers":["../../l.tar"]}]"#), ("c.json", b"{}")],
            "failed to resolve layers: layer \"../../l.tar\" not found",
        ),
    ];
    for (files, words) in table {
        assert_eq!(refusal(files), words);
    }
    let short = Daemon::default().load(b"no archive", &[]);
    assert_eq!(short, Err("unexpected EOF".to_owned()));
    assert_eq!(Daemon::default().load(&[b'x'; 1024], &[]), Err("archive/tar: invalid tar header".to_owned()));
    assert!(Daemon::default().load(&[0x1f, 0x8b, 8, 0], &[]).is_err());
}

#[test]
fn a_blob_that_is_not_what_its_name_says_is_not_found() {
    let mut daemon = Daemon::default();
    let root = daemon.manifest("wasi/wasm", "one");
    daemon.name("one:1", &root);
    let saved = daemon.save(&["one:1"], &[]).expect("saved");
    let mut files = files(&saved);
    files.insert(format!("blobs/sha256/{}", root.digest.hex()), b"something else".to_vec());
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    assert_eq!(refusal(&files), format!("content digest {}: not found", root.digest));
}

#[test]
fn a_layer_that_is_not_what_the_configuration_says_is_loaded_but_not_unpacked() {
    let mut daemon = Daemon::default();
    let good = daemon.manifest("wasi/wasm", "good");
    let other = daemon.manifest("wasi/wasm", "other");
    let (config, layer) =
        (daemon.engine.blobs.children(&good)[0].clone(), daemon.engine.blobs.children(&other)[1].clone());
    let lying = daemon.keep(MediaType::MANIFEST, &Manifest::of(config, vec![layer]).to_bytes());
    daemon.name("lying:1", &lying);
    let saved = daemon.save(&["lying:1"], &[]).expect("saved");
    let loaded = Daemon::default().engine.load(&saved, &[]).expect("loaded");
    let broken = loaded[0].broken.as_deref().unwrap_or_default();
    assert!(broken.contains("wrong diff id calculated on extraction"), "{broken}");
}

#[test]
fn an_index_that_names_itself_comes_to_an_end() {
    let mut daemon = Daemon::default();
    let inner = daemon.keep(MediaType::INDEX, &Index::of(Vec::new()).to_bytes());
    let nested: Vec<Descriptor> = (0..600).map(|_| inner.clone()).collect();
    let root = daemon.keep(MediaType::INDEX, &Index::of(nested).to_bytes());
    assert_eq!(daemon.engine.blobs.reachable(&root), [root.clone(), inner]);
}
