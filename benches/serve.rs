//! `drydock serve` beside docker's own registry, in one run: the same client,
//! the same disk, one after the other. Needs `docker-registry` and `wrk`:
//! `cargo xtask bench` brings them.
#![allow(clippy::disallowed_methods, reason = "this runs programs over real files and looks at the real clock")]
#![allow(clippy::print_stdout, reason = "what it measures is printed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use drydock::oci::{Algorithm, Descriptor, Digest, Manifest, MediaType, Verifier};

/// Small manifests, each under a tag.
const MANIFESTS: usize = 10_000;
/// Connections that ask for them at once.
const CONNECTIONS: usize = 32;
/// Large blobs, and the bytes of each.
const BLOBS: usize = 10;
const BLOB_BYTES: usize = 1 << 30;
/// How long they ask.
const ASKING: Duration = Duration::from_secs(5);
const PIECE: usize = 1 << 20;

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-serve");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("a folder");
    let columns = ["put/s", "get/s", "head/s", "push MB/s", "pull MB/s", "peak MB"].map(|name| format!("{name:>11}"));
    println!("{:<22} {}", "", columns.join(" "));
    let theirs = Server::docker_registry(&folder).measure("docker-registry", &folder);
    for (name, root) in [("drydock, on disk", Some(folder.join("ours"))), ("drydock, in memory", None)] {
        let ours = Server::drydock(root.as_deref()).measure(name, &folder);
        let ratios = ours.iter().zip(&theirs).map(|(ours, theirs)| format!("{:>10.1}x", ours / theirs));
        println!("{:<22} {}", "", ratios.collect::<Vec<_>>().join(" "));
    }
    println!("hash and write of 1 GiB on this disk, one core: {:.0} MB/s", limit(&folder));
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn drydock(root: Option<&Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        command.args(["serve", "--addr", "127.0.0.1:0", "--log", "none"]);
        if let Some(root) = root {
            command.arg("--root").arg(root);
        }
        let mut child = command.stderr(Stdio::piped()).spawn().expect("built");
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().expect("piped")).read_line(&mut line).expect("it says where it listens");
        let address = line.trim().rsplit(' ').next().and_then(|address| address.parse().ok()).expect("an address");
        Self { child, address }
    }

    fn docker_registry(folder: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
        let config = folder.join("config.yml");
        let root = folder.join("theirs");
        let text = format!(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {address}\n",
            root.display()
        );
        std::fs::write(&config, text).expect("writable");
        let mut command = Command::new("docker-registry");
        let child = command.arg("serve").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Self { child: child.expect("docker-registry"), address };
        while TcpStream::connect(address).is_err() {
            std::thread::yield_now();
        }
        server
    }

    /// Requests and megabytes a second, and what memory it took.
    fn measure(mut self, name: &str, folder: &Path) -> [f64; 6] {
        let puts = self.push_manifests();
        let gets = self.ask(folder);
        let heads = self.ask_whether();
        let (push, digests) = self.push_blobs();
        let pull = self.pull_blobs(&digests);
        let peak = self.peak_memory_megabytes();
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        let measured = [puts, gets, heads, push, pull, peak];
        println!("{name:<22} {}", measured.map(|number| format!("{number:>11.0}")).join(" "));
        measured
    }

    fn push_manifests(&self) -> f64 {
        let mut client = Client::to(self.address);
        for blob in [b"{}".as_slice(), b"layer"] {
            client.push(&mut &*blob, blob.len(), Digest::of(blob));
        }
        let layer = Descriptor::of(MediaType::LAYER_GZIP, b"layer");
        let mut manifest = Manifest::of(Descriptor::of(MediaType::CONFIG, b"{}"), vec![layer]);
        let began = Instant::now();
        for number in 0..MANIFESTS {
            manifest.annotations.insert("number".to_owned(), number.to_string());
            let bytes = manifest.to_bytes();
            let head = "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n";
            let answer = client.send("PUT", &format!("/v2/r/manifests/t{number}"), head, &mut &*bytes, bytes.len());
            assert_eq!(answer.0, 201);
        }
        per_second(MANIFESTS, began.elapsed())
    }

    /// All manifests in turn, from many connections at once. Without `Accept` theirs gives
    /// no OCI manifest; wrk itself waits for the body that a HEAD has not.
    fn ask(&self, folder: &Path) -> f64 {
        let script = folder.join("ask.lua");
        let text = format!(
            "local n = 0\nrequest = function()\n  n = (n + 7) % {MANIFESTS}\n  return wrk.format('GET', '/v2/r/manifests/t' .. n, {{ Accept = '{}' }})\nend\n\
             done = function(summary)\n  io.write('errors ', summary.errors.status, '\\n')\nend\n",
            MediaType::MANIFEST
        );
        std::fs::write(&script, text).expect("writable");
        let mut command = Command::new("wrk");
        let (connections, seconds) = (CONNECTIONS.to_string(), format!("{}s", ASKING.as_secs()));
        command.args(["-t", "1", "-c", &connections, "-d", &seconds, "-s"]).arg(&script);
        let output = command.arg(format!("http://{}", self.address)).output().expect("wrk");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("errors 0"), "{said}");
        let line = said.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
        line.and_then(|number| number.trim().parse().ok()).expect("wrk tells")
    }

    /// The same by HEAD, a thread of ours for each connection.
    fn ask_whether(&self) -> f64 {
        let head = format!("Accept: {}\r\n", MediaType::MANIFEST);
        let began = Instant::now();
        let asked = &|connection: usize| {
            let mut client = Client::to(self.address);
            let turns = (connection..).step_by(7).take_while(|_| began.elapsed() < ASKING);
            turns
                .map(|number| {
                    let path = format!("/v2/r/manifests/t{}", number % MANIFESTS);
                    assert_eq!(client.send("HEAD", &path, &head, &mut &b""[..], 0).0, 200);
                })
                .count()
        };
        let count = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..CONNECTIONS).map(|connection| scope.spawn(move || asked(connection))).collect();
            threads.into_iter().map(|thread| thread.join().expect("it was answered")).sum()
        });
        per_second(count, began.elapsed())
    }

    fn push_blobs(&self) -> (f64, Vec<Digest>) {
        let size = BLOB_BYTES / BLOBS;
        let digests: Vec<Digest> = (0..BLOBS).map(|number| digest(&mut Noise::of(number).take(size as u64))).collect();
        let mut client = Client::to(self.address);
        let began = Instant::now();
        for (number, digest) in digests.iter().enumerate() {
            client.push(&mut Noise::of(number), size, *digest);
        }
        (per_second(BLOB_BYTES, began.elapsed()) / 1e6, digests)
    }

    fn pull_blobs(&self, digests: &[Digest]) -> f64 {
        let mut client = Client::to(self.address);
        let began = Instant::now();
        for digest in digests {
            let (status, _, length) = client.send("GET", &format!("/v2/r/blobs/{digest}"), "", &mut &b""[..], 0);
            assert_eq!((status, length), (200, BLOB_BYTES / BLOBS));
        }
        per_second(BLOB_BYTES, began.elapsed()) / 1e6
    }

    fn peak_memory_megabytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("linux says it");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate is not exact")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// One connection that stays.
struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    buffer: Vec<u8>,
}

impl Client {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: BufReader::new(stream), address, buffer: vec![0; PIECE] }
    }

    /// Status, location and length of the body of the answer, which is read and thrown away.
    fn send(&mut self, method: &str, path: &str, head: &str, body: &mut dyn Read, size: usize) -> (u16, String, usize) {
        let host = self.address;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: {size}\r\n\r\n");
        let socket = self.stream.get_mut();
        socket.write_all(head.as_bytes()).expect("taken");
        let mut left = size;
        while left > 0 {
            let wanted = left.min(PIECE);
            body.read_exact(&mut self.buffer[..wanted]).expect("enough");
            socket.write_all(&self.buffer[..wanted]).expect("taken");
            left -= wanted;
        }
        let (mut status, mut location, mut length) = (0, String::new(), 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("an answer");
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            match name.to_ascii_lowercase().as_str() {
                "http/1.1" => status = value[..3].parse().expect("a status"),
                "location:" => value.clone_into(&mut location),
                "content-length:" => length = value.parse().expect("a length"),
                _ => {}
            }
        }
        let mut left = if method == "HEAD" { 0 } else { length };
        while left > 0 {
            let wanted = left.min(PIECE);
            let read = self.stream.read(&mut self.buffer[..wanted]).expect("the body");
            assert_ne!(read, 0, "the body was cut");
            left -= read;
        }
        (status, location, length)
    }

    fn push(&mut self, body: &mut dyn Read, size: usize, digest: Digest) {
        let (status, location, _) = self.send("POST", "/v2/r/blobs/uploads/", "", &mut &b""[..], 0);
        assert_eq!(status, 202);
        let (status, location, _) = self.send("PATCH", &self.path(&location), "", body, size);
        assert_eq!(status, 202);
        let separator = if location.contains('?') { '&' } else { '?' };
        let close = format!("{}{separator}digest={digest}", self.path(&location));
        assert_eq!(self.send("PUT", &close, "", &mut &b""[..], 0).0, 201);
    }

    /// Their registry answers with a whole URL.
    fn path(&self, location: &str) -> String {
        location.strip_prefix(&format!("http://{}", self.address)).unwrap_or(location).to_owned()
    }
}

/// Bytes that cost almost nothing to make and are different for every blob.
struct Noise(u64);

impl Noise {
    fn of(number: usize) -> Self {
        Self(number as u64 + 1)
    }
}

impl Read for Noise {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for eight in buffer.chunks_mut(8) {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            eight.copy_from_slice(&self.0.to_le_bytes()[..eight.len()]);
        }
        Ok(buffer.len())
    }
}

fn digest(bytes: &mut dyn Read) -> Digest {
    let mut verifier = Verifier::of(Algorithm::Sha256);
    std::io::copy(bytes, &mut verifier).expect("hashing does not fail");
    verifier.finish()
}

/// What no registry can beat with one core: each byte is made, hashed and written.
fn limit(folder: &Path) -> f64 {
    let path: PathBuf = folder.join("limit");
    let mut file = std::fs::File::create(&path).expect("writable");
    let mut verifier = Verifier::of(Algorithm::Sha256);
    let (mut noise, mut piece) = (Noise::of(0), vec![0; PIECE]);
    let began = Instant::now();
    for _ in 0..BLOB_BYTES / PIECE {
        noise.read_exact(&mut piece).expect("endless");
        verifier.update(&piece);
        file.write_all(&piece).expect("written");
    }
    file.sync_all().expect("it lasts");
    per_second(BLOB_BYTES, began.elapsed()) / 1e6
}
