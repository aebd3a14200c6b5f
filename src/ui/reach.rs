//! How far what happens may be seen. Only what may show it is drawn again: what
//! is typed at the prompt and what a command prints changes nothing but the
//! terminal, so a key costs the same in a small lab and in a large one; and that
//! a line begins or ends changes nothing of the lab.

use super::intent::{Fact, Intent, Ticket};
use super::view::{Menu, View};
use crate::session::Tell;

/// Each reaches what the one before it does, and further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing.
    Nowhere,
    /// The terminal.
    Terminal,
    /// The learner's files.
    Files,
    /// All but what is drawn of the lab itself.
    Page,
    /// All.
    Lab,
}

/// Counts what may have been seen of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes([u64; 4]);

impl Changes {
    /// How often something happened that reaches so far.
    pub fn reaching(self, reach: Reach) -> u64 {
        (reach as usize).checked_sub(1).map_or(0, |at| self.0[at])
    }

    /// Something happened that reaches so far.
    pub fn count(&mut self, reach: Reach) {
        self.0[..reach as usize].iter_mut().for_each(|count| *count = count.wrapping_add(1));
    }
}

impl Reach {
    /// Of a fact. A line that begins or ends is seen in what is drawn of the lab if something travels.
    pub fn of_fact(view: &View, fact: &Fact) -> Self {
        match fact {
            Fact::Told(Tell::Saved(_)) => Self::Nowhere,
            Fact::Kept(saving) if *saving == view.saving => Self::Nowhere,
            Fact::Unanswered if !view.busy() => Self::Nowhere,
            Fact::Told(Tell::Printed(_) | Tell::Completed(_)) => Self::Terminal,
            Fact::Told(Tell::File(_) | Tell::Foreseen(_)) | Fact::Elapsed(Ticket::Foresight(_)) => Self::Files,
            Fact::Told(Tell::Started(_) | Tell::Finished(_)) if view.traffic.is_empty() => Self::Page,
            Fact::Told(Tell::Loading(_) | Tell::Loaded) | Fact::Kept(_) | Fact::Unanswered => Self::Page,
            _ => Self::Lab,
        }
    }

    /// Of an intent. What asks the session for the lab's next state is drawn when that is here, which takes it no longer
    /// than the eye; if it does, the fact is [`Fact::Unanswered`].
    pub fn of_intent(view: &View, intent: &Intent) -> Self {
        use Intent::{Back, FileTyped, First, Forward, GoTo, Last, Play, Redo, Speed, Submitted, Typed, Undo};
        let reach = match intent {
            Typed(_) => Self::Terminal,
            FileTyped(_) => Self::Files,
            Submitted | First | Back | Forward | Last | GoTo(_) | Undo | Redo if !view.play.going => Self::Terminal,
            Submitted | First | Back | Forward | Last | GoTo(_) | Undo | Redo | Play(_) | Speed(_) => Self::Page,
            _ => Self::Lab,
        };
        // Whatever is wanted closes the menu.
        if view.menu == Menu::Closed { reach } else { reach.max(Self::Page) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{End, FileText, Start};
    use crate::text::{Output, Stream};
    use crate::ui::fixture;
    use crate::ui::view::Saving;

    /// How far it is seen that a fact is learnt.
    fn learnt(view: &mut View, fact: Fact) -> Reach {
        let before = view.changes;
        view.learn(fact);
        seen(before, view.changes)
    }

    fn wanted(view: &mut View, intent: Intent) -> Reach {
        let before = view.changes;
        view.update(intent);
        seen(before, view.changes)
    }

    fn seen(before: Changes, now: Changes) -> Reach {
        let reaches = [Reach::Lab, Reach::Page, Reach::Files, Reach::Terminal];
        let further = |reach: &Reach| before.reaching(*reach) != now.reaching(*reach);
        reaches.into_iter().find(further).unwrap_or(Reach::Nowhere)
    }

    fn started() -> Fact {
        Fact::Told(Tell::Started(Start { machine: "laptop".into(), prompt: "$".into(), line: "ls".into() }))
    }

    fn finished() -> Fact {
        Fact::Told(Tell::Finished(End { code: 0, hint: None }))
    }

    #[test]
    fn typing_and_output_are_seen_where_they_stand() {
        let mut view = fixture::at_start();
        assert_eq!(wanted(&mut view, Intent::Typed("docker ps".into())), Reach::Terminal);
        assert_eq!(wanted(&mut view, Intent::FileTyped("FROM a".into())), Reach::Files);
        let output = Output { stream: Stream::Stdout, slot: None, line: "a".into() };
        assert_eq!(learnt(&mut view, Fact::Told(Tell::Printed(output))), Reach::Terminal);
        let text = FileText { machine: "laptop".into(), path: "/a".into(), text: Ok("a".into()) };
        assert_eq!(learnt(&mut view, Fact::Told(Tell::File(text))), Reach::Files);
        view.update(Intent::Menu(Menu::Open));
        assert_eq!(wanted(&mut view, Intent::Typed("d".into())), Reach::Page, "it closes the menu");
    }

    #[test]
    fn what_is_asked_for_is_seen_as_asked_for_only_if_the_answer_is_late() {
        let mut view = fixture::pushed();
        assert_eq!(wanted(&mut view, Intent::Back), Reach::Terminal);
        assert!(view.busy());
        assert_eq!(learnt(&mut view, Fact::Unanswered), Reach::Page);
        let state = Tell::State(Box::new(fixture::lab(&fixture::built())));
        assert_eq!(learnt(&mut view, Fact::Told(state)), Reach::Lab);
        assert_eq!(learnt(&mut view, Fact::Unanswered), Reach::Nowhere, "it was answered");
    }

    #[test]
    fn that_a_line_begins_and_ends_is_seen_in_the_lab_if_something_travels() {
        let mut view = fixture::at_start();
        assert_eq!(wanted(&mut view, Intent::Submitted), Reach::Terminal);
        assert_eq!(learnt(&mut view, started()), Reach::Page);
        assert_eq!(learnt(&mut view, finished()), Reach::Page);
        assert_eq!(learnt(&mut fixture::pushing(), finished()), Reach::Lab, "what travelled is there now");
    }

    #[test]
    fn a_player_that_is_stopped_by_a_line_shows_it() {
        let mut view = fixture::at_start();
        view.play.going = true;
        assert_eq!(wanted(&mut view, Intent::Submitted), Reach::Page);
    }

    #[test]
    fn that_all_is_kept_as_before_is_seen_nowhere() {
        let mut view = fixture::at_start();
        view.learn(Fact::Kept(Saving::Kept));
        assert_eq!(learnt(&mut view, Fact::Told(Tell::Saved("{}".into()))), Reach::Nowhere);
        assert_eq!(learnt(&mut view, Fact::Kept(Saving::Kept)), Reach::Nowhere);
        assert_eq!(learnt(&mut view, Fact::Kept(Saving::Refused)), Reach::Page, "the learner is told");
    }
}
