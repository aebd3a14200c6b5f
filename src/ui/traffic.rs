//! What travels between machines and registries during one command: the
//! stage draws it on the wires. While a command runs it is heard event by
//! event; when the learner goes back to a point of the history it is read
//! from that point's row of the process table.

use crate::course::ProcessRow;
use crate::event::{Direction, Event, Exchange, Outcome};
use crate::oci::Descriptor;

/// The travels of one command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    /// The machine that sent or fetched.
    pub machine: String,
    /// What travelled, in the order it first appeared.
    pub moves: Vec<Move>,
    /// The requests, in order.
    pub exchanges: Vec<Exchange>,
}

/// One blob or manifest, as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Which way.
    pub direction: Direction,
    /// The registry.
    pub registry: String,
    /// What.
    pub blob: Descriptor,
    /// How far, or why not at all.
    pub outcome: Outcome,
}

impl Traffic {
    /// Nothing has travelled yet from or to this machine.
    pub fn of(machine: &str) -> Self {
        Self { machine: machine.to_owned(), ..Self::default() }
    }

    /// What travelled during the command of a row.
    pub fn of_row(row: &ProcessRow) -> Self {
        let mut traffic = Self::of(&row.machine);
        fullest(row, travel).iter().filter(|event| travel(event).is_some()).for_each(|event| traffic.hear(event));
        traffic.exchanges = exchanges_of(row).cloned().collect();
        traffic
    }

    /// Takes one more event.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Exchanged(exchange) => self.exchanges.push(exchange.clone()),
            Event::BlobMoved { direction, registry, blob, outcome, .. } => {
                let heard = Move {
                    direction: *direction,
                    registry: registry.clone(),
                    blob: blob.clone(),
                    outcome: outcome.clone(),
                };
                match self.moves.iter_mut().find(|known| known.is_same(&heard)) {
                    Some(known) => *known = heard,
                    None => self.moves.push(heard),
                }
            }
            _ => {}
        }
    }

    /// Whether nothing travelled and nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.exchanges.is_empty()
    }

    /// Bytes that have travelled, and all that are to travel.
    pub fn progress(&self) -> (u64, u64) {
        let counted = self.moves.iter().filter(|moved| moved.travels());
        counted
            .fold((0, 0), |(done, all), moved| (done.saturating_add(moved.done()), all.saturating_add(moved.blob.size)))
    }
}

impl Move {
    /// Bytes that have travelled so far.
    pub fn done(&self) -> u64 {
        match self.outcome {
            Outcome::Moving { current } => current.min(self.blob.size),
            Outcome::Moved => self.blob.size,
            _ => 0,
        }
    }

    /// Whether its bytes travel at all.
    pub fn travels(&self) -> bool {
        !matches!(self.outcome, Outcome::AlreadyExists | Outcome::Mounted { .. })
    }

    fn is_same(&self, other: &Self) -> bool {
        self.blob.digest == other.blob.digest && self.direction == other.direction && self.registry == other.registry
    }
}

/// The requests of a row, as the cell that tells most of them has them.
pub fn exchanges_of(row: &ProcessRow) -> impl Iterator<Item = &Exchange> {
    fullest(row, exchange).iter().filter_map(exchange)
}

fn exchange(event: &Event) -> Option<&Exchange> {
    if let Event::Exchanged(exchange) = event { Some(exchange) } else { None }
}

fn travel(event: &Event) -> Option<&Descriptor> {
    if let Event::BlobMoved { blob, .. } = event { Some(blob) } else { None }
}

/// A row's cells share its events; this is the cell with most of one kind.
fn fullest<T>(row: &ProcessRow, kind: fn(&Event) -> Option<&T>) -> &[Event] {
    let cells = [&row.action, &row.image, &row.result, &row.registry];
    let cell = cells.into_iter().max_by_key(|cell| cell.events.iter().filter_map(kind).count());
    cell.map_or(&[], |cell| &cell.events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::MediaType;

    fn moved(text: &str, outcome: Outcome) -> Event {
        Event::BlobMoved {
            direction: Direction::Push,
            registry: "registry.example.com".into(),
            repository: "mlproject/mlmodel".into(),
            blob: Descriptor::of(MediaType::LAYER_GZIP, text.as_bytes()),
            outcome,
        }
    }

    #[test]
    fn a_blob_that_moves_on_is_still_one_blob() {
        let mut traffic = Traffic::of("laptop");
        for outcome in [Outcome::Waiting, Outcome::Moving { current: 3 }, Outcome::Moved] {
            traffic.hear(&moved("weights", outcome));
        }
        assert_eq!(traffic.moves.len(), 1);
        assert_eq!(traffic.progress(), (7, 7));
    }

    #[test]
    fn what_already_exists_does_not_count_as_travel() {
        let mut traffic = Traffic::of("laptop");
        traffic.hear(&moved("base", Outcome::AlreadyExists));
        traffic.hear(&moved("app", Outcome::Moving { current: 1 }));
        assert_eq!(traffic.progress(), (1, 3));
    }
}
