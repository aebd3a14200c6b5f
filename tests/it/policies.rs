//! What is set of a registry is part of the lab: an operation like any other,
//! seen in the snapshot, told as events, undone, done again and restored.

use std::rc::Rc;

use drydock::event::Exchange;
use drydock::lab::{RegistryView, SchemeView};
use drydock::session::{Ask, Tell};

use crate::lab::{Lab, code};

const NAME: &str = "registry.example.com";

fn registry(lab: &Lab) -> Rc<RegistryView> {
    lab.snapshot.registries.iter().find(|registry| registry.name == NAME).expect("the registry").clone()
}

fn run(lab: &mut Lab, line: &str) -> Vec<Tell> {
    let told = lab.line(line);
    assert_eq!(code(&told), Some(0), "{line}: {told:#?}");
    told
}

fn exchanges(told: &[Tell]) -> Vec<&Exchange> {
    told.iter().filter_map(|tell| if let Tell::Exchanged(exchange) = tell { Some(exchange) } else { None }).collect()
}

fn printed(told: &[Tell]) -> Vec<String> {
    told.iter()
        .filter_map(|tell| if let Tell::Printed(output) = tell { Some(output.line.text()) } else { None })
        .collect()
}

/// The secret of a robot that was just made.
fn secret(said: &[String]) -> String {
    let line = said.iter().find(|line| line.starts_with("robot$ci logs in")).expect("a secret");
    line.split(' ').nth(6).expect("a word").trim_end_matches(',').to_owned()
}

#[test]
fn what_is_set_is_seen_undone_done_again_and_restored() {
    let mut lab = Lab::open();
    let fresh = registry(&lab);
    for line in [
        "registry access registry.example.com token",
        "registry user add registry.example.com ana -p secret --scope 'team/*:pull'",
        "registry read-only registry.example.com on --repository 'team/*'",
        "registry immutable registry.example.com 'v*' --except 'v0.*'",
        "registry fault add registry.example.com cut=1000 --on blobs --times 3",
    ] {
        run(&mut lab, line);
    }
    let set = registry(&lab);
    assert_eq!(
        (set.access.scheme, set.access.accounts.len(), set.rules.len(), set.faults.len()),
        (SchemeView::Token, 1, 2, 1)
    );
    assert_eq!(set.access.accounts[0].grants, ["team/*:pull"]);
    for _ in 0..5 {
        lab.ask(Ask::Undo);
    }
    assert_eq!(registry(&lab), fresh);
    for _ in 0..5 {
        lab.ask(Ask::Redo);
    }
    assert_eq!(registry(&lab), set);
    let restored = Lab::restore(Some(lab.saved.clone()));
    assert_eq!(restored.snapshot, lab.snapshot);
}

#[test]
fn a_secret_is_in_no_snapshot_and_in_no_event() {
    let mut lab = Lab::open();
    run(&mut lab, "registry user add registry.example.com ana -p unheard");
    let told = run(&mut lab, "registry robot add registry.example.com ci --scope '*:pull'");
    let said = printed(&told);
    let secret = secret(&said);
    assert_eq!(secret.len(), 32, "{said:?}");
    let snapshot = format!("{:?}", lab.snapshot);
    assert!(!snapshot.contains("unheard") && !snapshot.contains(&secret));
    // The lines are there as they were typed; what came of them does not repeat them.
    let trace = lab.trace().replace("-p unheard", "");
    assert!(!trace.contains("unheard") && !trace.contains(&secret), "{trace}");
}

#[test]
fn a_robot_comes_in_with_its_secret_and_does_no_more_than_its_scope() {
    let mut lab = Lab::open();
    lab.steps(3);
    run(&mut lab, "registry access registry.example.com basic");
    let said = printed(&run(&mut lab, "registry robot add registry.example.com ci --scope 'mlproject/*:pull'"));
    let secret = secret(&said);
    run(&mut lab, &format!("docker login -u 'robot$ci' -p {secret} {NAME}"));
    run(&mut lab, &format!("docker pull {NAME}/mlproject/mlmodel:1.0"));
    run(&mut lab, &format!("docker tag mlmodel:1.0 {NAME}/mlproject/mlmodel:2"));
    let refused = lab.line(&format!("docker push {NAME}/mlproject/mlmodel:2"));
    assert_eq!(code(&refused), Some(1));
    let statuses: Vec<u16> = exchanges(&refused).iter().map(|exchange| exchange.status).collect();
    assert!(statuses.contains(&403), "{statuses:?}");
}

