//! Engines that keep images of their own: buildah and podman.

use std::path::Path;

use super::{Served, push};
use crate::program::run_in;

/// An engine with a store in the folder of the test.
struct Engine<'a> {
    program: &'a str,
    folder: &'a Path,
}

impl Engine<'_> {
    /// Paths are from there: podman wants short ones.
    fn run(&self, words: &[&str]) -> String {
        let store = ["--storage-driver", "vfs", "--root", "root", "--runroot", "run"];
        let said = run_in(self.folder, self.program, &[&store[..], words].concat());
        String::from_utf8(said).expect("text").trim().to_owned()
    }
}

#[test]
fn engines_pull_what_we_built_and_push_what_they_hold() {
    for program in ["buildah", "podman"] {
        for served in Served::both(program) {
            let sent = served.built();
            push(&served, &sent, "team/app:1");
            let engine = Engine { program, folder: &served.folder };
            let (first, second) = (served.reference("team/app:1"), served.reference("team/back:2"));
            engine.run(&["pull", "-q", "--tls-verify=false", "--platform=linux/amd64", &first]);
            engine.run(&["tag", &first, &second]);
            engine.run(&["push", "-q", "--tls-verify=false", "--digestfile", "digest", &second]);
            let told = std::fs::read_to_string(served.folder.join("digest")).expect("it says the digest");
            assert_eq!(told, served.digest("team/back:2").to_string());
            // It may compress the layers anew, but the image it pulls back is the same.
            let id = engine.run(&["images", "-q", "--no-trunc", &first]);
            engine.run(&["rmi", "-f", &id]);
            let pulled = engine.run(&["pull", "-q", "--tls-verify=false", &second]);
            assert_eq!(format!("sha256:{}", pulled.trim_start_matches("sha256:")), id, "{program}");
        }
    }
}
