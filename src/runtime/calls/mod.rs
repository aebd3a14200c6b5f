//! The host's side of WASI preview 1: one function a call, one file a group.
//! A call reads its arguments from the guest's memory, changes the world and
//! answers with an error number; it never fails the host.
//! <https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md>

mod access;
mod descriptor;
mod folder;
mod network;
mod open;
mod path;
mod process;
mod signal;
mod socket;
mod spawn;
mod stat;
mod stream;
mod time;
#[cfg(test)]
mod trial;

use std::sync::Arc;

use wasmi::errors::{HostError, LinkerError};
use wasmi::{AsContextMut, Caller, Error, Linker};

use super::errno::{Errno, Outcome};
use super::guest::{Guest, Memory};
use super::rights;
use super::world::{Stop, World};

/// The name under which guests import the calls.
const MODULE: &str = "wasi_snapshot_preview1";
/// The name under which they import those by which one program starts another.
const PROCESS: &str = "drydock_process";
/// The name under which they import what preview 1 lacks of a network.
const NETWORK: &str = "drydock_net";
/// What a call costs in fuel, whatever it does.
const CALL_FUEL: u64 = 64;
/// How many bytes a call may move for one unit of fuel.
const BYTES_PER_FUEL: u64 = 16;

/// A call asks to suspend the process; [`World::stop`] says why.
pub(super) struct Suspended {
    /// The error number the call answers with when the process goes on.
    pub(super) answer: i32,
    /// The call itself, if it had to wait: it is made again then.
    pub(super) again: Option<Arc<Call>>,
}

/// One call with its arguments.
type Call = dyn Fn(&mut Guest<'_>) -> Outcome + Send + Sync;

impl HostError for Suspended {}

impl std::fmt::Debug for Suspended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Suspended").field("answer", &self.answer).finish_non_exhaustive()
    }
}

impl std::fmt::Display for Suspended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("suspended")
    }
}

/// Binds names of preview 1 to functions of this room; in brackets, the rights that a call needs of which descriptor.
macro_rules! link {
    ($linker:ident, $module:ident, $( $name:ident ( $( $argument:ident : $type:ty ),* )
        $( [ $( $fd:ident : $right:ident ),* ] )? = $function:path ; )*) => { $(
        $linker.func_wrap($module, stringify!($name), |mut caller: Caller<'_, World>, $( $argument: $type ),*| {
            enter(&mut caller, move |guest| {
                $( $( guest.world.descriptors.allow($fd, rights::$right)?; )* )?
                $function(guest, $( $argument ),*)
            })
        })?;
    )* };
}

/// Offers every call of preview 1 to guests.
pub(super) fn link(linker: &mut Linker<World>) -> Result<(), LinkerError> {
    link_process(linker)?;
    link_descriptors(linker)?;
    link_paths(linker)?;
    link_sockets(linker)?;
    link_spawn(linker)
}

fn link_process(linker: &mut Linker<World>) -> Result<(), LinkerError> {
    linker.func_wrap(MODULE, "proc_exit", |mut caller: Caller<'_, World>, status: u32| {
        enter(&mut caller, move |guest| process::proc_exit(guest, status)).map(drop)
    })?;
    link! { linker, MODULE,
        args_get(pointers: u32, texts: u32) = process::args_get;
        args_sizes_get(count: u32, size: u32) = process::args_sizes_get;
        environ_get(pointers: u32, texts: u32) = process::environ_get;
        environ_sizes_get(count: u32, size: u32) = process::environ_sizes_get;
        proc_raise(signal: u32) = process::proc_raise;
        random_get(at: u32, len: u32) = process::random_get;
        sched_yield() = process::sched_yield;
        clock_res_get(id: u32, out: u32) = time::clock_res_get;
        clock_time_get(id: u32, precision: u64, out: u32) = time::clock_time_get;
        poll_oneoff(subscriptions: u32, events: u32, count: u32, out: u32) = time::poll_oneoff;
    }
    Ok(())
}

