//! What an execution printed and what happened in it, as the history keeps it.
//! A host is told everything; of a line that changes in place, and of how far a
//! blob has come, only the last is kept.

use super::streams::{Streams, Target};
use super::{Tell, Tells};
use crate::event::{BlobMove, Event, Outcome};
use crate::limits;
use crate::text::{Output, Stream};

/// Both, in order.
#[derive(Debug, Default)]
pub struct Record {
    /// The lines, bounded.
    pub output: Vec<Output>,
    /// What happened.
    pub events: Vec<Event>,
    /// Where what is printed goes.
    pub streams: Streams,
    printed: usize,
}

impl Record {
    /// Prints a line where its stream goes; on the terminal if there is room for it.
    pub fn print(&mut self, output: Output, tells: Tells<'_>) {
        match self.streams.target(output.stream) {
            Target::Terminal(stream) => self.show(Output { stream, ..output }, tells),
            _ => self.write(output.stream, format!("{}\n", output.line.text()).as_bytes()),
        }
    }

    /// Writes bytes to a stream that does not go to the terminal.
    pub fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if let Target::Kept(place) = self.streams.target(stream) {
            self.streams.write(place, bytes);
        }
    }

    /// Shows a line on the terminal, wherever its stream goes.
    pub fn show(&mut self, output: Output, tells: Tells<'_>) {
        let size = output.line.text().len() + 1;
        if let Some(known) = self.shown_in_place(&output) {
            let before = known.line.text().len() + 1;
            known.clone_from(&output);
            self.printed = self.printed.saturating_add(size) - before;
            return tells(Tell::Printed(output));
        }
        self.printed = self.printed.saturating_add(size);
        if self.printed <= limits::OUTPUT_BYTES {
            self.output.push(output.clone());
            tells(Tell::Printed(output));
        }
    }

    /// Tells what happened.
    pub fn happen(&mut self, event: Event, tells: Tells<'_>) {
        match &event {
            Event::Exchanged(exchange) => tells(Tell::Exchanged(exchange.clone())),
            Event::BlobMoved(moved) => tells(Tell::Moved(moved.clone())),
            _ => {}
        }
        match self.on_the_way(&event) {
            Some(known) => *known = event,
            None => self.events.push(event),
        }
    }

    /// The line that `output` replaces.
    fn shown_in_place(&mut self, output: &Output) -> Option<&mut Output> {
        output.slot.as_ref()?;
        self.output.iter_mut().rev().find(|known| known.slot == output.slot && known.stream == output.stream)
    }

    /// What was said last of how far a blob has come, if `event` says it anew.
    fn on_the_way(&mut self, event: &Event) -> Option<&mut Event> {
        let moved = moving(event)?;
        self.events.iter_mut().rev().find(|known| moving(known).is_some_and(|known| known.blob == moved.blob))
    }
}

fn moving(event: &Event) -> Option<&BlobMove> {
    match event {
        Event::BlobMoved(moved) if matches!(moved.outcome, Outcome::Moving { .. } | Outcome::Retrying { .. }) => {
            Some(moved)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Direction;
    use crate::oci::{Blob, MediaType};
    use crate::text::Stream;

    #[test]
    fn what_changes_in_place_is_kept_once_and_told_each_time() {
        let (mut record, mut told) = (Record::default(), 0);
        let mut tells = |_| told += 1;
        for current in 0..2_000 {
            let line = format!("a layer: {current}").into();
            record.print(Output { stream: Stream::Stdout, slot: Some("a layer".into()), line }, &mut tells);
            let moved = BlobMove {
                direction: Direction::Push,
                registry: "r.test".into(),
                repository: "px".into(),
                blob: Blob::of(MediaType::LAYER_GZIP, b"a layer"),
                outcome: Outcome::Moving { current },
            };
            record.happen(Event::BlobMoved(moved), &mut tells);
        }
        record.print(Output { stream: Stream::Stdout, slot: None, line: "done".into() }, &mut tells);
        assert_eq!(
            record.output.iter().map(|output| output.line.text()).collect::<Vec<_>>(),
            ["a layer: 1999", "done"]
        );
        assert_eq!((record.events.len(), told), (1, 4_001));
    }
}
