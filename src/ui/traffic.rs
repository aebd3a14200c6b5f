//! What travels between machines and registries during one command: the
//! stage draws it on the wires. While a command runs it is heard event by
//! event; when the learner goes back to a point of the history it is read
//! from that point's row of the process table.

use crate::course::ProcessRow;
use crate::event::{BlobMove, Exchange, Outcome};

/// The travels of one command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    /// The machine that sent or fetched.
    pub machine: String,
    /// What travelled, in the order it first appeared.
    pub moves: Vec<BlobMove>,
    /// The requests, in order.
    pub exchanges: Vec<Exchange>,
}

impl Traffic {
    /// Nothing has travelled yet from or to this machine.
    pub fn of(machine: &str) -> Self {
        Self { machine: machine.to_owned(), ..Self::default() }
    }

    /// What travelled during the command of a row.
    pub fn of_row(row: &ProcessRow) -> Self {
        let mut traffic = Self::of(&row.machine);
        for moved in &row.result.moves {
            traffic.hear(moved.clone());
        }
        traffic.exchanges.clone_from(&row.registry.exchanges);
        traffic
    }

    /// Takes one more movement; of each blob the last one counts.
    pub fn hear(&mut self, heard: BlobMove) {
        match self.moves.iter_mut().find(|known| known.is_same(&heard)) {
            Some(known) => *known = heard,
            None => self.moves.push(heard),
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

impl BlobMove {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Direction;
    use crate::oci::{Descriptor, MediaType};

    fn moved(text: &str, outcome: Outcome) -> BlobMove {
        BlobMove {
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
            traffic.hear(moved("weights", outcome));
        }
        assert_eq!(traffic.moves.len(), 1);
        assert_eq!(traffic.progress(), (7, 7));
    }

    #[test]
    fn what_already_exists_does_not_count_as_travel() {
        let mut traffic = Traffic::of("laptop");
        traffic.hear(moved("base", Outcome::AlreadyExists));
        traffic.hear(moved("app", Outcome::Moving { current: 1 }));
        assert_eq!(traffic.progress(), (1, 3));
    }
}
