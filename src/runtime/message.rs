//! A program and its files as messages, for an interpreter that shares no
//! memory with the lab: the browser's is a WebAssembly module of its own.
//! What one end packs, the other unpacks to the same tree, and a content that
//! both ends hold already crosses only as its number. So files that share
//! their bytes still do afterwards, and a run costs the lab what it changed.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Given, News, Output, Process, Program, Reach, Step, User};
use crate::fs::{Content, FsError, FsPath, Kind, Link, Metadata, Node, Tree};
use crate::oci::Timestamp;
use crate::text::Stream;

/// The contents that both ends hold, in the order in which they crossed.
#[derive(Debug, Default)]
pub struct Shared {
    contents: Vec<Content>,
    /// The number of a content by its address, which is taken as long as it is held here.
    numbers: BTreeMap<usize, usize>,
}

/// [`Program`] as a message.
#[derive(Debug, Serialize, Deserialize)]
pub struct PackedProgram {
    arguments: Vec<String>,
    environment: Vec<String>,
    directory: FsPath,
    user: User,
    reach: Reach,
    read_only: Vec<(FsPath, bool)>,
    rooms: Vec<(FsPath, u64)>,
    fed: bool,
    tty: bool,
    ports: Vec<u16>,
    networked: bool,
    memory_bytes: usize,
    tree: PackedTree,
    started: u64,
    seed: u64,
    fuel: u64,
}

/// [`Tree`] as a message: its nodes, folders first, and the contents that are new to the other end.
#[derive(Debug, Serialize, Deserialize)]
pub struct PackedTree {
    nodes: Vec<PackedNode>,
    contents: Vec<PackedContent>,
}

/// [`Given`] as a message.
#[derive(Debug, Serialize, Deserialize)]
pub enum PackedGiven {
    /// What is plain data already.
    Plain(Given),
    /// Files, and where they go.
    Files(FsPath, PackedTree),
}

/// What came of a slice, as a message.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// Whether it goes on.
    pub step: Step,
    /// Fuel used so far.
    pub fuel_used: u64,
    /// How often its files have changed.
    pub changes: u64,
    /// The memory it takes, in bytes.
    pub memory_bytes: usize,
    output: Vec<(u32, Stream, Bytes)>,
    news: Vec<News>,
}

/// Why a message cannot be unpacked: the two ends are not of one version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// A content that never crossed.
    #[error("message names content {number}, which is not known here")]
    UnknownContent {
        /// Its number.
        number: usize,
    },
    /// A node that comes before its folder.
    #[error(transparent)]
    Tree(#[from] FsError),
}

#[derive(Debug, Serialize, Deserialize)]
struct PackedNode {
    path: String,
    mode: u32,
    uid: u32,
    gid: u32,
    modified: u64,
    link: Option<Link>,
    kind: PackedKind,
}

#[derive(Debug, Serialize, Deserialize)]
enum PackedKind {
    File(usize),
    Directory,
    Symlink(String),
}

#[derive(Debug)]
struct PackedContent(Content);

impl Shared {
    /// A program as a message.
    pub fn pack_program(&mut self, program: Program) -> PackedProgram {
        PackedProgram {
            tree: self.pack(&program.tree),
            arguments: program.arguments,
            environment: program.environment,
            directory: program.directory,
            user: program.user,
            reach: program.reach,
            read_only: program.read_only,
            rooms: program.rooms,
            fed: program.fed,
            tty: program.tty,
            ports: program.ports,
            networked: program.networked,
            memory_bytes: program.memory_bytes,
            started: program.started.nanos,
            seed: program.seed,
            fuel: program.fuel,
        }
    }

    /// The program of a message.
    pub fn unpack_program(&mut self, packed: PackedProgram) -> Result<Program, UnpackError> {
        Ok(Program {
            tree: self.unpack(packed.tree)?,
            arguments: packed.arguments,
            environment: packed.environment,
            directory: packed.directory,
            user: packed.user,
            reach: packed.reach,
            read_only: packed.read_only,
            rooms: packed.rooms,
            fed: packed.fed,
            tty: packed.tty,
            ports: packed.ports,
            networked: packed.networked,
            memory_bytes: packed.memory_bytes,
            started: Timestamp { nanos: packed.started },
            seed: packed.seed,
            fuel: packed.fuel,
        })
    }

