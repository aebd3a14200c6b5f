//! A registry for real clients: kept on disk, guarded, bounded.

use std::io::Write;
use std::net::TcpStream;

use drydock::oci::Digest;

use super::client::{manifest, push_blob, push_manifest, read_answer, send};
use super::server::{Server, drydock, folder};

fn push(server: &Server, tag: &str, layer: &[u8]) {
    for blob in [b"{}".as_slice(), layer] {
        assert_eq!(push_blob(server.address, "team/app", blob).expect("an answer").status, 201);
    }
    let answer = push_manifest(server.address, "team/app", tag, &manifest(layer)).expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn pulled(server: &Server, path: &str) -> Vec<u8> {
    let answer = send(server.address, "GET", path, &[], b"").expect("an answer");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.body
}

#[test]
fn what_was_pushed_is_there_after_a_restart_and_is_an_oci_layout() {
    let root = folder("restart");
    let server = Server::on(&root);
    push(&server, "1", b"first");
    push(&server, "2", b"second");
    let deleted = send(server.address, "DELETE", "/v2/team/app/manifests/1", &[], b"").expect("an answer");
    assert_eq!(deleted.status, 202);
    let (log, code) = server.stop();
    assert_eq!((log.as_str(), code), ("drydock: stopped\n", Some(0)));
    let server = Server::on(&root);
    assert_eq!(pulled(&server, "/v2/team/app/manifests/2"), manifest(b"second"));
    assert_eq!(pulled(&server, &format!("/v2/team/app/blobs/{}", Digest::of(b"first"))), b"first");
    assert_eq!(pulled(&server, "/v2/team/app/tags/list"), b"{\"name\":\"team/app\",\"tags\":[\"2\"]}\n");
    let index = std::fs::read_to_string(root.join("index.json")).expect("a layout");
    assert!(index.contains(r#""org.opencontainers.image.ref.name":"team/app:2""#), "{index}");
}

#[test]
fn a_folder_is_served_once() {
    let root = folder("once");
    let _server = Server::on(&root);
    let (code, said) = drydock(&["serve", "--addr", "127.0.0.1:0", "--root", &root.to_string_lossy()]);
    assert_eq!(code, Some(1));
    assert!(said.ends_with("another process serves this folder\n"), "{said}");
}

#[test]
fn a_journal_that_is_none_is_not_served_as_an_empty_registry() {
    let root = folder("journal");
    std::fs::write(root.join("journal.jsonl"), "{\"repository\":\"a\"}\n{nonsense}\n").expect("writable");
    let (code, said) = drydock(&["serve", "--addr", "127.0.0.1:0", "--root", &root.to_string_lossy()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("journal.jsonl: line 2: "), "{said}");
}

#[test]
fn a_blob_streams_through_in_bounded_memory() {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 400;
    let root = folder("memory");
    let server = Server::on(&root);
    let opened = send(server.address, "POST", "/v2/big/blobs/uploads/", &[], b"").expect("an answer");
    let location = opened.header("location").to_owned();
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        PIECE * PIECES
    );
    stream.write_all(head.as_bytes()).expect("taken");
    let mut verifier = drydock::oci::Verifier::default();
    for number in 0..PIECES {
        let piece = vec![u8::try_from(number % 251).expect("small"); PIECE];
        verifier.update(&piece);
        stream.write_all(&piece).expect("taken");
    }
    let sent = read_answer(&mut stream).expect("an answer");
    assert_eq!((sent.status, sent.header("range")), (202, format!("0-{}", PIECE * PIECES - 1).as_str()));
    let digest = verifier.finish();
    let separator = if sent.header("location").contains('?') { '&' } else { '?' };
    let close = format!("{}{separator}digest={digest}", sent.header("location"));
    assert_eq!(send(server.address, "PUT", &close, &[], b"").expect("an answer").status, 201);
    let back = pulled(&server, &format!("/v2/big/blobs/{digest}"));
    assert_eq!(Digest::of(&back), digest);
    let peak = server.peak_memory_bytes();
    assert!(peak < 64 << 20, "{peak} bytes of memory for a blob of {}", PIECE * PIECES);
}

#[test]
fn users_of_a_file_come_in_with_their_password_and_do_not_meet() {
    let root = folder("users");
    let file = root.join("htpasswd");
    // htpasswd -nbB -C 4 ana one, and ben with two.
    let users = ["ana:one", "ben:two"].map(|user| {
        let (name, password) = user.split_once(':').expect("both");
        format!("{name}:{}\n", bcrypt::hash(password, 4).expect("a cost in bounds"))
    });
    std::fs::write(&file, users.concat()).expect("writable");
    let server = Server::start(&["--htpasswd", &file.to_string_lossy()]);
    let as_user = |pair: &str| {
        use base64::prelude::{BASE64_STANDARD, Engine};
        format!("Authorization: Basic {}", BASE64_STANDARD.encode(pair))
    };
    let ask = |method: &str, path: &str, pair: &str| {
        send(server.address, method, path, &[&as_user(pair)], b"").expect("an answer")
    };
    let refused = send(server.address, "GET", "/v2/", &[], b"").expect("an answer");
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, r#"Basic realm="Registry""#));
    assert!(refused.text().contains("UNAUTHORIZED"), "{}", refused.text());
    for (pair, status) in [("ana:one", 200), ("ana:two", 401), ("eve:one", 401), ("ben:two", 200), ("ana:one", 200)] {
        assert_eq!(ask("GET", "/v2/", pair).status, status, "{pair}");
    }
    // An upload is whose it was opened by: for everybody else there is none.
    let opened = ask("POST", "/v2/a/blobs/uploads/", "ana:one");
    let upload = opened.header("location").to_owned();
    let separator = if upload.contains('?') { '&' } else { '?' };
    let close = format!("{upload}{separator}digest={}", Digest::of(b""));
    for (method, path) in [("GET", &upload), ("PATCH", &upload), ("PUT", &close), ("DELETE", &upload)] {
        assert_eq!(ask(method, path, "ben:two").status, 404, "{method}");
    }
    assert_eq!((ask("GET", &upload, "ana:one").status, ask("PUT", &close, "ana:one").status), (204, 201));
    let (log, _) = server.stop();
    assert!(log.contains(" - ana ["), "{log}");
}

#[test]
fn nothing_is_changed_where_nothing_may_be() {
    let root = folder("read-only");
    let server = Server::on(&root);
    push(&server, "1", b"layer");
    server.stop();
    let server = Server::start(&["--read-only", "--log", "json", "--root", &root.to_string_lossy()]);
    assert_eq!(pulled(&server, "/v2/team/app/manifests/1"), manifest(b"layer"));
    for (method, path) in [("POST", "/v2/team/app/blobs/uploads/"), ("DELETE", "/v2/team/app/manifests/1")] {
        let answer = send(server.address, method, path, &[], b"").expect("an answer");
        assert_eq!((answer.status, answer.text().contains("UNSUPPORTED")), (405, true), "{method}");
    }
    let (log, _) = server.stop();
    let line: serde_json::Value = serde_json::from_str(log.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&line["method"], &line["status"]), (&"GET".into(), &200.into()));
}

#[test]
fn a_tag_that_has_to_stay_stays_and_what_is_open_needs_no_name() {
    let root = folder("rules");
    let server = Server::on(&root);
    push(&server, "v1", b"layer");
    push(&server, "v0.1", b"layer");
    server.stop();
    let rules = ["--immutable", "v*", "--except", "v0.*", "--root", &root.to_string_lossy()];
    let server = Server::start(&rules);
    for (tag, status) in [("v1", 412), ("v0.1", 202)] {
        let answer =
            send(server.address, "DELETE", &format!("/v2/team/app/manifests/{tag}"), &[], b"").expect("an answer");
        assert_eq!(answer.status, status, "{tag}: {}", answer.text());
    }
    server.stop();
    let users = folder("rules-users").join("htpasswd");
    std::fs::create_dir_all(users.parent().expect("a folder")).expect("writable");
    std::fs::write(&users, format!("ana:{}\n", bcrypt::hash("one", 4).expect("a cost in bounds"))).expect("writable");
    let users = users.to_string_lossy().into_owned();
    let server = Server::start(&["--htpasswd", &users, "--anonymous", "team/*", "--root", &root.to_string_lossy()]);
    for (method, path, status) in [
        ("GET", "/v2/team/app/manifests/v1", 200),
        ("GET", "/v2/other/app/manifests/v1", 401),
        ("POST", "/v2/team/app/blobs/uploads/", 401),
        ("DELETE", "/v2/team/app/manifests/v1", 401),
    ] {
        assert_eq!(send(server.address, method, path, &[], b"").expect("an answer").status, status, "{method} {path}");
    }
}

#[test]
fn a_token_is_given_for_a_password_and_opens_what_it_says() {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let users = folder("tokens").join("htpasswd");
    std::fs::create_dir_all(users.parent().expect("a folder")).expect("writable");
    std::fs::write(&users, format!("ana:{}\n", bcrypt::hash("one", 4).expect("a cost in bounds"))).expect("writable");
    let users = users.to_string_lossy().into_owned();
    let server = Server::start(&["--htpasswd", &users, "--realm", "http://r.test/token"]);
    let ask = |method: &str, path: &str, authorization: &str, body: &[u8]| {
        let header = format!("Authorization: {authorization}");
        send(server.address, method, path, &[&header], body).expect("an answer")
    };
    let refused = send(server.address, "POST", "/v2/a/blobs/uploads/", &[], b"").expect("an answer");
    let challenge = r#"Bearer realm="http://r.test/token",service="",scope="repository:a:pull,push""#;
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, challenge));
    let basic = |pair: &str| format!("Basic {}", BASE64_STANDARD.encode(pair));
    assert_eq!(ask("GET", "/token?scope=repository:a:pull", &basic("ana:two"), b"").status, 401);
    let forms = [
        ask("GET", "/token?scope=repository:a:pull,push", &basic("ana:one"), b""),
        ask("POST", "/token", "", b"grant_type=password&username=ana&password=one&scope=repository:a:pull,push"),
        ask("GET", "/token?scope=repository:a:*", &basic("ana:one"), b""),
    ];
    for given in forms {
        let token: serde_json::Value = serde_json::from_str(&given.text()).expect("JSON");
        let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
        assert_eq!(ask("POST", "/v2/a/blobs/uploads/", &bearer, b"").status, 202);
        assert_eq!(ask("POST", "/v2/b/blobs/uploads/", &bearer, b"").status, 401);
        assert_eq!(ask("POST", "/v2/a/blobs/uploads/", &format!("{bearer}x"), b"").status, 401);
        // It was given out by this registry, and says nothing to another one.
        let other = Server::start(&["--htpasswd", &users, "--realm", "http://r.test/token"]);
        let header = format!("Authorization: {bearer}");
        assert_eq!(send(other.address, "POST", "/v2/a/blobs/uploads/", &[&header], b"").expect("one").status, 401);
    }
    let reader = ask("GET", "/token?scope=repository:a:pull", &basic("ana:one"), b"");
    let reader: serde_json::Value = serde_json::from_str(&reader.text()).expect("JSON");
    let reader = format!("Bearer {}", reader["token"].as_str().expect("a token"));
    assert_eq!(ask("POST", "/v2/a/blobs/uploads/", &reader, b"").status, 401);
    assert_eq!(ask("GET", "/v2/a/tags/list", &reader, b"").status, 404);
    // One scheme is not another: neither a password as a token nor a token as a password.
    assert_eq!(ask("GET", "/v2/a/tags/list", &basic("ana:one").replace("Basic", "Bearer"), b"").status, 401);
    assert_eq!(ask("GET", "/v2/a/tags/list", &reader.replace("Bearer", "Basic"), b"").status, 401);
    assert_eq!(ask("POST", "/token", "", &vec![b'a'; 20_000]).status, 413);
}

