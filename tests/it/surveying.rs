//! A registry looked through: what hangs on a tag, what no tag leads to, and
//! bytes whose digest is computed anew where they lie.

use drydock::oci::{Digest, MediaType};
use drydock::session::{Ask, BlobView, Inspection, Shelf, Shelved, StoredBytes, Survey, Tell};

use crate::lab::Lab;

const REGISTRY: &str = "registry.example.com";

fn survey(lab: &mut Lab) -> Result<Survey, String> {
    let told = lab.ask(Ask::Survey { registry: REGISTRY.into() }).into_iter().find_map(|tell| match tell {
        Tell::Surveyed(told) if told.registry == REGISTRY => Some(told.found),
        _ => None,
    });
    told.expect("the question is answered")
}

fn weigh(lab: &mut Lab, digest: Digest, from: u64) -> Result<StoredBytes, String> {
    let ask = Ask::Weigh { registry: REGISTRY.into(), digest, from };
    let told = lab.ask(ask).into_iter().find_map(|tell| match tell {
        Tell::Weighed(told) if told.digest == digest => Some(told.found),
        _ => None,
    });
    told.expect("the question is answered")
}

/// A lab after the push of the lesson, and the one repository of its registry.
fn pushed() -> (Lab, Shelf) {
    let mut lab = Lab::open();
    lab.steps(3);
    let shelf = survey(&mut lab).expect("the registry is there").shelves.remove(0);
    (lab, shelf)
}

fn find(shelf: &Shelf, is: impl Fn(&MediaType) -> bool) -> &Shelved {
    let mut all = shelf.manifests.iter().chain(&shelf.blobs);
    all.find(|shelved| is(&shelved.blob.media_type)).expect("there is one")
}

/// The last line of what a line printed, and our hint.
fn said(lab: &mut Lab, machine: &str, line: &str) -> (String, String) {
    let (mut last, mut hint) = (String::new(), String::new());
    for tell in lab.ask(Ask::Line { machine: Some(machine.into()), line: line.into() }) {
        match tell {
            Tell::Printed(output) => last = output.line.text(),
            Tell::Finished(end) => hint = end.hint.map(|hint| hint.text()).unwrap_or_default(),
            _ => {}
        }
    }
    (last, hint)
}

/// Who holds a digest, as the inspector says it.
fn held(lab: &mut Lab, digest: Digest) -> Vec<String> {
    let told = lab.ask(Ask::Inspect { digest }).into_iter().find_map(|tell| match tell {
        Tell::Inspected(Inspection { blob: BlobView::Layer(layer), .. }) => Some(layer.places),
        _ => None,
    });
    told.expect("it is a layer")
}

#[test]
fn everything_in_the_registry_hangs_on_the_tag() {
    let (_, shelf) = pushed();
    let [(tag, root)] = &shelf.tags[..] else { panic!("one tag: {:?}", shelf.tags) };
    assert_eq!((shelf.name.as_str(), tag.as_str()), ("mlproject/mlmodel", "1.0"));
    let mut met = vec![*root];
    let mut at = 0;
    while let Some(digest) = met.get(at).copied() {
        let here = shelf.manifests.iter().chain(&shelf.blobs).find(|shelved| shelved.blob.digest == digest);
        let named = here.expect("what is named is here").names.as_ref().expect("it can be read");
        met.extend(
            named.iter().map(|named| named.blob.digest).filter(|named| !met.contains(named)).collect::<Vec<_>>(),
        );
        at += 1;
    }
    assert_eq!(met.len(), shelf.manifests.len() + shelf.blobs.len());
    let index = find(&shelf, MediaType::is_index);
    let about: Vec<&str> = index.names.iter().flatten().map(|named| named.about.as_str()).collect();
    assert_eq!(about, ["wasi/wasm", "attestation"]);
    assert!(shelf.manifests.iter().chain(&shelf.blobs).all(|shelved| !shelved.unneeded));
}

#[test]
fn what_no_tag_leads_to_is_what_a_collection_takes() {
    let (mut lab, before) = pushed();
    lab.line("registry rm registry.example.com/mlproject/mlmodel:1.0");
    let found = survey(&mut lab).expect("the registry is there");
    let shelf = &found.shelves[0];
    assert!(shelf.tags.is_empty() && shelf.manifests.iter().chain(&shelf.blobs).all(|shelved| shelved.unneeded));
    let bytes: u64 = shelf.manifests.iter().chain(&shelf.blobs).map(|shelved| shelved.blob.size).sum();
    assert_eq!(found.garbage, Ok(bytes));
    lab.line("registry gc -m --grace 0s registry.example.com");
    assert_eq!(survey(&mut lab).expect("the registry is there").shelves, []);
    let gone = weigh(&mut lab, before.blobs[0].blob.digest, 0).expect_err("it was collected");
    assert!(gone.contains("at this point of the history"), "{gone}");
}

