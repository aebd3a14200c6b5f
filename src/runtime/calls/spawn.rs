//! The calls beside preview 1, by which one program starts another: the import
//! module `drydock_process`. `hub/toolbox/README.md` describes it for those
//! who write programs.

use super::{Guest, Outcome, Stop, access};
use crate::fs::{FsPath, Metadata};
use crate::limits;
use crate::runtime::descriptors::Descriptor;
use crate::runtime::errno::Errno;
use crate::runtime::exec::{self, Interpreter};
use crate::runtime::guest::Memory;
use crate::runtime::instance::Instance;
use crate::runtime::lookup::{self, Follow};
use crate::runtime::modules::Module;
use crate::runtime::pids::Ending;
use crate::runtime::pipe::Pipe;
use crate::runtime::process::{Program, Reach, StartError};
use crate::runtime::user::{EXECUTE, User};
use crate::runtime::world::World;

/// The flag of `wait`: answer at once, with process 0 if none has ended.
const NO_HANG: u32 = 1;
/// The flag of `wait`: a signal that was caught before counts as one that comes meanwhile.
const HEEDS: u32 = 2;

/// What a caller of `spawn` describes: five pointers with their lengths.
struct Wish {
    path: FsPath,
    arguments: Vec<String>,
    environment: Vec<String>,
    directory: FsPath,
    /// Each a descriptor of the child and the parent's that it stands for.
    descriptors: Vec<(u32, u32)>,
}

/// Starts a program as a child; its number is put at `out`.
pub(super) fn spawn(guest: &mut Guest<'_>, wish: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let mut wish = wished(guest, wish)?;
    let world = &mut *guest.world;
    world.pids.room()?;
    let module = program(world, &mut wish)?;
    let pid = world.pids.enter(world.pid, &wish.arguments);
    let process = start(world, pid, wish, &module).inspect_err(|_| world.pids.forget(pid))?;
    world.pids.born.push((pid, process));
    guest.memory.put_u32(out, pid)
}

/// Lets a program take the place of the caller; if it can be started, this does not return.
pub(super) fn exec(guest: &mut Guest<'_>, wish: u32) -> Outcome {
    let mut wish = wished(guest, wish)?;
    let world = &mut *guest.world;
    let module = program(world, &mut wish)?;
    let (pid, arguments) = (world.pid, wish.arguments.clone());
    let process = start(world, pid, wish, &module)?;
    world.pids.replaced(pid, &arguments);
    world.pids.born.push((pid, process));
    world.stop = Some(Stop::Replaced);
    Ok(())
}

/// What the caller describes, from one who may.
fn wished(guest: &Guest<'_>, at: u32) -> Result<Wish, Errno> {
    unconfined(guest.world)?;
    read_wish(&guest.memory, &guest.world.directory, at)
}

/// The process with this number that a wish describes; nothing of it has run yet.
fn start(world: &mut World, pid: u32, wish: Wish, module: &Module) -> Result<Instance, Errno> {
    if world.files.node(&wish.directory)?.entries().is_none() {
        return Err(Errno::Notdir);
    }
    let (listeners, opens) = (world.network.beforehand(), module.opens(&wish.directory));
    let descriptors = world.descriptors.child(&wish.descriptors, listeners, &opens, &world.reach)?;
    let program = Program {
        arguments: wish.arguments,
        environment: wish.environment,
        directory: wish.directory,
        user: world.user.clone(),
        reach: world.reach.clone(),
        ..Program::default()
    };
    let child = world.child(pid, program, descriptors);
    Instance::start(&world.modules, module, child).map_err(|error| {
        world.pids.is_lost |= module.is_lent();
        if matches!(error, StartError::NoStart) { Errno::Noexec } else { Errno::Nomem }
    })
}

/// Waits until a child ends, and tells which, with what exit code and by what signal (0: none).
pub(super) fn wait(guest: &mut Guest<'_>, pid: u32, flags: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 12)?;
    let (pid, code, signal) = match guest.world.pids.reap(guest.world.pid, pid)? {
        Some((pid, Ending::Exited(code))) => (pid, u32::from(code), 0),
        Some((pid, Ending::Killed(signal))) => (pid, 0, signal),
        None if flags & NO_HANG != 0 => (0, 0, 0),
        None if flags & HEEDS != 0 && guest.world.pids.has_caught(guest.world.pid) => return Err(Errno::Intr),
        None => return block(guest),
    };
    guest.memory.put(out, [pid, code, signal].map(u32::to_le_bytes).as_flattened())
}

