//! What programs write, as the lines that a terminal shows.

use super::Execution;
use crate::session::Tells;
use crate::session::streams::Target;
use crate::text::{Line, Output, Stream};

impl Execution {
    /// Prints whole lines; the rest waits for its end.
    pub(super) fn print_bytes(&mut self, stream: Stream, bytes: &[u8], tells: Tells<'_>) {
        if !matches!(self.record.streams.target(stream), Target::Terminal(_)) {
            return self.record.write(stream, bytes);
        }
        let mut pending = self.partial.remove(&stream).unwrap_or_default();
        pending.extend_from_slice(bytes);
        let mut lines: Vec<&[u8]> = pending.split(|byte| *byte == b'\n').collect();
        let rest = lines.pop().unwrap_or_default().to_vec();
        for line in lines {
            let line = Line::from(String::from_utf8_lossy(line).into_owned());
            self.record.print(Output { stream, slot: None, line }, tells);
        }
        self.partial.insert(stream, rest);
    }

    /// Prints what is no whole line, once nothing more comes.
    pub(super) fn print_rest(&mut self, tells: Tells<'_>) {
        for stream in [Stream::Stdout, Stream::Stderr] {
            if self.partial.get(&stream).is_some_and(|rest| !rest.is_empty()) {
                self.print_bytes(stream, b"\n", tells);
            }
        }
    }
}
