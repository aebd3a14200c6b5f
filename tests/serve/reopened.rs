//! Uploads that were open when the registry ended: what was acknowledged is
//! there, whose it was, and nothing else.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use drydock::oci::{Algorithm, Digest};

use super::client::{Answer, send};
use super::server::{Server, drydock, folder};

fn ask(server: &Server, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
    send(server.address, method, path, headers, body).expect("an answer")
}

/// Opens an upload into `r` and sends these pieces; where it goes on.
fn open(server: &Server, headers: &[&str], pieces: &[&[u8]]) -> String {
    let mut at = ask(server, "POST", "/v2/r/blobs/uploads/", headers, b"").header("location").to_owned();
    for piece in pieces {
        let answer = ask(server, "PATCH", &at, headers, piece);
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.header("location").clone_into(&mut at);
    }
    at
}

fn close(server: &Server, location: &str, headers: &[&str], digest: Digest) -> u16 {
    ask(server, "PUT", &format!("{location}&digest={digest}"), headers, b"").status
}

/// The files in the folder of uploads.
fn files(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root.join("uploads")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

fn gc(root: &Path, flags: &[&str]) -> String {
    let (code, said) = drydock(&[&["gc", "--root", &root.to_string_lossy()], flags].concat());
    assert_eq!(code, Some(0), "{said}");
    said
}

/// The id of the upload at a location.
fn id(location: &str) -> &str {
    location.split(['/', '?']).nth(5).expect("/v2/r/blobs/uploads/<id>?…")
}

#[test]
fn what_was_acknowledged_of_an_upload_outlives_a_kill_and_the_rest_is_cut_away() {
    let blob: Vec<u8> = (0..100_000_u32).flat_map(u32::to_be_bytes).collect();
    for algorithm in Algorithm::ALL {
        let (root, digest) = (folder(&format!("reopened-{}", algorithm.as_str())), algorithm.digest(&blob));
        let server = Server::on(&root);
        let location = open(&server, &[], &[&blob[..100_000], &blob[100_000..150_000]]);
        let nothing_yet = open(&server, &[], &[]);
        let mut stream = TcpStream::connect(server.address).expect("it listens");
        write!(stream, "PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 250000\r\n\r\n").expect("taken");
        stream.write_all(&blob[150_000..300_000]).expect("taken");
        server.kill();
        let server = Server::on(&root);
        assert_eq!(files(&root), [0, 1].map(|number| format!("{}.{number}", id(&location))));
        for (location, range) in [(&location, "0-149999"), (&nothing_yet, "0-0")] {
            let status = ask(&server, "GET", location, &[], b"");
            assert_eq!(
                (status.status, status.header("range"), status.header("location")),
                (204, range, location.as_str())
            );
        }
        let further = ask(&server, "PATCH", &location, &["Content-Range: 150000-299999"], &blob[150_000..300_000]);
        assert_eq!((further.status, further.header("range")), (202, "0-299999"));
        // Once more, in peace: then it was two processes that took it.
        server.stop();
        let server = Server::on(&root);
        let last = format!("{}&digest={digest}", further.header("location"));
        assert_eq!(ask(&server, "PUT", &last, &[], &blob[300_000..]).status, 201);
        assert!(ask(&server, "GET", &format!("/v2/r/blobs/{digest}"), &[], b"").body == blob);
        assert_eq!(files(&root), Vec::<String>::new());
        let (_, said) = drydock(&[
            "scrub",
            "--root",
            &{
                server.kill();
                root
            }
            .to_string_lossy(),
        ]);
        assert_eq!(said, "1 blobs, 400000 bytes read; 0 put aside\n1 open uploads, 0 bytes read\n");
    }
}

#[test]
fn an_upload_is_whose_it_was_after_a_restart() {
    let root = folder("reopened-users");
    let users = root.join("htpasswd");
    let lines = ["ana", "ben"].map(|name| format!("{name}:{}\n", bcrypt::hash("one", 4).expect("a cost in bounds")));
    std::fs::write(&users, lines.concat()).expect("writable");
    let guarded =
        ["--htpasswd", &users.to_string_lossy(), "--root", &root.join("registry").to_string_lossy()].map(str::to_owned);
    let guarded: Vec<&str> = guarded.iter().map(String::as_str).collect();
    let [ana, ben] =
        ["ana", "ben"].map(|name| format!("Authorization: Basic {}", BASE64_STANDARD.encode(format!("{name}:one"))));
    let server = Server::start(&guarded);
    let location = open(&server, &[&ana], &[b"layer"]);
    let digest = Digest::of(b"layer");
    let elsewhere = location.replace("/v2/r/", "/v2/s/");
    let refused = |server: &Server, who: &[&str], location: &str| {
        for method in ["GET", "PATCH", "PUT", "DELETE"] {
            let answer = ask(server, method, &format!("{location}&digest={digest}"), who, b"");
            assert_eq!(
                (answer.status, answer.text().contains("BLOB_UPLOAD_UNKNOWN")),
                (404, true),
                "{method} {location}"
            );
        }
    };
    server.kill();
    let server = Server::start(&guarded);
    refused(&server, &[&ben], &location);
    refused(&server, &[&ana], &elsewhere);
    server.kill();
    // Where nobody is asked for a name, nobody is ana.
    let server = Server::on(&root.join("registry"));
    refused(&server, &[], &location);
    refused(&server, &[&ana], &location);
    server.kill();
    let server = Server::start(&guarded);
    assert_eq!(close(&server, &location, &[&ana], digest), 201);
}

#[test]
fn an_upload_that_is_over_leaves_no_file_and_does_not_come_back() {
    let root = folder("reopened-over");
    let server = Server::on(&root);
    let [finished, cancelled, forged] = [(); 3].map(|()| open(&server, &[], &[b"lay", b"er"]));
    assert_eq!(close(&server, &finished, &[], Digest::of(b"layer")), 201);
    assert_eq!(ask(&server, "DELETE", &cancelled, &[], b"").status, 204);
    assert_eq!(close(&server, &forged, &[], Digest::of(b"other")), 400);
    assert_eq!(files(&root), Vec::<String>::new());
    server.kill();
    let server = Server::on(&root);
    for location in [finished, cancelled, forged] {
        assert_eq!(ask(&server, "GET", &location, &[], b"").status, 404);
    }
}

#[test]
fn nobody_goes_on_with_an_upload_where_nothing_may_be_changed() {
    let root = folder("reopened-read-only");
    let server = Server::on(&root);
    let location = open(&server, &[], &[b"layer"]);
    server.kill();
    let server = Server::start(&["--read-only", "--root", &root.to_string_lossy()]);
    for method in ["PATCH", "PUT", "DELETE"] {
        assert_eq!(ask(&server, method, &location, &[], b"").status, 405, "{method}");
    }
    assert_eq!(ask(&server, "GET", &location, &[], b"").header("range"), "0-4");
}

#[test]
fn what_was_tampered_with_is_no_upload_and_nothing_else_is_touched() {
    let root = folder("reopened-hostile");
    let server = Server::on(&root);
    let [cut, folder_there, link, longer, sound] = [(); 5].map(|()| open(&server, &[], &[b"lay", b"er"]));
    server.kill();
    let uploads = root.join("uploads");
    let file = |location: &str, number: usize| -> PathBuf { uploads.join(format!("{}.{number}", id(location))) };
    std::fs::write(file(&cut, 1), b"e").expect("writable");
    std::fs::remove_file(file(&folder_there, 0)).expect("there");
    std::fs::create_dir(file(&folder_there, 0)).expect("free");
    std::fs::write(root.join("secret"), b"lay").expect("writable");
    std::fs::remove_file(file(&link, 0)).expect("there");
    std::os::unix::fs::symlink(root.join("secret"), file(&link, 0)).expect("free");
    std::fs::write(file(&longer, 1), b"er and more").expect("writable");
    std::fs::write(file(&sound, 2), b"never acknowledged").expect("writable");
    std::fs::write(uploads.join("notes.1"), b"somebody's").expect("writable");
    std::fs::write(uploads.join(".unfinished-1-1"), b"half").expect("writable");
    let (code, said) = drydock(&["scrub", "--root", &root.to_string_lossy()]);
    assert_eq!((code, said.matches("is not whole; it has to begin again").count()), (Some(1), 4), "{said}");
    assert!(said.contains("1 open uploads, 5 bytes read\n"), "{said}");
    let server = Server::on(&root);
    for location in [&cut, &folder_there, &link, &longer] {
        assert_eq!(ask(&server, "GET", location, &[], b"").status, 404, "{location}");
    }
    assert_eq!(close(&server, &sound, &[], Digest::of(b"layer")), 201);
    assert_eq!(files(&root), [format!("{}.0", id(&folder_there)), "notes.1".to_owned()]);
    assert_eq!(std::fs::read(root.join("secret")).expect("there"), b"lay");
}

#[test]
fn a_collection_ends_uploads_that_nobody_goes_on_with() {
    let root = folder("reopened-gc");
    let server = Server::on(&root);
    let location = open(&server, &[], &[b"layer"]);
    server.stop();
    assert_eq!(gc(&root, &[]), "0 blobs, 0B freed\n");
    let told = format!("upload {}\n0 blobs, 0B would be freed\n", id(&location));
    assert_eq!(gc(&root, &["--grace", "0", "--dry-run"]), told);
    assert_eq!(files(&root).len(), 1);
    assert_eq!(gc(&root, &["--grace", "0"]), told.replace("would be freed", "freed"));
    assert_eq!(files(&root), Vec::<String>::new());
    let server = Server::on(&root);
    assert_eq!(ask(&server, "GET", &location, &[], b"").status, 404);
}
