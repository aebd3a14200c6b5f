//! What a command works with: the machine it runs on, the wire it sees, and
//! the terminal it prints to.

use super::docker::{Building, Transferring};
use super::shell::Calling;
use crate::engine::{Around, Engine};
use crate::event::Event;
use crate::host::Host;
use crate::lab::{Machine, Wire};
use crate::runtime::Processes;
use crate::text::{Line, Output, Stream};

/// Everything a command may touch.
pub struct Desk<'a> {
    /// The machine the prompt is on.
    pub machine: &'a mut Machine,
    /// The world beyond it.
    pub wire: Wire<'a>,
    /// Where it prints and tells what happened.
    pub terminal: Terminal<'a>,
    /// What runs the programs of containers.
    pub processes: &'a mut dyn Processes,
    /// What comes on the standard input, if it is not the keyboard.
    pub input: Option<Vec<u8>>,
    /// The machines of the lab, in order.
    pub machines: Vec<String>,
    /// The registries of the lab, in order.
    pub registries: Vec<String>,
}

/// Takes bytes as they are.
pub type Write<'a> = &'a mut dyn FnMut(&[u8]);

/// A terminal, or a pipe.
pub struct Terminal<'a> {
    /// Whether lines of the standard output can be updated in place.
    pub tty: bool,
    /// Whether those of the standard error can.
    pub tty_err: bool,
    /// Takes bytes of the standard output, if it goes anywhere but to the terminal.
    pub write: Option<Write<'a>>,
    /// Takes each line.
    pub print: &'a mut dyn FnMut(Output),
    /// Takes each event.
    pub tell: &'a mut dyn FnMut(Event),
}

/// How a command goes on after its verb returned.
#[derive(Debug)]
pub enum Flow {
    /// It ended with this exit code.
    Done(i32),
    /// It waits for a container.
    Watching(Watching),
    /// It waits for an answer over the network.
    Calling(Box<Calling>),
    /// A build goes on.
    Building(Box<Building>),
    /// A push or a pull goes on.
    Transferring(Transferring),
    /// The prompt moves to the machine of this name.
    Enter(String),
    /// The terminal is emptied.
    Clear,
}

/// A container that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watching {
    /// Its id.
    pub container: String,
    /// What of it is waited for.
    pub watch: Watch,
    /// What becomes of what is typed meanwhile.
    pub keyboard: Keyboard,
}

/// What becomes of what is typed while a container is waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyboard {
    /// Whether it goes to the program's standard input.
    pub feeds: bool,
    /// Whether that is a terminal of its own, which shows what is typed and passes on Ctrl-C.
    pub is_terminal: bool,
    /// Whether the line began the program, so that leaving it is no failure.
    pub begins: bool,
    /// The keys that leave such a terminal to the program, each as the character that is sent for it.
    pub leave: String,
}

/// What of a container is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Its program, which hears of Ctrl-C: what it writes, and its exit code as that of the command.
    Program,
    /// The same of a program that entered it. Without a terminal Ctrl-C ends it.
    Entered(u32),
    /// What it writes.
    Output {
        /// Whether each line has its time before it.
        timed: bool,
    },
    /// Its exit code, which is printed.
    Code,
}

impl Desk<'_> {
    /// Lets `work` use this machine's daemon, with what its containers need to go on.
    pub fn daemon<R>(&mut self, work: impl FnOnce(&mut Engine, &mut Around<'_>) -> R) -> R {
        let now = self.wire.now();
        let Self { machine, terminal, processes, .. } = self;
        let Machine { engine, files, .. } = &mut **machine;
        let events = &mut |event| terminal.event(event);
        work(engine, &mut Around { now, files, processes: &mut **processes, events })
    }
}

impl Terminal<'_> {
    /// Whether lines of this stream can be updated in place.
    pub fn is_tty(&self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => self.tty,
            Stream::Stderr => self.tty_err,
        }
    }

    /// Prints to standard output.
    pub fn out(&mut self, line: impl Into<Line>) {
        (self.print)(Output { stream: Stream::Stdout, slot: None, line: line.into() });
    }

    /// Writes text to standard output as it is, if that is not the terminal, which shows lines.
    pub fn text(&mut self, text: &[u8]) {
        match &mut self.write {
            Some(write) => write(text),
            None => self.lines(String::from_utf8_lossy(text).lines()),
        }
    }

    /// Prints lines to standard output.
    pub fn lines<L: Into<Line>>(&mut self, lines: impl IntoIterator<Item = L>) {
        for line in lines {
            self.out(line);
        }
    }

    /// Prints to standard error.
    pub fn err(&mut self, line: impl Into<Line>) {
        (self.print)(Output { stream: Stream::Stderr, slot: None, line: line.into() });
    }

    /// Prints to this stream.
    pub fn line(&mut self, stream: Stream, line: impl Into<Line>) {
        (self.print)(Output { stream, slot: None, line: line.into() });
    }

    /// Prints a line that the next one of the same slot replaces; only for terminals.
    pub fn update(&mut self, stream: Stream, slot: &str, line: impl Into<Line>) {
        (self.print)(Output { stream, slot: Some(slot.to_owned()), line: line.into() });
    }

    /// Prints docker's remark beside the output: a blank line, then `Info` and the text beside it.
    pub fn note(&mut self, text: &str) {
        self.note_on(Stream::Stdout, text);
    }

    /// The same on another stream.
    pub fn note_on(&mut self, stream: Stream, text: &str) {
        let header = if self.is_tty(stream) { "i Info → " } else { " Info -> " };
        let indent = " ".repeat(header.chars().count());
        self.line(stream, "");
        for (at, line) in text.split('\n').enumerate() {
            let head = if at == 0 { header } else { &indent };
            self.line(stream, format!("{head}{line}"));
        }
    }

    /// Tells what happened.
    pub fn event(&mut self, event: Event) {
        (self.tell)(event);
    }
}
