//! Killed at any moment, hundreds of times: nothing that was answered is lost,
//! nothing that was not whole is there.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};

use drydock::oci::Digest;

use super::client::{Answer, manifest, push_blob, push_manifest, send};
use super::server::{Server, drydock, folder};

const ROUNDS: u64 = 200;
const CLIENTS: u64 = 2;

/// What clients were told is kept: the layer of each tag.
type Answered = Mutex<BTreeMap<String, Vec<u8>>>;

/// Pushes images until the connection breaks, and tells of each.
fn push_on(to: SocketAddr, number: &AtomicU64, answered: &Answered, told: &Sender<()>) {
    let is_kept = |answer: io::Result<Answer>| answer.is_ok_and(|answer| answer.status == 201);
    loop {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let layer = format!("layer {number} ").repeat(usize::try_from(1 + number % 5000).expect("small")).into_bytes();
        let tag = format!("t{number}");
        let is_pushed = is_kept(push_blob(to, "r", b"{}"))
            && is_kept(push_blob(to, "r", &layer))
            && is_kept(push_manifest(to, "r", &tag, &manifest(&layer)));
        if !is_pushed {
            return;
        }
        answered.lock().expect("no test panicked").insert(tag, layer);
        // Nobody listens once the registry is to be killed.
        let _ = told.send(());
    }
}

fn check(server: &Server, answered: &BTreeMap<String, Vec<u8>>) {
    for (tag, layer) in answered {
        let found = send(server.address, "GET", &format!("/v2/r/manifests/{tag}"), &[], b"").expect("an answer");
        assert_eq!((found.status, &found.body), (200, &manifest(layer)), "{tag} was answered");
        let path = format!("/v2/r/blobs/{}", Digest::of(layer));
        let found = send(server.address, "GET", &path, &[], b"").expect("an answer");
        assert_eq!((found.status, &found.body), (200, layer), "the layer of {tag} was answered");
    }
}

/// Every tag leads to bytes that are all there.
fn check_whole(server: &Server, root: &Path) {
    let listed = send(server.address, "GET", "/v2/r/tags/list", &[], b"").expect("an answer");
    let listed: serde_json::Value = serde_json::from_slice(&listed.body).expect("JSON");
    for tag in listed["tags"].as_array().into_iter().flatten() {
        let path = format!("/v2/r/manifests/{}", tag.as_str().expect("text"));
        let document = send(server.address, "GET", &path, &[], b"").expect("an answer");
        let document: serde_json::Value = serde_json::from_slice(&document.body).expect("a whole manifest");
        let layer = document["layers"][0]["digest"].as_str().expect("a layer");
        let size = std::fs::metadata(root.join("blobs").join(layer.replace(':', "/"))).expect("the layer").len();
        assert_eq!(Some(size), document["layers"][0]["size"].as_u64(), "{tag}");
    }
}

#[test]
fn hundreds_of_kills_lose_nothing_that_was_answered() {
    let root = folder("crash");
    let (number, answered) = (AtomicU64::new(0), Answered::default());
    for round in 0..ROUNDS {
        let server = Server::on(&root);
        let address = server.address;
        std::thread::scope(|scope| {
            let (told, pushes) = channel();
            for _ in 0..CLIENTS {
                let told = told.clone();
                let (number, answered) = (&number, &answered);
                scope.spawn(move || push_on(address, number, answered, &told));
            }
            // The moment is told by what happens, not by a clock: after some pushes, in the midst of others.
            let wanted = usize::try_from(round % 7).expect("small");
            assert_eq!(pushes.iter().take(wanted).count(), wanted);
            server.kill();
        });
        if round % 50 == 49 {
            let server = Server::on(&root);
            check(&server, &answered.lock().expect("no test panicked"));
            check_whole(&server, &root);
            server.kill();
        }
    }
    let (code, said) = drydock(&["scrub", "--root", &root.to_string_lossy()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(answered.into_inner().expect("no test panicked").len() as u64 > ROUNDS, "too little was pushed");
}
