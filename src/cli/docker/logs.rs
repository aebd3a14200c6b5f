//! `docker logs`: what a container wrote, each stream to its own.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::engine::LogEntry;
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["logs", "container logs"],
    usage: "[OPTIONS] CONTAINER",
    about: "Fetch the logs of a container",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let id = engine.find_container(&parsed.arguments[0]).map_err(|error| {
        Failure::daemon(error).hint("`docker ps -a` shows the containers there are, also those that ended.")
    })?;
    let log = engine.containers.get(&id).map(|container| container.log.clone()).unwrap_or_default();
    for (stream, line) in lines(&log) {
        desk.terminal.line(stream, line);
    }
    Ok(Flow::Done(0))
}

/// The log as lines; a change of stream ends a line.
fn lines(log: &[LogEntry]) -> Vec<(Stream, String)> {
    let mut lines: Vec<(Stream, Vec<u8>)> = Vec::new();
    let mut open = false;
    for entry in log {
        for piece in entry.bytes.split_inclusive(|byte| *byte == b'\n') {
            match lines.last_mut() {
                Some((stream, line)) if open && *stream == entry.stream => line.extend_from_slice(piece),
                _ => lines.push((entry.stream, piece.to_vec())),
            }
            open = !piece.ends_with(b"\n");
        }
    }
    let text = |line: &[u8]| String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).into_owned();
    lines.iter().map(|(stream, line)| (*stream, text(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_lines_and_streams_stay_apart() {
        let entry = |stream, text: &'static str| LogEntry { stream, bytes: text.as_bytes().into() };
        let log = [
            entry(Stream::Stdout, "a"),
            entry(Stream::Stdout, "b\nc"),
            entry(Stream::Stderr, "oops\n"),
            entry(Stream::Stdout, "d\n\n"),
        ];
        let expected = [
            (Stream::Stdout, "ab"),
            (Stream::Stdout, "c"),
            (Stream::Stderr, "oops"),
            (Stream::Stdout, "d"),
            (Stream::Stdout, ""),
        ];
        let lines = lines(&log);
        assert_eq!(lines.iter().map(|(stream, text)| (*stream, text.as_str())).collect::<Vec<_>>(), expected);
    }
}
