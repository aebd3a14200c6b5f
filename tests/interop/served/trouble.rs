//! What goes wrong with real clients: a registry killed in the middle of a
//! push, and two clients that push the same at once.

use std::process::{Child, Command, Stdio};

use drydock::oci::Digest;

use super::{LINUX, Layout, Served, assert_same, pull, push};
use crate::server::{Server, drydock, folder};

/// skopeo as it pushes all of a layout, beside us.
fn pushing(served: &Served, layout: &Layout, name: &str) -> Child {
    let (from, to) = (layout.transport(), served.transport(name));
    let words = ["copy", "--all", "--preserve-digests", "--dest-tls-verify=false", &from, &to];
    let mut skopeo = Command::new("skopeo");
    skopeo.args(LINUX).args(words).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    skopeo.spawn().expect("skopeo: install it, or run `cargo xtask test`, which does")
}

/// Whatever is on the disk is whole, and each blob is there once. Uploads that a client left for others are
/// taken away first.
fn scrubbed(served: Served, blobs: usize) {
    let root = served.folder.join("registry");
    let (_, code) = served.server.stop();
    assert_eq!(code, Some(0));
    let root_text = root.to_string_lossy();
    assert_eq!(drydock(&["gc", "--grace", "0", "--root", &root_text]).0, Some(0));
    let (code, said) = drydock(&["scrub", "--root", &root_text]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with(&format!("{blobs} blobs, ")) && said.ends_with(" 0 put aside\n"), "{said}");
    assert_eq!(std::fs::read_dir(root.join("uploads")).expect("there").count(), 0, "nothing unfinished stays");
}

#[test]
fn a_push_goes_on_after_the_registry_was_killed_in_its_middle() {
    // Killed when so many requests with this beginning were answered.
    for (test, method, count) in [("patch", "PATCH", 1), ("blob", "PUT", 2), ("manifest", "PUT", 6)] {
        let folder = folder(&format!("clients-killed-{test}"));
        let root = folder.join("registry");
        let mut served = Served { server: Server::start(&["--root", &root.to_string_lossy()]), folder };
        let sent = served.built();
        let mut first = pushing(&served, &sent, "team/app:1");
        served.server.logged(&format!("\"{method} "), count);
        let Served { server, folder } = served;
        server.kill();
        let is_pushed = first.wait().expect("it ends").success();
        let served = Served { server: Server::on(&root), folder };
        let tag = root.join("index.json");
        let is_there = std::fs::read_to_string(tag).expect("a layout").contains("team/app:1");
        assert!(is_there || !is_pushed, "{test}: what skopeo was told is kept");
        push(&served, &sent, "team/app:1");
        let back = pull(&served, "team/app:1", &served.folder.join("back"));
        assert_same(&sent, &back);
        let blobs = back.blobs().len();
        scrubbed(served, blobs);
    }
}

#[test]
fn two_clients_push_the_same_at_once_and_each_blob_is_kept_once() {
    let served = Served::on_disk("twice");
    let sent = served.built();
    let clients = ["team/app:1", "team/app:1"].map(|name| pushing(&served, &sent, name));
    for mut client in clients {
        assert!(client.wait().expect("it ends").success());
    }
    assert_eq!(served.digest("team/app:1"), Digest::of(&sent.top()));
    let back = pull(&served, "team/app:1", &served.folder.join("back"));
    assert_same(&sent, &back);
    let blobs = back.blobs().len();
    scrubbed(served, blobs);
}
