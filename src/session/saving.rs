//! What is kept of a lab: the log of what was done. Everything else is
//! computed from it again, digest for digest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::execution::Execution;
use super::{Open, Session, Tells};
use crate::lab::Input;
use crate::oci::json;

/// The form of the text; another one is refused.
const VERSION: u32 = 1;

/// The text of [`super::Tell::Saved`].
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    version: u32,
    lesson: String,
    log: Vec<Entry>,
    at: Option<usize>,
    #[serde(default)]
    edits: BTreeMap<usize, String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    parent: Option<usize>,
    input: Input,
}

impl Open {
    /// The log as text. What cannot be done again is left out, and what followed it.
    pub(super) fn save(&self) -> String {
        let mut log = Vec::new();
        // Where each operation stands in the text; one that is left out, where the one before it stands.
        let mut places: Vec<(bool, Option<usize>)> = Vec::new();
        for (parent, operation) in self.history.log() {
            let (follows, place) = parent.map_or((true, None), |parent| places[parent]);
            let is_kept = follows && !operation.input.is_beyond_keeping();
            if is_kept {
                log.push(Entry { parent: place, input: operation.input.clone() });
            }
            places.push((is_kept, if is_kept { Some(log.len() - 1) } else { place }));
        }
        let saved = Saved {
            version: VERSION,
            lesson: self.lesson.id.clone(),
            log,
            at: self.history.current().and_then(|at| places[at].1),
            edits: self.edits.clone(),
        };
        String::from_utf8(json::compact(&saved)).expect("JSON is UTF-8")
    }
}

impl Session {
    /// Does everything in `text` again; on error the lab is as it was.
    pub(super) fn restore(&mut self, text: &str, tells: Tells<'_>) -> Result<(), String> {
        let saved: Saved =
            json::read(text.as_bytes()).map_err(|error| format!("what was saved cannot be read: {error}"))?;
        let Some(open) = &mut self.open else { return Ok(()) };
        if saved.version != VERSION || saved.lesson != open.lesson.id {
            return Err("it was saved by another version or for another lesson".to_owned());
        }
        let mut restored = open.anew();
        restored.edits = saved.edits;
        for entry in saved.log {
            restored.history.check_room().map_err(|error| error.to_string())?;
            if !restored.history.go(entry.parent) {
                return Err("its log is damaged".to_owned());
            }
            let state = restored.history.state().clone();
            let (outside, processes) = (self.outside.as_mut(), self.processes.as_mut());
            let mut execution = Execution::begin(state, entry.input.again(), outside, processes, self.tty, tells)?;
            execution.run_to_end(outside, processes, tells);
            let operation = execution.into_operation(tells);
            let operation =
                operation.ok_or("a command that succeeded before fails now; is the page's hub reachable?")?;
            restored.history.append(operation);
        }
        if !restored.history.go(saved.at) {
            return Err("its log is damaged".to_owned());
        }
        self.open = Some(restored);
        Ok(())
    }
}