#[test]
fn hostile_requests_get_an_error_and_leave_nothing() {
    let root = folder("hostile");
    let server = Server::on(&root);
    push(&server, "1", b"layer");
    let digest = Digest::of(b"layer");
    let table = [
        ("GET", "/v2/../../etc/passwd".to_owned(), 404),
        ("GET", "/v2/%2e%2e/%2e%2e/blobs/sha256:00".to_owned(), 404),
        ("GET", "/v2/team/app/blobs/..%2f..%2fjournal.jsonl".to_owned(), 404),
        ("GET", format!("/v2/other/blobs/{digest}"), 404),
        ("PUT", format!("/v2/team/app/blobs/uploads/none?digest={digest}"), 404),
        ("POST", "/v2/UPPER/blobs/uploads/".to_owned(), 404),
        ("POST", format!("/v2/a/blobs/uploads/?digest={}", Digest::of(b"forged")), 400),
        ("PUT", format!("/v2/team/app/manifests/{}", Digest::of(b"forged")), 400),
        ("POST", format!("/v2/a/blobs/uploads/?mount={digest}&from=../team/app"), 202),
        ("GET", "/v2/team//app/manifests/1".to_owned(), 404),
        ("PUT", "/v2/team/app/manifests/%0d%0aX-Evil:%201".to_owned(), 400),
    ];
    for (method, path, status) in table {
        let answer = send(server.address, method, &path, &[], b"evil").expect("an answer");
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert_eq!(answer.header("x-evil"), "", "{path}");
    }
    let two_lengths = send(server.address, "POST", "/v2/a/blobs/uploads/", &["Content-Length: 5"], b"");
    assert_eq!(two_lengths.expect("an answer").status, 400);
    let long = format!("X-Long: {}", "a".repeat(300_000));
    // The connection may break before all of it was taken.
    assert_eq!(send(server.address, "GET", "/v2/", &[&long], b"").map_or(431, |answer| answer.status), 431);
    assert_eq!(pulled(&server, "/v2/team/app/manifests/1"), manifest(b"layer"));
    server.stop();
    assert_eq!(std::fs::read_dir(root.join("uploads")).expect("there").count(), 0);
}

