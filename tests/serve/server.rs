//! One served registry, ended with its test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

const DRYDOCK: &str = env!("CARGO_BIN_EXE_drydock");

/// A running `drydock serve`.
pub struct Server {
    child: Child,
    log: BufReader<ChildStderr>,
    pub address: SocketAddr,
}

impl Server {
    /// Serves with these flags, on a port that is free.
    pub fn start(flags: &[&str]) -> Self {
        Self::run(&mut Command::new(DRYDOCK), flags)
    }

    /// Serves the folder on a disk that takes no file of more than so many blocks of 512 bytes.
    pub fn on_full_disk(root: &Path, blocks: u32) -> Self {
        let mut command = Command::new("sh");
        // Whoever ignores the signal is given an error, as by a disk that is full.
        command.args(["-c", r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#, &blocks.to_string(), DRYDOCK]);
        Self::run(&mut command, &["--log", "none", "--root", &root.to_string_lossy()])
    }

    fn run(command: &mut Command, flags: &[&str]) -> Self {
        command.args(["serve", "--addr", "127.0.0.1:0"]).args(flags);
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("built");
        let mut log = BufReader::new(child.stderr.take().expect("piped"));
        // It may have something to say of what it found first.
        let mut lines = log.by_ref().lines().map(|line| line.expect("text"));
        let said = lines.find_map(|line| line.strip_prefix("drydock: listening on ").map(str::to_owned));
        let address = said.expect("it says where it listens").parse().expect("an address");
        Self { child, log, address }
    }

    /// Serves the folder, and logs nothing.
    pub fn on(root: &Path) -> Self {
        Self::start(&["--log", "none", "--root", &root.to_string_lossy()])
    }

    /// Waits until so many lines of its log contain `text`.
    pub fn logged(&mut self, text: &str, count: usize) {
        let lines = self.log.by_ref().lines().map(|line| line.expect("text"));
        assert_eq!(lines.filter(|line| line.contains(text)).take(count).count(), count, "it ended before `{text}`");
    }

    /// Ends it at once, as a power failure would.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end.
    pub fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    }

    /// Asks it to end, and waits; what it said on standard error and its exit code.
    pub fn stop(mut self) -> (String, Option<i32>) {
        self.ask_to_stop();
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).expect("text");
        (rest, self.child.wait().expect("it ends").code())
    }

    /// The most memory it ever had, in bytes.
    pub fn peak_memory_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("linux says it");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes << 10
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A fresh folder named for the test.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve").join(test);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// `drydock` with these words: its exit code and what it said.
pub fn drydock(words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(DRYDOCK).args(words).output().expect("built");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("text"))
}
