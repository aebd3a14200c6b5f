//! The connections of one machine: packets of one container become packets of
//! another, or reach whoever calls from the machine itself. Nothing leads out
//! of the lab.

use std::collections::BTreeMap;

use super::{Begun, Engine};
use crate::oci::Timestamp;
use crate::runtime::{Given, Packet, Refusal, Traffic};

/// Which end of which container: its id, and its number for the connection.
type End = (String, u64);

/// Who is at the other end of each connection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Switch {
    lines: BTreeMap<End, Other>,
    /// What came for those who call from the machine.
    calls: BTreeMap<u64, Vec<Traffic>>,
    last_call: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Other {
    Container(End),
    Call(u64),
}

/// The first port that a caller has who needs none.
const FIRST_PORT: u64 = 32_768;

impl Engine {
    /// Calls a port of a container from the machine; the number of the call. What comes of it is to be asked for.
    pub fn call(&mut self, id: &str, port: u16, peer: &str, now: Timestamp) -> u64 {
        self.switch.last_call += 1;
        let call = self.switch.last_call;
        self.switch.calls.insert(call, Vec::new());
        if !self.open(id, port, peer.to_owned(), Other::Call(call), now) {
            self.hear(call, Traffic::Refused(Refusal::Nobody));
        }
        call
    }

    /// Sends over a call; the caller keeps to the room that a connection has.
    pub fn send(&mut self, call: u64, what: Traffic, now: Timestamp) {
        let end = self.switch.lines.iter().find(|(_, other)| **other == Other::Call(call)).map(|(end, _)| end.clone());
        if let Some((id, connection)) = end {
            if what == Traffic::Closed {
                self.switch.lines.remove(&(id.clone(), connection));
            }
            self.hand(&id, connection, what, now);
        }
    }

    /// Takes what has come over a call.
    pub fn listen_to(&mut self, call: u64) -> Vec<Traffic> {
        self.switch.calls.get_mut(&call).map(std::mem::take).unwrap_or_default()
    }

    /// Whether something has come over a call that nobody has taken.
    pub fn has_heard(&self, call: u64) -> bool {
        self.switch.calls.get(&call).is_some_and(|heard| !heard.is_empty())
    }

    /// Ends a call.
    pub fn hang_up_call(&mut self, call: u64, now: Timestamp) {
        self.send(call, Traffic::Closed, now);
        self.switch.calls.remove(&call);
    }

    /// Carries a packet of a container to whoever is at the other end.
    pub(super) fn carry(&mut self, id: &str, Packet { connection, what }: Packet, now: Timestamp) {
        let end = (id.to_owned(), connection);
        if let Traffic::Open { host, port } = &what {
            let answer = match self.reach(id, host, *port) {
                Ok((to, port)) => {
                    let peer = format!("{}:{}", self.address_of(id), FIRST_PORT + connection % FIRST_PORT);
                    if self.open(&to, port, peer, Other::Container(end), now) { None } else { Some(Refusal::Nobody) }
                }
                Err(refusal) => Some(refusal),
            };
            if let Some(refusal) = answer {
                self.hand(id, connection, Traffic::Refused(refusal), now);
            }
            return;
        }
        let Some(other) = self.switch.lines.get(&end).cloned() else { return };
        if let (Traffic::Bytes(bytes), Some(begun)) = (&what, self.begun_mut(id)) {
            begun.sent_bytes += bytes.len() as u64;
        }
        if matches!(what, Traffic::Closed | Traffic::Refused(_)) {
            self.switch.lines.remove(&end);
            if let Other::Container(other) = &other {
                self.switch.lines.remove(other);
            }
        }
        // Who called learns where they arrived.
        let what = if let Traffic::Taken { .. } = what { Traffic::Taken { peer: self.address_of(id) } } else { what };
        match other {
            Other::Container((id, connection)) => self.hand(&id, connection, what, now),
            Other::Call(call) => self.hear(call, what),
        }
    }

    /// The end of a container is that of its connections.
    pub(super) fn hang_up(&mut self, id: &str, now: Timestamp) {
        let ends: Vec<End> = self.switch.lines.keys().filter(|(of, _)| of == id).cloned().collect();
        for end in ends {
            match self.switch.lines.remove(&end) {
                Some(Other::Container(other)) => {
                    self.switch.lines.remove(&other);
                    self.hand(&other.0, other.1, Traffic::Closed, now);
                }
                Some(Other::Call(call)) => self.hear(call, Traffic::Closed),
                None => {}
            }
        }
    }

    /// Opens a connection to a port of a container; whether that can take it.
    fn open(&mut self, id: &str, port: u16, peer: String, other: Other, now: Timestamp) -> bool {
        let runs = self.containers.get(id).is_some_and(|container| container.is_running());
        let Some(begun) = self.container_mut(id).filter(|_| runs).and_then(|container| container.begun.as_mut()) else {
            return false;
        };
        // Those that it opens itself have odd numbers.
        begun.connections += 1;
        let connection = begun.connections * 2;
        let end = (id.to_owned(), connection);
        if let Other::Container(caller) = &other {
            self.switch.lines.insert(caller.clone(), Other::Container(end.clone()));
        }
        self.switch.lines.insert(end, other);
        self.hand(id, connection, Traffic::Open { host: peer, port }, now);
        true
    }

    /// Gives a container a packet. One that was given too much loses its connection.
    fn hand(&mut self, id: &str, connection: u64, what: Traffic, now: Timestamp) {
        let size = if let Traffic::Bytes(bytes) = &what { bytes.len() } else { 0 };
        if let Some(begun) = self.begun_mut(id) {
            begun.received_bytes += size as u64;
        }
        let packet = Packet { connection, what };
        if !self.give(id, Given::Packet(packet), size, now)
            && let Some(other) = self.switch.lines.remove(&(id.to_owned(), connection))
        {
            match other {
                Other::Container((id, connection)) => self.hand(&id, connection, Traffic::Closed, now),
                Other::Call(call) => self.hear(call, Traffic::Closed),
            }
        }
    }

    fn begun_mut(&mut self, id: &str) -> Option<&mut Begun> {
        self.container_mut(id)?.begun.as_mut()
    }

    fn hear(&mut self, call: u64, what: Traffic) {
        if let Some(heard) = self.switch.calls.get_mut(&call) {
            heard.push(what);
        }
    }
}
