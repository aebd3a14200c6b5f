//! The descriptors of the shell as its user numbers them. The files behind
//! them have other numbers, for in WASI the low ones are folders.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

/// What is open, by number. A clone shares the files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams(BTreeMap<u32, Rc<File>>);

impl Streams {
    /// What a shell is started with: its descriptors, and what its user calls each.
    pub(crate) fn given(numbers: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut streams = Self::default();
        for (number, real) in numbers {
            streams.put(number, process::take(real));
        }
        streams
    }

    pub(crate) fn put(&mut self, number: u32, file: OwnedFd) {
        self.0.insert(number, Rc::new(File::from(file)));
    }

    pub(crate) fn close(&mut self, number: u32) {
        self.0.remove(&number);
    }

    /// Lets `to` stand for what `from` stands for.
    pub(crate) fn duplicate(&mut self, from: u32, to: u32) -> io::Result<()> {
        let stream = self.0.get(&from).map(Rc::clone).ok_or_else(bad_number)?;
        self.0.insert(to, stream);
        Ok(())
    }

    /// Lets a number stand for what it stood for before.
    pub(crate) fn put_back(&mut self, number: u32, before: &Self) {
        match before.0.get(&number) {
            Some(file) => drop(self.0.insert(number, Rc::clone(file))),
            None => self.close(number),
        }
    }

    /// What a program that is started gets.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, BorrowedFd<'_>)> {
        self.0
            .iter()
            .map(|(number, stream)| (*number, stream.as_fd()))
    }

    pub(crate) fn write(&self, number: u32, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file(number)?;
        file.write_all(bytes)
    }

    /// Reads one byte; none at the end. More would be missing to whoever reads on.
    pub(crate) fn read_byte(&self, number: u32) -> io::Result<Option<u8>> {
        loop {
            match self.await_byte(number) {
                // A trap has to wait for the line.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// The same, but a signal that we catch ends the waiting: the error is `Interrupted`.
    pub(crate) fn await_byte(&self, number: u32) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let read = self.file(number)?.read(&mut byte)?;
        Ok((read > 0).then_some(byte[0]))
    }

    pub(crate) fn is_terminal(&self, number: u32) -> bool {
        self.0
            .get(&number)
            .is_some_and(|file| io::IsTerminal::is_terminal(&**file))
    }

    fn file(&self, number: u32) -> io::Result<&File> {
        self.0
            .get(&number)
            .map(|file| &**file)
            .ok_or_else(bad_number)
    }
}

fn bad_number() -> io::Error {
    io::Error::other("Bad file descriptor")
}
