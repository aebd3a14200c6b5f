//! In a container: the imports, with their raw pointers.
#![expect(
    unsafe_code,
    reason = "imports take addresses, and new descriptors come as numbers"
)]

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;

use crate::{Ending, Pid, Process, Reaction, Spawn, Special, User, Waiting};

/// The flags of `wait`: answer at once; heed a signal that came before.
const NO_HANG: u32 = 1;
const HEEDS: u32 = 2;

mod import {
    #[link(wasm_import_module = "drydock_process")]
    unsafe extern "C" {
        pub fn spawn(wish: *const super::Wish, out: *mut u32) -> u32;
        pub fn wait(pid: u32, flags: u32, out: *mut u32) -> u32;
        pub fn pipe(out: *mut u32) -> u32;
        pub safe fn kill(pid: u32, signal: u32) -> u32;
        pub safe fn ignore(signal: u32, ignored: u32) -> u32;
        pub safe fn catch(signal: u32, caught: u32) -> u32;
        pub fn exec(wish: *const super::Wish) -> u32;
        pub fn caught(out: *mut u32) -> u32;
        pub fn process(from: u32, at: *mut u8, len: usize, out: *mut u32) -> u32;
        pub fn room(out: *mut u64) -> u32;
        pub fn umask(mask: u32, out: *mut u32) -> u32;
        pub fn pid(out: *mut u32) -> u32;
        pub fn directory(at: *mut u8, len: usize, out: *mut u32) -> u32;
        pub fn mode(at: *const u8, len: usize, out: *mut u32) -> u32;
        pub fn set_mode(at: *const u8, len: usize, mode: u32) -> u32;
        pub fn user(pid: u32, out: *mut u32) -> u32;
        pub fn groups(at: *mut u32, room: usize, out: *mut u32) -> u32;
        pub fn owner(at: *const u8, len: usize, out: *mut u32) -> u32;
        pub fn set_owner(at: *const u8, len: usize, uid: u32, gid: u32) -> u32;
    }
}

/// The argument of `spawn`.
#[repr(C)]
struct Wish {
    path: Part<u8>,
    arguments: Part<u8>,
    environment: Part<u8>,
    directory: Part<u8>,
    descriptors: Part<[u32; 2]>,
}

/// An address and how many of what is there belong to it.
#[repr(C)]
struct Part<T> {
    at: *const T,
    count: usize,
}

impl<T> From<&[T]> for Part<T> {
    fn from(all: &[T]) -> Self {
        Self {
            at: all.as_ptr(),
            count: all.len(),
        }
    }
}

pub(super) fn spawn(wish: &Spawn<'_>) -> io::Result<Pid> {
    described(wish, |wish| {
        let mut pid = 0;
        // SAFETY: what the wish points to outlives the call, and the answer is one number.
        check(unsafe { import::spawn(wish, &raw mut pid) })?;
        Ok(pid)
    })
}

pub(super) fn exec(wish: &Spawn<'_>) -> io::Error {
    // SAFETY: what the wish points to outlives the call.
    let result = described(wish, |wish| check(unsafe { import::exec(wish) }));
    result
        .err()
        .unwrap_or_else(|| io::ErrorKind::Unsupported.into())
}

/// Hands over a wish as the imports read it.
fn described<T>(wish: &Spawn<'_>, call: impl FnOnce(&Wish) -> io::Result<T>) -> io::Result<T> {
    let (path, directory) = (text(wish.path)?, text(wish.directory)?);
    let (arguments, environment) = (texts(wish.arguments), texts(wish.environment));
    let pairs: Vec<[u32; 2]> = wish
        .descriptors
        .iter()
        .map(|(to, from)| [*to, number(from)])
        .collect();
    call(&Wish {
        path: path.as_bytes().into(),
        arguments: arguments.as_slice().into(),
        environment: environment.as_slice().into(),
        directory: directory.as_bytes().into(),
        descriptors: pairs.as_slice().into(),
    })
}

