//! The sockets of a container. A connection within it is two pipes. Of one
//! that leads out, the other ends of its pipes are here, and what goes
//! through them becomes packets, which somebody outside carries.

mod packet;
mod socket;

use std::collections::BTreeMap;

use bytes::Bytes;

pub use packet::{Packet, Refusal, Traffic};
pub(super) use socket::{Listener, NONBLOCK, Socket};

use super::errno::Errno;
use super::pipe::Pipe;
use crate::limits;

/// How a container calls itself.
const LOOPBACK: &str = "127.0.0.1";
/// The port that this end of a connection within the container has; who is asked for it learns no more.
const ANY_PORT: &str = "127.0.0.1:0";

/// The network as the processes of one container see it.
#[derive(Debug, Default)]
pub(super) struct Network {
    /// Whether there is anything outside.
    is_open: bool,
    listening: BTreeMap<u16, Listening>,
    /// Connections to the outside.
    wires: BTreeMap<u64, Wire>,
    last: u64,
    /// Who waits for a connection to come about, by number of process.
    calls: BTreeMap<u32, Call>,
    outgoing: Vec<Packet>,
    /// Whether somebody waits for what comes from outside.
    is_wanted: bool,
}

#[derive(Debug)]
struct Listening {
    listener: Listener,
    /// Whether it was open before the program began.
    beforehand: bool,
}

/// The outer end of a connection that leads out.
#[derive(Debug)]
struct Wire {
    socket: Socket,
    /// Bytes sent that the other side has not read.
    sent: usize,
    /// Bytes received of which it was not yet told that they were read.
    received: usize,
    has_shut: bool,
}

/// A connection that a process waits for.
#[derive(Debug)]
struct Call {
    connection: u64,
    answer: Option<Result<Socket, Refusal>>,
}

impl Network {
    /// The network of a container whose programs find these ports open.
    pub(super) fn new(ports: &[u16], is_open: bool) -> Self {
        let listening =
            ports.iter().map(|port| (*port, Listening { listener: Listener::default(), beforehand: true })).collect();
        Self { is_open, listening, ..Self::default() }
    }

    /// The listeners that are open beforehand, the lowest port first.
    pub(super) fn beforehand(&self) -> Vec<Listener> {
        let beforehand = self.listening.values().filter(|listening| listening.beforehand);
        beforehand.map(|listening| listening.listener.held()).collect()
    }

    /// Notes that somebody waits for what comes from outside.
    pub(super) fn want(&mut self) {
        self.is_wanted = self.is_open;
    }

    /// Forgets who waits; whoever still does says so again.
    pub(super) fn forget_wants(&mut self) {
        self.is_wanted = false;
    }

    /// Whether somebody waits for what comes from outside, and something can come.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Listens on a port.
    pub(super) fn listen(&mut self, port: u16) -> Result<Listener, Errno> {
        if port == 0 {
            return Err(Errno::Inval);
        }
        match self.listening.get(&port) {
            Some(known) if known.beforehand => return Ok(known.listener.held()),
            Some(known) if !known.listener.is_abandoned() => return Err(Errno::Addrinuse),
            Some(_) | None => {}
        }
        let listener = Listener::default();
        let held = listener.held();
        self.listening.insert(port, Listening { listener, beforehand: false });
        Ok(held)
    }

    /// Connects process `pid`, or (none) lets it wait.
    pub(super) fn connect(&mut self, pid: u32, host: &str, port: u16) -> Result<Option<Socket>, Errno> {
        if let Some(call) = self.calls.remove(&pid) {
            let Some(answer) = call.answer else {
                self.calls.insert(pid, call);
                self.want();
                return Ok(None);
            };
            return answer.map(Some).map_err(Errno::from);
        }
        if matches!(host, "localhost" | "::1" | "0.0.0.0") || host.starts_with("127.") {
            return self.connect_within(port).map(Some);
        }
        if !self.is_open {
            let is_address = host.contains(':') || host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
            return Err(if is_address { Errno::Netunreach } else { Errno::Noent });
        }
        if self.wires.len() >= limits::GUEST_CONNECTIONS {
            return Err(Errno::Mfile);
        }
        self.last += 1;
        let connection = self.last * 2 - 1;
        self.calls.insert(pid, Call { connection, answer: None });
        self.send(connection, Traffic::Open { host: host.to_owned(), port });
        self.want();
        Ok(None)
    }

    /// What a process waited for is not wanted any more.
    pub(super) fn forget(&mut self, pid: u32) {
        if let Some(Call { connection, answer }) = self.calls.remove(&pid)
            && answer.is_none()
        {
            self.send(connection, Traffic::Closed);
        }
    }