#[test]
fn what_rots_on_the_disk_is_never_served_and_is_put_aside() {
    let root = folder("rot");
    let server = Server::on(&root);
    push(&server, "1", b"layer");
    server.stop();
    let root_text = root.to_string_lossy().into_owned();
    assert_eq!(drydock(&["scrub", "--root", &root_text]), (Some(0), "3 blobs, 479 bytes read; 0 put aside\n".into()));
    let digest = Digest::of(b"layer");
    std::fs::write(root.join("blobs/sha256").join(digest.hex()), b"loyer").expect("writable");
    let path = format!("/v2/team/app/blobs/{digest}");
    let server = Server::on(&root);
    assert_eq!(send(server.address, "GET", &path, &[], b"").expect("an answer").status, 500);
    server.stop();
    let (code, said) = drydock(&["scrub", "--root", &root_text]);
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("{digest} has the digest {}", Digest::of(b"loyer"))), "{said}");
    let server = Server::on(&root);
    assert_eq!(send(server.address, "GET", &path, &[], b"").expect("an answer").status, 404);
    push(&server, "1", b"layer");
    assert_eq!(pulled(&server, &path), b"layer");
}

#[test]
fn a_collection_frees_what_nothing_leads_to_and_nothing_else() {
    let root = folder("gc");
    let server = Server::on(&root);
    push(&server, "1", b"first");
    push(&server, "2", b"second");
    assert_eq!(send(server.address, "DELETE", "/v2/team/app/manifests/1", &[], b"").expect("an answer").status, 202);
    server.stop();
    let root_text = root.to_string_lossy().into_owned();
    let gc = |flags: &[&str]| drydock(&[&["gc", "--root", &root_text], flags].concat());
    // Everything came a moment ago, and a manifest stays until it is asked for.
    for flags in [["--delete-untagged"].as_slice(), &["--grace", "0"]] {
        assert_eq!(gc(flags), (Some(0), "0 blobs, 0B freed\n".into()), "{flags:?}");
    }
    let (_, told) = gc(&["--delete-untagged", "--grace", "0", "--dry-run"]);
    assert!(told.ends_with("2 blobs, 477B would be freed\n"), "{told}");
    let (_, done) = gc(&["--delete-untagged", "--grace", "0"]);
    assert_eq!(done, told.replace("would be freed", "freed"));
    assert!(done.contains(&format!("bytes of {}\n", Digest::of(b"first"))), "{done}");
    assert_eq!(drydock(&["scrub", "--root", &root_text]).0, Some(0));
    let server = Server::on(&root);
    assert_eq!(pulled(&server, "/v2/team/app/manifests/2"), manifest(b"second"));
    assert_eq!(pulled(&server, &format!("/v2/team/app/blobs/{}", Digest::of(b"second"))), b"second");
    let path = format!("/v2/team/app/blobs/{}", Digest::of(b"first"));
    assert_eq!(send(server.address, "GET", &path, &[], b"").expect("an answer").status, 404);
}

#[test]
fn health_and_metrics_tell_how_it_is() {
    let server = Server::start(&["--log", "none"]);
    push(&server, "1", b"layer");
    assert_eq!(pulled(&server, "/healthz"), b"ok\n");
    let metrics = String::from_utf8(pulled(&server, "/metrics")).expect("text");
    for line in [
        r#"drydock_registry_requests_total{method="POST",status="201"} 2"#,
        "drydock_registry_blobs 3",
        "drydock_registry_repositories 1",
        "drydock_registry_uploads 0",
    ] {
        assert!(metrics.lines().any(|other| other == line), "{line} is not in\n{metrics}");
    }
}
