//! The threads of this machine, lent to the core for pure work.

use std::sync::{Mutex, PoisonError};

use crate::host::{Job, in_turn};

/// Does the jobs on as many threads as there are processors, this one among them.
pub fn share(jobs: Vec<Job<'_>>) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    if threads < 2 {
        return in_turn(jobs);
    }
    let waiting = Mutex::new(jobs.into_iter());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some(job) = next() {
            job();
        }
    };
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once() {
        let mut done = vec![0; 100];
        share(done.iter_mut().map(|count| Box::new(move || *count += 1) as Job<'_>).collect());
        assert_eq!(done, vec![1; 100]);
    }
}
