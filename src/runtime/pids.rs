//! The processes of one container as its calls see them: who is whose child,
//! who ended and how. The scheduler ([`super::namespace`]) acts on what the
//! calls note here.

use std::collections::BTreeMap;

use super::errno::Errno;
use super::given::MAIN;
use super::instance::Instance;
use super::user::User;
use crate::limits;

/// The first process of a container; when it ends, all end.
pub(super) const FIRST: u32 = 1;
/// `SIGKILL`, which nobody can ignore.
pub(super) const KILL: u32 = 9;
/// `SIGINT`.
const INTERRUPT: u32 = 2;
/// The highest number of a signal.
const LAST_SIGNAL: u32 = 64;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself, with an exit code.
    Exited(u8),
    /// By a signal.
    Killed(u32),
}

/// One process as its relatives see it.
#[derive(Debug)]
struct Member {
    /// Who may wait for it: 0 once its parent is gone.
    parent: u32,
    /// Which program that was begun from outside it comes of.
    session: u32,
    /// Who runs it.
    user: User,
    /// None while it lives.
    ending: Option<Ending>,
    /// The signals it ignores, one bit each.
    ignored: u64,
    /// Those it catches.
    catches: u64,
    /// Those that it caught and has not asked for.
    caught: u64,
    /// Whether each of them ends one waiting, be it that it comes before.
    attends: bool,
    /// Whether one of them has ended none yet.
    is_due: bool,
    /// What it was started with, for who lists processes.
    arguments: Vec<String>,
}

/// The table of processes, and what calls have asked for since the scheduler last looked.
#[derive(Default)]
pub(super) struct Pids {
    members: BTreeMap<u32, Member>,
    last: u32,
    /// Children that wait for their first turn.
    pub(super) born: Vec<(u32, Instance)>,
    /// Whom a signal ends.
    pub(super) killed: Vec<(u32, u32)>,
    /// Who caught one, and does not wait any longer.
    pub(super) interrupted: Vec<u32>,
    /// Whether the host's engine could not do what the interpreter might, so that this is no longer what it would be there.
    pub(super) is_lost: bool,
}

impl Ending {
    /// What a shell says of it, and docker of a container's first process.
    pub(super) fn code(self) -> i32 {
        match self {
            Self::Exited(code) => i32::from(code),
            Self::Killed(signal) => 128 + i32::try_from(signal).unwrap_or(0),
        }
    }
}

impl Pids {
    /// A table of the first process alone.
    pub(super) fn first(arguments: &[String], user: User) -> Self {
        let mut pids = Self::default();
        pids.enter_from_outside(MAIN, arguments, user);
        pids
    }

    /// Whether one more process may be started.
    pub(super) fn room(&self) -> Result<(), Errno> {
        if self.members.len() < limits::GUEST_PROCESSES { Ok(()) } else { Err(Errno::Again) }
    }

    /// A number for a new child of `parent`, whose signals it ignores too.
    pub(super) fn enter(&mut self, parent: u32, arguments: &[String]) -> u32 {
        self.add(parent, self.session(parent), arguments, self.user(parent).cloned().unwrap_or_default())
    }

    /// A number for a program that is begun from outside.
    pub(super) fn enter_from_outside(&mut self, session: u32, arguments: &[String], user: User) -> u32 {
        self.add(0, session, arguments, user)
    }

    /// Notes that a process is another program now, which catches nothing yet.
    pub(super) fn replaced(&mut self, pid: u32, arguments: &[String]) {
        if let Some(member) = self.members.get_mut(&pid) {
            (member.catches, member.attends, member.is_due) = (0, false, false);
            member.arguments = arguments.to_vec();
        }
    }

    /// The process with the lowest number from `pid` on that has not ended: its number, its parent's and its arguments.
    pub(super) fn from(&self, pid: u32) -> Option<(u32, u32, &[String])> {
        let mut living = self.members.range(pid..).filter(|(_, member)| member.ending.is_none());
        living.next().map(|(pid, member)| (*pid, member.parent, member.arguments.as_slice()))
    }

    /// Which program that was begun from outside a process comes of.
    pub(super) fn session(&self, pid: u32) -> u32 {
        self.members.get(&pid).map_or(MAIN, |member| member.session)
    }

