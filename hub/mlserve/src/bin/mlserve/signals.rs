//! Signals, which WASI preview 1 does not know. A container of Drydock has a
//! device for them; elsewhere it is not there, and a signal does what the
//! system has it do.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};

/// What `docker stop` sends.
const TERMINATE: u8 = 15;
/// Ctrl-C.
const INTERRUPT: u8 = 2;

/// What tells of those that we catch.
pub struct Signals(Option<File>);

impl Signals {
    /// Catches those that ask us to end, where that can be.
    pub fn catch() -> Self {
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/signals");
        let caught = device.and_then(|mut device| {
            device.write_all(&[TERMINATE, INTERRUPT])?;
            Ok(device)
        });
        Self(caught.ok())
    }

    /// Whether one of them came.
    pub fn came(&mut self) -> bool {
        let device = self.0.as_mut();
        device.is_some_and(|device| matches!(device.read(&mut [0]), Ok(1)))
    }
}
