//! What is kept of a lab: the log of what was done. Everything else is
//! computed from it again, digest for digest.

use std::collections::BTreeMap;
use std::vec::IntoIter;

use serde::{Deserialize, Serialize};

use super::execution::Execution;
use super::{Loading, Open, Session, Tells, sharing};
use crate::host::Host;
use crate::lab::Input;
use crate::limits::SAVED_BYTES;
use crate::oci::json;
use crate::runtime::Processes;

/// The form of the text; another one is refused.
const VERSION: u32 = 1;

const DAMAGED: &str = "its log is damaged";

/// The text of [`super::Tell::Saved`].
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    version: u32,
    lesson: String,
    log: Vec<Entry>,
    at: Option<usize>,
    #[serde(default)]
    edits: BTreeMap<usize, String>,
    /// Names of points of the history.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    bookmarks: BTreeMap<String, Option<usize>>,
    /// Whether what once followed the point it is at was turned away from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    away: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    parent: Option<usize>,
    input: Input,
}

/// A log on its way to become a lab again.
pub(super) struct Restoring {
    lab: Open,
    log: IntoIter<Entry>,
    at: Option<usize>,
    bookmarks: BTreeMap<String, Option<usize>>,
    away: bool,
    /// What is done again just now.
    execution: Option<Execution>,
    /// How many operations there are.
    count: usize,
}

impl Open {
    /// The log as text. What cannot be done again is left out, and what followed it; so is what holds more of the
    /// outside than can be opened again: as base64 it is a third longer, beside all that was typed.
    pub(super) fn save(&self) -> String {
        let mut log = Vec::new();
        let mut room = SAVED_BYTES / 2;
        // Where each operation stands in the text; one that is left out, where the one before it stands.
        let mut places: Vec<(bool, Option<usize>)> = Vec::new();
        for (parent, operation) in self.history.log() {
            let (follows, place) = parent.map_or((true, None), |parent| places[parent]);
            let rest = room.checked_sub(operation.input.outside_bytes() as u64);
            let is_kept = follows && !operation.input.is_beyond_keeping() && rest.is_some();
            if is_kept {
                room = rest.unwrap_or_default();
                log.push(Entry { parent: place, input: operation.input.clone() });
            }
            places.push((is_kept, if is_kept { Some(log.len() - 1) } else { place }));
        }
        let place = |at: Option<usize>| at.and_then(|at| places[at].1);
        let named = self.history.bookmarks().map(|(name, at)| (name.to_owned(), place(at)));
        let saved = Saved {
            version: VERSION,
            lesson: self.lesson.id.clone(),
            log,
            at: place(self.history.current()),
            edits: self.edits.clone(),
            bookmarks: named.collect(),
            away: self.history.is_turned_away(),
        };
        String::from_utf8(json::compact(&saved)).expect("JSON is UTF-8")
    }
}

impl Session {
    /// Does everything in `text` again; on error the lab is as it was.
    pub(super) fn restore(&mut self, text: &str, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &self.open else { return Ok(()) };
        let mut restoring = Restoring::read(text, open)?;
        while !restoring.step(self.outside.as_mut(), self.processes.as_mut(), self.tty, tells)? {}
        self.open = Some(restoring.lab);
        Ok(())
    }
}

impl Restoring {
    /// Of a text from [`super::Tell::Saved`], or a link that holds one, for the lesson of `open`.
    pub fn read(text: &str, open: &Open) -> Result<Self, String> {
        if text.len() as u64 > SAVED_BYTES {
            return Err(format!("it has more than {SAVED_BYTES} bytes"));
        }
        let text = sharing::saved(text).map_err(|error| error.to_string())?;
        let saved: Saved =
            json::read(text.as_bytes()).map_err(|error| format!("what was saved cannot be read: {error}"))?;
        let lesson = &open.lesson;
        if saved.version != VERSION {
            return Err("it was saved by another version of this page".to_owned());
        }
        if saved.lesson != lesson.id {
            return Err(format!("it belongs to the lesson {:?}, and this one is {:?}", saved.lesson, lesson.id));
        }
        let is_step = |step: usize| step < lesson.steps.len();
        let steps = saved.log.iter().filter_map(|entry| entry.input.step());
        if !steps.chain(saved.edits.keys().copied()).all(is_step) {
            return Err(DAMAGED.to_owned());
        }
        let mut lab = open.anew();
        lab.edits = saved.edits;
        let Saved { log, at, bookmarks, away, .. } = saved;
        Ok(Self { lab, count: log.len(), log: log.into_iter(), at, bookmarks, away, execution: None })
    }

    /// How far it is.
    pub fn progress(&self) -> Loading {
        Loading::Again { done: self.count - self.log.len(), all: self.count }
    }

    /// Goes on a little; true when all is done.
    pub fn step(
        &mut self,
        outside: &mut dyn Host,
        processes: &mut dyn Processes,
        tty: bool,
        tells: Tells<'_>,
    ) -> Result<bool, String> {
        let Some(mut execution) = self.execution.take() else {
            let Some(entry) = self.log.next() else { return self.finish() };
            let history = &mut self.lab.history;
            history.check_room().map_err(|error| error.to_string())?;
            if !history.go(entry.parent) {
                return Err(DAMAGED.to_owned());
            }
            let state = history.state().clone();
            self.execution = Some(Execution::begin(state, entry.input.again(), outside, processes, tty, tells)?);
            return Ok(false);
        };
        if !execution.step_alone(outside, processes, tells) {
            self.execution = Some(execution);
            return Ok(false);
        }
        let operation = execution.into_operation(tells);
        let operation = operation.ok_or("a command that succeeded before fails now; is the page's hub reachable?")?;
        self.lab.history.append(operation);
        Ok(false)
    }

    fn finish(&mut self) -> Result<bool, String> {
        let named = std::mem::take(&mut self.bookmarks);
        let placed = named.into_iter().all(|(name, at)| self.lab.history.bookmark(at, &name).is_ok());
        if !placed || !self.lab.history.go(self.at) {
            return Err(DAMAGED.to_owned());
        }
        if self.away {
            self.lab.history.turn_away();
        }
        Ok(true)
    }

    /// The lab, when all is done.
    pub fn into_lab(self) -> Open {
        self.lab
    }
}