    /// Who runs a process.
    pub(super) fn user(&self, pid: u32) -> Option<&User> {
        self.members.get(&pid).map(|member| &member.user)
    }

    /// Who started a process; 0 if that is gone, or outside.
    pub(super) fn parent(&self, pid: u32) -> u32 {
        self.members.get(&pid).map_or(0, |member| member.parent)
    }

    fn add(&mut self, parent: u32, session: u32, arguments: &[String], user: User) -> u32 {
        self.last += 1;
        let ignored = self.members.get(&parent).map_or(0, |parent| parent.ignored);
        let arguments = arguments.to_vec();
        let member = Member {
            parent,
            session,
            user,
            ending: None,
            ignored,
            catches: 0,
            caught: 0,
            attends: false,
            is_due: false,
            arguments,
        };
        self.members.insert(self.last, member);
        self.last
    }

    /// Takes back the number of a child that could not be started.
    pub(super) fn forget(&mut self, pid: u32) {
        self.members.remove(&pid);
    }

    /// Notes how a process ended. Its children lose their parent; those that ended already are forgotten.
    pub(super) fn ended(&mut self, pid: u32, ending: Ending) {
        self.members.retain(|_, member| member.parent != pid || member.ending.is_none());
        for member in self.members.values_mut().filter(|member| member.parent == pid) {
            member.parent = 0;
        }
        match self.members.get_mut(&pid) {
            Some(member) if member.parent != 0 => member.ending = Some(ending),
            _ => drop(self.members.remove(&pid)),
        }
    }

    /// Takes a child of `parent` that has ended, `pid` or (0) whichever ended with the lowest number. None: not yet.
    pub(super) fn reap(&mut self, parent: u32, pid: u32) -> Result<Option<(u32, Ending)>, Errno> {
        let mut children = self
            .members
            .iter()
            .filter(|(number, member)| member.parent == parent && (pid == 0 || **number == pid))
            .peekable();
        children.peek().ok_or(Errno::Child)?;
        let found = children.find_map(|(pid, member)| member.ending.map(|ending| (*pid, ending)));
        if let Some((pid, _)) = found {
            self.members.remove(&pid);
        }
        Ok(found)
    }

    /// Sends a signal; 0 only asks whether the process is there.
    pub(super) fn kill(&mut self, pid: u32, signal: u32) -> Result<(), Errno> {
        if signal > LAST_SIGNAL {
            return Err(Errno::Inval);
        }
        let member = self.members.get_mut(&pid).ok_or(Errno::Srch)?;
        if signal == 0 || member.ending.is_some() || member.ignores(signal) {
            return Ok(());
        }
        if member.catches & bit(signal) != 0 {
            member.caught |= bit(signal);
            self.interrupted.push(pid);
        } else {
            self.killed.push((pid, signal));
        }
        Ok(())
    }

    /// Sends a signal to the first process from outside, which spares it what it does not catch, as Linux does.
    pub(super) fn signal_first(&mut self, signal: u32) {
        let heard = self.members.get(&FIRST).is_some_and(|first| signal == KILL || first.catches & bit(signal) != 0);
        if heard {
            self.kill(FIRST, signal).expect("it is there");
        }
    }

    /// Ctrl-C for a program that was begun from outside: a terminal tells all processes of it, else it alone is told. Who
    /// neither catches nor ignores it ends, the first process too: where nothing else is at hand, this is how it is stopped.
    pub(super) fn interrupt(&mut self, session: u32, is_terminal: bool) {
        let members = self.members.iter().filter(|(_, member)| member.session == session && member.ending.is_none());
        let heard: Vec<u32> = members.map(|(pid, _)| *pid).take(if is_terminal { usize::MAX } else { 1 }).collect();
        for pid in heard {
            self.kill(pid, INTERRUPT).expect("it is there");
        }
    }

    /// Ends the processes of a program that entered.
    pub(super) fn kill_session(&mut self, session: u32) {
        let living = self.members.iter().filter(|(_, member)| member.session == session && member.ending.is_none());
        self.killed.extend(living.map(|(pid, _)| (*pid, INTERRUPT)));
    }

