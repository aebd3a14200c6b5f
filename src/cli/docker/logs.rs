//! `docker logs`: what a container wrote, each stream to its own.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Shown, Verb, Watching};
use crate::engine::{Container, LogEntry};
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["logs", "container logs"],
    usage: "[OPTIONS] CONTAINER",
    about: "Fetch the logs of a container",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::switch("follow", Some('f'), "Follow log output"),
        Flag::value("tail", Some('n'), "Number of lines to show from the end of the logs").defaults_to("all"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let id = engine.find_container(&parsed.arguments[0]).map_err(|error| {
        Failure::daemon(error).hint("`docker ps -a` shows the containers there are, also those that ended.")
    })?;
    let log = engine.containers.get(&id).map(|container| container.log.clone()).unwrap_or_default();
    let follows =
        parsed.has("follow") && engine.containers.get(&id).is_some_and(|found| Container::is_in_background(found));
    let lines = lines(&log);
    // As in docker, what is no number shows everything.
    let shown = parsed.value("tail").and_then(|tail| tail.parse().ok()).unwrap_or(lines.len());
    for (stream, line) in lines.iter().skip(lines.len().saturating_sub(shown)) {
        desk.terminal.line(*stream, line.as_str());
    }
    if follows {
        return Ok(Flow::Watching(Watching { container: id, shown: Shown::Output }));
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
