//! Sockets, as far as preview 1 has them: a program uses those that were
//! opened beforehand, and those that come of them. What preview 1 lacks is in
//! `drydock_net`, which `hub/toolbox/README.md` describes.

use super::spawn::block;
use super::stream::{room, scatter, write_pipe};
use super::{Guest, Outcome};
use crate::limits;
use crate::runtime::descriptors::Descriptor;
use crate::runtime::errno::Errno;
use crate::runtime::guest::Piece;
use crate::runtime::network::{NONBLOCK, Socket};

/// Flags of `sock_recv`: leave the bytes there, and wait for as many as were asked for.
const PEEK: u32 = 1;
const WAIT_ALL: u32 = 2;
/// What `sock_shutdown` closes.
const READS: u32 = 1;
const WRITES: u32 = 2;

pub(super) fn sock_accept(guest: &mut Guest<'_>, fd: u32, flags: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let flags = u16::try_from(flags).map_err(|_| Errno::Inval)?;
    let listener = match guest.world.descriptors.get(fd)? {
        Descriptor::Listener(listener) => listener,
        Descriptor::Socket(_) => return Err(Errno::Inval),
        _ => return Err(Errno::Notsock),
    };
    let Some(socket) = listener.take() else {
        if listener.flags & NONBLOCK != 0 {
            return Err(Errno::Again);
        }
        guest.world.network.want();
        return block(guest);
    };
    let number = guest.world.descriptors.add(Descriptor::Socket(Socket { flags: flags & NONBLOCK, ..socket }))?;
    guest.memory.put_u32(out, number)
}

pub(super) fn sock_recv(
    guest: &mut Guest<'_>,
    fd: u32,
    pieces: u32,
    count: u32,
    flags: u32,
    out: u32,
    out_flags: u32,
) -> Outcome {
    guest.memory.slice(out, 4)?;
    guest.memory.slice(out_flags, 2)?;
    let pieces = guest.memory.pieces(pieces, count)?;
    let Some(read) = receive(guest, fd, &pieces, flags)? else { return Ok(()) };
    guest.memory.put(out_flags, &[0, 0])?;
    guest.memory.put_u32(out, read)
}

pub(super) fn sock_send(guest: &mut Guest<'_>, fd: u32, pieces: u32, count: u32, flags: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let pieces = guest.memory.pieces(pieces, count)?;
    match guest.world.descriptors.get(fd)? {
        Descriptor::Socket(_) if flags != 0 => return Err(Errno::Notsup),
        Descriptor::Socket(_) => {}
        Descriptor::Listener(_) => return Err(Errno::Notconn),
        _ => return Err(Errno::Notsock),
    }
    let Some(written) = write_pipe(guest, fd, &pieces)? else { return Ok(()) };
    guest.memory.put_u32(out, written)
}

pub(super) fn sock_shutdown(guest: &mut Guest<'_>, fd: u32, how: u32) -> Outcome {
    let socket = match guest.world.descriptors.get_mut(fd)? {
        Descriptor::Socket(socket) => socket,
        Descriptor::Listener(_) => return Err(Errno::Notconn),
        _ => return Err(Errno::Notsock),
    };
    if how == 0 || how & !(READS | WRITES) != 0 {
        return Err(Errno::Inval);
    }
    if how & READS != 0 {
        socket.reader = None;
    }
    if how & WRITES != 0 {
        socket.writer = None;
    }
    Ok(())
}

/// What has come over a connection, as far as it fits; none if the reader has to wait.
pub(super) fn receive(guest: &mut Guest<'_>, fd: u32, pieces: &[Piece], flags: u32) -> Result<Option<u32>, Errno> {
    let socket = match guest.world.descriptors.get(fd)? {
        Descriptor::Socket(socket) => socket,
        Descriptor::Listener(_) => return Err(Errno::Notconn),
        _ => return Err(Errno::Notsock),
    };
    let Some(pipe) = &socket.reader else { return Ok(Some(0)) };
    // As much as the buffer holds can be waited for at once.
    let room = room(pieces).min(limits::GUEST_PIPE_BYTES as usize);
    let wanted = if flags & WAIT_ALL == 0 { room.min(1) } else { room };
    if pipe.waiting() < wanted && !pipe.is_abandoned() {
        if socket.flags & NONBLOCK != 0 {
            return Err(Errno::Again);
        }
        if socket.is_far {
            guest.world.network.want();
        }
        return block(guest).map(|()| None);
    }
    let bytes = if flags & PEEK == 0 { pipe.take(room) } else { pipe.peek(room) };
    scatter(guest, &bytes, pieces).map(Some)
}

#[cfg(test)]
mod tests {
    use super::super::network::{connect, listen, peer};
    use super::super::stream::{fd_read, fd_write};
    use super::super::trial::{OUT, Trial, WILD, trial};
    use super::*;
    use crate::runtime::world::Stop;

    #[test]
    fn what_is_open_is_no_socket() {
        let mut trial = trial();
        assert_eq!(trial.call(|guest| sock_shutdown(guest, 1, 1)), Err(Errno::Notsock));
        assert_eq!(trial.call(|guest| sock_send(guest, 3, 0, 0, 0, 0)), Err(Errno::Notsock));
        assert_eq!(trial.call(|guest| sock_recv(guest, 0, 0, 0, 0, 0, 0)), Err(Errno::Notsock));
        assert_eq!(trial.call(|guest| sock_accept(guest, 9, 0, 0)), Err(Errno::Badf));
    }

