//! An image as `BuildKit` makes it by default: an index of the image and of
//! what attests it.

use super::*;

/// What the parts of the attested image are called in the expected lines.
fn names(machine: &Machine) -> Vec<(&'static str, Digest)> {
    let manifests = machine.blobs.manifests(&machine.root);
    vec![
        ("{index}", machine.root.digest),
        ("{manifest}", manifests[0].digest),
        ("{attestation}", manifests[1].digest),
        ("{config}", Digest::of(b"a configuration")),
        ("{layer}", Digest::of(b"a layer")),
        ("{nothing}", Digest::of(b"{}")),
        ("{statement}", Digest::of(b"a statement")),
    ]
}

#[test]
fn a_push_sends_the_attestation_before_the_index() {
    let (mut world, machine) = (World::new(), Machine::attested());
    let seen = pushed(&mut world, &machine, "r.test/px:1.0");
    let asked: Vec<String> = seen.lines(&names(&machine)).into_iter().filter(|line| line.starts_with("HEAD")).collect();
    assert_eq!(
        asked,
        [
            "HEAD /v2/px/blobs/{config} 404",
            "HEAD /v2/px/blobs/{layer} 404",
            "HEAD /v2/px/blobs/{nothing} 404",
            "HEAD /v2/px/blobs/{statement} 404",
            "HEAD /v2/px/manifests/{manifest} 404",
            "HEAD /v2/px/manifests/{attestation} 404",
            "HEAD /v2/px/manifests/1.0 404",
        ]
    );
    let lines = seen.lines(&names(&machine));
    let put: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("PUT /v2/px/manifests/")).collect();
    assert_eq!(put, ["{manifest} 201", "{attestation} 201", "1.0 201"]);
}

#[test]
fn a_pull_fetches_the_attestation_and_asks_who_signed_it() {
    let (mut world, machine) = (World::new(), Machine::attested());
    pushed(&mut world, &machine, "r.test/px:1.0");
    let mut blobs = Blobs::default();
    let (pulled, seen) = pull_into(&mut world, &mut blobs, None, "r.test/px:1.0");
    assert!(pulled.is_ok(), "{pulled:?}");
    assert_eq!(
        seen.lines(&names(&machine)),
        [
            "HEAD /v2/px/manifests/1.0 200",
            "GET /v2/px/manifests/{index} 200",
            "GET /v2/px/manifests/{manifest} 200",
            "GET /v2/px/manifests/{attestation} 200",
            "GET /v2/px/referrers/{attestation} 200",
            "GET /v2/px/blobs/{config} 200",
            "GET /v2/px/blobs/{layer} 200",
            "GET /v2/px/blobs/{statement} 200",
        ],
        "the bytes of the empty configuration come with its descriptor"
    );
    assert_eq!(blobs, machine.blobs);
}

#[test]
fn an_unchanged_tag_moves_no_manifest_and_a_tag_stands_in_for_the_list_of_referrers() {
    let (mut world, machine) = (World::new(), Machine::attested());
    world.registries.get_mut("r.test").expect("the registry").policies.all.referrers = false;
    pushed(&mut world, &machine, "r.test/px:1.0");
    let mut blobs = machine.blobs.clone();
    let (pulled, seen) = pull_into(&mut world, &mut blobs, Some(machine.root.digest), "r.test/px:1.0");
    assert_eq!(pulled, Ok(Pulled { root: machine.root.clone(), up_to_date: true }));
    let fallback = format!("GET /v2/px/manifests/sha256-{} 404", names(&machine)[2].1.hex());
    let lines = seen.lines(&names(&machine));
    assert_eq!(lines, ["HEAD /v2/px/manifests/1.0 200", "GET /v2/px/referrers/{attestation} 404", &fallback]);
}

#[test]
fn only_the_attestation_of_the_chosen_platform_is_fetched() {
    let (mut world, machine) = (World::new(), Machine::attested());
    let mut both = Machine { blobs: machine.blobs.clone(), root: machine.root.clone() };
    let other = image(&mut both.blobs, b"another configuration", b"another layer");
    let other = keep(&mut both.blobs, MediaType::MANIFEST, &other.to_bytes());
    let other = Descriptor { platform: "linux/amd64".parse().ok(), ..other };
    let index = Index::of([both.blobs.manifests(&both.root), vec![other.clone()]].concat()).to_bytes();
    both.root = keep(&mut both.blobs, MediaType::INDEX, &index);
    pushed(&mut world, &both, "r.test/px:1.0");
    let mut blobs = Blobs::default();
    assert!(pull_into(&mut world, &mut blobs, None, "r.test/px:1.0").0.is_ok());
    assert!(!blobs.has(&other.digest) && !blobs.is_whole(&both.root));
    let one = present(&blobs, &both.root, &reference("r.test/px:1.0"), &Platform::wasi()).expect("one is here");
    assert_eq!(one.root.digest, blobs.manifests(&both.root)[0].digest);
}
