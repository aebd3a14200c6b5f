//! What passes between the processes of a container and the network outside
//! of it: plain values, so that who carries them can keep them and give them
//! again, and a run repeats to the byte.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Something that happens to one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Which, as this container numbers them: odd if a program of it opens it, even if it is opened from outside.
    pub connection: u64,
    /// What happens.
    pub what: Traffic,
}

/// What happens to a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Traffic {
    /// It is opened. On its way out: to which host and port. On its way in: by whom, and to which port.
    Open {
        /// A name or address; on the way in an address with its port.
        host: String,
        /// The TCP port.
        port: u16,
    },
    /// The other side took it.
    Taken {
        /// Its address with its port.
        peer: String,
    },
    /// It does not come about.
    Refused(Refusal),
    /// Bytes of the one who sends this.
    Bytes(Bytes),
    /// The one who sends this has read so many bytes, for which there is room again.
    Read(u32),
    /// No more bytes come from the one who sends this.
    Shut,
    /// The one who sends this is gone.
    Closed,
}

/// Why a connection does not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// No such name.
    Unknown,
    /// Nobody listens there.
    Nobody,
    /// There is no way there.
    Unreachable,
}
