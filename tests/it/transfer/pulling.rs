//! `docker pull`, request by request, and what stops it.

use super::*;

#[test]
fn a_pull_asks_by_tag_and_fetches_by_digest() {
    let (mut world, machine) = (World::new(), Machine::with_index());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let (mut blobs, wasm) = (Blobs::default(), Machine::with_index());
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "r.test/px:1.0");
    assert_eq!(pulled, Ok(Pulled { root: machine.root.clone(), up_to_date: false }));
    let index: Index = serde_json::from_slice(&wasm.blobs.get(&wasm.root.digest).expect("kept")).expect("an index");
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
    world.tamper = |path, bytes| if path.contains("blobs") { Bytes::new() } else { bytes };
    let words = "failed to read expected number of bytes: unexpected EOF";
    assert_eq!(refused(&mut world, "r.test/px:1.0"), (words.to_owned(), false));
    world.tamper = |path, bytes| if path.contains("manifests") { Bytes::from(vec![b' '; bytes.len()]) } else { bytes };
    let (words, _) = refused(&mut world, "r.test/px:1.0");
    assert!(words.starts_with(&format!("failed commit on ref \"manifest-{}\"", machine.root.digest)), "{words}");
}

#[test]
fn a_copy_from_blobs_to_blobs_is_the_same_copy() {
    let machine = Machine::with_index();
    let (mut source, mut target) = (machine.blobs.clone(), Blobs::default());
    let journey = Journey {
        direction: Direction::Pull,
        registry: String::new(),
        repository: String::new(),
        platform: None,
        attestations: true,
        is_classic: false,
    };
    let copy = Copy::new(machine.root.clone(), journey, Partials::new());
    assert_eq!(copy.finish(&mut source, &mut target, &mut |_| (), &mut |_| ()), Ok(()));
    assert_eq!(target, machine.blobs);
}
