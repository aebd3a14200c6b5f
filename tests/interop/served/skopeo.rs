//! skopeo, which copies, asks, lists and deletes.

use std::path::Path;

use serde_json::{Value, json};

use super::{LINUX, Served, assert_same, pull, push};
use crate::program::{refused, run};
use crate::server::{Server, folder};

/// What skopeo prints as JSON of something in a registry without TLS.
fn told(verb: &str, of: &str) -> Value {
    let words = [&LINUX[..], &[verb, "--tls-verify=false", of]].concat();
    serde_json::from_slice(&run("skopeo", &words)).expect("JSON")
}

#[test]
fn an_index_of_our_build_comes_back_bit_identical() {
    for served in Served::both("index") {
        let sent = served.built();
        let pushed = push(&served, &sent, "team/app:1");
        assert_eq!(pushed, drydock::oci::Digest::of(&sent.top()));
        let by_digest = format!("team/app@{pushed}");
        for name in ["team/app:1", &by_digest] {
            let back = pull(&served, name, &served.folder.join(if name == by_digest { "digest" } else { "tag" }));
            assert_same(&sent, &back);
        }
        let inspected = told("inspect", &served.transport("team/app:1"));
        assert_eq!(inspected["Digest"], pushed.to_string());
        assert_eq!(inspected["Architecture"], "amd64");
        assert_eq!(inspected["Layers"].as_array().map(Vec::len), Some(4));
        let peak = served.server.peak_memory_bytes();
        assert!(peak < 64 << 20, "{peak} bytes of memory");
    }
}

#[test]
fn one_image_of_an_index_is_copied_between_repositories_listed_and_deleted() {
    for served in Served::both("image") {
        let sent = served.built();
        push(&served, &sent, "team/app:1");
        let from = served.transport("team/app:1");
        for name in ["other/app:a", "other/app:b", "team/app:2"] {
            let tls = ["--src-tls-verify=false", "--dest-tls-verify=false"];
            let to = served.transport(name);
            run("skopeo", &[&LINUX[..], &["copy", "-q", "--preserve-digests"], &tls, &[&from, &to]].concat());
            assert_eq!(served.digest(name), sent.image(), "{name}");
        }
        let tags = |repository: &str| told("list-tags", &served.transport(repository))["Tags"].clone();
        assert_eq!((tags("team/app"), tags("other/app")), (json!(["1", "2"]), json!(["a", "b"])));
        // It deletes the manifest by digest: both tags that led to it go.
        let delete = ["delete", "--tls-verify=false"];
        run("skopeo", &[&delete[..], &[&served.transport("other/app:a")]].concat());
        assert_eq!((tags("team/app"), tags("other/app")), (json!(["1", "2"]), json!([])));
        let gone = served.transport("other/app:b");
        let said = refused("skopeo", &["inspect", "--raw", "--tls-verify=false", &gone]);
        assert!(said.contains("manifest unknown"), "{said}");
        let said = refused("skopeo", &[&delete[..], &[&gone]].concat());
        assert!(said.contains("not exist") || said.contains("manifest unknown"), "{said}");
        assert_eq!(served.digest("team/app:2"), sent.image());
    }
}

/// A registry of one user, `ana` with the password `right`.
pub(super) fn guarded(test: &str, folder: &Path) -> Served {
    let file = folder.join("htpasswd");
    let line = format!("ana:{}\n", bcrypt::hash("right", 4).expect("a cost in bounds"));
    std::fs::write(&file, line).expect("written");
    let root = folder.join(test);
    let flags = ["--htpasswd", &file.to_string_lossy(), "--root", &root.to_string_lossy()];
    Served { server: Server::start(&flags), folder: folder.to_owned() }
}

#[test]
fn who_has_the_password_comes_in() {
    let folder = folder("clients-users");
    let served = guarded("registry", &folder);
    let address = served.server.address.to_string();
    let authfile = folder.join("auth.json");
    let login = |password| {
        let file = authfile.to_string_lossy().into_owned();
        ["login", "--tls-verify=false", "--authfile", &file, "-u", "ana", "-p", password, &address].map(str::to_owned)
    };
    let words = |words: &[String; 9]| words.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let bad = words(&login("wrong"));
    let said = refused("skopeo", &bad.split('\n').collect::<Vec<_>>());
    assert!(said.contains("invalid username/password"), "{said}");
    let good = words(&login("right"));
    let said = run("skopeo", &good.split('\n').collect::<Vec<_>>());
    assert_eq!(String::from_utf8_lossy(&said), "Login Succeeded!\n");
    let (sent, to) = (served.built(), served.transport("team/app:1"));
    let from = sent.transport();
    let copy = [&LINUX[..], &["copy", "--all", "--preserve-digests", "--dest-tls-verify=false"]].concat();
    for credentials in [&["--dest-no-creds"][..], &["--dest-creds", "ana:wrong"], &["--dest-creds", "eve:right"]] {
        let said = refused("skopeo", &[&copy[..], credentials, &[&from, &to]].concat());
        assert!(said.contains("unauthorized") || said.contains("authentication required"), "{said}");
    }
    let file = authfile.to_string_lossy();
    run("skopeo", &[&copy[..], &["--dest-authfile", &file, &from, &to]].concat());
    let raw = run("skopeo", &["inspect", "--raw", "--tls-verify=false", "--creds", "ana:right", &to]);
    assert_eq!(raw, sent.top());
    let said = refused("skopeo", &["inspect", "--raw", "--tls-verify=false", "--no-creds", &to]);
    assert!(said.contains("unauthorized") || said.contains("authentication required"), "{said}");
    let (log, code) = served.server.stop();
    assert_eq!(code, Some(0));
    assert!(log.contains(" - ana ["), "{log}");
}
