//! Two real streams as a learner's terminal: colours and lines that change in
//! place where both are one, bare text where they are not.

use std::io::{self, ErrorKind, IsTerminal, Write};

use rustyline::history::MemHistory;
use rustyline::{Config, Editor, Helper};

use super::NativeError;
use crate::text::{Line, Output, Span, Stream, Style, to_ansi};

/// Whether a person sits before all three streams.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Columns and rows, if what is printed goes to a terminal.
pub fn size() -> Option<(usize, usize)> {
    if !io::stdout().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let mut editor = Editor::<(), MemHistory>::with_history(Config::default(), MemHistory::new()).ok()?;
    Some(size_of(&mut editor))
}

/// Columns and rows; those of an old terminal, if this one does not tell.
pub fn size_of<H: Helper>(editor: &mut Editor<H, MemHistory>) -> (usize, usize) {
    let size = editor.dimensions().map(|(columns, rows)| (usize::from(columns), usize::from(rows)));
    size.filter(|(columns, rows)| *columns > 0 && *rows > 0).unwrap_or((80, 24))
}

/// Prints `text` on standard output; a reader that has gone is no failure.
pub fn say(text: &str) -> Result<i32, NativeError> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(NativeError::Terminal { reason: error.to_string() }),
        _ => Ok(0),
    }
}

/// Prints `text` on standard error, if anybody reads it.
pub fn complain(text: &str) {
    // There is nowhere left to complain about a standard error that fails.
    drop(writeln!(io::stderr(), "{text}"));
}

/// Where lines go.
pub struct Screen {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// Columns and rows, of a terminal.
    size: Option<(usize, usize)>,
    /// Rows printed since the command began.
    rows: usize,
    /// The row each slot was printed in, from 0.
    slots: Vec<(String, usize)>,
    fault: Option<io::Error>,
}

impl Screen {
    /// The streams of this process; `size` is that of the terminal, if they are one.
    pub fn real(size: Option<(usize, usize)>) -> Self {
        Self::new(Box::new(io::stdout()), Box::new(io::stderr()), size)
    }

    /// Nowhere.
    pub fn none() -> Self {
        Self::new(Box::new(io::sink()), Box::new(io::sink()), None)
    }

    fn new(out: Box<dyn Write>, err: Box<dyn Write>, size: Option<(usize, usize)>) -> Self {
        Self { out, err, size, rows: 0, slots: Vec::new(), fault: None }
    }

    /// Lines of the command before are past: they are not updated any more.
    pub fn begin(&mut self) {
        self.rows = 0;
        self.slots.clear();
    }

    /// The terminal's new size, if it has one.
    pub fn resize(&mut self, size: (usize, usize)) {
        if self.size.is_some() {
            self.size = Some(size);
        }
    }

    /// Prints a line, in place of the one its slot has on the screen.
    pub fn print(&mut self, output: &Output) {
        let columns = self.size.map_or(usize::MAX, |(columns, _)| columns.max(1));
        let text = match self.size {
            Some(_) if output.slot.is_some() => to_ansi(&cut(&output.line, columns)),
            Some(_) => to_ansi(&output.line),
            None => output.line.text(),
        };
        if let Some(up) = output.slot.as_ref().and_then(|slot| self.rows_above(slot)) {
            return self.write(output.stream, &format!("\x1b[{up}A\r\x1b[2K{text}\x1b[{up}B\r"));
        }
        match &output.slot {
            Some(slot) => {
                self.slots.retain(|(known, _)| known != slot);
                self.slots.push((slot.clone(), self.rows));
                self.rows += 1;
            }
            None => self.rows += output.line.text().chars().count().div_ceil(columns).max(1),
        }
        self.write(output.stream, &format!("{text}\n"));
    }

    /// Takes away what a person has just typed, with the question before it and the line end behind it.
    pub fn take_back(&mut self, typed: &str) {
        let columns = self.size.map_or(usize::MAX, |(columns, _)| columns.max(1));
        let rows: usize = typed.split('\n').map(|line| line.chars().count().div_ceil(columns).max(1)).sum();
        self.write(Stream::Stdout, &format!("\x1b[{rows}A\r\x1b[J"));
    }

