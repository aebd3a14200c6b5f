//! The branches of a history and the names of its points. A branch goes on as
//! long as somebody went on; typing where others went on already begins one.

use super::{History, HistoryError};
use crate::limits::{BOOKMARK_BYTES, BOOKMARKS};

/// One way through the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// `main` for the first, then `fork 1`, `fork 2`…
    pub name: String,
    /// The operation after which it left another branch; none: at the start.
    pub from: Option<usize>,
    /// Its first operation.
    pub first: usize,
    /// Its last operation.
    pub tip: usize,
}

impl History {
    /// All branches, in the order in which they were begun.
    pub fn branches(&self) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::new();
        // Which branch each operation is on; whether somebody went on from it, and from the start.
        let mut places: Vec<(usize, bool)> = Vec::new();
        let mut is_begun = false;
        for (at, node) in self.nodes.iter().enumerate() {
            let continued = match node.parent {
                Some(parent) => &mut places[parent].1,
                None => &mut is_begun,
            };
            let begins = std::mem::replace(continued, true) || node.parent.is_none();
            let branch = match node.parent {
                Some(parent) if !begins => places[parent].0,
                _ => branches.len(),
            };
            match branches.get_mut(branch) {
                Some(branch) => branch.tip = at,
                None => branches.push(Branch { name: name(branch), from: node.parent, first: at, tip: at }),
            }
            places.push((branch, false));
        }
        branches
    }

    /// Which of the branches the player shows, if something was done at all.
    pub fn shown_tip(&self) -> Option<usize> {
        self.branch_nodes().last().copied()
    }

    /// How many operations lead to a point.
    pub fn depth(&self, at: Option<usize>) -> usize {
        self.up_to(at).len()
    }

    /// Every name of a point, in their order.
    pub fn bookmarks(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        self.bookmarks.iter().map(|(name, at)| (name.as_str(), *at))
    }

    /// Names a point; a name that is known moves there.
    pub fn bookmark(&mut self, at: Option<usize>, name: &str) -> Result<(), HistoryError> {
        let name = name.trim();
        if name.is_empty() || name.len() > BOOKMARK_BYTES || name.chars().any(char::is_control) {
            return Err(HistoryError::Name { limit: BOOKMARK_BYTES });
        }
        if at.is_some_and(|at| at >= self.nodes.len()) {
            return Err(HistoryError::NoPoint);
        }
        if self.bookmarks.len() >= BOOKMARKS && !self.bookmarks.contains_key(name) {
            return Err(HistoryError::Bookmarks { limit: BOOKMARKS });
        }
        self.bookmarks.insert(name.to_owned(), at);
        Ok(())
    }

    /// Takes a name away.
    pub fn forget_bookmark(&mut self, name: &str) {
        self.bookmarks.remove(name);
    }
}

fn name(branch: usize) -> String {
    if branch == 0 { "main".to_owned() } else { format!("fork {branch}") }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{done, history};
    use super::*;

    fn names(history: &History) -> Vec<(String, Option<usize>, usize)> {
        history.branches().into_iter().map(|branch| (branch.name, branch.from, branch.tip)).collect()
    }

    #[test]
    fn who_types_at_an_earlier_point_begins_a_fork_and_the_old_branch_keeps_its_name() {
        let mut history = history();
        assert!(history.branches().is_empty() && history.shown_tip().is_none());
        done(&mut history, &["a", "b", "c"]);
        assert_eq!(names(&history), [("main".into(), None, 2)]);
        history.jump(1);
        done(&mut history, &["d", "e"]);
        assert_eq!(names(&history), [("main".into(), None, 2), ("fork 1".into(), Some(0), 4)]);
        assert_eq!((history.shown_tip(), history.depth(Some(4))), (Some(4), 3));
        history.jump(0);
        done(&mut history, &["f"]);
        history.go(Some(2));
        done(&mut history, &["g"]);
        let expected = [("main".into(), None, 6), ("fork 1".into(), Some(0), 4), ("fork 2".into(), None, 5)];
        assert_eq!(names(&history), expected);
    }

    #[test]
    fn a_name_moves_and_is_bounded() {
        let mut history = history();
        done(&mut history, &["a"]);
        history.bookmark(None, " here ").expect("a name");
        history.bookmark(Some(0), "here").expect("it moves");
        assert_eq!(history.bookmarks().collect::<Vec<_>>(), [("here", Some(0))]);
        assert_eq!(history.bookmark(Some(1), "x"), Err(HistoryError::NoPoint));
        for bad in ["", " ", "a\nb", &"x".repeat(BOOKMARK_BYTES + 1)] {
            assert_eq!(history.bookmark(None, bad), Err(HistoryError::Name { limit: BOOKMARK_BYTES }), "{bad:?}");
        }
        for at in 1..BOOKMARKS {
            history.bookmark(None, &at.to_string()).expect("there is room");
        }
        assert_eq!(history.bookmark(None, "one more"), Err(HistoryError::Bookmarks { limit: BOOKMARKS }));
        history.bookmark(None, "here").expect("it is known");
        history.forget_bookmark("here");
        history.bookmark(None, "one more").expect("there is room again");
    }
}
