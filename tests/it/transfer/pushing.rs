//! `docker push`, request by request.

use super::*;

#[test]
fn a_push_asks_then_sends_then_tags() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    let manifest = machine.manifest();
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let names = [("{config}", manifest.config.digest), ("{layer}", manifest.layers[0].digest)];
    assert_eq!(
        seen.lines(&names),
        [
            "HEAD /v2/px/blobs/{config} 404",
            "HEAD /v2/px/blobs/{layer} 404",
            "POST /v2/px/blobs/uploads/ 202",
            "POST /v2/px/blobs/uploads/ 202",
            "PUT /v2/px/blobs/uploads/01010101-0101-4101-8101-010101010101?_state=0&digest={config} 201",
            "PUT /v2/px/blobs/uploads/02020202-0202-4202-8202-020202020202?_state=0&digest={layer} 201",
            "HEAD /v2/px/manifests/1.0 404",
            "PUT /v2/px/manifests/1.0 201",
        ]
    );
    let accept = ("accept".to_owned(), "application/vnd.oci.image.layer.v1.tar+gzip, */*".to_owned());
    assert!(seen.exchanges[1].request_headers.contains(&accept));
    assert_eq!(
        seen.outcomes,
        [
            ("configuration", Outcome::Waiting),
            ("layer", Outcome::Waiting),
            ("configuration", Outcome::Moving { current: 0 }),
            ("layer", Outcome::Moving { current: 0 }),
            ("configuration", Outcome::Moved),
            ("layer", Outcome::Moved),
            ("manifest", Outcome::Moved),
        ]
    );
    assert_eq!(world.registries["r.test"].blobs(), &machine.blobs);
}

#[test]
fn pushing_twice_sends_nothing() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let before = world.registries["r.test"].clone();
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    assert_eq!(seen.sent(), 0);
    assert!(seen.exchanges.iter().all(|exchange| exchange.method == "HEAD" && exchange.status == 200));
    assert_eq!(seen.outcomes.last(), Some(&("manifest", Outcome::AlreadyExists)));
    assert_eq!(world.registries["r.test"], before);
}

#[test]
fn a_second_tag_sends_only_the_manifest() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let seen = pushed(&mut world, &machine, "r.test/px:2.0");
    assert_eq!(seen.sent(), machine.root.size);
    assert_eq!(seen.lines(&[]).last().map(String::as_str), Some("PUT /v2/px/manifests/2.0 201"));
}

#[test]
fn a_blob_of_another_repository_is_mounted() {
    let (mut world, machine) = (World::new(), Machine::with_image());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let layer = machine.manifest().layers[0].digest;
    let mounts = [(layer, "px".to_owned()), (machine.manifest().config.digest, "nosuch".to_owned())];
    let (result, seen) = push_as(&mut world, &machine, "r.test/py:1.0", None, &mounts);
    assert!(result.is_ok());
    let lines = seen.lines(&[("{layer}", layer)]);
    assert!(lines.contains(&"POST /v2/py/blobs/uploads/?mount={layer}&from=px 201".to_owned()), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("from=nosuch 202")), "the rest is sent: {lines:?}");
    assert!(seen.outcomes.contains(&("layer", Outcome::Mounted { from: "px".to_owned() })));
    assert_eq!(seen.sent(), machine.manifest().config.size + machine.root.size);
}

#[test]
fn an_index_comes_after_its_manifests() {
    let (mut world, machine) = (World::new(), Machine::with_index());
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let puts: Vec<&Exchange> = seen
        .exchanges
        .iter()
        .filter(|exchange| exchange.method == "PUT" && exchange.path.contains("/manifests/"))
        .collect();
    let by_digest = |exchange: &&Exchange| exchange.path.starts_with("/v2/px/manifests/sha256:");
    assert_eq!(puts.len(), 3);
    assert!(puts[..2].iter().all(by_digest));
    assert_eq!(puts[2].path, "/v2/px/manifests/1.0");
}

#[test]
fn an_index_with_one_platform_here_is_pushed_as_that_platform() {
    let mut machine = Machine::with_index();
    let name = reference("r.test/px:1.0");
    let chosen = |machine: &Machine, platform: Platform| present(&machine.blobs, &machine.root, &name, &platform);
    let whole = Pushed { root: machine.root.clone(), instead_of: None };
    assert_eq!(chosen(&machine, Platform::wasi()), Ok(whole));
    machine.blobs.remove(&Digest::of(b"amd64"));
    let one = chosen(&machine, Platform::wasi()).expect("one platform is whole");
    assert_eq!(one.root.platform, Some(Platform::wasi()));
    assert_eq!(one.instead_of, Some(machine.root.clone()));
    machine.blobs.remove(&Digest::of(b"wasm"));
    assert_eq!(chosen(&machine, Platform::wasi()), Err(TransferError::NothingHere { name: name.familiar() }));
}

#[test]
fn of_several_platforms_here_but_not_all_the_machines_own_is_pushed() {
    let mut machine = Machine::with_index();
    let index: Index = serde_json::from_slice(&machine.blobs.get(&machine.root.digest).expect("kept")).expect("index");
    let absent = Descriptor::of(MediaType::MANIFEST, b"nobody fetched it");
    let more = Index::of([index.manifests, vec![absent]].concat()).to_bytes();
    machine.root = keep(&mut machine.blobs, MediaType::INDEX, &more);
    let name = reference("r.test/px:1.0");
    let own = present(&machine.blobs, &machine.root, &name, &Platform::wasi()).expect("the machine's own");
    assert_eq!(own.root.platform, Some(Platform::wasi()));
    let other = "linux/s390x".parse().expect("a platform");
    assert_eq!(present(&machine.blobs, &machine.root, &name, &other), Err(TransferError::Ambiguous));
}

#[test]
fn a_descriptor_that_promises_too_much_is_refused() {
    let mut machine = Machine::with_image();
    let mut manifest = machine.manifest();
    manifest.layers[0].size = u64::MAX;
    machine.root = keep(&mut machine.blobs, MediaType::MANIFEST, &manifest.to_bytes());
    let (result, seen) = push_as(&mut World::new(), &machine, "r.test/px:1", None, &[]);
    assert!(matches!(result, Err(TransferError::Limit { what: "layer", .. })), "{result:?}");
    assert!(seen.exchanges.is_empty());
}
