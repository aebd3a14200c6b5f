//! `docker logs`: what a container wrote, each stream to its own.

use crate::cli::flags::Parsed;
use crate::cli::moment::moment;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Keyboard, Verb, Watch, Watching};
use crate::engine::LogEntry;
use crate::host::Host;
use crate::oci::Timestamp;
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["logs", "container logs"],
    usage: "[OPTIONS] CONTAINER",
    about: "Fetch the logs of a container",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::switch("details", None, "Show extra details provided to logs"),
        Flag::switch("follow", Some('f'), "Follow log output"),
        Flag::value(
            "since",
            None,
            "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)",
        ),
        Flag::value("tail", Some('n'), "Number of lines to show from the end of the logs").defaults_to("all"),
        Flag::switch("timestamps", Some('t'), "Show timestamps"),
        Flag::value(
            "until",
            None,
            "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)",
        ),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let id = engine.find_container(&parsed.arguments[0]).map_err(|error| {
        Failure::daemon(error).hint("`docker ps -a` shows the containers there are, also those that ended.")
    })?;
    let now = desk.wire.now();
    let moment = |flag: &str| {
        let typed = parsed.value(flag).map(|typed| moment(typed, now)).transpose();
        typed.map_err(|error| Failure::daemon(format!("invalid value for \"{flag}\": {error}")))
    };
    let (since, until) = (moment("since")?, moment("until")?);
    let found = engine.containers.get(&id);
    let runs = found.is_some_and(|container| container.is_running());
    let mut lines = found.map(|container| lines(&container.log)).unwrap_or_default();
    lines.retain(|line| since.is_none_or(|since| line.at >= since) && until.is_none_or(|until| line.at <= until));
    // As in docker, what is no number shows everything.
    let shown = parsed.value("tail").and_then(|tail| tail.parse().ok()).unwrap_or(lines.len());
    let timed = parsed.has("timestamps");
    for line in lines.iter().skip(lines.len().saturating_sub(shown)) {
        let text = if timed { format!("{} {}", line.at, line.text) } else { line.text.clone() };
        desk.terminal.line(line.stream, text);
    }
    if parsed.has("follow") && runs && until.is_none() {
        return Ok(Flow::Watching(Watching {
            container: id,
            watch: Watch::Output { timed },
            keyboard: Keyboard::default(),
        }));
    }
    Ok(Flow::Done(0))
}

/// A line of a log: when it began, where it went, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Logged {
    at: Timestamp,
    stream: Stream,
    text: String,
}

/// The log as lines; a change of stream ends a line.
fn lines(log: &[LogEntry]) -> Vec<Logged> {
    let mut lines: Vec<(Timestamp, Stream, Vec<u8>)> = Vec::new();
    let mut open = false;
    for entry in log {
        for piece in entry.bytes.split_inclusive(|byte| *byte == b'\n') {
            match lines.last_mut() {
                Some((_, stream, line)) if open && *stream == entry.stream => line.extend_from_slice(piece),
                _ => lines.push((entry.at, entry.stream, piece.to_vec())),
            }
            open = !piece.ends_with(b"\n");
        }
    }
    let text = |line: &[u8]| String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).into_owned();
    lines.into_iter().map(|(at, stream, line)| Logged { at, stream, text: text(&line) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_lines_and_streams_stay_apart() {
        let entry =
            |stream, text: &'static str| LogEntry { stream, bytes: text.as_bytes().into(), at: Timestamp::default() };
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
        assert_eq!(lines.iter().map(|line| (line.stream, line.text.as_str())).collect::<Vec<_>>(), expected);
    }
}
