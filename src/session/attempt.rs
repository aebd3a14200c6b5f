//! Answering what may break off: a host may find half-way that a part of the
//! program itself cannot be fetched. Then all is as it was before.

use std::mem;

use super::{End, Open, Session, Tell, Tells};
use crate::text::{Line, Output, Stream, Style};

/// Does a piece of work to its end, or says why it broke off. What it was doing then is never gone on with.
pub type Attempt<'a> = &'a mut dyn FnMut(&mut dyn FnMut()) -> Result<(), String>;

/// What a shell says of a command that could not be executed.
const NOT_EXECUTED: i32 = 126;
const HINT: &str =
    "Nothing has changed. The page needs a further file for this; run it again when its server can be reached.";

impl Session {
    /// Lets `work` ask or tick. If it breaks off, the lab stands where it stood
    /// before, without the command that ran, and the host is told why.
    pub fn attempt(&mut self, attempt: Attempt<'_>, work: &mut dyn FnMut(&mut Self, Tells<'_>), tells: Tells<'_>) {
        let before = self.open.clone();
        let measured = self.measuring.as_ref().map(|measurement| measurement.given_up());
        let handed_out = self.making.is_some();
        let mut runs = self.running.is_some();
        let done = attempt(&mut || {
            work(self, &mut |tell| {
                runs = match tell {
                    Tell::Started(_) => true,
                    Tell::Finished(_) => false,
                    _ => runs,
                };
                tells(tell);
            });
        });
        if let Err(reason) = done {
            self.retreat(before, runs, reason, tells);
            if let Some(measured) = measured {
                tells(Tell::Measured(measured));
            }
            if handed_out {
                tells(Tell::Handout(None));
            }
        }
    }

    /// What was at work when it broke off may be half-changed: it is left alone, not even dropped.
    fn retreat(&mut self, before: Option<Open>, runs: bool, reason: String, tells: Tells<'_>) {
        // A lesson was opened, and laid as new, before what was saved was to be done again.
        let restoring = before.is_none() && self.open.is_some();
        mem::forget(self.running.take());
        mem::forget(self.arriving.take());
        mem::forget(self.measuring.take());
        mem::forget(self.making.take());
        mem::forget(mem::take(self.processes.parked()));
        self.goal = None;
        if !restoring {
            mem::forget(mem::replace(&mut self.open, before));
        }
        if runs {
            let line = Line::from(format!("drydock: {reason}"));
            tells(Tell::Printed(Output { stream: Stream::Stderr, slot: None, line }));
            tells(Tell::Finished(End { code: NOT_EXECUTED, hint: Some(Line::styled(Style::Hint, HINT)) }));
        }
        if restoring {
            tells(Tell::Cleared);
            tells(Tell::NotRestored(reason));
        } else if !runs {
            tells(Tell::Refused(reason));
        }
        self.tell_lab(tells);
    }
}
