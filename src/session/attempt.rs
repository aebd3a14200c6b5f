//! Work that may break off: a host may find half-way that a part of the
//! program itself cannot be fetched. What was at work is then never gone on
//! with, and its session with it; another one stands where that stood before.

use std::cell::RefCell;
use std::rc::Rc;

use super::{End, Open, Session, Tell, Tells};
use crate::course::Measured;
use crate::text::{Line, Output, Stream, Style};

/// What a shell says of a command that could not be executed.
const NOT_EXECUTED: i32 = 126;
const HINT: &str =
    "Nothing has changed. The page needs a further file for this; run it again when its server can be reached.";

/// Where a lab stood before the work that was begun last: kept apart from its session, which that may take with it.
#[derive(Default)]
pub struct Safe(RefCell<Standing>);

#[derive(Default)]
struct Standing {
    open: Option<Open>,
    /// Whether that was laid as new since, before what was saved was to be done again.
    restoring: bool,
    code: i32,
    /// Whether a command runs, as the host was told.
    runs: bool,
    /// What is told of the cost that was being measured.
    measured: Option<Measured>,
    /// Whether a handout was being made.
    handed_out: bool,
}

impl Session {
    /// Lets `work` ask or tick, once it is noted in what is [`Session::safe`] where the lab stands. If that breaks
    /// off, this session is as lost as the work: a new one has to [stand in](Session::stand_in) for it.
    pub fn attempt(&mut self, work: &mut dyn FnMut(&mut Self, Tells<'_>), tells: Tells<'_>) {
        let safe = Rc::clone(&self.safe);
        safe.0.replace(Standing {
            open: self.open.clone(),
            restoring: false,
            code: self.code,
            runs: self.running.is_some(),
            measured: self.measuring.as_ref().map(|measurement| measurement.given_up()),
            handed_out: self.making.is_some(),
        });
        work(self, &mut |tell| {
            safe.hear(&tell);
            tells(tell);
        });
    }

    /// What outlives it.
    pub fn safe(&self) -> Rc<Safe> {
        Rc::clone(&self.safe)
    }

    /// Stands, as a new session, where the lab of another one stood before its work broke off, without the command
    /// that ran; the host is told why.
    pub fn stand_in(&mut self, safe: Rc<Safe>, reason: String, tells: Tells<'_>) {
        let before = safe.0.take();
        (self.safe, self.open, self.code) = (safe, before.open, before.code);
        if before.runs {
            let line = Line::from(format!("drydock: {reason}"));
            tells(Tell::Printed(Output { stream: Stream::Stderr, slot: None, line }));
            tells(Tell::Finished(End { code: NOT_EXECUTED, hint: Some(Line::styled(Style::Hint, HINT)) }));
        }
        if before.restoring {
            tells(Tell::Cleared);
            tells(Tell::NotRestored(reason));
        } else if !before.runs {
            tells(Tell::Refused(reason));
        }
        self.tell_lab(tells);
        if let Some(measured) = before.measured {
            tells(Tell::Measured(measured));
        }
        if before.handed_out {
            tells(Tell::Handout(None));
        }
    }
}

impl Safe {
    /// A lesson is laid as new. If none was open, this is where the lab stands while what was saved is done again.
    pub(super) fn lay(&self, open: &Open) {
        let mut standing = self.0.borrow_mut();
        if standing.open.is_none() {
            (standing.open, standing.restoring) = (Some(open.clone()), true);
        }
    }

    fn hear(&self, tell: &Tell) {
        match tell {
            Tell::Started(_) => self.0.borrow_mut().runs = true,
            Tell::Finished(_) => self.0.borrow_mut().runs = false,
            _ => {}
        }
    }
}