pub(super) fn wait(pid: Pid, how: Waiting) -> io::Result<Option<(Pid, Ending)>> {
    let flags = match how {
        Waiting::Never => NO_HANG,
        Waiting::ToTheEnd => 0,
        Waiting::UntilSignalled => HEEDS,
    };
    let mut answer = [0_u32; 3];
    loop {
        // SAFETY: the answer is three numbers.
        match check(unsafe { import::wait(pid, flags, answer.as_mut_ptr()) }) {
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted && how == Waiting::ToTheEnd => {}
            waited => break waited?,
        }
    }
    let [pid, code, signal] = answer;
    let low = |number: u32| number.to_le_bytes()[0];
    let ending = if signal == 0 {
        Ending::Exited(low(code))
    } else {
        Ending::Killed(low(signal))
    };
    Ok((pid != 0).then_some((pid, ending)))
}

pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0_i32; 2];
    // SAFETY: the answer is two numbers.
    check(unsafe { import::pipe(ends.as_mut_ptr().cast()) })?;
    // SAFETY: both were opened for us just now.
    Ok(unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) })
}

pub(super) fn kill(pid: Pid, signal: u8) -> io::Result<()> {
    check(import::kill(pid, u32::from(signal)))
}

pub(super) fn react(signal: u8, reaction: Reaction) {
    let signal = u32::from(signal);
    // What is caught, or no longer, is not ignored either.
    import::catch(signal, u32::from(reaction == Reaction::Catch));
    import::ignore(signal, u32::from(reaction == Reaction::Ignore));
}

pub(super) fn caught() -> Option<u8> {
    let mut signal = 0;
    // SAFETY: the answer is one number.
    unsafe { import::caught(&raw mut signal) };
    u8::try_from(signal).ok().filter(|signal| *signal != 0)
}

pub(super) fn pid() -> Pid {
    let mut pid = 0;
    // SAFETY: the answer is one number.
    unsafe { import::pid(&raw mut pid) };
    pid
}

pub(super) fn parent() -> Pid {
    process_from(pid()).map_or(0, |(found, _)| found[1])
}

pub(super) fn processes() -> io::Result<Vec<Process>> {
    let mut all: Vec<Process> = Vec::new();
    loop {
        let ([pid, parent, _], text) = process_from(all.last().map_or(0, |last| last.pid + 1))?;
        if pid == 0 {
            return Ok(all);
        }
        let arguments = text.split_terminator('\0').map(str::to_owned).collect();
        all.push(Process {
            pid,
            parent,
            arguments,
        });
    }
}

/// The process with the lowest number from this on: number, parent and length of the arguments; then those.
fn process_from(pid: Pid) -> io::Result<([u32; 3], String)> {
    let (mut bytes, mut answer) = (vec![0; 4096], [0_u32; 3]);
    // SAFETY: no more is written than there is room for, and the answer is three numbers.
    check(unsafe { import::process(pid, bytes.as_mut_ptr(), bytes.len(), answer.as_mut_ptr()) })?;
    bytes.truncate(answer[2] as usize);
    Ok((answer, String::from_utf8_lossy(&bytes).into_owned()))
}

pub(super) fn room() -> io::Result<(u64, u64)> {
    let mut answer = [0_u64; 2];
    // SAFETY: the answer is two numbers.
    check(unsafe { import::room(answer.as_mut_ptr()) })?;
    Ok((answer[0], answer[1]))
}

pub(super) fn umask(mask: u32) -> u32 {
    let mut old = 0;
    // SAFETY: the answer is one number.
    unsafe { import::umask(mask, &raw mut old) };
    old
}

pub(super) fn directory() -> io::Result<String> {
    let (mut bytes, mut len) = (vec![0; 4096], 0_u32);
    // SAFETY: no more is written than there is room for.
    check(unsafe { import::directory(bytes.as_mut_ptr(), bytes.len(), &raw mut len) })?;
    bytes.truncate(len as usize);
    String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData.into())
}

