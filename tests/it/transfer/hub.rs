//! The page's `docker.io`: open to read, closed to write, and never trusted.

use super::*;

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
        assert_eq!(error.to_string(), words, "{name}");
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
