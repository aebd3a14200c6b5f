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
    /// The log as text.
    pub(super) fn save(&self) -> String {
        let entry = |(parent, operation): (Option<usize>, &crate::lab::Operation)| Entry {
            parent,
            input: operation.input.clone(),
        };
        let saved = Saved {
            version: VERSION,
            lesson: self.lesson.id.clone(),
            log: self.history.log().map(entry).collect(),
            at: self.history.current(),
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
        let mut restored = Open::new(open.lesson.clone(), open.spec.clone());
        restored.edits = saved.edits;
        for entry in saved.log {
            restored.history.check_room().map_err(|error| error.to_string())?;
            if !restored.history.go(entry.parent) {
                return Err("its log is damaged".to_owned());
            }
            let state = restored.history.state().clone();
            let (outside, processes) = (self.outside.as_mut(), self.processes.as_mut());
            let mut execution = Execution::begin(state, entry.input, outside, processes, self.tty, tells)?;
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
