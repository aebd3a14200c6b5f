//! Blobs that travel side by side: as many at once as docker lets, sharing the
//! modelled way. Time is not passed here: whoever moves the lanes on lets it
//! pass, and hears how much.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::copy::Journey;
use super::error::TransferError;
use super::lane::Lane;
use crate::event::{Direction, Events, Outcome};
use crate::host::{Host, Kept};
use crate::oci::{Descriptor, Digest};
use crate::store::Content;

/// Blobs that docker fetches and sends at once, unless its daemon is told otherwise.
/// <https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file>
const DOWNLOADS_AT_ONCE: usize = 3;
const UPLOADS_AT_ONCE: usize = 5;

/// How often docker shows how far a blob is.
const SHOWN_EVERY: Duration = Duration::from_millis(100);

/// Docker's own client tries a blob so often, and waits five seconds more before each time.
/// <https://github.com/moby/moby/blob/v28.5.2/distribution/xfer/upload.go>
const ATTEMPTS: u32 = 5;
const SECONDS_MORE: u64 = 5;

/// What a piece of the work came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do at once.
    On,
    /// There is more to do after this time, which the caller lets pass.
    Wait(Duration),
    /// All is done.
    Done,
}

impl Progress {
    /// Lets the time pass on the way to the registry `domain`; true when all is done.
    pub(super) fn pass(self, domain: &str, host: &mut dyn Host) -> bool {
        if let Self::Wait(time) = self {
            host.wait(super::endpoint(domain), time);
        }
        self == Self::Done
    }
}

/// What came of blobs whose fetch was given up.
pub type Partials = BTreeMap<Digest, Kept>;

/// The blobs of one transfer.
#[derive(Default)]
pub(super) struct Lanes {
    waiting: VecDeque<Lane>,
    /// The one that has waited longest for its turn comes first.
    open: VecDeque<Lane>,
}

impl Lanes {
    /// Lanes for blobs that the other side may have.
    pub(super) fn asking(blobs: Vec<Descriptor>) -> Self {
        Self { waiting: blobs.into_iter().map(Lane::asking).collect(), open: VecDeque::new() }
    }

    /// Lanes for blobs that must come, some of which came in part before.
    pub(super) fn fetching(blobs: Vec<Descriptor>, partials: &Partials) -> Self {
        let lane = |blob: Descriptor| {
            let came = partials.get(&blob.digest).filter(|came| came.size() <= blob.size);
            let came = came.cloned().unwrap_or_default();
            Lane::fetching(blob, came)
        };
        Self { waiting: blobs.into_iter().map(lane).collect(), open: VecDeque::new() }
    }

    /// Lets the first lane that is ready go on, or says how long nothing will happen.
    pub(super) fn advance<S, T>(
        &mut self,
        source: &mut S,
        target: &mut T,
        journey: &Journey,
        events: Events<'_>,
    ) -> Result<Progress, TransferError>
    where
        S: Content,
        T: Content,
        TransferError: From<S::Error> + From<T::Error>,
    {
        let at_once = if journey.direction == Direction::Push { UPLOADS_AT_ONCE } else { DOWNLOADS_AT_ONCE };
        let free = at_once.saturating_sub(self.open.len()).min(self.waiting.len());
        self.open.extend(self.waiting.drain(..free));
        let ready = self.open.iter().position(Lane::is_ready);
        let Some(mut lane) = ready.and_then(|at| self.open.remove(at)) else {
            return Ok(if self.open.is_empty() { Progress::Done } else { self.wait(journey, events) });
        };
        match lane.go_on(source, target, journey, events) {
            Ok(true) => return Ok(Progress::On),
            Ok(false) => {}
            Err(error) if journey.is_classic && error.is_temporary() && lane.retries + 1 < ATTEMPTS => {
                let seconds = SECONDS_MORE * u64::from(lane.retries + 1);
                lane.retry(seconds, journey.direction);
                journey.tell(&lane.blob, Outcome::Retrying { seconds }, events);
            }
            Err(error) => return Err(error),
        }
        self.open.push_back(lane);
        Ok(Progress::On)
    }

    /// Until the next lane is ready, or until it is time to show how far they are.
    fn wait(&mut self, journey: &Journey, events: Events<'_>) -> Progress {
        let share = self.open.iter().filter(|lane| lane.is_flowing()).count();
        let due = self.open.iter().map(|lane| lane.due(share)).min().unwrap_or_default();
        let time = if share > 0 { due.min(SHOWN_EVERY) } else { due.min(Duration::from_secs(1)) };
        for lane in &mut self.open {
            let (flows, pause) = (lane.is_flowing(), lane.retries_in());
            lane.pass(time, share);
            if flows && lane.is_flowing() {
                journey.tell(&lane.blob, Outcome::Moving { current: lane.came() }, events);
            }
            if let Some(seconds) = lane.retries_in().filter(|_| lane.retries_in() != pause) {
                journey.tell(&lane.blob, Outcome::Retrying { seconds }, events);
            }
        }
        Progress::Wait(time)
    }

    /// Gives up what is under way; what had come of it.
    pub(super) fn cancel<T: Content>(self, target: &mut T, journey: &Journey, events: Events<'_>) -> Partials {
        let all = self.open.into_iter().chain(self.waiting);
        let mut partials = Partials::new();
        for lane in all {
            let digest = lane.blob.digest;
            partials.extend(lane.cancel(target, journey, events).map(|came| (digest, came)));
        }
        partials
    }
}
