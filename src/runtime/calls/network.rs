//! What preview 1 lacks of a network: the import module `drydock_net`.
//! `hub/toolbox/README.md` describes it for those who write programs.

use super::spawn::block;
use super::{Guest, Outcome};
use crate::runtime::descriptors::Descriptor;
use crate::runtime::errno::Errno;

/// A descriptor that listens on a port of the container.
pub(super) fn listen(guest: &mut Guest<'_>, port: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let listener = guest.world.network.listen(u16::try_from(port).map_err(|_| Errno::Inval)?)?;
    let number = guest.world.descriptors.add(Descriptor::Listener(listener))?;
    guest.memory.put_u32(out, number)
}

/// A connection to a port of a host, once the other side has taken it.
pub(super) fn connect(guest: &mut Guest<'_>, at: u32, len: u32, port: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let port = u16::try_from(port).ok().filter(|port| *port != 0).ok_or(Errno::Inval)?;
    let host = guest.memory.text(at, len)?.to_owned();
    let Some(socket) = guest.world.network.connect(guest.world.pid, &host, port)? else { return block(guest) };
    let number = guest.world.descriptors.add(Descriptor::Socket(socket))?;
    guest.memory.put_u32(out, number)
}

/// The address at the other end of a connection.
pub(super) fn peer(guest: &mut Guest<'_>, fd: u32, at: u32, len: u32, out: u32) -> Outcome {
    guest.memory.slice(out, 4)?;
    let peer = match guest.world.descriptors.get(fd)? {
        Descriptor::Socket(socket) => socket.peer.as_bytes(),
        Descriptor::Listener(_) => return Err(Errno::Notconn),
        _ => return Err(Errno::Notsock),
    };
    if peer.len() > len as usize {
        return Err(Errno::Nametoolong);
    }
    guest.memory.put(at, peer)?;
    guest.memory.put_u32(out, u32::try_from(peer.len()).map_err(|_| Errno::Nametoolong)?)
}
