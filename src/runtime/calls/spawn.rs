//! The calls beside preview 1, by which one program starts another: the import
//! module `drydock_process`. `hub/toolbox/README.md` describes it for those
//! who write programs.

use super::{Guest, Outcome, Stop};
use crate::fs::FsPath;
use crate::limits;
use crate::runtime::descriptors::Descriptor;
use crate::runtime::errno::Errno;
use crate::runtime::exec;
use crate::runtime::guest::Memory;
use crate::runtime::interpreted::Interpreted;
use crate::runtime::lookup::{self, Follow};
use crate::runtime::modules::Module;
use crate::runtime::pids::Ending;
use crate::runtime::pipe::Pipe;
use crate::runtime::process::{Program, Reach, StartError};
use crate::runtime::world::World;

/// The flag of `wait`: answer at once, with process 0 if none has ended.
const NO_HANG: u32 = 1;

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
    unconfined(guest.world)?;
    let wish = read_wish(&guest.memory, &guest.world.directory, wish)?;
    let world = &mut *guest.world;
    world.pids.room()?;
    let module = program(world, &wish.path)?;
    if world.files.node(&wish.directory)?.entries().is_none() {
        return Err(Errno::Notdir);
    }
    let (listeners, opens) = (world.network.beforehand(), module.opens(&wish.directory));
    let descriptors = world.descriptors.child(&wish.descriptors, listeners, &opens, &world.reach)?;
    let pid = world.pids.enter(world.pid);
    let program = Program {
        arguments: wish.arguments,
        environment: wish.environment,
        directory: wish.directory,
        reach: world.reach.clone(),
        ..Program::default()
    };
    let child = world.child(pid, program, descriptors);
    match Interpreted::start(&world.modules, &module, child) {
        Ok(process) => world.pids.born.push((pid, process)),
        Err(error) => {
            world.pids.forget(pid);
            return Err(if matches!(error, StartError::NoStart) { Errno::Noexec } else { Errno::Nomem });
        }
    }
    guest.memory.put_u32(out, pid)
}

/// Waits until a child ends, and tells which, with what exit code and by what signal (0: none).
pub(super) fn wait(guest: &mut Guest<'_>, pid: u32, flags: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 12)?;
    let (pid, code, signal) = match guest.world.pids.reap(guest.world.pid, pid)? {
        Some((pid, Ending::Exited(code))) => (pid, u32::from(code), 0),
        Some((pid, Ending::Killed(signal))) => (pid, 0, signal),
        None if flags & NO_HANG != 0 => (0, 0, 0),
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

/// Sends a signal; what is not ignored ends the process.
pub(super) fn kill(guest: &mut Guest<'_>, pid: u32, signal: u32) -> Outcome {
    guest.world.pids.kill(pid, signal)?;
    if pid == guest.world.pid {
        guest.world.stop = Some(Stop::Yield);
    }
    Ok(())
}

/// Ignores a signal, or (0) no longer.
pub(super) fn ignore(guest: &mut Guest<'_>, signal: u32, ignored: u32) -> Outcome {
    guest.world.pids.ignore(guest.world.pid, signal, ignored != 0)
}

/// Catches a signal, or (0) no longer.
pub(super) fn catch(guest: &mut Guest<'_>, signal: u32, caught: u32) -> Outcome {
    guest.world.pids.catch(guest.world.pid, signal, caught != 0)
}

/// The lowest signal that was caught and not asked for; 0 if there is none.
pub(super) fn caught(guest: &mut Guest<'_>, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let signal = guest.world.pids.take_caught(guest.world.pid);
    guest.memory.put_u32(out, signal)
}

/// The number of the caller.
pub(super) fn pid(guest: &mut Guest<'_>, out: u32) -> Outcome {
    guest.memory.put_u32(out, guest.world.pid)
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
    guest.world.files.set_mode(&path, mode & 0o7777)
}

/// Suspends the caller until its next turn, when the call is made again.
pub(super) fn block(guest: &mut Guest<'_>) -> Outcome {
    guest.world.stop = Some(Stop::Block);
    Err(Errno::Again)
}

fn file(guest: &Guest<'_>, at: u32, len: u32) -> Result<FsPath, Errno> {
    unconfined(guest.world)?;
    let here = lookup::Folder { path: &guest.world.directory, confined: false };
    guest.world.files.locate(&here, guest.memory.text(at, len)?, Follow::Yes)
}

/// Paths of these calls begin at the root, which a program in folders of its own does not have.
fn unconfined(world: &World) -> Outcome {
    if world.reach == Reach::Everything { Ok(()) } else { Err(Errno::Perm) }
}

/// The translated program at a path, in the words of `execve`.
fn program(world: &World, path: &FsPath) -> Result<Module, Errno> {
    let root = lookup::Folder { path: &FsPath::root(), confined: false };
    let path = world.files.locate(&root, path.as_str(), Follow::Yes)?;
    let node = world.files.node(&path)?;
    let content = node.content().ok_or(Errno::Acces)?;
    if node.metadata.mode & exec::EXECUTABLE == 0 {
        return Err(Errno::Acces);
    }
    if !content.starts_with(exec::MAGIC) {
        return Err(Errno::Noexec);
    }
    world.modules.load_file(content)
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