    /// A listener on port 80, and both ends of a connection to it.
    fn connected(trial: &mut Trial) -> [u32; 3] {
        let listener = trial.ask(|guest| listen(guest, 80, OUT)).unwrap();
        let (at, len) = trial.text("localhost");
        let near = trial.ask(|guest| connect(guest, at, len, 80, OUT)).unwrap();
        let far = trial.ask(|guest| sock_accept(guest, listener, 0, OUT)).unwrap();
        [listener, near, far]
    }

    #[test]
    fn bytes_go_both_ways_until_an_end_is_closed() {
        let mut trial = trial();
        let [listener, near, far] = connected(&mut trial);
        let piece = trial.piece_of("hello");
        assert_eq!(trial.ask(|guest| sock_send(guest, near, piece, 1, 0, OUT)), Ok(5));
        let piece = trial.piece(0x9000, 9);
        assert_eq!(trial.ask(|guest| sock_recv(guest, far, piece, 1, PEEK, OUT, OUT + 4)), Ok(5));
        assert_eq!(trial.ask(|guest| fd_read(guest, far, piece, 1, OUT)), Ok(5));
        assert_eq!(trial.read(0x9000, 5), b"hello");
        assert_eq!(trial.ask(|guest| fd_read(guest, far, piece, 1, OUT)), Err(Errno::Again));
        assert_eq!(trial.world.stop.take(), Some(Stop::Block));
        assert_eq!(trial.call(|guest| sock_shutdown(guest, near, WRITES)), Ok(()));
        assert_eq!(trial.ask(|guest| fd_read(guest, far, piece, 1, OUT)), Ok(0));
        trial.world.descriptors.close(near).unwrap();
        assert_eq!(trial.ask(|guest| fd_write(guest, far, piece, 1, OUT)), Err(Errno::Pipe));
        assert_eq!(trial.world.stop.take(), Some(Stop::Signal(13)));
        assert_eq!(trial.call(|guest| sock_shutdown(guest, far, 0)), Err(Errno::Inval));
        assert_eq!(trial.ask(|guest| fd_read(guest, listener, piece, 1, OUT)), Err(Errno::Notconn));
    }

    #[test]
    fn a_peer_has_an_address_and_a_port_without_listener_none() {
        let mut trial = trial();
        let [listener, near, _] = connected(&mut trial);
        assert_eq!(trial.ask(|guest| peer(guest, near, 0x9000, 99, OUT)), Ok(12));
        assert_eq!(trial.read(0x9000, 12), b"127.0.0.1:80");
        assert_eq!(trial.ask(|guest| peer(guest, near, 0x9000, 3, OUT)), Err(Errno::Nametoolong));
        let (at, len) = trial.text("127.0.0.1");
        assert_eq!(trial.ask(|guest| connect(guest, at, len, 81, OUT)), Err(Errno::Connrefused));
        assert_eq!(trial.ask(|guest| listen(guest, 80, OUT)), Err(Errno::Addrinuse));
        trial.world.descriptors.close(listener).unwrap();
        assert_eq!(trial.ask(|guest| connect(guest, at, len, 80, OUT)), Err(Errno::Connrefused));
        let (at, len) = trial.text("example.org");
        assert_eq!(trial.ask(|guest| connect(guest, at, len, 80, OUT)), Err(Errno::Noent));
    }

    #[test]
    fn a_socket_that_never_waits_says_so() {
        let mut trial = trial();
        let [listener, near, _] = connected(&mut trial);
        for fd in [listener, near] {
            trial.call(|guest| super::super::descriptor::fd_fdstat_set_flags(guest, fd, u32::from(NONBLOCK))).unwrap();
        }
        let piece = trial.piece(0x9000, 9);
        assert_eq!(trial.ask(|guest| sock_accept(guest, listener, 0, OUT)), Err(Errno::Again));
        assert_eq!(trial.ask(|guest| fd_read(guest, near, piece, 1, OUT)), Err(Errno::Again));
        assert_eq!(trial.world.stop, None);
    }

    #[test]
    fn bad_pointers_cost_no_connection() {
        let mut trial = trial();
        let [listener, near, far] = connected(&mut trial);
        let (at, len) = trial.text("localhost");
        assert_eq!(trial.call(|guest| connect(guest, at, len, 80, WILD)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| connect(guest, WILD, 99, 80, OUT)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| listen(guest, 81, WILD)), Err(Errno::Fault));
        trial.call(|guest| connect(guest, at, len, 80, OUT)).unwrap();
        assert_eq!(trial.call(|guest| sock_accept(guest, listener, 0, WILD)), Err(Errno::Fault));
        assert!(trial.call(|guest| sock_accept(guest, listener, 0, OUT)).is_ok(), "it is still there");
        let wild = trial.piece(WILD, 0x20);
        assert_eq!(trial.call(|guest| sock_send(guest, near, wild, 1, 0, OUT)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| sock_recv(guest, far, wild, 1, 0, OUT, OUT)), Err(Errno::Fault));
        assert_eq!(trial.call(|guest| sock_recv(guest, far, 0x10, u32::MAX, 0, OUT, OUT)), Err(Errno::Inval));
    }
}