pub(super) fn mode(path: &Path) -> io::Result<u32> {
    let (path, mut mode) = (text(path)?, 0);
    // SAFETY: the text outlives the call, and the answer is one number.
    check(unsafe { import::mode(path.as_ptr(), path.len(), &raw mut mode) })?;
    Ok(mode)
}

pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    let path = text(path)?;
    // SAFETY: the text outlives the call.
    check(unsafe { import::set_mode(path.as_ptr(), path.len(), mode) })
}

pub(super) fn user(pid: Pid) -> io::Result<User> {
    let mut answer = [0; 2];
    // SAFETY: the answer is two numbers.
    check(unsafe { import::user(pid, answer.as_mut_ptr()) })?;
    let [uid, gid] = answer;
    Ok(User { uid, gid })
}

pub(super) fn groups() -> io::Result<Vec<u32>> {
    // As many as Linux lets a process have; the lab has far fewer users.
    let (mut numbers, mut count) = (vec![0; 1024], 0_u32);
    // SAFETY: no more is written than there is room for, and the answer is one number.
    check(unsafe { import::groups(numbers.as_mut_ptr(), numbers.len(), &raw mut count) })?;
    numbers.truncate(count as usize);
    Ok(numbers)
}

pub(super) fn owner(path: &Path) -> io::Result<User> {
    let (path, mut answer) = (text(path)?, [0; 2]);
    // SAFETY: the text outlives the call, and the answer is two numbers.
    check(unsafe { import::owner(path.as_ptr(), path.len(), answer.as_mut_ptr()) })?;
    let [uid, gid] = answer;
    Ok(User { uid, gid })
}

pub(super) fn set_owner(path: &Path, User { uid, gid }: User) -> io::Result<()> {
    let path = text(path)?;
    // SAFETY: the text outlives the call.
    check(unsafe { import::set_owner(path.as_ptr(), path.len(), uid, gid) })
}

pub(super) fn symlink(target: &str, place: &str) -> io::Result<()> {
    // The root folder, the first that is open beforehand.
    const ROOT: u32 = 3;
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    unsafe extern "C" {
        fn path_symlink(
            target: *const u8,
            target_len: usize,
            fd: u32,
            at: *const u8,
            len: usize,
        ) -> u16;
    }
    let place = Path::new(&directory()?).join(place);
    let place = text(&place)?.trim_start_matches('/');
    // SAFETY: both texts outlive the call.
    check(u32::from(unsafe {
        path_symlink(
            target.as_ptr(),
            target.len(),
            ROOT,
            place.as_ptr(),
            place.len(),
        )
    }))
}

pub(super) fn is_special(file: std::fs::FileType, kind: Special) -> bool {
    let is_plain = file.is_file() || file.is_dir() || file.is_symlink();
    kind == Special::Character && !is_plain
}

pub(super) fn connect(host: &str, port: u16) -> io::Result<std::net::TcpStream> {
    #[link(wasm_import_module = "drydock_net")]
    unsafe extern "C" {
        fn connect(host: *const u8, len: usize, port: u32, out: *mut i32) -> u32;
    }
    let mut socket = 0;
    // SAFETY: the text outlives the call, and the answer is one number.
    check(unsafe { connect(host.as_ptr(), host.len(), u32::from(port), &raw mut socket) })?;
    // SAFETY: it was opened for us just now.
    Ok(unsafe { std::net::TcpStream::from_raw_fd(socket) })
}

fn check(errno: u32) -> io::Result<()> {
    if errno == 0 {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(errno.cast_signed()))
    }
}

fn number(fd: &impl AsRawFd) -> u32 {
    fd.as_raw_fd().cast_unsigned()
}

fn text(path: &Path) -> io::Result<&str> {
    path.to_str()
        .ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

/// The texts, each ended by a zero.
fn texts(texts: &[String]) -> Vec<u8> {
    texts
        .iter()
        .flat_map(|text| text.bytes().chain([0]))
        .collect()
}