#[test]
fn a_token_expires_on_the_clock_of_the_lab_and_is_asked_for_anew() {
    let mut lab = Lab::open();
    lab.steps(2);
    run(&mut lab, "registry access registry.example.com token");
    run(&mut lab, "registry user add registry.example.com ana -p secret");
    run(&mut lab, &format!("docker login -u ana -p secret {NAME}"));
    // 105 kB take more than the five minutes that a token is good for; the manifest comes after them.
    run(&mut lab, "registry fault add registry.example.com slow=150");
    let told = run(&mut lab, &format!("docker push {NAME}/mlproject/mlmodel:1.0"));
    let told = exchanges(&told);
    let tokens = told.iter().filter(|exchange| exchange.path.starts_with("/token")).count();
    let expired = told.iter().filter(|exchange| {
        let challenge = exchange.response_headers.iter().find(|(name, _)| name == "www-authenticate");
        challenge.is_some_and(|(_, value)| value.ends_with("error=\"invalid_token\""))
    });
    assert!(expired.count() > 0 && tokens > 1, "{tokens} tokens: {told:#?}");
}

#[test]
fn a_token_says_fewer_actions_than_were_asked_for() {
    let mut lab = Lab::open();
    lab.steps(3);
    run(&mut lab, "registry access registry.example.com token");
    run(&mut lab, "registry user add registry.example.com ana -p secret --scope 'mlproject/*:pull'");
    run(&mut lab, &format!("docker login -u ana -p secret {NAME}"));
    run(&mut lab, &format!("docker tag mlmodel:1.0 {NAME}/mlproject/mlmodel:2"));
    let refused = lab.line(&format!("docker push {NAME}/mlproject/mlmodel:2"));
    let challenges: Vec<&str> = exchanges(&refused)
        .iter()
        .flat_map(|exchange| &exchange.response_headers)
        .filter(|(name, _)| name == "www-authenticate")
        .map(|(_, value)| value.as_str())
        .collect();
    assert!(
        challenges.iter().any(|text| text.contains("pull,push") && text.ends_with("error=\"insufficient_scope\"")),
        "{challenges:?}"
    );
}

#[test]
fn what_a_failed_push_left_at_a_registry_stays_until_it_is_undone() {
    let mut lab = Lab::open();
    lab.steps(2);
    run(&mut lab, "registry fault add registry.example.com crash");
    let before = lab.snapshot.clone();
    let failed = lab.ask(Ask::Next);
    assert_eq!(code(&failed), Some(1));
    let after = registry(&lab);
    assert_eq!((after.repositories[0].tags.len(), after.repositories[0].manifests.len()), (0, 0));
    assert!(!after.repositories[0].blobs.is_empty() && after.faults.is_empty() && !after.garbage.blobs.is_empty());
    assert_eq!(lab.snapshot.machines, before.machines, "a machine forgets what failed");
    let last = lab.history.operations.last().expect("an operation");
    assert_eq!((last.code, last.step), (1, None), "the step is still to be done");
    let restored = Lab::restore(Some(lab.saved.clone()));
    assert_eq!(restored.snapshot, lab.snapshot);
    lab.ask(Ask::Undo);
    assert_eq!(lab.snapshot.registries, before.registries);
    lab.ask(Ask::Redo);
    assert_eq!(code(&lab.ask(Ask::Next)), Some(0));
    assert_eq!(registry(&lab).repositories[0].tags.len(), 1);
    assert!(registry(&lab).garbage.blobs.is_empty());
}

#[test]
fn a_failed_push_that_left_nothing_is_no_operation() {
    let mut lab = Lab::open();
    lab.steps(2);
    run(&mut lab, "registry read-only registry.example.com on");
    let (before, history) = (lab.snapshot.clone(), lab.history.clone());
    assert_eq!(code(&lab.ask(Ask::Next)), Some(1));
    assert_eq!((&lab.snapshot, &lab.history), (&before, &history));
}