fn link_descriptors(linker: &mut Linker<World>) -> Result<(), LinkerError> {
    link! { linker, MODULE,
        fd_advise(fd: u32, offset: u64, len: u64, advice: u32) [fd: ADVISE] = descriptor::fd_advise;
        fd_close(fd: u32) = descriptor::fd_close;
        fd_datasync(fd: u32) [fd: DATASYNC] = descriptor::fd_sync;
        fd_sync(fd: u32) [fd: SYNC] = descriptor::fd_sync;
        fd_fdstat_get(fd: u32, out: u32) = descriptor::fd_fdstat_get;
        fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64) = descriptor::fd_fdstat_set_rights;
        fd_fdstat_set_flags(fd: u32, flags: u32) [fd: SET_FLAGS] = descriptor::fd_fdstat_set_flags;
        fd_prestat_get(fd: u32, out: u32) = descriptor::fd_prestat_get;
        fd_prestat_dir_name(fd: u32, at: u32, len: u32) = descriptor::fd_prestat_dir_name;
        fd_renumber(from: u32, to: u32) = descriptor::fd_renumber;
        fd_allocate(fd: u32, offset: u64, len: u64) [fd: ALLOCATE] = stat::fd_allocate;
        fd_filestat_get(fd: u32, out: u32) [fd: STAT] = stat::fd_filestat_get;
        fd_filestat_set_size(fd: u32, size: u64) [fd: SET_SIZE] = stat::fd_filestat_set_size;
        fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32) [fd: SET_TIMES] = stat::fd_filestat_set_times;
        fd_pread(fd: u32, pieces: u32, count: u32, offset: u64, out: u32) [fd: READ] = stream::fd_pread;
        fd_pwrite(fd: u32, pieces: u32, count: u32, offset: u64, out: u32) [fd: WRITE] = stream::fd_pwrite;
        fd_read(fd: u32, pieces: u32, count: u32, out: u32) [fd: READ] = stream::fd_read;
        fd_write(fd: u32, pieces: u32, count: u32, out: u32) [fd: WRITE] = stream::fd_write;
        fd_seek(fd: u32, offset: i64, whence: u32, out: u32) [fd: SEEK] = stream::fd_seek;
        fd_tell(fd: u32, out: u32) [fd: TELL] = stream::fd_tell;
        fd_readdir(fd: u32, buffer: u32, len: u32, cookie: u64, out: u32) [fd: READDIR] = folder::fd_readdir;
    }
    Ok(())
}

fn link_paths(linker: &mut Linker<World>) -> Result<(), LinkerError> {
    link! { linker, MODULE,
        path_create_directory(fd: u32, at: u32, len: u32) [fd: CREATE_DIRECTORY] = path::path_create_directory;
        path_filestat_get(fd: u32, flags: u32, at: u32, len: u32, out: u32) [fd: PATH_STAT] = stat::path_filestat_get;
        path_filestat_set_times(fd: u32, flags: u32, at: u32, len: u32, accessed: u64, modified: u64, which: u32) [fd: PATH_SET_TIMES]
            = stat::path_filestat_set_times;
        path_link(fd: u32, flags: u32, at: u32, len: u32, to_fd: u32, to_at: u32, to_len: u32)
            [fd: LINK_SOURCE, to_fd: LINK_TARGET] = path::path_link;
        path_open(fd: u32, follow: u32, at: u32, len: u32, how: u32, rights: u64, inherited: u64, flags: u32, out: u32) [fd: OPEN]
            = open::path_open;
        path_readlink(fd: u32, at: u32, len: u32, buffer: u32, room: u32, out: u32) [fd: READLINK] = path::path_readlink;
        path_remove_directory(fd: u32, at: u32, len: u32) [fd: REMOVE_DIRECTORY] = path::path_remove_directory;
        path_rename(fd: u32, at: u32, len: u32, to_fd: u32, to_at: u32, to_len: u32)
            [fd: RENAME_SOURCE, to_fd: RENAME_TARGET] = path::path_rename;
        path_symlink(target: u32, target_len: u32, fd: u32, at: u32, len: u32) [fd: SYMLINK] = path::path_symlink;
        path_unlink_file(fd: u32, at: u32, len: u32) [fd: UNLINK_FILE] = path::path_unlink_file;
    }
    Ok(())
}