    /// Our advice, apart from docker's words.
    pub fn hint(&mut self, hint: &Line) {
        let line = Line::styled(Style::Hint, format!("hint: {}", hint.text()));
        self.print(&Output { stream: Stream::Stderr, slot: None, line });
    }

    /// Empties a terminal.
    pub fn clear(&mut self) {
        self.begin();
        if self.size.is_some() {
            self.write(Stream::Stdout, "\x1b[2J\x1b[H");
        }
    }

    /// Whether whoever read one of the streams has gone.
    pub fn is_closed(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.kind() == ErrorKind::BrokenPipe)
    }

    /// The first failure to print, other than that of a closed pipe.
    pub fn check(&self) -> Result<(), NativeError> {
        match &self.fault {
            Some(fault) if fault.kind() != ErrorKind::BrokenPipe => {
                Err(NativeError::Terminal { reason: fault.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// How far above the cursor a slot is, if it is still on the screen.
    fn rows_above(&self, slot: &str) -> Option<usize> {
        let (_, height) = self.size?;
        let (_, row) = self.slots.iter().find(|(known, _)| known == slot)?;
        Some(self.rows - row).filter(|up| *up < height)
    }

    fn write(&mut self, stream: Stream, text: &str) {
        if self.fault.is_some() {
            return;
        }
        let target = match stream {
            Stream::Stdout => &mut self.out,
            Stream::Stderr => &mut self.err,
        };
        let written = target.write_all(text.as_bytes()).and_then(|()| target.flush());
        self.fault = written.err();
    }
}

/// As much of `line` as fits in one row.
fn cut(line: &Line, columns: usize) -> Line {
    let mut left = columns;
    let spans = line.spans.iter().map(|span| {
        let text: String = span.text.chars().take(left).collect();
        left -= text.chars().count();
        Span { style: span.style, text }
    });
    Line { spans: spans.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    #[derive(Clone, Default)]
    struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(slot: Option<&str>, text: &str) -> Output {
        Output { stream: Stream::Stdout, slot: slot.map(str::to_owned), line: text.into() }
    }

    fn printed(size: Option<(usize, usize)>, lines: &[Output]) -> String {
        let paper = Paper::default();
        let mut screen = Screen::new(Box::new(paper.clone()), Box::new(io::sink()), size);
        for line in lines {
            screen.print(line);
        }
        let bytes = paper.0.borrow().clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_slot_is_printed_once_and_then_updated_where_it_stands() {
        let lines = [line(Some("a"), "a: 1"), line(None, "b"), line(Some("a"), "a: 2")];
        assert_eq!(printed(Some((80, 24)), &lines), "a: 1\nb\n\x1b[2A\r\x1b[2Ka: 2\x1b[2B\r");
        assert_eq!(printed(None, &lines), "a: 1\nb\na: 2\n");
    }

    #[test]
    fn long_lines_take_rows_and_slots_are_cut_to_one() {
        let lines = [line(Some("a"), "12345678"), line(None, "12345678"), line(Some("a"), "x")];
        assert_eq!(printed(Some((4, 24)), &lines), "1234\n12345678\n\x1b[3A\r\x1b[2Kx\x1b[3B\r");
    }

    #[test]
    fn a_slot_that_left_the_screen_is_printed_again() {
        let lines = [line(Some("a"), "1"), line(None, "2"), line(None, "3"), line(Some("a"), "4")];
        assert_eq!(printed(Some((80, 3)), &lines), "1\n2\n3\n4\n");
    }

    #[test]
    fn a_reader_that_has_gone_is_no_failure() {
        let mut screen = Screen::new(Box::new(Gone), Box::new(io::sink()), None);
        screen.print(&line(None, "x"));
        assert!(screen.is_closed());
        assert!(screen.check().is_ok());
    }
}
