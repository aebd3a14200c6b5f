//! Builds on the real disk beside buildah's, in one run: a large context that
//! is only copied, and many small steps of which all are known. Also what no
//! builder can beat, which is to deflate and hash the bytes. Needs buildah:
//! `cargo xtask bench` brings it.
#![allow(clippy::disallowed_methods, reason = "this runs programs over real files and looks at the real clock")]
#![allow(clippy::print_stdout, reason = "what it measures is printed")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use drydock::fs::gzip;
use drydock::oci::Digest;

/// Files of the large context, and the bytes of each.
const FILES: usize = 2_000;
const FILE_BYTES: usize = 100_000;
/// Steps that are all known the second time.
const STEPS: usize = 60;
/// Of so many runs the fastest counts: the others met something else.
const RUNS: usize = 3;

fn main() {
    let bench = Bench::new();
    let bytes = bench.large();
    let limit = fastest(|| {
        let deflated = gzip(&bytes);
        std::hint::black_box((Digest::of(&bytes), Digest::of(&deflated)));
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (ours, theirs) = (bench.ours("large", true), bench.theirs("large", true));
    say(&format!("{} files, {} MB, copied, layout written", FILES, bytes.len() / 1_000_000), ours, theirs);
    say_one("  gzip and sha256 of the same bytes, one core", limit);
    println!(
        "  the limit on {cores} cores: {:.2} s",
        limit.as_secs_f64() / f64::from(u32::try_from(cores).unwrap_or(1))
    );
    bench.many();
    // The first time nothing is known.
    bench.ours("many", false);
    bench.theirs("many", false);
    let (ours, theirs) = (bench.ours("many", false), bench.theirs("many", false));
    say(&format!("{STEPS} steps, all known"), ours, theirs);
}

fn say(what: &str, ours: Duration, theirs: Duration) {
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!("{what}: drydock {:.2} s, buildah {:.2} s, ratio {ratio:.1}", ours.as_secs_f64(), theirs.as_secs_f64());
}

fn say_one(what: &str, time: Duration) {
    println!("{what}: {:.2} s", time.as_secs_f64());
}

fn fastest(mut work: impl FnMut()) -> Duration {
    let time = |()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    std::iter::repeat_n((), RUNS).map(time).min().expect("it ran")
}

struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
        drop(std::fs::remove_dir_all(&folder));
        Self { folder }
    }

    /// Writes the large context; half of it is text, half is noise. Returns all its bytes.
    fn large(&self) -> Vec<u8> {
        let mut seed = 1_u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut all = Vec::with_capacity(FILES * FILE_BYTES);
        for number in 0..FILES {
            let mut bytes = Vec::with_capacity(FILE_BYTES + 16);
            while bytes.len() < FILE_BYTES {
                let drawn = next();
                if number % 2 == 0 {
                    bytes.extend_from_slice(&drawn.to_le_bytes());
                } else {
                    bytes.extend_from_slice(format!("{} ", drawn % 5_000).as_bytes());
                }
            }
            bytes.truncate(FILE_BYTES);
            self.write(&format!("large/data/{:02}/{number:04}", number / 100), &bytes);
            all.extend_from_slice(&bytes);
        }
        self.write("large/Dockerfile", b"FROM scratch\nCOPY data /data\n");
        all
    }

    fn many(&self) {
        let mut dockerfile = "FROM scratch\n".to_owned();
        for step in 0..STEPS {
            self.write(&format!("many/{step}"), step.to_string().as_bytes());
            writeln!(dockerfile, "COPY {step} /files/{step}").expect("a String takes every byte");
        }
        self.write("many/Dockerfile", dockerfile.as_bytes());
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }

    /// Our build into a store, which is a layout; a `fresh` one knows nothing.
    fn ours(&self, context: &str, fresh: bool) -> Duration {
        let store = self.folder.join("ours");
        fastest(|| {
            if fresh {
                drop(std::fs::remove_dir_all(&store));
            }
            let command = &mut Command::new(env!("CARGO_BIN_EXE_drydock"));
            run(command.args(["build", "-q", "-t", "x:1", "--store"]).args([&store, &self.folder.join(context)]));
        })
    }

    /// Buildah's, and the layout if it is to be written.
    fn theirs(&self, context: &str, fresh: bool) -> Duration {
        let (root, layout) = (self.folder.join("root"), self.folder.join("theirs"));
        let buildah = || {
            let mut command = Command::new("buildah");
            command
                .args(["--storage-driver", "vfs", "--root"])
                .arg(&root)
                .arg("--runroot")
                .arg(self.folder.join("run"));
            command
        };
        fastest(|| {
            let layers = if fresh { "--layers=false" } else { "--layers=true" };
            run(buildah()
                .args(["bud", "--isolation", "chroot", "-q", layers, "-t", "x:1"])
                .arg(self.folder.join(context)));
            if fresh {
                drop(std::fs::remove_dir_all(&layout));
                run(buildah().args(["push", "-q", "x:1"]).arg(format!("oci:{}:1", layout.display())));
            }
        })
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