#[test]
fn a_manifest_that_signs_another_one_is_its_referrer() {
    let (mut lab, shelf) = pushed();
    let subject = find(&shelf, MediaType::is_index).blob.clone();
    let config = &find(&shelf, |of| *of == MediaType::CONFIG).blob;
    let document = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": MediaType::MANIFEST,
        "artifactType": "application/vnd.example.signature",
        "config": config,
        "layers": [],
        "subject": subject,
    });
    let url = "https://registry.example.com/v2/mlproject/mlmodel/manifests/signed";
    let header = format!("Content-Type: {}", MediaType::MANIFEST);
    let put = format!("curl -s -X PUT -H '{header}' -d '{document}' {url}");
    lab.line(&put);
    let shelf = survey(&mut lab).expect("the registry is there").shelves.remove(0);
    let signed = shelf.tags.iter().find(|(tag, _)| tag == "signed").expect("it was put").1;
    let signature = shelf.manifests.iter().find(|of| of.blob.digest == signed).expect("it is there");
    assert_eq!(signature.about, "application/vnd.example.signature");
    let signed_index = shelf.manifests.iter().find(|of| of.blob.digest == subject.digest).expect("it is there");
    assert_eq!(signed_index.referrers, [signed]);
}

#[test]
fn the_digest_of_stored_bytes_is_computed_and_bytes_come_in_parts() {
    let (mut lab, shelf) = pushed();
    for shelved in shelf.manifests.iter().chain(&shelf.blobs) {
        let (digest, size) = (shelved.blob.digest, shelved.blob.size);
        let (mut all, mut computed) = (Vec::new(), None);
        while (all.len() as u64) < size {
            let part = weigh(&mut lab, digest, all.len() as u64).expect("it is there");
            assert_eq!((part.size, part.from, part.shown.is_empty()), (size, all.len() as u64, false));
            all.extend(part.shown);
            computed = Some(part.computed);
        }
        assert_eq!((Digest::of(&all), computed), (digest, Some(digest)));
        let beyond = weigh(&mut lab, digest, u64::MAX).expect("it is there");
        assert_eq!((beyond.from, beyond.shown), (size, Vec::new()));
    }
}

#[test]
fn a_flipped_byte_gives_another_digest_a_pull_refuses_it_and_undo_takes_it_back() {
    let (mut lab, shelf) = pushed();
    let layers = shelf.blobs.iter().filter(|of| of.blob.media_type.is_layer());
    let layer = layers.max_by_key(|of| of.blob.size).expect("there is a layer").blob.digest;
    let name = format!("{REGISTRY}/mlproject/mlmodel");
    let before = weigh(&mut lab, layer, 0).expect("it is there");
    lab.line(&format!("registry flip --byte 10 {name}@{layer}"));
    let after = weigh(&mut lab, layer, 0).expect("it is there");
    assert_ne!(after.computed, layer);
    assert_eq!((before.shown[10] ^ after.shown[10], before.computed), (1, layer));
    assert_eq!(held(&mut lab, layer), ["laptop", "registry.example.com (damaged)"]);
    let (message, hint) = said(&mut lab, "prod", &format!("docker pull {name}:1.0"));
    let computed = after.computed;
    let expected = format!("unexpected commit digest {computed}, expected {layer}: failed precondition");
    assert!(message.contains(&expected), "{message}");
    assert!(hint.contains("damaged"), "{hint}");
    assert!(lab.snapshot.machines[1].images.is_empty());
    lab.ask(Ask::Undo);
    assert_eq!(weigh(&mut lab, layer, 0).expect("it is there").computed, layer);
    said(&mut lab, "prod", &format!("docker pull {name}:1.0"));
    assert_eq!(lab.snapshot.machines[1].images.len(), 1);
}

#[test]
fn a_manifest_that_cannot_be_read_any_more_says_so_and_nothing_can_be_collected() {
    let (mut lab, shelf) = pushed();
    let index = find(&shelf, MediaType::is_index).blob.digest;
    lab.line(&format!("registry flip --byte 0 {REGISTRY}/mlproject/mlmodel:1.0"));
    let found = survey(&mut lab).expect("the registry is there");
    let flipped = found.shelves[0].manifests.iter().find(|of| of.blob.digest == index).expect("it is there");
    assert!(flipped.names.is_err() && found.garbage.is_err());
    let (message, _) = said(&mut lab, "prod", &format!("docker pull {REGISTRY}/mlproject/mlmodel:1.0"));
    assert!(message.contains("unexpected commit digest"), "{message}");
    let saved = lab.saved.clone();
    let mut again = Lab::restore(Some(saved));
    assert_eq!(survey(&mut again), Ok(found));
}

#[test]
fn a_registry_that_is_not_there_is_said_not_to_be() {
    let mut lab = Lab::open();
    let told = lab.ask(Ask::Survey { registry: "nowhere.example.com".into() });
    let reason = told.into_iter().find_map(|tell| match tell {
        Tell::Surveyed(told) => told.found.err(),
        _ => None,
    });
    assert!(reason.is_some_and(|reason| reason.contains("at this point of the history")));
}