    /// What is given, as a message.
    pub fn pack_given(&mut self, given: &Given) -> PackedGiven {
        match given {
            Given::Files { at, files } => PackedGiven::Files(at.clone(), self.pack(files)),
            plain => PackedGiven::Plain(plain.clone()),
        }
    }

    /// What a message gives.
    pub fn unpack_given(&mut self, packed: PackedGiven) -> Result<Given, UnpackError> {
        Ok(match packed {
            PackedGiven::Plain(given) => given,
            PackedGiven::Files(at, files) => Given::Files { at, files: self.unpack(files)? },
        })
    }

    /// A tree as a message.
    pub fn pack(&mut self, tree: &Tree) -> PackedTree {
        let known = self.contents.len();
        let root = tree.get(&FsPath::root()).map(|node| (FsPath::root(), node));
        let nodes = root.into_iter().chain(tree.walk()).map(|(path, node)| PackedNode {
            path: String::from(path),
            mode: node.metadata.mode,
            uid: node.metadata.uid,
            gid: node.metadata.gid,
            modified: node.metadata.modified.nanos,
            link: node.link,
            kind: match &node.kind {
                Kind::File(content) => PackedKind::File(self.number(content)),
                Kind::Directory(_) => PackedKind::Directory,
                Kind::Symlink(target) => PackedKind::Symlink(target.clone()),
            },
        });
        let nodes = nodes.collect();
        PackedTree { nodes, contents: self.contents[known..].iter().cloned().map(PackedContent).collect() }
    }

    /// The tree of a message.
    pub fn unpack(&mut self, packed: PackedTree) -> Result<Tree, UnpackError> {
        for PackedContent(content) in packed.contents {
            self.number(&content);
        }
        let mut tree = Tree::default();
        for node in packed.nodes {
            let modified = Timestamp { nanos: node.modified };
            let metadata = Metadata { mode: node.mode, uid: node.uid, gid: node.gid, modified };
            let kind = match node.kind {
                PackedKind::File(number) => {
                    let content = self.contents.get(number).ok_or(UnpackError::UnknownContent { number })?;
                    Kind::File(content.clone())
                }
                PackedKind::Directory => Kind::Directory(BTreeMap::new()),
                PackedKind::Symlink(target) => Kind::Symlink(target),
            };
            tree.insert(&FsPath::from(node.path), Node { link: node.link, ..Node::new(metadata, kind) })?;
        }
        Ok(tree)
    }

    /// The number of a content; a new one gets the next.
    fn number(&mut self, content: &Content) -> usize {
        let next = self.contents.len();
        let number = *self.numbers.entry(content.address()).or_insert(next);
        if number == next {
            self.contents.push(content.clone());
        }
        number
    }
}

impl Report {
    /// Steps a process and tells what came of it.
    pub fn of(process: &mut dyn Process, fuel: u64) -> Self {
        let step = process.step(fuel);
        let output = process.take_output().into_iter();
        let output = output.map(|output| (output.session, output.stream, Bytes::from(output.bytes)));
        let (fuel_used, changes, news) = (process.fuel_used(), process.changes(), process.take_news());
        Self { step, fuel_used, changes, memory_bytes: process.memory_bytes(), output: output.collect(), news }
    }

    /// What was written in the slice, and what else there is to tell.
    pub fn into_parts(self) -> (Vec<Output>, Vec<News>) {
        let output = self.output.into_iter();
        let output = output.map(|(session, stream, bytes)| Output { session, stream, bytes: Vec::from(bytes) });
        (output.collect(), self.news)
    }
}

