//! Processes that start processes: what a shell needs beside WASI preview 1.
//! In a container of Drydock these are the imports of the module
//! `drydock_process`; on a Unix they are its own system calls, so that the
//! shell can be tested there.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

#[cfg(unix)]
#[path = "unix.rs"]
mod host;
#[cfg(target_os = "wasi")]
#[path = "wasi.rs"]
mod host;

mod path;
pub mod signal;

pub use path::physical;

/// The number of a process.
pub type Pid = u32;

/// A program to start.
#[derive(Debug)]
pub struct Spawn<'a> {
    /// The file that is the program.
    pub path: &'a Path,
    /// Its arguments; the first is its name.
    pub arguments: &'a [String],
    /// Its environment, as `NAME=value`.
    pub environment: &'a [String],
    /// Its working directory.
    pub directory: &'a Path,
    /// Its descriptors, and ours that they stand for. Others it has not.
    pub descriptors: &'a [(u32, BorrowedFd<'a>)],
}

/// How long to wait for a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Not at all.
    Never,
    /// Until it ends.
    ToTheEnd,
    /// Until it ends, or a signal comes that we catch.
    UntilSignalled,
}

/// What a signal does to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// It ends the process, mostly.
    Default,
    /// Nothing. `SIGPIPE`, 13, is then an error of the write that caused it.
    Ignore,
    /// It is told by [`caught`].
    Catch,
}

/// A process as others see it.
#[derive(Debug)]
pub struct Process {
    /// Its number.
    pub pid: Pid,
    /// Who started it.
    pub parent: Pid,
    /// What it was started with; the first is its name.
    pub arguments: Vec<String>,
}

/// A user and its group, as numbers; 0 is root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// The user.
    pub uid: u32,
    /// The group.
    pub gid: u32,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with an exit code.
    Exited(u8),
    /// By a signal.
    Killed(u8),
}

impl Ending {
    /// What a shell says of it.
    pub fn status(self) -> i32 {
        match self {
            Self::Exited(code) => i32::from(code),
            Self::Killed(signal) => 128 + i32::from(signal),
        }
    }
}

/// Starts a program as a child.
///
/// # Errors
/// As `execve` fails: nothing there, not executable, no program (`ENOEXEC`); and `EAGAIN` if there are too many.
pub fn spawn(wish: &Spawn<'_>) -> io::Result<Pid> {
    host::spawn(wish)
}

/// Lets a program take our place: this returns only what went wrong.
pub fn exec(wish: &Spawn<'_>) -> io::Error {
    host::exec(wish)
}

/// Waits for a child: `pid`, or (0) any. None: no such child has ended yet.
///
/// # Errors
/// `ECHILD` if there is no such child; `EINTR` if a signal that we catch ended the waiting.
pub fn wait(pid: Pid, how: Waiting) -> io::Result<Option<(Pid, Ending)>> {
    host::wait(pid, how)
}

/// A pipe: the end to read from, and the one to write to.
///
/// # Errors
/// `EMFILE` if too much is open.
pub fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    host::pipe()
}

/// Sends a signal; 0 asks whether the process is there.
///
/// # Errors
/// `ESRCH` if it is not.
pub fn kill(pid: Pid, signal: u8) -> io::Result<()> {
    host::kill(pid, signal)
}

/// Says what a signal does to us from now on.
pub fn react(signal: u8, reaction: Reaction) {
    host::react(signal, reaction);
}

/// A signal that came and that we catch; each is told once.
pub fn caught() -> Option<u8> {
    host::caught()
}

/// Our own number.
pub fn pid() -> Pid {
    host::pid()
}

/// The number of who started us.
pub fn parent() -> Pid {
    host::parent()
}

/// All processes of the container, the first first.
///
/// # Errors
/// If the system does not tell.
pub fn processes() -> io::Result<Vec<Process>> {
    host::processes()
}

/// Sets the permissions that new files do not get: those it was before.
pub fn umask(mask: u32) -> u32 {
    host::umask(mask)
}

/// The folder we began in.
///
/// # Errors
/// If it is gone.
pub fn directory() -> io::Result<String> {
    host::directory()
}

/// The room for files, in bytes: all there is, and what is left.
///
/// # Errors
/// If the system does not tell.
pub fn room() -> io::Result<(u64, u64)> {
    host::room()
}

/// A connection to a port of a host.
///
/// # Errors
/// If there is no such host, or nobody listens there.
pub fn connect(host: &str, port: u16) -> io::Result<std::net::TcpStream> {
    host::connect(host, port)
}

/// The permissions of a file, as the low twelve bits of a Unix mode. An absolute path.
///
/// # Errors
/// If it is not there.
pub fn mode(path: &Path) -> io::Result<u32> {
    host::mode(path)
}

/// Changes the permissions of a file. An absolute path.
///
/// # Errors
/// If it is not there.
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    host::set_mode(path, mode)
}

/// Who runs a process; 0 is our own.
///
/// # Errors
/// `ESRCH` if it is not there.
pub fn user(pid: Pid) -> io::Result<User> {
    host::user(pid)
}

/// The groups that we are in beside our own.
///
/// # Errors
/// If the system does not tell.
pub fn groups() -> io::Result<Vec<u32>> {
    host::groups()
}

/// Whose a file is. An absolute path.
///
/// # Errors
/// If it is not there.
pub fn owner(path: &Path) -> io::Result<User> {
    host::owner(path)
}

/// Gives a file to somebody. An absolute path.
///
/// # Errors
/// If it is not there, or we are not root.
pub fn set_owner(path: &Path, owner: User) -> io::Result<()> {
    host::set_owner(path, owner)
}

/// A descriptor that we were started with, as our own.
#[expect(unsafe_code, reason = "a number says nothing of who owns it")]
pub fn take(number: u32) -> OwnedFd {
    use std::os::fd::FromRawFd;
    // SAFETY: what we were started with belongs to nobody else in this process; the caller takes each once.
    unsafe { OwnedFd::from_raw_fd(number.cast_signed()) }
}

/// A file that is neither a file nor a folder nor a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A device of blocks.
    Block,
    /// A device of characters.
    Character,
    /// A pipe with a name.
    Pipe,
    /// A socket.
    Socket,
}

/// Whether a file is special, in this way. A container has one such file, `/dev/null`.
pub fn is_special(file: &std::fs::Metadata, kind: Special) -> bool {
    host::is_special(file.file_type(), kind)
}

/// Makes a symbolic link; the standard library offers that on a Unix alone.
///
/// # Errors
/// If there is something already, or no folder.
#[cfg(target_os = "wasi")]
pub fn symlink(target: &str, place: &str) -> io::Result<()> {
    host::symlink(target, place)
}
