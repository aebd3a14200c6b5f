//! What reaches the processes of a container from outside while they run, and
//! what is told of them beside their output: plain values. Who keeps what was
//! given, and before which step, can run the container again to where it was.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::network::Packet;
use super::user::User;
use crate::fs::{FsPath, Tree};

/// The program that a container was begun with; others have other numbers.
pub const MAIN: u32 = 0;

/// Something from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Given {
    /// Bytes for the standard input of a program that was begun from outside; none are its end.
    Input {
        /// Which program: [`MAIN`], or as it was entered.
        session: u32,
        /// The bytes.
        bytes: Bytes,
    },
    /// A signal for the first process.
    Signal(u32),
    /// Ctrl-C of whoever watches a program that was begun from outside.
    Interrupt(u32),
    /// One more program, beside the first.
    Enter(Entry),
    /// Something that happened to a connection.
    Packet(Packet),
    /// The end of a program that entered, and of those it started.
    Leave(u32),
    /// Files in place of what is at a path; [`super::message`] knows how they cross.
    #[serde(skip)]
    Files {
        /// Where.
        at: FsPath,
        /// What: their root.
        files: Tree,
    },
}

/// A program that enters a running container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, which no other program has had.
    pub session: u32,
    /// The file of the program.
    pub program: FsPath,
    /// The arguments; the first is the name of the program.
    pub arguments: Vec<String>,
    /// The environment, as `NAME=value`.
    pub environment: Vec<String>,
    /// The working directory.
    pub directory: FsPath,
    /// Who runs it.
    pub user: User,
    /// Whether somebody feeds its standard input; else that is at its end.
    pub fed: bool,
    /// Whether its streams are a terminal.
    pub tty: bool,
}

/// What is told of a container's programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// A program that entered has ended, with this exit code.
    Left {
        /// Which.
        session: u32,
        /// 0 to 255.
        code: i32,
    },
    /// Something that is on its way out over a connection.
    Packet(Packet),
    /// A process was killed because the container may have no more memory.
    OutOfMemory,
}
