//! Reading, writing and seeking.

use super::spawn::block;
use super::{Guest, Outcome, Stop, socket};
use crate::limits;
use crate::runtime::descriptors::{APPEND, Descriptor, File};
use crate::runtime::errno::Errno;
use crate::runtime::guest::Piece;
use crate::runtime::network::NONBLOCK;
use crate::runtime::world::World;
use crate::text::Stream;

/// The signal of a pipe that nobody reads.
const SIGPIPE: u32 = 13;

pub(super) fn fd_read(guest: &mut Guest<'_>, fd: u32, pieces: u32, count: u32, out: u32) -> Outcome {
    let pieces = guest.memory.pieces(pieces, count)?;
    let read = match guest.world.descriptors.get(fd)? {
        Descriptor::Input(session) => {
            let input = guest.world.inputs.of(*session);
            if input.is_dry() && !pieces.is_empty() {
                input.is_wanted = true;
                return block(guest);
            }
            let bytes = input.take(room(&pieces));
            scatter(guest, &bytes, &pieces)?
        }
        Descriptor::Null => 0,
        Descriptor::Signals => {
            let world = &mut *guest.world;
            let signals: Vec<u8> = world.pids.hear(world.pid).take(room(&pieces)).collect();
            scatter(guest, &signals, &pieces)?
        }
        Descriptor::Reader(pipe) => {
            let room = room(&pieces);
            if room > 0 && pipe.waiting() == 0 && !pipe.is_abandoned() {
                return block(guest);
            }
            let bytes = pipe.take(room);
            scatter(guest, &bytes, &pieces)?
        }
        Descriptor::Socket(_) => match socket::receive(guest, fd, &pieces, 0)? {
            Some(read) => read,
            None => return Ok(()),
        },
        Descriptor::Output(..) | Descriptor::Writer(_) => return Err(Errno::Badf),
        Descriptor::Listener(_) => return Err(Errno::Notconn),
        _ => {
            let file = readable(guest, fd)?;
            let read = read_at(guest, &file, file.offset, &pieces)?;
            guest.world.descriptors.file_mut(fd, Errno::Badf)?.offset = file.offset.saturating_add(u64::from(read));
            read
        }
    };
    guest.memory.put_u32(out, read)
}

pub(super) fn fd_pread(guest: &mut Guest<'_>, fd: u32, pieces: u32, count: u32, offset: u64, out: u32) -> Outcome {
    let pieces = guest.memory.pieces(pieces, count)?;
    let file = readable(guest, fd)?;
    let read = read_at(guest, &file, offset, &pieces)?;
    guest.memory.put_u32(out, read)
}

pub(super) fn fd_write(guest: &mut Guest<'_>, fd: u32, pieces: u32, count: u32, out: u32) -> Outcome {
    let pieces = guest.memory.pieces(pieces, count)?;
    let written = match guest.world.descriptors.get(fd)? {
        Descriptor::Input(_) | Descriptor::Reader(_) => return Err(Errno::Badf),
        Descriptor::Signals => catch(guest, &pieces)?,
        Descriptor::Null => pieces.iter().fold(0, |sum: u32, piece| sum.saturating_add(piece.len)),
        Descriptor::Writer(_) | Descriptor::Socket(_) => match write_pipe(guest, fd, &pieces)? {
            Some(written) => written,
            None => return Ok(()),
        },
        Descriptor::Output(session, stream) => {
            let (session, stream) = (*session, *stream);
            write_stream(guest, session, stream, &pieces)?
        }
        Descriptor::Listener(_) => return Err(Errno::Notconn),
        _ => {
            let file = writable(guest, fd)?;
            let end = guest.world.files.size(&file.place)?;
            let offset = if file.flags & APPEND == 0 { file.offset } else { end };
            let written = write_at(guest, &file, offset, &pieces)?;
            guest.world.descriptors.file_mut(fd, Errno::Badf)?.offset = offset.saturating_add(u64::from(written));
            written
        }
    };
    guest.memory.put_u32(out, written)
}