fn link_sockets(linker: &mut Linker<World>) -> Result<(), LinkerError> {
    link! { linker, MODULE,
        sock_accept(fd: u32, flags: u32, out: u32) [fd: ACCEPT] = socket::sock_accept;
        sock_recv(fd: u32, pieces: u32, count: u32, flags: u32, out: u32, out_flags: u32) [fd: READ] = socket::sock_recv;
        sock_send(fd: u32, pieces: u32, count: u32, flags: u32, out: u32) [fd: WRITE] = socket::sock_send;
        sock_shutdown(fd: u32, how: u32) [fd: SHUTDOWN] = socket::sock_shutdown;
    }
    Ok(())
}

fn link_spawn(linker: &mut Linker<World>) -> Result<(), LinkerError> {
    link! { linker, NETWORK,
        listen(port: u32, out: u32) = network::listen;
        connect(at: u32, len: u32, port: u32, out: u32) = network::connect;
        peer(fd: u32, at: u32, len: u32, out: u32) = network::peer;
    }
    link! { linker, PROCESS,
        spawn(wish: u32, out: u32) = spawn::spawn;
        exec(wish: u32) = spawn::exec;
        wait(pid: u32, flags: u32, out: u32) = spawn::wait;
        pipe(out: u32) = spawn::pipe;
        kill(pid: u32, signal: u32) = signal::kill;
        ignore(signal: u32, ignored: u32) = signal::ignore;
        catch(signal: u32, caught: u32) = signal::catch;
        caught(out: u32) = signal::caught;
        pid(out: u32) = spawn::pid;
        process(from: u32, at: u32, len: u32, out: u32) = spawn::process;
        room(out: u32) = spawn::room;
        umask(mask: u32, out: u32) = spawn::umask;
        directory(at: u32, len: u32, out: u32) = spawn::directory;
        mode(at: u32, len: u32, out: u32) = spawn::mode;
        set_mode(at: u32, len: u32, mode: u32) = spawn::set_mode;
        user(pid: u32, out: u32) = spawn::user;
        groups(at: u32, room: u32, out: u32) = spawn::groups;
        owner(at: u32, len: u32, out: u32) = spawn::owner;
        set_owner(at: u32, len: u32, uid: u32, gid: u32) = spawn::set_owner;
    }
    Ok(())
}

/// Whether a program asks for its working directory by name.
pub(super) fn asks_directory(module: &wasmi::Module) -> bool {
    module.imports().any(|import| import.module() == PROCESS && import.name() == "directory")
}

/// Whether a signal came just before a wait, which does not begin then.
fn is_due(world: &mut World) -> bool {
    let waits = matches!(world.stop, Some(Stop::Block | Stop::Sleep(_)));
    let is_due = waits && world.pids.take_due(world.pid);
    if is_due {
        world.stop = None;
        world.wait_no_longer();
    }
    is_due
}

/// Runs one call on the guest's memory and lets it pay in fuel for what it touched.
pub(super) fn enter(
    mut store: impl AsContextMut<Data = World>,
    call: impl Fn(&mut Guest<'_>) -> Outcome + Send + Sync + 'static,
) -> Result<i32, Error> {
    let mut store = store.as_context_mut();
    let (bytes, world) = match store.data().memory {
        Some(memory) => memory.data_and_store_mut(&mut store),
        None => (Default::default(), store.data_mut()),
    };
    let mut guest = Guest { memory: Memory::new(bytes), world };
    let outcome = call(&mut guest);
    let outcome = if is_due(guest.world) { Err(Errno::Intr) } else { outcome };
    let answer = outcome.map_or_else(|errno| i32::from(errno as u16), |()| 0);
    let moved = guest.memory.touched().saturating_add(guest.world.files.take_work());
    let cost = CALL_FUEL.saturating_add(moved / BYTES_PER_FUEL);
    let stop = guest.world.stop;
    let fuel = store.get_fuel()?;
    store.set_fuel(fuel.saturating_sub(cost))?;
    store.data_mut().debt += cost.saturating_sub(fuel);
    let again: Option<Arc<Call>> = if stop == Some(Stop::Block) { Some(Arc::new(call)) } else { None };
    if stop.is_some() { Err(Error::host(Suspended { answer, again })) } else { Ok(answer) }
}
