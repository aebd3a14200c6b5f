//! A guest without a program: tests of the calls write its memory by hand.

use super::{Guest, Memory, World};
use crate::fs::{Metadata, Node, Tree};
use crate::oci::Timestamp;
use crate::runtime::errno::{Errno, Outcome};
use crate::runtime::modules::Modules;
use crate::runtime::process::Program;

/// An address that lies outside of the memory.
pub(super) const WILD: u32 = 0xffff_fff0;
/// Where tests let calls put their answers.
pub(super) const OUT: u32 = 0x8000;

/// Memory and world of a process that has not begun.
pub(super) struct Trial {
    bytes: Vec<u8>,
    pub(super) world: World,
    texts_end: u32,
}

/// The time at which the trial's clock starts, and its files were changed.
pub(super) const STARTED: Timestamp = Timestamp { nanos: 1_000_000_000_000 };

/// A process in `/app`, with `/app/f` ("hello"), `/app/d/e` (empty), the link `/app/l` to `d/e` and `/etc/os` ("linux").
pub(super) fn trial() -> Trial {
    let mut tree = Tree::default();
    let file = Metadata::file(STARTED);
    for folder in ["/app/d", "/etc"] {
        tree.make_directories(&folder.into(), Metadata::directory(STARTED)).unwrap();
    }
    for (path, text) in [("/app/f", "hello"), ("/app/d/e", ""), ("/etc/os", "linux")] {
        tree.insert(&path.into(), Node::file(file, text.as_bytes().to_vec())).unwrap();
    }
    tree.insert(&"/app/l".into(), Node::symlink(file, "d/e")).unwrap();
    let program = Program {
        arguments: vec!["predict".into(), "x.json".into()],
        environment: vec!["A=b".into()],
        directory: "/app".into(),
        tree,
        started: STARTED,
        ..Program::default()
    };
    let world = World::new(program, &"/app".into(), Modules::default());
    Trial { bytes: vec![0; 0x1_0000], world, texts_end: 0x100 }
}

impl Trial {
    /// Makes one call.
    pub(super) fn call(&mut self, call: impl FnOnce(&mut Guest<'_>) -> Outcome) -> Outcome {
        call(&mut Guest { memory: Memory::near(&mut self.bytes), world: &mut self.world })
    }

    /// Makes one call that answers with a number at [`OUT`].
    pub(super) fn ask(&mut self, call: impl FnOnce(&mut Guest<'_>) -> Outcome) -> Result<u32, Errno> {
        self.call(call)?;
        Ok(self.number(OUT))
    }

    /// Puts a text into memory: its address and its length.
    pub(super) fn text(&mut self, text: &str) -> (u32, u32) {
        let (at, len) = (self.texts_end, u32::try_from(text.len()).unwrap());
        self.write(at, text.as_bytes());
        self.texts_end += len;
        (at, len)
    }

    /// Puts a scattered buffer of one piece into memory: the address of its description.
    pub(super) fn piece(&mut self, at: u32, len: u32) -> u32 {
        let entry = [at.to_le_bytes(), len.to_le_bytes()].concat();
        self.write(0x10, &entry);
        0x10
    }

    /// The entry of a piece that holds `text`.
    pub(super) fn piece_of(&mut self, text: &str) -> u32 {
        let (at, len) = self.text(text);
        self.piece(at, len)
    }

    pub(super) fn write(&mut self, at: u32, bytes: &[u8]) {
        self.bytes[at as usize..][..bytes.len()].copy_from_slice(bytes);
    }

    pub(super) fn read(&self, at: u32, len: u32) -> &[u8] {
        &self.bytes[at as usize..][..len as usize]
    }

    pub(super) fn number(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.read(at, 4).try_into().unwrap())
    }

    pub(super) fn long(&self, at: u32) -> u64 {
        u64::from_le_bytes(self.read(at, 8).try_into().unwrap())
    }

    /// Opens `path` as seen from the working directory, `how` in the words of `path_open`.
    pub(super) fn open(&mut self, path: &str, how: u32, flags: u32) -> Result<u32, Errno> {
        let (at, len) = self.text(path);
        self.ask(|guest| super::open::path_open(guest, 4, 1, at, len, how, u64::MAX, 0, flags, OUT))
    }

    /// Opens a folder, which cannot be written.
    pub(super) fn open_folder(&mut self, path: &str, how: u32) -> Result<u32, Errno> {
        let (at, len) = self.text(path);
        self.ask(|guest| super::open::path_open(guest, 4, 1, at, len, how, 0, 0, 0, OUT))
    }

    /// The bytes of a file in the tree.
    pub(super) fn file(&self, path: &str) -> String {
        String::from_utf8(self.world.files.tree().read(&path.into()).unwrap().to_vec()).unwrap()
    }
}
