//! The error numbers of WASI preview 1, those this host answers with.
//! <https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#errno>

use crate::fs::FsError;

/// What a call answers, when it has nothing to say but whether it worked.
pub(super) type Outcome = Result<(), Errno>;

/// Why a call failed, as the guest sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Errno {
    /// The arguments are too long.
    Toobig = 1,
    /// Permission denied.
    Acces = 2,
    /// Another process listens on this port.
    Addrinuse = 3,
    /// It would have to wait, or there are too many processes.
    Again = 6,
    /// Bad file descriptor.
    Badf = 8,
    /// No such child.
    Child = 12,
    /// Nobody listens there.
    Connrefused = 14,
    /// File exists.
    Exist = 20,
    /// A pointer leads out of the guest's memory.
    Fault = 21,
    /// File too large.
    Fbig = 22,
    /// A path that is not UTF-8.
    Ilseq = 25,
    /// A signal came that is caught.
    Intr = 27,
    /// Invalid argument.
    Inval = 28,
    /// The host cannot read a file.
    Io = 29,
    /// Is a directory.
    Isdir = 31,
    /// Too many levels of symbolic links.
    Loop = 32,
    /// Too many open files.
    Mfile = 33,
    /// File name too long.
    Nametoolong = 37,
    /// There is no network.
    Netunreach = 40,
    /// No such file or directory.
    Noent = 44,
    /// No program.
    Noexec = 45,
    /// No memory is left.
    Nomem = 48,
    /// No space left on device.
    Nospc = 51,
    /// A socket that is connected to nobody, such as one that listens.
    Notconn = 53,
    /// Not a directory.
    Notdir = 54,
    /// Directory not empty.
    Notempty = 55,
    /// Not a socket.
    Notsock = 57,
    /// Not supported.
    Notsup = 58,
    /// Operation not permitted.
    Perm = 63,
    /// A pipe that nobody reads.
    Pipe = 64,
    /// Read-only file system.
    Rofs = 69,
    /// Invalid seek.
    Spipe = 70,
    /// No such process.
    Srch = 71,
    /// The descriptor has given up the right to it.
    Notcapable = 76,
}

impl From<FsError> for Errno {
    fn from(error: FsError) -> Self {
        match error {
            FsError::NotFound { .. } => Self::Noent,
            FsError::NotADirectory { .. } => Self::Notdir,
            FsError::IsADirectory { .. } => Self::Isdir,
            FsError::Loop { .. } => Self::Loop,
            FsError::Unreadable { .. } => Self::Io,
        }
    }
}