pub(super) fn fd_pwrite(guest: &mut Guest<'_>, fd: u32, pieces: u32, count: u32, offset: u64, out: u32) -> Outcome {
    let pieces = guest.memory.pieces(pieces, count)?;
    let file = writable(guest, fd)?;
    let written = write_at(guest, &file, offset, &pieces)?;
    guest.memory.put_u32(out, written)
}

pub(super) fn fd_seek(guest: &mut Guest<'_>, fd: u32, offset: i64, whence: u32, out: u32) -> Outcome {
    let file = guest.world.descriptors.file_mut(fd, Errno::Spipe)?;
    let base = match whence {
        0 => 0,
        1 => file.offset,
        2 => guest.world.files.size(&file.place)?,
        _ => return Err(Errno::Inval),
    };
    file.offset = base.checked_add_signed(offset).ok_or(Errno::Inval)?;
    guest.memory.put_u64(out, file.offset)
}

pub(super) fn fd_tell(guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let offset = guest.world.descriptors.file_mut(fd, Errno::Spipe)?.offset;
    guest.memory.put_u64(out, offset)
}

/// Catches the signals whose numbers are written, a byte each.
fn catch(guest: &mut Guest<'_>, pieces: &[Piece]) -> Result<u32, Errno> {
    let World { pids, pid, .. } = &mut *guest.world;
    let mut caught = 0;
    for piece in pieces {
        for signal in guest.memory.slice(piece.at, piece.len)? {
            pids.catch(*pid, u32::from(*signal), true)?;
            pids.attend(*pid);
            caught += 1;
        }
    }
    Ok(caught)
}

/// How many bytes the pieces take.
pub(super) fn room(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.len as usize).sum()
}

fn readable(guest: &mut Guest<'_>, fd: u32) -> Result<File, Errno> {
    let file = guest.world.descriptors.file_mut(fd, Errno::Spipe)?;
    if file.readable { Ok(file.clone()) } else { Err(Errno::Badf) }
}

fn writable(guest: &mut Guest<'_>, fd: u32) -> Result<File, Errno> {
    let file = guest.world.descriptors.file_mut(fd, Errno::Spipe)?;
    if file.writable { Ok(file.clone()) } else { Err(Errno::Badf) }
}

fn read_at(guest: &mut Guest<'_>, file: &File, offset: u64, pieces: &[Piece]) -> Result<u32, Errno> {
    let content = guest.world.files.bytes(&file.place)?;
    let start = usize::try_from(offset).map_or(content.len(), |offset| offset.min(content.len()));
    scatter(guest, &content[start..], pieces)
}

/// Puts as many bytes into the pieces as fit: how many.
pub(super) fn scatter(guest: &mut Guest<'_>, mut rest: &[u8], pieces: &[Piece]) -> Result<u32, Errno> {
    let mut total = 0_u32;
    for piece in pieces {
        let len = rest.len().min(piece.len as usize);
        let (head, tail) = rest.split_at(len);
        guest.memory.put(piece.at, head)?;
        let len = u32::try_from(len).map_err(|_| Errno::Inval)?;
        total = total.checked_add(len).ok_or(Errno::Inval)?;
        rest = tail;
    }
    Ok(total)
}

/// All pieces or none: a write that does not fit leaves the file as it was.
fn write_at(guest: &mut Guest<'_>, file: &File, offset: u64, pieces: &[Piece]) -> Result<u32, Errno> {
    let mut bytes = Vec::new();
    for piece in pieces {
        if bytes.len() + piece.len as usize > limits::GUEST_MEMORY_BYTES {
            return Err(Errno::Inval);
        }
        bytes.extend_from_slice(guest.memory.slice(piece.at, piece.len)?);
    }
    let written = u32::try_from(bytes.len()).map_err(|_| Errno::Inval)?;
    if !bytes.is_empty() {
        let now = guest.world.clock.now();
        guest.world.files.write(&file.place, offset, &bytes, now)?;
    }
    Ok(written)
}

