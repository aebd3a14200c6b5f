//! A disk that takes no more: what was answered before stays, what was not did
//! not happen, and there is room for the next one afterwards.

use drydock::oci::Digest;

use super::client::{Answer, manifest, push_blob, push_manifest, send};
use super::server::{Server, folder};

/// Files may have so many blocks of 512 bytes.
const BLOCKS: u32 = 128;
const FULL: usize = BLOCKS as usize * 512;

fn ask(server: &Server, method: &str, path: &str, body: &[u8]) -> Answer {
    send(server.address, method, path, &[], body).expect("an answer")
}

#[test]
fn bytes_for_which_there_is_no_room_did_not_come() {
    let root = folder("full-blob");
    let server = Server::on_full_disk(&root, BLOCKS);
    let large = vec![7; FULL + 1];
    let refused = push_blob(server.address, "r", &large).expect("an answer");
    assert_eq!((refused.status, refused.text().contains("UNKNOWN")), (500, true), "{}", refused.text());
    assert_eq!(ask(&server, "HEAD", &format!("/v2/r/blobs/{}", Digest::of(&large)), b"").status, 404);
    let opened = ask(&server, "POST", "/v2/r/blobs/uploads/", b"");
    let first = ask(&server, "PATCH", opened.header("location"), b"layer");
    let location = first.header("location");
    assert_eq!(ask(&server, "PATCH", location, &large).status, 500);
    let status = ask(&server, "GET", location, b"");
    assert_eq!((status.status, status.header("range")), (204, "0-4"));
    assert_eq!(std::fs::read_dir(root.join("uploads")).expect("a folder").count(), 1, "what did not come is gone");
    let close = format!("{location}&digest={}", Digest::of(b"layer"));
    assert_eq!(ask(&server, "PUT", &close, b"").status, 201);
}

#[test]
fn what_cannot_be_written_down_has_not_happened() {
    let root = folder("full-journal");
    let server = Server::on_full_disk(&root, BLOCKS);
    for blob in [b"{}".as_slice(), b"layer"] {
        assert_eq!(push_blob(server.address, "r", blob).expect("an answer").status, 201);
    }
    let push = |server: &Server, number: usize| {
        push_manifest(server.address, "r", &format!("t{number}"), &manifest(b"layer")).expect("an answer").status
    };
    // Each is a line in the journal, which is full after some hundreds.
    let taken = (0..FULL).take_while(|number| push(&server, *number) == 201).count();
    let check = |server: &Server| {
        for (number, status) in [(0, 200), (taken - 1, 200), (taken, 404)] {
            assert_eq!(ask(server, "HEAD", &format!("/v2/r/manifests/t{number}"), b"").status, status, "t{number}");
        }
    };
    assert_eq!(push(&server, taken), 500, "it is still full");
    check(&server);
    server.kill();
    let server = Server::on(&root);
    check(&server);
    assert_eq!(push(&server, taken), 201);
}
