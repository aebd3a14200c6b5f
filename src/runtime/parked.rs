//! Processes of containers in the background, kept between the lines of a
//! lab. They are beside the lab's state, which says of each only what it was
//! started with and how many steps it has had; one that is not here any more,
//! or not where the state has it, is run again from its beginning.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::process::Process;
use crate::limits;

/// The processes that are kept, each under the id of its container.
#[derive(Debug, Default)]
pub struct Parked {
    processes: BTreeMap<String, Kept>,
    uses: u64,
}

#[derive(Debug)]
struct Kept {
    process: Box<dyn Process>,
    mark: Mark,
    last_use: u64,
}

/// Where a process is: which start of its container it came of, how many steps it has made, and what it was given.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What its randomness grew from, which is another at each start.
    pub seed: u64,
    /// Steps of [`limits::SLICE_FUEL`].
    pub steps: u64,
    /// How much it was given.
    pub given: usize,
    /// The last of it, known by where it is in memory: after undo something else may have been given as often.
    pub last: Option<Arc<()>>,
}

impl Parked {
    /// Keeps a process; the one that nobody asked for longest goes, if there are too many.
    pub fn park(&mut self, id: &str, mark: Mark, process: Box<dyn Process>) {
        self.uses += 1;
        self.processes.insert(id.to_owned(), Kept { process, mark, last_use: self.uses });
        while self.processes.len() > limits::PARKED_PROCESSES {
            let oldest = self.processes.iter().min_by_key(|(_, kept)| kept.last_use).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { return };
            self.processes.remove(&oldest);
        }
    }

    /// The process of a container, if it is where it is wanted, and where that is.
    pub fn unpark(&mut self, id: &str, is_wanted: impl Fn(&Mark) -> bool) -> Option<(Mark, Box<dyn Process>)> {
        self.processes.remove(id).filter(|kept| is_wanted(&kept.mark)).map(|kept| (kept.mark, kept.process))
    }
}