impl Serialize for PackedContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = self.0.bytes().map_err(serde::ser::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for PackedContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Bytes::deserialize(deserializer).map(|bytes| Self(Content::from(Vec::from(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::limits;
    use crate::runtime::{Modules, Processes};

    /// Makes a file `/new`, writes to `/data/a`, then ends.
    const WRITER: &str = r#"(module
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\10\00\00\00\03\00\00\00")
        (data (i32.const 16) "new")
        (data (i32.const 32) "data/a")
        (func $put (param $path i32) (param $length i32) (param $flags i32)
            (if (call $open (i32.const 3) (i32.const 0) (local.get $path) (local.get $length) (local.get $flags)
                (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 64)) (then unreachable))
            (if (call $write (i32.load (i32.const 64)) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable)))
        (func (export "_start")
            (call $put (i32.const 16) (i32.const 3) (i32.const 1))
            (call $put (i32.const 32) (i32.const 6) (i32.const 0))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

    fn program() -> Program {
        let metadata = |nanos| Metadata { mode: 0o4711, uid: 7, gid: 8, modified: Timestamp { nanos } };
        let mut tree = Tree::default();
        let shared = Node::file(metadata(u64::MAX), b"\0\xffshared".to_vec());
        let put = |tree: &mut Tree, path: &str, node| tree.insert(&path.into(), node).expect("its folder is there");
        put(&mut tree, "/", Node::directory(metadata(1)));
        put(&mut tree, "/data", Node::directory(metadata(2)));
        put(&mut tree, "/data/a", shared.clone());
        put(&mut tree, "/data/b", shared);
        put(&mut tree, "/link", Node::symlink(metadata(3), "../data//a"));
        put(&mut tree, "/empty", Node::file(metadata(4), Vec::new()));
        Program {
            arguments: vec!["writer".into()],
            environment: vec!["NAME=value=2".into()],
            directory: "/data".into(),
            user: User { uid: 7, gid: 8, groups: vec![9] },
            tree,
            tty: true,
            ports: vec![80, 443],
            networked: true,
            started: Timestamp { nanos: 1_750_000_000_123_456_789 },
            seed: u64::MAX - 1,
            ..Program::default()
        }
    }

    /// A message as the other end reads it.
    fn cross<T: Serialize + DeserializeOwned>(message: &T) -> T {
        let text = serde_json::to_string(message).expect("a message is plain data");
        serde_json::from_str(&text).expect("it is read as it was written")
    }

    #[test]
    fn a_program_arrives_as_it_was_sent_and_shared_bytes_cross_once() {
        let (mut here, mut there) = (Shared::default(), Shared::default());
        let packed = cross(&here.pack_program(program()));
        assert_eq!(packed.tree.contents.len(), 2);
        let arrived = there.unpack_program(packed).expect("both ends are of one version");
        assert_eq!(arrived, program());
        let content = |path: &str| arrived.tree.read(&path.into()).expect("a file");
        assert!(Arc::ptr_eq(&content("/data/a"), &content("/data/b")));
    }

    #[test]
    fn what_a_run_far_away_leaves_is_what_one_here_leaves() {
        let module = wat::parse_str(WRITER).expect("a module");
        let plain = || Program { ports: vec![], ..program() };
        let mut near = Modules::default().start(&module, plain()).expect("it starts");
        let expected = finish(near.as_mut());

        let (sent, mut here, mut there) = (plain(), Shared::default(), Shared::default());
        let arrived = there.unpack_program(cross(&here.pack_program(sent.clone()))).expect("it arrives");
        let mut far = Modules::default().start(&module, arrived).expect("it starts");
        assert_eq!(finish(far.as_mut()), expected);
        let packed = cross(&there.pack(&far.into_tree()));
        assert_eq!(packed.contents.len(), 2, "only what it wrote comes back");
        let left = here.unpack(packed).expect("it arrives");
        assert_eq!(left, near.into_tree());
        let kept = left.read(&"/data/b".into()).expect("a file");
        assert!(Arc::ptr_eq(&kept, &sent.tree.read(&"/data/b".into()).expect("a file")));
    }

    fn finish(process: &mut dyn Process) -> (Step, u64, Vec<Output>) {
        let report = cross(&Report::of(process, limits::SLICE_FUEL));
        (report.step, report.fuel_used, report.into_parts().0)
    }

    #[test]
    fn a_message_of_another_version_is_refused() {
        let mut packed = Shared::default().pack(&program().tree);
        packed.contents.clear();
        assert_eq!(Shared::default().unpack(packed), Err(UnpackError::UnknownContent { number: 0 }));
        let mut packed = Shared::default().pack(&program().tree);
        packed.nodes.remove(1);
        assert!(matches!(Shared::default().unpack(packed), Err(UnpackError::Tree(FsError::NotFound { .. }))));
    }
}
