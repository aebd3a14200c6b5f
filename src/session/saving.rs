//! What is kept of a lab: the log of what was done. Everything else is
//! computed from it again, digest for digest.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::vec::IntoIter;

use serde::{Deserialize, Serialize};

use super::execution::Execution;
use super::{Loading, Open, Session, Tells, sharing};
use crate::host::Host;
use crate::lab::{History, Input};
use crate::limits::SAVED_BYTES;
use crate::oci::json;
use crate::runtime::Processes;

/// The form of the text; another one is refused.
const VERSION: u32 = 1;

/// A log with nothing in it, as it stands in the text.
const NO_LOG: &str = "\"log\":[]";

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

/// The log as text, as far as it was written: what was done stays as it is, so each operation is written once.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// The entries, each but the first after a comma.
    entries: String,
    /// How many they are.
    count: usize,
    /// Where each operation stands among them; one that is left out, where the one before it stands.
    places: Vec<(bool, Option<usize>)>,
    /// What there is left for what came from outside, in bytes.
    room: u64,
}

impl Default for Written {
    fn default() -> Self {
        Self { entries: String::new(), count: 0, places: Vec::new(), room: SAVED_BYTES / 2 }
    }
}

impl Written {
    /// Writes what has been done since. What cannot be done again is left out, and what followed it; so is what holds
    /// more of the outside than can be opened again: as base64 it is a third longer, beside all that was typed.
    fn go_on(&mut self, history: &History) {
        for (parent, operation) in history.log().skip(self.places.len()) {
            let (follows, place) = parent.map_or((true, None), |parent| self.places[parent]);
            let rest = self.room.checked_sub(operation.input.outside_bytes() as u64);
            let is_kept = follows && !operation.input.is_beyond_keeping() && rest.is_some();
            if is_kept {
                self.room = rest.unwrap_or_default();
                self.write(&Entry { parent: place, input: operation.input.clone() });
            }
            self.places.push((is_kept, if is_kept { Some(self.count - 1) } else { place }));
        }
    }

    fn write(&mut self, entry: &Entry) {
        if self.count > 0 {
            self.entries.push(',');
        }
        self.entries.push_str(&text(entry));
        self.count += 1;
    }

    /// Where a point of the history is in the text.
    fn place(&self, at: Option<usize>) -> Option<usize> {
        at.and_then(|at| self.places[at].1)
    }
}

impl Open {
    /// All that is kept, as text.
    pub(super) fn save(&mut self) -> String {
        let written = Rc::make_mut(&mut self.written);
        written.go_on(&self.history);
        let named = self.history.bookmarks().map(|(name, at)| (name.to_owned(), written.place(at)));
        let saved = Saved {
            version: VERSION,
            lesson: self.lesson.id.clone(),
            log: Vec::new(),
            at: written.place(self.history.current()),
            edits: self.edits.clone(),
            bookmarks: named.collect(),
            away: self.history.is_turned_away(),
        };
        // Within a string of JSON the quotes would be escaped.
        let text = text(&saved);
        let (before, after) = text.split_once(NO_LOG).expect("it has no log yet");
        [before, "\"log\":[", &written.entries, "]", after].concat()
    }
}

fn text(value: &impl Serialize) -> String {
    String::from_utf8(json::compact(value)).expect("JSON is UTF-8")
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
