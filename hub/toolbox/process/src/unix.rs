//! On a Unix: its own system calls.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use command_fds::{CommandFdExt, FdMapping};
use rustix::process::{
    Pid as Number, Signal, WaitOptions, WaitStatus, kill_process, test_kill_process, waitpid,
};

use crate::{Ending, Pid, Spawn};

pub(super) fn spawn(wish: &Spawn<'_>) -> io::Result<Pid> {
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
    Ok(command.spawn()?.id())
}

fn wait_for(pid: Pid, options: WaitOptions) -> io::Result<Option<(Number, WaitStatus)>> {
    Ok(match Number::from_raw(pid.cast_signed()) {
        Some(pid) => waitpid(Some(pid), options)?,
        None => rustix::process::wait(options)?,
    })
}

pub(super) fn wait(pid: Pid, hang: bool) -> io::Result<Option<(Pid, Ending)>> {
    let options = if hang {
        WaitOptions::empty()
    } else {
        WaitOptions::NOHANG
    };
    let Some((pid, status)) = wait_for(pid, options)? else {
        return Ok(None);
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

pub(super) fn ignore_broken_pipes() {
    // Rust's start-up has done so.
}

pub(super) fn pid() -> Pid {
    std::process::id()
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