/// As much as fits into a pipe or a connection; none if the writer has to wait. Where nobody reads any more, the
/// writer gets `SIGPIPE`, or the error if it ignores that.
pub(super) fn write_pipe(guest: &mut Guest<'_>, fd: u32, pieces: &[Piece]) -> Result<Option<u32>, Errno> {
    let world = &mut *guest.world;
    let (pipe, may_wait, is_far) = match world.descriptors.get(fd)? {
        Descriptor::Writer(pipe) => (Some(pipe), true, false),
        Descriptor::Socket(socket) => (socket.writer.as_ref(), socket.flags & NONBLOCK == 0, socket.is_far),
        _ => return Err(Errno::Notsock),
    };
    let Some(pipe) = pipe.filter(|pipe| !pipe.is_abandoned()) else {
        if !world.pids.ignores(world.pid, SIGPIPE) {
            world.stop = Some(Stop::Signal(SIGPIPE));
        }
        return Err(Errno::Pipe);
    };
    if pipe.room() == 0 && room(pieces) > 0 {
        if is_far {
            world.network.want();
        }
        return if may_wait { block(guest).map(|()| None) } else { Err(Errno::Again) };
    }
    let mut written = 0;
    for piece in pieces {
        let len = piece.len.min(u32::try_from(pipe.room()).unwrap_or(u32::MAX));
        pipe.push(guest.memory.slice(piece.at, len)?);
        written += len;
    }
    Ok(Some(written))
}

