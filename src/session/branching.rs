//! Moving between branches of the history, names of its points, two points
//! beside each other, and another lab in this one's place.

use std::mem;
use std::rc::Rc;

use super::saving::Restoring;
use super::{BookmarkView, BranchView, Compared, HistoryView, Open, OperationView, Session, Tell, Tells, sharing};
use crate::cli;
use crate::lab::{Branch, History, Operation};
use crate::limits::BRANCHES;

const GIVEN_UP: &str = "The other lab was not opened. This one is as it was.";

impl Session {
    /// Goes to any point of the history.
    pub(super) fn go_to(&mut self, at: Option<usize>, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if !open.history.go(at) {
            return Err("the history has no such point".to_owned());
        }
        self.tell_state(tells);
        Ok(())
    }

    /// Goes to where the present step began: after the last step of the lesson, or before it if nothing was
    /// done since. A line that the learner put in its place is the lesson's own again; what was run instead
    /// stays a branch.
    pub(super) fn reset_step(&mut self, tells: Tells<'_>) {
        let Some(open) = &mut self.open else { return };
        let (branch, position) = (open.history.branch(), open.history.position());
        let last = branch[..position].iter().rposition(|done| done.step().is_some()).map_or(0, |at| at + 1);
        let begins = if last == position { last.saturating_sub(1) } else { last };
        open.history.jump(begins);
        let was_edited = open.next_step().is_some_and(|step| open.edits.remove(&step).is_some());
        if was_edited {
            open.history.turn_away();
        }
        self.tell_state(tells);
    }

    /// Names the point the history is at.
    pub(super) fn bookmark(&mut self, name: &str, tells: Tells<'_>) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let at = open.history.current();
        open.history.bookmark(at, name).map_err(|error| error.to_string())?;
        self.tell_state(tells);
        Ok(())
    }

    /// Takes a name away.
    pub(super) fn forget_bookmark(&mut self, name: &str, tells: Tells<'_>) {
        if let Some(open) = &mut self.open {
            open.history.forget_bookmark(name);
        }
        self.tell_state(tells);
    }

    /// Begins to open the lab of a saved text or a link; [`Session::tick`] goes on with it.
    pub(super) fn begin_restoring(&mut self, text: &str) -> Result<(), String> {
        let Some(open) = &self.open else { return Ok(()) };
        let restoring = Restoring::read(text, open).map_err(|reason| not_opened(&reason))?;
        self.arriving = Some(Box::new(Arriving { restoring, told: Vec::new() }));
        Ok(())
    }

    /// Goes on with it; what it prints is told when it has come to its end.
    pub(super) fn go_on_restoring(&mut self, tells: Tells<'_>) {
        let Some(mut arriving) = self.arriving.take() else { return };
        let Arriving { restoring, told } = &mut *arriving;
        let before = restoring.progress();
        let heard = &mut |tell| match tell {
            Tell::Loading(what) => tells(Tell::Loading(what)),
            other => told.push(other),
        };
        match restoring.step(self.outside.as_mut(), self.processes.as_mut(), self.tty, heard) {
            Err(reason) => tells(Tell::Refused(not_opened(&reason))),
            Ok(false) => {
                let now = restoring.progress();
                if now != before {
                    tells(Tell::Loading(now));
                }
                self.arriving = Some(arriving);
            }
            Ok(true) => {
                tells(Tell::Cleared);
                mem::take(told).into_iter().for_each(&mut *tells);
                self.open = Some(arriving.restoring.into_lab());
                self.code = 0;
                tells(Tell::Restored);
                self.tell_state(tells);
            }
        }
    }

    /// Lets it be, if another lab is on its way.
    pub(super) fn give_up_restoring(&mut self, tells: Tells<'_>) {
        if self.arriving.take().is_some() {
            tells(Tell::Refused(GIVEN_UP.to_owned()));
        }
    }
}

/// Another lab on its way, and what it printed so far.
pub(super) struct Arriving {
    restoring: Restoring,
    told: Vec<Tell>,
}

fn not_opened(reason: &str) -> String {
    let end = if reason.ends_with('?') { "" } else { "." };
    format!("The other lab cannot be opened, so this one is as it was: {reason}{end}")
}

impl Open {
    /// The lab as the end of a link, or why it is none.
    pub(super) fn link(&mut self) -> Result<String, String> {
        sharing::link(&self.save()).map_err(|error| error.to_string())
    }

    /// The history as the page shows it; what an operation is like is told once.
    pub(super) fn history_view(&mut self) -> HistoryView {
        let history = &self.history;
        let branches = history.branches();
        let newest = branches.len().saturating_sub(BRANCHES);
        let bookmarks =
            history.bookmarks().map(|(name, at)| BookmarkView { name: name.to_owned(), at, depth: history.depth(at) });
        self.stops
            .extend(history.log().skip(self.stops.len()).map(|(_, operation)| Rc::new(operation_view(operation))));
        HistoryView {
            operations: history.way().into_iter().map(|at| Rc::clone(&self.stops[at])).collect(),
            position: history.position(),
            at: history.current(),
            branches: branches[newest..].iter().map(|branch| branch_view(history, branch)).collect(),
            bookmarks: bookmarks.collect(),
        }
    }

    /// Two points beside each other.
    pub(super) fn compare(&self, one: Option<usize>, other: Option<usize>) -> Result<Compared, String> {
        let state = |at| self.history.state_at(at).ok_or("the history has no such point");
        let places = state(one)?.difference(state(other)?);
        Ok(Compared { one, other, places })
    }
}

fn operation_view(operation: &Operation) -> OperationView {
    let line = operation.line().into_owned();
    OperationView {
        machine: operation.machine().to_owned(),
        label: cli::label(&line),
        line,
        step: operation.step(),
        code: operation.code,
    }
}

fn branch_view(history: &History, branch: &Branch) -> BranchView {
    let line = |at| history.operation(at).map(Operation::line).unwrap_or_default().into_owned();
    BranchView {
        name: branch.name.clone(),
        tip: branch.tip,
        forked: history.depth(branch.from),
        depth: history.depth(Some(branch.tip)),
        first: line(branch.first),
        last: line(branch.tip),
        shown: history.shown_tip() == Some(branch.tip),
    }
}