/// Makes a pipe: the descriptor to read from is put at `out`, the one to write to after it.
pub(super) fn pipe(guest: &mut Guest<'_>, out: u32) -> Outcome {
    guest.memory.slice(out, 8)?;
    let (reader, writer) = Pipe::pair();
    let reader = guest.world.descriptors.add(Descriptor::Reader(reader))?;
    let writer = guest.world.descriptors.add(Descriptor::Writer(writer)).inspect_err(|_| {
        guest.world.descriptors.close(reader).expect("it was just opened");
    })?;
    guest.memory.put(out, [reader, writer].map(u32::to_le_bytes).as_flattened())
}

/// The number of the caller.
pub(super) fn pid(guest: &mut Guest<'_>, out: u32) -> Outcome {
    guest.memory.put_u32(out, guest.world.pid)
}

/// The process with the lowest number from `from` on: its number (0: none), its parent's and the length of its arguments
/// are put at `out`, and at `at` as much of them as there is room for, each ended by a zero.
pub(super) fn process(guest: &mut Guest<'_>, from: u32, at: u32, len: u32, out: u32) -> Outcome {
    let found = guest.world.pids.from(from);
    let (pid, parent, arguments) = found.unwrap_or((0, 0, &[]));
    let text: Vec<u8> = arguments.iter().flat_map(|text| text.bytes().chain([0])).collect();
    let size = u32::try_from(text.len()).map_err(|_| Errno::Toobig)?;
    guest.memory.put(at, &text[..text.len().min(len as usize)])?;
    guest.memory.put(out, [pid, parent, size].map(u32::to_le_bytes).as_flattened())
}

/// Sets the permissions that new files and folders do not get; the old ones are put at `out`.
pub(super) fn umask(guest: &mut Guest<'_>, mask: u32, out: u32) -> Outcome {
    guest.memory.put_u32(out, guest.world.mask)?;
    guest.world.mask = mask & 0o777;
    Ok(())
}

/// The room for files: two numbers of 64 bits, how many bytes a container may write and how many of them are left.
pub(super) fn room(guest: &mut Guest<'_>, out: u32) -> Outcome {
    let numbers = [limits::GUEST_FILE_BYTES, guest.world.files.bytes_left];
    guest.memory.put(out, numbers.map(u64::to_le_bytes).as_flattened())
}

/// The folder the caller begins in; a program that imports this call has only the root open beforehand.
pub(super) fn directory(guest: &mut Guest<'_>, at: u32, len: u32, out: u32) -> Outcome {
    let text = guest.world.directory.as_str().as_bytes();
    if text.len() > len as usize {
        return Err(Errno::Nametoolong);
    }
    guest.memory.put(at, text)?;
    guest.memory.put_u32(out, u32::try_from(text.len()).map_err(|_| Errno::Nametoolong)?)
}

/// The permissions of a file, as the low twelve bits of a Unix mode.
pub(super) fn mode(guest: &mut Guest<'_>, at: u32, len: u32, out: u32) -> Outcome {
    let path = file(guest, at, len)?;
    let mode = guest.world.files.node(&path)?.metadata.mode;
    guest.memory.put_u32(out, mode)
}

/// Changes the permissions of a file.
pub(super) fn set_mode(guest: &mut Guest<'_>, at: u32, len: u32, mode: u32) -> Outcome {
    let path = file(guest, at, len)?;
    access::own(&guest.world.user, guest.world.files.node(&path)?)?;
    guest.world.files.metadata_mut(&path)?.mode = mode & 0o7777;
    Ok(())
}

/// Who runs a process (0: the caller): the number of the user is put at `out`, then that of the group.
pub(super) fn user(guest: &mut Guest<'_>, pid: u32, out: u32) -> Outcome {
    let pid = if pid == 0 { guest.world.pid } else { pid };
    let User { uid, gid, .. } = guest.world.pids.user(pid).ok_or(Errno::Srch)?;
    guest.memory.put(out, [*uid, *gid].map(u32::to_le_bytes).as_flattened())
}

/// The other groups of the caller: how many there are is put at `out`, and at `at` as many of their numbers as there is
/// room for.
pub(super) fn groups(guest: &mut Guest<'_>, at: u32, room: u32, out: u32) -> Outcome {
    let groups = &guest.world.user.groups;
    let told: Vec<u8> = groups.iter().take(room as usize).flat_map(|group| group.to_le_bytes()).collect();
    guest.memory.put(at, &told)?;
    guest.memory.put_u32(out, u32::try_from(groups.len()).map_err(|_| Errno::Toobig)?)
}

