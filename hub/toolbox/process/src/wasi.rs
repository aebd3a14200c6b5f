//! In a container: the imports, with their raw pointers.
#![expect(
    unsafe_code,
    reason = "imports take addresses, and new descriptors come as numbers"
)]

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;

use crate::{Ending, Pid, Spawn};

/// `SIGPIPE`.
const BROKEN_PIPE: u32 = 13;
/// The flag of `wait`: answer at once.
const NO_HANG: u32 = 1;

mod import {
    #[link(wasm_import_module = "drydock_process")]
    unsafe extern "C" {
        pub fn spawn(wish: *const super::Wish, out: *mut u32) -> u32;
        pub fn wait(pid: u32, flags: u32, out: *mut u32) -> u32;
        pub fn pipe(out: *mut u32) -> u32;
        pub safe fn kill(pid: u32, signal: u32) -> u32;
        pub safe fn ignore(signal: u32, ignored: u32) -> u32;
        pub fn pid(out: *mut u32) -> u32;
        pub fn directory(at: *mut u8, len: usize, out: *mut u32) -> u32;
        pub fn mode(at: *const u8, len: usize, out: *mut u32) -> u32;
        pub fn set_mode(at: *const u8, len: usize, mode: u32) -> u32;
    }
}

/// The argument of `spawn`: addresses, each with its length.
#[repr(C)]
struct Wish {
    path: (*const u8, usize),
    arguments: (*const u8, usize),
    environment: (*const u8, usize),
    directory: (*const u8, usize),
    descriptors: (*const [u32; 2], usize),
}

pub(super) fn spawn(wish: &Spawn<'_>) -> io::Result<Pid> {
    let (path, directory) = (text(wish.path)?, text(wish.directory)?);
    let (arguments, environment) = (texts(wish.arguments), texts(wish.environment));
    let pairs: Vec<[u32; 2]> = wish
        .descriptors
        .iter()
        .map(|(to, from)| [*to, number(from)])
        .collect();
    let wish = Wish {
        path: (path.as_ptr(), path.len()),
        arguments: (arguments.as_ptr(), arguments.len()),
        environment: (environment.as_ptr(), environment.len()),
        directory: (directory.as_ptr(), directory.len()),
        descriptors: (pairs.as_ptr(), pairs.len()),
    };
    let mut pid = 0;
    // SAFETY: the texts and pairs outlive the call, and the answer is one number.
    check(unsafe { import::spawn(&raw const wish, &raw mut pid) })?;
    Ok(pid)
}

pub(super) fn wait(pid: Pid, hang: bool) -> io::Result<Option<(Pid, Ending)>> {
    let mut answer = [0_u32; 3];
    // SAFETY: the answer is three numbers.
    check(unsafe { import::wait(pid, if hang { 0 } else { NO_HANG }, answer.as_mut_ptr()) })?;
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

pub(super) fn ignore_broken_pipes() {
    import::ignore(BROKEN_PIPE, 1);
}

pub(super) fn pid() -> Pid {
    let mut pid = 0;
    // SAFETY: the answer is one number.
    unsafe { import::pid(&raw mut pid) };
    pid
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
