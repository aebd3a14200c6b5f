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

use wasmi::ValType;

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

/// A call that guests import.
pub(super) struct Call {
    /// The name of the import's module, and its own.
    pub(super) module: &'static str,
    pub(super) name: &'static str,
    pub(super) parameters: &'static [ValType],
    /// Whether it has a result, the error number; what ends the process has none.
    pub(super) answers: bool,
    run: fn(&mut Guest<'_>, Given) -> Outcome,
}

/// The arguments of a call, each in the low bits of a number; none has more.
pub(super) type Given = [u64; 9];

/// What came of a call.
pub(super) struct Made {
    /// Its error number.
    pub(super) answer: i32,
    /// What it costs in fuel.
    pub(super) cost: u64,
    /// Whether the process must not simply return from it; [`World::stop`] says why.
    pub(super) stops: bool,
}

/// A call that suspended a process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspended {
    /// The error number it answers with when the process goes on.
    pub(super) answer: i32,
    /// The call itself, if it had to wait: it is made again then.
    pub(super) again: Option<(&'static Call, Given)>,
}

/// What the parameter of a call may be.
trait Parameter {
    const TYPE: ValType;
    fn of(raw: Option<u64>) -> Self;
}

impl Parameter for u32 {
    const TYPE: ValType = ValType::I32;
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are the argument")]
    fn of(raw: Option<u64>) -> Self {
        raw.unwrap_or_default() as Self
    }
}

impl Parameter for u64 {
    const TYPE: ValType = ValType::I64;
    fn of(raw: Option<u64>) -> Self {
        raw.unwrap_or_default()
    }
}

impl Parameter for i64 {
    const TYPE: ValType = ValType::I64;
    fn of(raw: Option<u64>) -> Self {
        raw.unwrap_or_default().cast_signed()
    }
}

/// Lists calls as functions of this room, by the module that guests import them from; in brackets, the rights that a
/// call needs of which descriptor.
macro_rules! calls {
    ($( $module:ident { $( $name:ident ( $( $argument:ident : $type:ty ),* )
        $( [ $( $fd:ident : $right:ident ),* ] )? = $function:path ; )* } )*) => { &[ $( $( Call {
        module: $module,
        name: stringify!($name),
        parameters: &[ $( <$type as Parameter>::TYPE ),* ],
        answers: !matches!(stringify!($name).as_bytes(), b"proc_exit"),
        run: |guest, given| {
            let given = &mut given.into_iter();
            $( let $argument = <$type as Parameter>::of(given.next()); )*
            let _ = given;
            $( $( guest.world.descriptors.allow($fd, rights::$right)?; )* )?
            $function(guest, $( $argument ),*)
        },
    }, )* )* ] };
}

/// Every call of preview 1, and those beside it.
pub(super) static CALLS: &[Call] = calls! {
    MODULE {
        proc_exit(status: u32) = process::proc_exit;
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
        sock_accept(fd: u32, flags: u32, out: u32) [fd: ACCEPT] = socket::sock_accept;
        sock_recv(fd: u32, pieces: u32, count: u32, flags: u32, out: u32, out_flags: u32) [fd: READ] = socket::sock_recv;
        sock_send(fd: u32, pieces: u32, count: u32, flags: u32, out: u32) [fd: WRITE] = socket::sock_send;
        sock_shutdown(fd: u32, how: u32) [fd: SHUTDOWN] = socket::sock_shutdown;
    }
    NETWORK {
        listen(port: u32, out: u32) = network::listen;
        connect(at: u32, len: u32, port: u32, out: u32) = network::connect;
        peer(fd: u32, at: u32, len: u32, out: u32) = network::peer;
    }
    PROCESS {
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
};

/// Whether this is the call by which a program asks for its working directory by name.
pub(super) fn tells_directory(call: &Call) -> bool {
    (call.module, call.name) == (PROCESS, "directory")
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

/// Makes a call: what it does to the world is done, what it costs is still to be paid.
pub(super) fn make(call: &Call, given: Given, memory: Memory<'_>, world: &mut World) -> Made {
    let mut guest = Guest { memory, world };
    let outcome = (call.run)(&mut guest, given);
    let outcome = if is_due(guest.world) { Err(Errno::Intr) } else { outcome };
    let moved = guest.memory.touched().saturating_add(guest.world.files.take_work());
    Made {
        answer: outcome.map_or_else(|errno| i32::from(errno as u16), |()| 0),
        cost: CALL_FUEL.saturating_add(moved / BYTES_PER_FUEL),
        stops: guest.world.stop.is_some(),
    }
}

impl Suspended {
    /// By a call of which this came.
    pub(super) fn by(call: &'static Call, given: Given, made: &Made, world: &World) -> Self {
        let waits = world.stop == Some(Stop::Block);
        Self { answer: made.answer, again: waits.then_some((call, given)) }
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("name", &self.name).finish_non_exhaustive()
    }
}