#[test]
fn a_collection_tells_what_went_and_why_something_stayed() {
    let mut lab = Lab::open();
    lab.steps(3);
    run(&mut lab, &format!("registry rm {NAME}/mlproject/mlmodel:1.0"));
    run(&mut lab, "registry garbage-collect -m registry.example.com");
    let bytes = registry(&lab).garbage.bytes;
    run(&mut lab, "registry garbage-collect -m --grace 0s registry.example.com");
    assert!(registry(&lab).garbage.blobs.is_empty() && bytes > 100_000);
    let trace = lab.trace();
    let collected: Vec<serde_json::Value> = trace
        .lines()
        .filter_map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            line["events"].as_array()?.iter().find_map(|event| event.get("garbageCollected")).cloned()
        })
        .collect();
    assert_eq!(collected.len(), 2);
    assert_eq!(collected[0]["freed"], serde_json::json!([]));
    assert!(collected[0]["kept"][0]["why"].as_str().expect("why").contains("the grace is 7200 s"));
    let freed = collected[1]["freed"].as_array().expect("what went");
    assert_eq!(freed.iter().map(|blob| blob["size"].as_u64().expect("a size")).sum::<u64>(), bytes);
}

#[test]
fn lists_have_an_end() {
    let mut lab = Lab::open();
    for at in 0..20 {
        run(&mut lab, &format!("registry fault add {NAME} crash --repository r{at}"));
    }
    assert_eq!(code(&lab.line(&format!("registry fault add {NAME} crash"))), Some(1));
    let tags: Vec<String> = (0..101).map(|at| format!("v{at}")).collect();
    assert_eq!(code(&lab.line(&format!("registry immutable {NAME} {}", tags.join(" ")))), Some(1));
    for at in 0..100 {
        run(&mut lab, &format!("registry read-only {NAME} on --repository r{at}"));
    }
    assert_eq!(code(&lab.line(&format!("registry read-only {NAME} on --repository more"))), Some(1));
    run(&mut lab, &format!("registry read-only {NAME} off --repository r99"));
}

#[test]
fn a_promotion_within_a_registry_mounts_every_blob_and_leaves_the_source_as_it_is() {
    let mut lab = Lab::open();
    lab.steps(3);
    let before = registry(&lab).repositories[0].clone();
    let told = run(
        &mut lab,
        &format!("docker buildx imagetools create -t {NAME}/prod/mlmodel:1.0 {NAME}/mlproject/mlmodel:1.0"),
    );
    let mut mounted = 0;
    for exchange in exchanges(&told) {
        let is_upload = exchange.path.contains("/blobs/uploads/");
        assert!(!is_upload || exchange.path.contains("?mount=") && exchange.status == 201, "{exchange:?}");
        assert!(exchange.method != "GET" || !exchange.path.contains("/blobs/"), "{exchange:?}");
        mounted += usize::from(is_upload);
    }
    let after = registry(&lab);
    let promoted = after.repositories.iter().find(|repository| repository.name == "prod/mlmodel").expect("a copy");
    assert_eq!((mounted, &promoted.blobs, &promoted.tags), (before.blobs.len(), &before.blobs, &before.tags));
    assert!(after.repositories.contains(&before), "{after:#?}");
}

#[test]
fn the_process_table_tells_what_was_set_and_what_failed() {
    let mut lab = Lab::open();
    lab.steps(2);
    run(&mut lab, "registry fault add registry.example.com status=403 --on uploads");
    let told = lab.ask(Ask::Next);
    assert_eq!(code(&told), Some(1));
    let trace = told.iter().rev().find_map(|tell| if let Tell::State(lab) = tell { Some(&lab.trace) } else { None });
    let rows = &trace.expect("a trace").rows;
    assert_eq!((rows[2].action.text.as_str(), rows[2].result.text.as_str()), ("Set registry", "fault status=403 once"));
    assert_eq!(rows[3].action.text, "Fail");
    assert!(rows[3].registry.exchanges.iter().any(|exchange| exchange.status == 403), "{:?}", rows[3]);
}
