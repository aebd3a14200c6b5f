//! The history as a host is told it: stops in a row, other ways, names, and two
//! points beside each other.

use std::rc::Rc;

use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use crate::lab::PlaceDifference;

/// The history as a row of stops.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct HistoryView {
    /// The operations of the current branch, first to last.
    pub operations: Vec<Rc<OperationView>>,
    /// How many of them have happened: 0 is the start.
    pub position: usize,
    /// The index of the operation the lab is at; none: the start.
    pub at: Option<usize>,
    /// All branches, the first begun first; of very many the newest.
    pub branches: Vec<BranchView>,
    /// Points with a name.
    pub bookmarks: Vec<BookmarkView>,
}

/// One way through the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct BranchView {
    /// `main`, `fork 1`…
    pub name: String,
    /// The index of its last operation.
    pub tip: usize,
    /// After how many operations it left another branch.
    pub forked: usize,
    /// How many operations lead to its end.
    pub depth: usize,
    /// The line it begins with.
    pub first: String,
    /// The line it ends with.
    pub last: String,
    /// Whether the player shows it.
    pub shown: bool,
}

/// A point with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct BookmarkView {
    /// The name.
    pub name: String,
    /// The index of the operation before it; none: the start.
    pub at: Option<usize>,
    /// How many operations lead to it.
    pub depth: usize,
}

/// Two points of the history beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Compared {
    /// The one.
    pub one: Option<usize>,
    /// The other.
    pub other: Option<usize>,
    /// Every place that holds something.
    pub places: Vec<PlaceDifference>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct OperationView {
    /// Where.
    pub machine: String,
    /// The line.
    pub line: String,
    /// A word for the player: `build`, `tag`, `push`…
    pub label: String,
    /// Which step of the lesson it was, if it was one.
    pub step: Option<usize>,
    /// Exit code.
    pub code: i32,
}