    /// Lets a process ignore a signal, or no longer.
    pub(super) fn ignore(&mut self, pid: u32, signal: u32, ignored: bool) -> Result<(), Errno> {
        if signal == 0 || signal >= LAST_SIGNAL || signal == KILL {
            return Err(Errno::Inval);
        }
        let member = self.members.get_mut(&pid).ok_or(Errno::Srch)?;
        member.ignored = if ignored { member.ignored | bit(signal) } else { member.ignored & !bit(signal) };
        Ok(())
    }

    /// Lets a process catch a signal, or no longer.
    pub(super) fn catch(&mut self, pid: u32, signal: u32, caught: bool) -> Result<(), Errno> {
        self.ignore(pid, signal, false)?;
        let member = self.members.get_mut(&pid).ok_or(Errno::Srch)?;
        member.catches = if caught { member.catches | bit(signal) } else { member.catches & !bit(signal) };
        Ok(())
    }

    /// The lowest signal that a process caught, which it asks for now; 0 if there is none.
    pub(super) fn take_caught(&mut self, pid: u32) -> u32 {
        let Some(member) = self.members.get_mut(&pid).filter(|member| member.caught != 0) else { return 0 };
        let signal = member.caught.trailing_zeros();
        member.caught &= !bit(signal);
        signal
    }

    /// The signals that a process caught, the lowest first, each of which is forgotten as it is told.
    pub(super) fn hear(&mut self, pid: u32) -> impl Iterator<Item = u8> {
        if let Some(member) = self.members.get_mut(&pid) {
            member.is_due = false;
        }
        let next = move || Some(self.take_caught(pid)).filter(|signal| *signal != 0);
        std::iter::from_fn(next).filter_map(|signal| u8::try_from(signal).ok())
    }

    /// From now on a signal that a process catches ends its waiting, even if it comes just before.
    pub(super) fn attend(&mut self, pid: u32) {
        if let Some(member) = self.members.get_mut(&pid) {
            member.attends = true;
        }
    }

    /// Notes that a signal came while its process did not wait.
    pub(super) fn came_early(&mut self, pid: u32) {
        if let Some(member) = self.members.get_mut(&pid) {
            member.is_due = member.attends;
        }
    }

    /// Whether a process must not begin to wait, because of a signal that came just before; once.
    pub(super) fn take_due(&mut self, pid: u32) -> bool {
        self.members.get_mut(&pid).is_some_and(|member| std::mem::take(&mut member.is_due))
    }

    /// Whether a process has caught a signal that it has not asked for.
    pub(super) fn has_caught(&self, pid: u32) -> bool {
        self.members.get(&pid).is_some_and(|member| member.caught != 0)
    }

    /// Whether a process ignores a signal.
    pub(super) fn ignores(&self, pid: u32, signal: u32) -> bool {
        self.members.get(&pid).is_some_and(|member| member.ignores(signal))
    }
}

impl Member {
    fn ignores(&self, signal: u32) -> bool {
        signal != KILL && self.ignored & bit(signal) != 0
    }
}

