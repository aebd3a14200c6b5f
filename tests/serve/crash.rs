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
/// Bytes of one piece of an upload.
const PIECE: usize = 20_000;

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

/// A blob on its way in pieces, as far as its client was told.
struct Upload {
    blob: Vec<u8>,
    location: String,
    acknowledged: usize,
    is_closing: bool,
}

/// Goes on with the upload that broke off, and with others after it, until the connection breaks; tells of each
/// piece.
fn upload_on(
    to: SocketAddr,
    left: &mut Option<Upload>,
    pushed: &mut Vec<Vec<u8>>,
    told: &Sender<()>,
) -> io::Result<()> {
    loop {
        let upload = match left {
            Some(upload) => upload,
            None => left.insert(Upload::begin(to, pushed.len())?),
        };
        if !upload.is_over(to)? {
            upload.go_on(to, told)?;
        }
        pushed.extend(left.take().map(|upload| upload.blob));
    }
}

impl Upload {
    fn begin(to: SocketAddr, number: usize) -> io::Result<Self> {
        let blob = format!("piece of {number} ").repeat(1 + number % 7 * PIECE / 20).into_bytes();
        let opened = send(to, "POST", "/v2/r/blobs/uploads/", &[], b"")?;
        assert_eq!(opened.status, 202);
        let location = opened.header("location").to_owned();
        Ok(Self { blob, location, acknowledged: 0, is_closing: false })
    }

    /// Whether it was closed; otherwise the registry says where it goes on: behind all that was answered, and
    /// perhaps behind a whole piece more, whose answer was lost.
    fn is_over(&mut self, to: SocketAddr) -> io::Result<bool> {
        let status = send(to, "GET", &self.location, &[], b"")?;
        if status.status == 404 {
            let path = format!("/v2/r/blobs/{}", Digest::of(&self.blob));
            let found = send(to, "GET", &path, &[], b"")?;
            assert_eq!((self.is_closing, found.status), (true, 200), "an upload is gone");
            return Ok(true);
        }
        let last: usize =
            status.header("range").strip_prefix("0-").and_then(|last| last.parse().ok()).expect("a range");
        let reached = if last == 0 { 0 } else { last + 1 };
        let further = self.blob.len().min(self.acknowledged + PIECE);
        assert!([self.acknowledged, further].contains(&reached), "{reached} after {}", self.acknowledged);
        self.acknowledged = reached;
        status.header("location").clone_into(&mut self.location);
        Ok(false)
    }

    fn go_on(&mut self, to: SocketAddr, told: &Sender<()>) -> io::Result<()> {
        while self.acknowledged < self.blob.len() {
            let (from, to_before) = (self.acknowledged, self.blob.len().min(self.acknowledged + PIECE));
            let range = format!("Content-Range: {from}-{}", to_before - 1);
            let answer = send(to, "PATCH", &self.location, &[&range], &self.blob[from..to_before])?;
            assert_eq!(answer.status, 202, "{}", answer.text());
            self.acknowledged = to_before;
            answer.header("location").clone_into(&mut self.location);
            // Nobody listens once the registry is to be killed.
            let _ = told.send(());
        }
        self.is_closing = true;
        let answer = send(to, "PUT", &format!("{}&digest={}", self.location, Digest::of(&self.blob)), &[], b"")?;
        assert_eq!(answer.status, 201, "{}", answer.text());
        Ok(())
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
    let (mut left, mut pushed, mut resumed) = (None::<Upload>, Vec::new(), 0);
    for round in 0..ROUNDS {
        let server = Server::on(&root);
        let address = server.address;
        resumed += u64::from(left.as_ref().is_some_and(|upload| upload.acknowledged > 0));
        std::thread::scope(|scope| {
            let (told, pushes) = channel();
            for _ in 0..CLIENTS {
                let told = told.clone();
                let (number, answered) = (&number, &answered);
                scope.spawn(move || push_on(address, number, answered, &told));
            }
            let (left, pushed) = (&mut left, &mut pushed);
            // It ends with the connection.
            scope.spawn(move || upload_on(address, left, pushed, &told).expect_err("the registry is killed"));
            // The moment is told by what happens, not by a clock: after some pushes, in the midst of others.
            let wanted = usize::try_from(round % 7).expect("small");
            assert_eq!(pushes.iter().take(wanted).count(), wanted);
            server.kill();
        });
        if round % 50 == 49 {
            let server = Server::on(&root);
            check(&server, &answered.lock().expect("no test panicked"));
            check_whole(&server, &root);
            for blob in &pushed {
                let path = format!("/v2/r/blobs/{}", Digest::of(blob));
                assert_eq!(send(server.address, "HEAD", &path, &[], b"").expect("an answer").status, 200);
            }
            server.kill();
        }
    }
    let (code, said) = drydock(&["scrub", "--root", &root.to_string_lossy()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(resumed > ROUNDS / 10, "only {resumed} uploads were broken off behind their first byte");
    assert!(answered.into_inner().expect("no test panicked").len() as u64 > ROUNDS, "too little was pushed");
}
