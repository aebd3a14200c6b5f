//! Real clients and `drydock serve`: what each pushes, it and the others find
//! again, byte for byte, in memory and on the disk.

mod embedded;
mod engines;
mod oras;
mod shell;
mod skopeo;
mod trouble;

use std::path::{Path, PathBuf};

use drydock::oci::Digest;

use super::program::run;
use super::server::{Server, folder};

/// What skopeo is told to take of an index, whatever it runs on.
const LINUX: [&str; 3] = ["--insecure-policy", "--override-os=linux", "--override-arch=amd64"];

/// A registry to talk to, with a folder for the test beside it.
struct Served {
    server: Server,
    folder: PathBuf,
}

impl Served {
    /// One in memory and one on the disk.
    fn both(test: &str) -> [Self; 2] {
        let memory = folder(&format!("clients-{test}-memory"));
        [Self { server: Server::start(&["--log", "none"]), folder: memory }, Self::on_disk(test)]
    }

    fn on_disk(test: &str) -> Self {
        let folder = folder(&format!("clients-{test}-disk"));
        Self { server: Server::on(&folder.join("registry")), folder }
    }

    /// `repository:tag` as skopeo names it.
    fn transport(&self, name: &str) -> String {
        format!("docker://{}", self.reference(name))
    }

    /// `repository:tag` as engines name it.
    fn reference(&self, name: &str) -> String {
        format!("{}/{name}", self.server.address)
    }

    /// The digest that the registry has under a name.
    fn digest(&self, name: &str) -> Digest {
        Digest::of(&run("skopeo", &["inspect", "--raw", "--tls-verify=false", &self.transport(name)]))
    }

    /// What our own build makes of some files, an index with its attestation, in a layout.
    fn built(&self) -> Layout {
        let (context, layout) = (self.folder.join("context"), self.folder.join("built"));
        std::fs::create_dir_all(&context).expect("a folder");
        let mut dockerfile = "FROM scratch\nENV A=1\n".to_owned();
        for (number, size) in [3 << 20, 1 << 20, 70_000, 5].into_iter().enumerate() {
            std::fs::write(context.join(number.to_string()), noise(number, size)).expect("written");
            dockerfile.extend(["COPY ", &number.to_string(), " /files/\n"]);
        }
        std::fs::write(context.join("Dockerfile"), dockerfile).expect("written");
        let (context, store) = (context.to_string_lossy(), layout.to_string_lossy());
        let words = ["build", "-q", "--platform", "linux/amd64", "--store", &store, "-t", "app:1", &context];
        run(env!("CARGO_BIN_EXE_drydock"), &words);
        Layout(layout)
    }
}

/// An OCI layout with one tag, `1`.
struct Layout(PathBuf);

impl Layout {
    fn transport(&self) -> String {
        format!("oci:{}:1", self.0.display())
    }

    /// The bytes its tag leads to.
    fn top(&self) -> Vec<u8> {
        run("skopeo", &["inspect", "--raw", &self.transport()])
    }

    /// The manifest for linux/amd64 in its index.
    fn image(&self) -> Digest {
        let index: drydock::oci::Index = drydock::oci::json::read(&self.top()).expect("an index");
        assert_eq!(index.manifests.len(), 2, "an image and its attestation");
        index.manifests[0].digest
    }

    fn blob(&self, digest: &Digest) -> Vec<u8> {
        std::fs::read(self.0.join("blobs/sha256").join(digest.hex())).expect("a blob")
    }

    fn blobs(&self) -> Vec<Digest> {
        let names = std::fs::read_dir(self.0.join("blobs/sha256")).expect("a folder");
        let digest = |name: std::fs::DirEntry| format!("sha256:{}", name.file_name().display()).parse();
        names.map(|name| digest(name.expect("an entry")).expect("a digest")).collect()
    }
}

/// Pushes all of a layout; the digest that the registry has then.
fn push(served: &Served, layout: &Layout, name: &str) -> Digest {
    let to = served.transport(name);
    let words = ["copy", "-q", "--all", "--preserve-digests", "--dest-tls-verify=false", &layout.transport(), &to];
    run("skopeo", &[&LINUX[..], &words].concat());
    served.digest(name)
}

/// Pulls all there is under a name into a layout of its own.
fn pull(served: &Served, name: &str, into: &Path) -> Layout {
    let layout = Layout(into.to_owned());
    let from = served.transport(name);
    let words = ["copy", "-q", "--all", "--preserve-digests", "--src-tls-verify=false", &from, &layout.transport()];
    run("skopeo", &[&LINUX[..], &words].concat());
    layout
}

/// Every blob of `back` is that of `sent`, and so is what the tags lead to.
fn assert_same(sent: &Layout, back: &Layout) {
    assert_eq!(sent.top(), back.top());
    let digests = back.blobs();
    assert!(digests.len() >= 9, "an index, two manifests, two configurations, five layers or so: {digests:?}");
    for digest in digests {
        let bytes = back.blob(&digest);
        assert_eq!(Digest::of(&bytes), digest);
        assert!(bytes == sent.blob(&digest), "{digest}");
    }
}

/// Bytes that no compression makes smaller.
fn noise(seed: usize, size: usize) -> Vec<u8> {
    let mut state = seed as u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}
