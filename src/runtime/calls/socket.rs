//! Sockets, as far as preview 1 has them: a program can use one that was
//! opened beforehand, and open none itself. A container has no network yet,
//! so nothing that is open is a socket.

use super::{Guest, Outcome};
use crate::runtime::errno::Errno;

pub(super) fn sock_accept(guest: &mut Guest<'_>, fd: u32, _flags: u32, _out: u32) -> Outcome {
    socket(guest, fd)
}

pub(super) fn sock_recv(
    guest: &mut Guest<'_>,
    fd: u32,
    _pieces: u32,
    _count: u32,
    _flags: u32,
    _out: u32,
    _out_flags: u32,
) -> Outcome {
    socket(guest, fd)
}

pub(super) fn sock_send(guest: &mut Guest<'_>, fd: u32, _pieces: u32, _count: u32, _flags: u32, _out: u32) -> Outcome {
    socket(guest, fd)
}

pub(super) fn sock_shutdown(guest: &mut Guest<'_>, fd: u32, _how: u32) -> Outcome {
    socket(guest, fd)
}

fn socket(guest: &Guest<'_>, fd: u32) -> Outcome {
    guest.world.descriptors.get(fd).and(Err(Errno::Notsock))
}

#[cfg(test)]
mod tests {
    use super::super::trial::trial;
    use super::*;

    #[test]
    fn what_is_open_is_no_socket() {
        let mut trial = trial();
        assert_eq!(trial.call(|guest| sock_shutdown(guest, 1, 1)), Err(Errno::Notsock));
        assert_eq!(trial.call(|guest| sock_send(guest, 3, 0, 0, 0, 0)), Err(Errno::Notsock));
        assert_eq!(trial.call(|guest| sock_recv(guest, 0, 0, 0, 0, 0, 0)), Err(Errno::Notsock));
        assert_eq!(trial.call(|guest| sock_accept(guest, 9, 0, 0)), Err(Errno::Badf));
    }
}
