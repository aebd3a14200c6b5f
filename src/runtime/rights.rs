//! The rights of preview 1: what may be done with a descriptor, and with what
//! is opened from it. A descriptor begins with all that its kind allows, and a
//! program may give some of them up for good; what it asks for beforehand
//! decides only whether a file can be read and written, as in wasmtime.
//! <https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#rights>

/// A set of rights, one bit each.
pub(super) type Rights = u64;

pub(super) const DATASYNC: Rights = 1;
pub(super) const READ: Rights = 1 << 1;
pub(super) const SEEK: Rights = 1 << 2;
pub(super) const SET_FLAGS: Rights = 1 << 3;
pub(super) const SYNC: Rights = 1 << 4;
pub(super) const TELL: Rights = 1 << 5;
pub(super) const WRITE: Rights = 1 << 6;
pub(super) const ADVISE: Rights = 1 << 7;
pub(super) const ALLOCATE: Rights = 1 << 8;
pub(super) const CREATE_DIRECTORY: Rights = 1 << 9;
pub(super) const CREATE_FILE: Rights = 1 << 10;
pub(super) const LINK_SOURCE: Rights = 1 << 11;
pub(super) const LINK_TARGET: Rights = 1 << 12;
pub(super) const OPEN: Rights = 1 << 13;
pub(super) const READDIR: Rights = 1 << 14;
pub(super) const READLINK: Rights = 1 << 15;
pub(super) const RENAME_SOURCE: Rights = 1 << 16;
pub(super) const RENAME_TARGET: Rights = 1 << 17;
pub(super) const PATH_STAT: Rights = 1 << 18;
pub(super) const PATH_SET_SIZE: Rights = 1 << 19;
pub(super) const PATH_SET_TIMES: Rights = 1 << 20;
pub(super) const STAT: Rights = 1 << 21;
pub(super) const SET_SIZE: Rights = 1 << 22;
pub(super) const SET_TIMES: Rights = 1 << 23;
pub(super) const SYMLINK: Rights = 1 << 24;
pub(super) const REMOVE_DIRECTORY: Rights = 1 << 25;
pub(super) const UNLINK_FILE: Rights = 1 << 26;
pub(super) const POLL: Rights = 1 << 27;
pub(super) const SHUTDOWN: Rights = 1 << 28;
pub(super) const ACCEPT: Rights = 1 << 29;

/// Every right there is.
pub(super) const ALL: Rights = (1 << 30) - 1;
/// A stream can be read, written and asked for its state, but not sought.
pub(super) const OF_STREAM: Rights = READ | WRITE | SET_FLAGS | STAT | POLL;
/// A port that listens gives connections.
pub(super) const OF_LISTENER: Rights = ACCEPT | SET_FLAGS | STAT | POLL;
const OF_FILE_ONLY: Rights = READ | SEEK | TELL | WRITE | ADVISE | ALLOCATE | SET_SIZE;
/// What can be done with a folder, and by its paths.
pub(super) const OF_FOLDER: Rights = ALL & !(OF_FILE_ONLY | SHUTDOWN | ACCEPT);
/// What can be done with a file.
pub(super) const OF_FILE: Rights = OF_FILE_ONLY | DATASYNC | SET_FLAGS | SYNC | STAT | SET_TIMES | POLL;

/// What a descriptor has given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct GivenUp {
    /// For itself.
    pub(super) base: Rights,
    /// For what is opened from it.
    pub(super) inheriting: Rights,
}