/// Whose a file is, in the same form.
pub(super) fn owner(guest: &mut Guest<'_>, at: u32, len: u32, out: u32) -> Outcome {
    let path = file(guest, at, len)?;
    let Metadata { uid, gid, .. } = guest.world.files.node(&path)?.metadata;
    guest.memory.put(out, [uid, gid].map(u32::to_le_bytes).as_flattened())
}

/// Gives a file to another user and group, which root alone does.
pub(super) fn set_owner(guest: &mut Guest<'_>, at: u32, len: u32, uid: u32, gid: u32) -> Outcome {
    let path = file(guest, at, len)?;
    if !guest.world.user.is_root() {
        return Err(Errno::Perm);
    }
    let metadata = guest.world.files.metadata_mut(&path)?;
    (metadata.uid, metadata.gid) = (uid, gid);
    Ok(())
}

/// Suspends the caller until its next turn, when the call is made again.
pub(super) fn block(guest: &mut Guest<'_>) -> Outcome {
    guest.world.stop = Some(Stop::Block);
    Err(Errno::Again)
}

fn file(guest: &Guest<'_>, at: u32, len: u32) -> Result<FsPath, Errno> {
    unconfined(guest.world)?;
    let here = lookup::Folder { path: &guest.world.directory, confined: false };
    let path = guest.world.files.locate(&here, guest.memory.text(at, len)?, Follow::Yes)?;
    access::reach(guest.world, &path).map(|()| path)
}

/// Paths of these calls begin at the root, which a program in folders of its own does not have.
fn unconfined(world: &World) -> Outcome {
    if world.reach == Reach::Everything { Ok(()) } else { Err(Errno::Perm) }
}

/// The translated program that is wished for, in the words of `execve`. Of a script that is its interpreter, for
/// which the arguments are then.
fn program(world: &World, wish: &mut Wish) -> Result<Module, Errno> {
    let root = lookup::Folder { path: &FsPath::root(), confined: false };
    let mut called = wish.path.to_string();
    for _ in 0..=exec::INTERPRETERS {
        let path = world.files.locate(&root, wish.directory.join(&called).as_str(), Follow::Yes)?;
        let node = world.files.node(&path)?;
        let content = node.content().ok_or(Errno::Acces)?;
        access::reach(world, &path)?;
        access::may(world, EXECUTE, &path)?;
        if content.starts_with(exec::MAGIC) {
            return world.modules.load_file(content);
        }
        let interpreter = Interpreter::of(content).ok_or(Errno::Noexec)?;
        interpreter.takes(&called, &mut wish.arguments);
        called = interpreter.path;
    }
    Err(Errno::Loop)
}

fn read_wish(memory: &Memory<'_>, here: &FsPath, at: u32) -> Result<Wish, Errno> {
    let field = |index: u32| -> Result<(u32, u32), Errno> {
        let at = at.checked_add(index * 8).ok_or(Errno::Fault)?;
        Ok((memory.u32(at)?, memory.u32(at.checked_add(4).ok_or(Errno::Fault)?)?))
    };
    let text = |index| field(index).and_then(|(at, len)| memory.text(at, len));
    let texts = |index| field(index).and_then(|(at, len)| texts(memory, at, len));
    let (pairs, count) = field(4)?;
    if count as usize > limits::GUEST_DESCRIPTORS {
        return Err(Errno::Mfile);
    }
    let numbers = memory.slice(pairs, count * 8)?.as_chunks::<8>().0;
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
    Ok(Wish {
        path: here.join(text(0)?),
        arguments: texts(1)?,
        environment: texts(2)?,
        directory: here.join(text(3)?),
        descriptors: numbers.iter().map(|pair| (number(&pair[..4]), number(&pair[4..]))).collect(),
    })
}

/// Texts that are each ended by a zero.
fn texts(memory: &Memory<'_>, at: u32, len: u32) -> Result<Vec<String>, Errno> {
    if len > limits::GUEST_ARGUMENT_BYTES {
        return Err(Errno::Toobig);
    }
    let bytes = memory.slice(at, len)?;
    let Some(bytes) = bytes.strip_suffix(&[0]) else { return if len == 0 { Ok(vec![]) } else { Err(Errno::Inval) } };
    let texts = bytes.split(|byte| *byte == 0).map(|text| String::from_utf8(text.to_vec()));
    texts.collect::<Result<_, _>>().map_err(|_| Errno::Ilseq)
}
