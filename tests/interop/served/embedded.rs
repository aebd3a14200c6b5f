//! The `oci-client` crate, which Rust programs embed: in a program of its own.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use drydock::oci::Digest;

use super::skopeo::guarded;
use super::{Served, noise};
use crate::program::run;
use crate::server::folder;

/// The program, built when it is first needed.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (manifest, target) = (root.join("tests/interop/embedded/Cargo.toml"), root.join("target/embedded"));
    let (manifest, folder) = (manifest.to_string_lossy(), target.to_string_lossy());
    run(env!("CARGO"), &["build", "--quiet", "--locked", "--manifest-path", &manifest, "--target-dir", &folder]);
    target.join("debug/embedded").to_string_lossy().into_owned()
});

fn embedded(served: &Served, who: &[&str]) -> Output {
    let reference = served.reference("team/model:1");
    let mut command = Command::new(PROGRAM.as_str());
    command.arg(reference).arg(&served.folder).args(who).output().expect("built")
}

/// What it pushes comes back to it, and skopeo finds the same.
fn there_and_back(served: &Served, who: &[&str]) {
    std::fs::create_dir_all(&served.folder).expect("a folder");
    let layers = [("one", noise(1, 2 << 20)), ("two", noise(2, 30))];
    for (name, layer) in &layers {
        std::fs::write(served.folder.join(name), layer).expect("written");
    }
    let output = embedded(served, who);
    let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{complaint}");
    let (digest, tags) = said.trim().split_once('\n').expect("two lines");
    assert_eq!(tags, "1");
    assert!(digest.parse::<Digest>().is_ok(), "{digest}");
    for (_, layer) in layers {
        let name = format!("pulled-{}", Digest::of(&layer).hex());
        assert!(std::fs::read(served.folder.join(name)).expect("it came") == layer);
    }
    if who.is_empty() {
        assert_eq!(served.digest("team/model:1").to_string(), digest);
    }
}

#[test]
fn an_image_goes_there_and_comes_back() {
    for served in Served::both("embedded") {
        there_and_back(&served, &[]);
    }
}

#[test]
fn it_comes_in_with_the_password_alone() {
    let folder = folder("clients-embedded-users");
    let served = guarded("registry", &folder);
    there_and_back(&served, &["ana", "right"]);
    for who in [&[][..], &["ana", "wrong"]] {
        assert!(!embedded(&served, who).status.success(), "{who:?} comes in");
    }
}