/// The bit of a signal; the last one has none, and nobody can ignore or catch it.
fn bit(signal: u32) -> u64 {
    1_u64.checked_shl(signal).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_reaped_once_and_only_by_its_parent() {
        let mut pids = Pids::first(&[], User::default());
        let (child, other) = (pids.enter(FIRST, &[]), pids.enter(FIRST, &[]));
        assert_eq!(pids.reap(FIRST, 0), Ok(None));
        pids.ended(other, Ending::Exited(3));
        assert_eq!(pids.reap(child, 0), Err(Errno::Child));
        assert_eq!(pids.reap(FIRST, child), Ok(None));
        assert_eq!(pids.reap(FIRST, 0), Ok(Some((other, Ending::Exited(3)))));
        assert_eq!(pids.reap(FIRST, other), Err(Errno::Child));
    }

    #[test]
    fn orphans_leave_no_trace() {
        let mut pids = Pids::first(&[], User::default());
        let child = pids.enter(FIRST, &[]);
        let (living, ended) = (pids.enter(child, &[]), pids.enter(child, &[]));
        pids.ended(ended, Ending::Exited(0));
        pids.ended(child, Ending::Killed(KILL));
        assert_eq!(pids.members.len(), 3);
        pids.ended(living, Ending::Exited(0));
        assert_eq!(pids.members.len(), 2);
    }

    #[test]
    fn signals_reach_whom_they_may() {
        let mut pids = Pids::first(&[], User::default());
        let child = pids.enter(FIRST, &[]);
        pids.ignore(child, 15, true).unwrap();
        for signal in [0, 15, 2, KILL] {
            pids.kill(child, signal).unwrap();
        }
        assert_eq!(pids.killed, [(child, 2), (child, KILL)]);
        let grandchild = pids.enter(child, &[]);
        assert!(pids.ignores(grandchild, 15) && !pids.ignores(grandchild, 2));
        assert_eq!(pids.kill(99, 0), Err(Errno::Srch));
        assert_eq!(pids.kill(child, 65), Err(Errno::Inval));
        assert_eq!(pids.ignore(child, KILL, true), Err(Errno::Inval));
        assert_eq!((Ending::Exited(7).code(), Ending::Killed(15).code()), (7, 143));
    }

    #[test]
    fn a_signal_that_is_caught_is_noted_until_it_is_asked_for() {
        let mut pids = Pids::first(&[], User::default());
        pids.signal_first(15);
        pids.catch(FIRST, 15, true).unwrap();
        pids.catch(FIRST, 2, true).unwrap();
        pids.kill(FIRST, 15).unwrap();
        pids.signal_first(2);
        pids.signal_first(1);
        assert_eq!((pids.killed.len(), &pids.interrupted[..]), (0, &[FIRST, FIRST][..]));
        assert_eq!([(); 3].map(|()| pids.take_caught(FIRST)), [2, 15, 0]);
        pids.catch(FIRST, 15, false).unwrap();
        pids.kill(FIRST, 15).unwrap();
        pids.signal_first(KILL);
        assert_eq!(pids.killed, [(FIRST, 15), (FIRST, KILL)]);
        assert_eq!(pids.catch(FIRST, KILL, true), Err(Errno::Inval));
    }

    #[test]
    fn ctrl_c_reaches_all_at_a_terminal_and_else_the_program_alone() {
        let mut pids = Pids::first(&[], User::default());
        let child = pids.enter(FIRST, &[]);
        let entered = pids.enter_from_outside(1, &[], User::default());
        pids.interrupt(MAIN, false);
        assert_eq!(std::mem::take(&mut pids.killed), [(FIRST, 2)]);
        pids.catch(FIRST, 2, true).unwrap();
        pids.interrupt(MAIN, true);
        assert_eq!((std::mem::take(&mut pids.killed), pids.take_caught(FIRST)), (vec![(child, 2)], 2));
        pids.interrupt(1, true);
        assert_eq!(pids.killed, [(entered, 2)]);
    }

    #[test]
    fn who_lives_can_be_listed_and_may_become_another() {
        let mut pids = Pids::first(&["sh".to_owned()], User::default());
        let (ended, child) = (pids.enter(FIRST, &[]), pids.enter(FIRST, &["ls".to_owned()]));
        pids.ended(ended, Ending::Exited(0));
        assert_eq!(pids.from(0), Some((FIRST, 0, ["sh".to_owned()].as_slice())));
        assert_eq!(pids.from(ended), Some((child, FIRST, ["ls".to_owned()].as_slice())));
        assert_eq!(pids.from(child + 1), None);
        pids.catch(child, 15, true).unwrap();
        pids.replaced(child, &["sleep".to_owned()]);
        pids.kill(child, 15).unwrap();
        assert_eq!(pids.killed, [(child, 15)]);
        assert_eq!(pids.from(child), Some((child, FIRST, ["sleep".to_owned()].as_slice())));
    }

    #[test]
    fn there_are_not_too_many() {
        let mut pids = Pids::first(&[], User::default());
        while pids.room().is_ok() {
            pids.enter(FIRST, &[]);
        }
        assert_eq!(pids.members.len(), limits::GUEST_PROCESSES);
        assert_eq!(pids.room(), Err(Errno::Again));
    }
}
