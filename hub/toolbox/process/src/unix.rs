//! On a Unix: its own system calls.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use rustix::process::{
    Pid as Number, Signal, WaitOptions, WaitStatus, kill_process, test_kill_process, waitpid,
};

use crate::{Ending, Pid, Process, Reaction, Spawn, Special, User, Waiting};

/// The signals we have asked to hear of, or to ignore.
static SIGNALS: Mutex<BTreeMap<u8, Arc<Handled>>> = Mutex::new(BTreeMap::new());

/// What becomes of a signal.
#[derive(Default)]
struct Handled {
    /// It came.
    came: Arc<AtomicBool>,
    /// It does what it does by default.
    by_default: Arc<AtomicBool>,
    /// It is ignored.
    ignored: AtomicBool,
}

pub(super) fn spawn(wish: &Spawn<'_>) -> io::Result<Pid> {
    Ok(command(wish)?.spawn()?.id())
}

pub(super) fn exec(wish: &Spawn<'_>) -> io::Error {
    match command(wish) {
        Ok(mut command) => command.exec(),
        Err(error) => error,
    }
}

fn command(wish: &Spawn<'_>) -> io::Result<Command> {
    let Some((name, arguments)) = wish.arguments.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(wish.path);
    command
        .arg0(name)
        .args(arguments)
        .current_dir(wish.directory)
        .env_clear();
    command.envs(
        wish.environment
            .iter()
            .filter_map(|entry| entry.split_once('=')),
    );
    let mappings = wish.descriptors.iter().map(|(to, from)| {
        Ok(FdMapping {
            parent_fd: from.try_clone_to_owned()?,
            child_fd: to.cast_signed(),
        })
    });
    let mappings = mappings.collect::<io::Result<_>>()?;
    command
        .fd_mappings(mappings)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    Ok(command)
}

fn wait_for(pid: Pid, options: WaitOptions) -> io::Result<Option<(Number, WaitStatus)>> {
    Ok(match Number::from_raw(pid.cast_signed()) {
        Some(pid) => waitpid(Some(pid), options)?,
        None => rustix::process::wait(options)?,
    })
}

pub(super) fn wait(pid: Pid, how: Waiting) -> io::Result<Option<(Pid, Ending)>> {
    let options = if how == Waiting::ToTheEnd {
        WaitOptions::empty()
    } else {
        WaitOptions::NOHANG
    };
    let (pid, status) = loop {
        match wait_for(pid, options)? {
            Some(found) => break found,
            None if how == Waiting::Never => return Ok(None),
            None if signals().values().any(|signal| signal.has_come()) => {
                return Err(io::ErrorKind::Interrupted.into());
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let low = |number: Option<i32>| number.unwrap_or(0).to_le_bytes()[0];
    let ending = match status.terminating_signal() {
        Some(signal) => Ending::Killed(low(Some(signal))),
        None => Ending::Exited(low(status.exit_status())),
    };
    Ok(Some((pid.as_raw_nonzero().get().cast_unsigned(), ending)))
}

pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?)
}

pub(super) fn kill(pid: Pid, signal: u8) -> io::Result<()> {
    let pid = Number::from_raw(pid.cast_signed()).ok_or(io::ErrorKind::InvalidInput)?;
    match Signal::from_named_raw(i32::from(signal)) {
        Some(signal) => Ok(kill_process(pid, signal)?),
        None if signal == 0 => Ok(test_kill_process(pid)?),
        None => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// A child has the default in any case.
pub(super) fn react(signal: u8, reaction: Reaction) {
    let mut signals = signals();
    let handled = signals.entry(signal).or_insert_with(|| {
        let handled = Arc::new(Handled::default());
        let number = i32::from(signal);
        let by_default = Arc::clone(&handled.by_default);
        // What cannot be caught stays as it is.
        let _ = signal_hook::flag::register_conditional_default(number, by_default)
            .and_then(|_| signal_hook::flag::register(number, Arc::clone(&handled.came)));
        handled
    });
    let (ignored, by_default) = (reaction == Reaction::Ignore, reaction == Reaction::Default);
    handled.ignored.store(ignored, Ordering::SeqCst);
    handled.by_default.store(by_default, Ordering::SeqCst);
}

pub(super) fn caught() -> Option<u8> {
    let signals = signals();
    let (number, signal) = signals.iter().find(|(_, signal)| signal.has_come())?;
    signal.came.store(false, Ordering::SeqCst);
    Some(*number)
}

fn signals() -> MutexGuard<'static, BTreeMap<u8, Arc<Handled>>> {
    SIGNALS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Handled {
    fn has_come(&self) -> bool {
        self.came.load(Ordering::SeqCst) && !self.ignored.load(Ordering::SeqCst)
    }
}

pub(super) fn pid() -> Pid {
    std::process::id()
}

pub(super) fn parent() -> Pid {
    rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().cast_unsigned())
}

/// There are too many here to be of use: only who asks.
#[expect(clippy::unnecessary_wraps, reason = "in a container it can fail")]
pub(super) fn processes() -> io::Result<Vec<Process>> {
    Ok(vec![Process {
        pid: pid(),
        parent: parent(),
        arguments: std::env::args().collect(),
    }])
}

pub(super) fn room() -> io::Result<(u64, u64)> {
    let found = rustix::fs::statvfs("/")?;
    let bytes = |blocks: u64| blocks.saturating_mul(found.f_frsize);
    Ok((bytes(found.f_blocks), bytes(found.f_bavail)))
}

pub(super) fn umask(mask: u32) -> u32 {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(mask)).as_raw_mode()
}

pub(super) fn directory() -> io::Result<String> {
    std::env::current_dir()?
        .into_os_string()
        .into_string()
        .map_err(|_| io::ErrorKind::InvalidData.into())
}

pub(super) fn mode(path: &Path) -> io::Result<u32> {
    Ok(rustix::fs::stat(path)?.st_mode & 0o7777)
}

pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    Ok(rustix::fs::chmod(
        path,
        rustix::fs::Mode::from_raw_mode(mode),
    )?)
}

/// Whose its folder among the processes is.
pub(super) fn user(pid: Pid) -> io::Result<User> {
    let path = format!("/proc/{}", if pid == 0 { self::pid() } else { pid });
    owner(Path::new(&path))
}

pub(super) fn groups() -> io::Result<Vec<u32>> {
    let groups = rustix::process::getgroups()?;
    Ok(groups
        .into_iter()
        .map(rustix::process::Gid::as_raw)
        .collect())
}

pub(super) fn owner(path: &Path) -> io::Result<User> {
    let found = rustix::fs::stat(path)?;
    Ok(User {
        uid: found.st_uid,
        gid: found.st_gid,
    })
}

pub(super) fn set_owner(path: &Path, User { uid, gid }: User) -> io::Result<()> {
    std::os::unix::fs::chown(path, Some(uid), Some(gid))
}

pub(super) fn is_special(file: std::fs::FileType, kind: Special) -> bool {
    match kind {
        Special::Block => file.is_block_device(),
        Special::Character => file.is_char_device(),
        Special::Pipe => file.is_fifo(),
        Special::Socket => file.is_socket(),
    }
}

pub(super) fn connect(host: &str, port: u16) -> io::Result<std::net::TcpStream> {
    std::net::TcpStream::connect((host, port))
}