/// As much as fits in the buffer of a pipe; the guest writes the rest again.
fn write_stream(guest: &mut Guest<'_>, session: u32, stream: Stream, pieces: &[Piece]) -> Result<u32, Errno> {
    let output = &mut guest.world.output;
    let mut room = limits::GUEST_PIPE_BYTES;
    let mut written = 0;
    for piece in pieces {
        let len = piece.len.min(room);
        let bytes = guest.memory.slice(piece.at, len)?;
        let kept = bytes.len().min(output.room());
        output.push(session, stream, &bytes[..kept]);
        if kept < bytes.len() {
            guest.world.stop = Some(Stop::Flood);
        }
        room -= len;
        written += len;
    }
    if output.is_full() && guest.world.stop.is_none() {
        guest.world.stop = Some(Stop::Yield);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{OUT, Trial, WILD, trial};
    use super::*;
    use crate::runtime::{MAIN, Output};

    fn write(trial: &mut Trial, fd: u32, text: &str) -> Result<u32, Errno> {
        let piece = trial.piece_of(text);
        trial.ask(|guest| fd_write(guest, fd, piece, 1, OUT))
    }

    fn read(trial: &mut Trial, fd: u32, len: u32) -> Result<Vec<u8>, Errno> {
        let piece = trial.piece(0x9000, len);
        let read = trial.ask(|guest| fd_read(guest, fd, piece, 1, OUT))?;
        Ok(trial.read(0x9000, read).to_vec())
    }

    #[test]
    fn a_file_is_read_to_its_end_and_no_further() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        assert_eq!(read(&mut trial, fd, 3), Ok(b"hel".to_vec()));
        assert_eq!(read(&mut trial, fd, 99), Ok(b"lo".to_vec()));
        assert_eq!(read(&mut trial, fd, 99), Ok(vec![]));
        assert_eq!(trial.ask(|guest| fd_seek(guest, fd, -4, 2, OUT)), Ok(1));
        assert_eq!(trial.ask(|guest| fd_tell(guest, fd, OUT)), Ok(1));
        assert_eq!(trial.ask(|guest| fd_seek(guest, fd, -2, 1, OUT)), Err(Errno::Inval));
        assert_eq!(trial.ask(|guest| fd_seek(guest, fd, 0, 9, OUT)), Err(Errno::Inval));
        trial.ask(|guest| fd_seek(guest, fd, i64::MAX, 0, OUT)).unwrap();
        assert_eq!(read(&mut trial, fd, 99), Ok(vec![]));
        let piece = trial.piece(0x9000, 2);
        assert_eq!(trial.ask(|guest| fd_pread(guest, fd, piece, 1, 3, OUT)), Ok(2));
        assert_eq!(trial.read(0x9000, 2), b"lo");
    }

    #[test]
    fn writes_go_where_the_position_is_or_to_the_end() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        assert_eq!(write(&mut trial, fd, "J"), Ok(1));
        let appending = trial.open("f", 0, u32::from(APPEND)).unwrap();
        assert_eq!(write(&mut trial, appending, "!"), Ok(1));
        let piece = trial.piece_of("??");
        assert_eq!(trial.ask(|guest| fd_pwrite(guest, fd, piece, 1, 7, OUT)), Ok(2));
        assert_eq!(trial.file("/app/f"), "Jello!\0??");
        trial.ask(|guest| fd_seek(guest, fd, i64::MAX, 0, OUT)).unwrap();
        assert_eq!(write(&mut trial, fd, "x"), Err(Errno::Fbig));
    }

    #[test]
    fn streams_are_collected_in_order() {
        let mut trial = trial();
        write(&mut trial, 1, "a").unwrap();
        write(&mut trial, 2, "b").unwrap();
        let output = |stream, text: &str| Output { session: MAIN, stream, bytes: text.into() };
        assert_eq!(trial.world.output.take(), [output(Stream::Stdout, "a"), output(Stream::Stderr, "b")]);
        assert_eq!(read(&mut trial, 0, 9), Ok(vec![]));
    }

    #[test]
    fn a_flood_pauses_the_process_and_then_kills_it() {
        let mut trial = trial();
        let piece = trial.piece(0, 0x1_0000);
        let mut writes = 0;
        while trial.world.stop != Some(Stop::Flood) {
            assert_eq!(trial.ask(|guest| fd_write(guest, 1, piece, 1, OUT)), Ok(limits::GUEST_PIPE_BYTES));
            trial.write(0x10, &[0, 0, 0, 0, 0, 0, 1, 0]);
            assert!(trial.world.stop.is_some());
            if trial.world.stop == Some(Stop::Yield) {
                trial.world.stop = None;
                trial.world.output.take();
            }
            writes += 1;
        }
        assert_eq!(writes, limits::GUEST_OUTPUT_BYTES / limits::GUEST_PIPE_BYTES as usize + 1);
    }

    #[test]
    fn bad_descriptors_and_pointers_are_errors() {
        let mut trial = trial();
        let fd = trial.open("f", 0, 0).unwrap();
        let folder = trial.open_folder("d", 0).unwrap();
        assert_eq!(write(&mut trial, 0, "x"), Err(Errno::Badf));
        assert_eq!(write(&mut trial, 99, "x"), Err(Errno::Badf));
        assert_eq!(write(&mut trial, folder, "x"), Err(Errno::Isdir));
        assert_eq!(read(&mut trial, 1, 9), Err(Errno::Badf));
        assert_eq!(read(&mut trial, folder, 9), Err(Errno::Isdir));
        assert_eq!(trial.ask(|guest| fd_seek(guest, 1, 0, 0, OUT)), Err(Errno::Spipe));
        let wild = trial.piece(WILD, 0x20);
        for (fd, piece, out) in [(fd, wild, OUT), (1, wild, OUT), (1, WILD, OUT), (fd, 0, WILD)] {
            assert_eq!(trial.ask(|guest| fd_write(guest, fd, piece, 1, out)), Err(Errno::Fault));
            assert!(trial.ask(|guest| fd_read(guest, fd, piece, 1, out)).is_err());
        }
        assert_eq!(trial.ask(|guest| fd_write(guest, fd, 0x10, u32::MAX, OUT)), Err(Errno::Inval));
    }
}