    /// Takes what comes from outside.
    pub(super) fn receive(&mut self, Packet { connection, what }: Packet) {
        match what {
            Traffic::Open { host, port } => self.opened(connection, &host, port),
            Traffic::Taken { peer } => self.taken(connection, &peer),
            Traffic::Refused(refusal) => {
                if let Some(call) = self.call(connection) {
                    call.answer = Some(Err(refusal));
                }
            }
            Traffic::Closed => drop(self.wires.remove(&connection)),
            what => {
                if let Some(wire) = self.wires.get_mut(&connection) {
                    wire.receive(what);
                }
            }
        }
    }

    /// What goes out. `is_over` if nothing follows, so that what was written still arrives.
    pub(super) fn take(&mut self, is_over: bool) -> Vec<Packet> {
        let mut outgoing = std::mem::take(&mut self.outgoing);
        self.wires.retain(|connection, wire| {
            let mut send = |what| outgoing.push(Packet { connection: *connection, what });
            wire.carry(is_over, &mut send)
        });
        outgoing
    }

    fn connect_within(&mut self, port: u16) -> Result<Socket, Errno> {
        let listening = self.listening.get(&port).filter(|listening| !listening.listener.is_abandoned());
        let listening = listening.ok_or(Errno::Connrefused)?;
        let (near, far) = Socket::pair(ANY_PORT, &format!("{LOOPBACK}:{port}"));
        listening.listener.push(far).map_err(|_| Errno::Connrefused)?;
        Ok(near)
    }

    /// Somebody outside connects to a port of ours.
    fn opened(&mut self, connection: u64, peer: &str, port: u16) {
        let listening = self.listening.get(&port).filter(|listening| !listening.listener.is_abandoned());
        let (inner, outer) = Socket::pair("", peer);
        let inner = Socket { is_far: true, ..inner };
        let is_full = self.wires.len() >= limits::GUEST_CONNECTIONS;
        match listening.filter(|_| !is_full).map(|listening| listening.listener.push(inner)) {
            Some(Ok(())) => {
                self.wires.insert(connection, Wire::new(outer));
                self.send(connection, Traffic::Taken { peer: String::new() });
            }
            Some(Err(_)) | None => self.send(connection, Traffic::Refused(Refusal::Nobody)),
        }
    }

    /// The other side took a connection of ours.
    fn taken(&mut self, connection: u64, peer: &str) {
        let (inner, outer) = Socket::pair("", peer);
        match self.call(connection) {
            Some(call) => {
                call.answer = Some(Ok(Socket { is_far: true, ..inner }));
                self.wires.insert(connection, Wire::new(outer));
            }
            // Whoever wanted it is gone.
            None => self.send(connection, Traffic::Closed),
        }
    }

    fn call(&mut self, connection: u64) -> Option<&mut Call> {
        self.calls.values_mut().find(|call| call.connection == connection)
    }

    fn send(&mut self, connection: u64, what: Traffic) {
        self.outgoing.push(Packet { connection, what });
    }
}

impl Wire {
    fn new(socket: Socket) -> Self {
        Self { socket, sent: 0, received: 0, has_shut: false }
    }

    fn receive(&mut self, what: Traffic) {
        match (what, &self.socket.writer) {
            // The other side keeps to the room there is; what is beyond it was not asked for.
            (Traffic::Bytes(bytes), Some(pipe)) if bytes.len() <= pipe.room() => {
                self.received += bytes.len();
                pipe.push(&bytes);
            }
            (Traffic::Read(count), _) => self.sent = self.sent.saturating_sub(count as usize),
            (Traffic::Shut, _) => self.socket.writer = None,
            _ => {}
        }
    }

    /// Sends what was written and tells what was read; false once nothing more can come of it.
    fn carry(&mut self, is_over: bool, send: &mut dyn FnMut(Traffic)) -> bool {
        let window = limits::GUEST_PIPE_BYTES as usize;
        let room = if is_over { window } else { window.saturating_sub(self.sent) };
        let pipe = self.socket.reader.as_ref();
        let bytes = pipe.map(|pipe| pipe.take(room)).unwrap_or_default();
        if !bytes.is_empty() {
            self.sent += bytes.len();
            send(Traffic::Bytes(Bytes::from(bytes)));
        }
        let unread = self.socket.writer.as_ref().map_or(0, Pipe::waiting);
        let read = self.received.saturating_sub(unread);
        if read > 0 && !is_over {
            self.received = unread;
            send(Traffic::Read(u32::try_from(read).unwrap_or(u32::MAX)));
        }
        let is_silent = is_over || pipe.is_none_or(|pipe| pipe.waiting() == 0 && pipe.is_abandoned());
        if is_silent && !self.has_shut {
            self.has_shut = true;
            send(Traffic::Shut);
        }
        // Nobody here reads any more, or nothing more comes to be read.
        let is_deaf = is_over || self.socket.writer.as_ref().is_none_or(Pipe::is_abandoned);
        if is_silent && is_deaf {
            send(Traffic::Closed);
        }
        !(is_silent && is_deaf)
    }
}

impl From<Refusal> for Errno {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::Noent,
            Refusal::Nobody => Self::Connrefused,
            Refusal::Unreachable => Self::Netunreach,
        }
    }
}
