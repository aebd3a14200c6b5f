//! One blob on its way: asked for, given room, read, carried, written. After
//! each step it may have to wait, for an answer or for its bytes to travel;
//! the lanes beside it go on meanwhile.

use std::mem;
use std::time::Duration;

use super::copy::{Journey, embedded};
use super::error::TransferError;
use super::why::HUNG_UP;
use crate::event::{Direction, Event, Events, Exchange, Outcome};
use crate::host::{Kept, Link};
use crate::oci::Descriptor;
use crate::store::{Content, ContentError, Room, Upload};

/// How often a broken connection is taken up again without a byte having come meanwhile, as in containerd.
/// <https://github.com/containerd/containerd/blob/v2.2.0/core/remotes/docker/httpreadseeker.go>
const BREAKS_WITHOUT_PROGRESS: u32 = 3;

/// A blob between two places.
pub(super) struct Lane {
    pub(super) blob: Descriptor,
    next: Step,
    upload: Upload,
    /// What has come of it, as far as it need not travel any more.
    bytes: Kept,
    /// What became of it, once the last answer has come.
    end: Option<Outcome>,
    /// What waits for an answer before anything else happens.
    pub(super) wait: Duration,
    pub(super) flow: Option<Flow>,
    breaks: u32,
    /// Whether it waits to be tried again.
    is_paused: bool,
    /// How often it was tried again from the start.
    pub(super) retries: u32,
}

/// What a lane does when it is not waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Ask,
    Open,
    Read,
    Carry,
    Write,
    Reopen,
}

/// Bytes that travel.
pub(super) struct Flow {
    link: Link,
    /// How many there are, and how many are still to come.
    size: u64,
    left: u64,
    /// What came of the blob before them.
    before: u64,
    /// What is told when all have come.
    told: Option<Event>,
}

impl Lane {
    /// A blob that the other side may have already.
    pub(super) fn asking(blob: Descriptor) -> Self {
        let (upload, bytes) = (Upload::default(), Kept::default());
        Self {
            blob,
            next: Step::Ask,
            upload,
            bytes,
            end: None,
            wait: Duration::ZERO,
            flow: None,
            breaks: 0,
            is_paused: false,
            retries: 0,
        }
    }

    /// A blob that must come, of which these bytes came earlier.
    pub(super) fn fetching(blob: Descriptor, came: Kept) -> Self {
        Self { next: Step::Open, bytes: came, ..Self::asking(blob) }
    }

    /// Whether it waits for nothing.
    pub(super) fn is_ready(&self) -> bool {
        self.wait.is_zero() && self.flow.as_ref().is_none_or(|flow| flow.left == 0)
    }

    /// Whether its bytes travel just now.
    pub(super) fn is_flowing(&self) -> bool {
        self.wait.is_zero() && self.flow.as_ref().is_some_and(|flow| flow.left > 0)
    }

    /// In how many seconds it is tried again, begun ones included; none if it is not waiting for that.
    pub(super) fn retries_in(&self) -> Option<u64> {
        let seconds = self.wait.as_secs() + u64::from(self.wait.subsec_nanos() > 0);
        Some(seconds).filter(|seconds| self.is_paused && *seconds > 0)
    }

    /// When it will be ready, where `share` lanes flow.
    pub(super) fn due(&self, share: usize) -> Duration {
        let travel = self.flow.as_ref().filter(|_| self.wait.is_zero());
        travel.map_or(self.wait, |flow| flow.link.travel(flow.left, share))
    }

    /// Lets time pass for it.
    pub(super) fn pass(&mut self, time: Duration, share: usize) {
        match &mut self.flow {
            Some(flow) if self.wait.is_zero() => {
                flow.left = flow.left.saturating_sub(flow.link.bytes_in(time, share));
            }
            _ => self.wait = self.wait.saturating_sub(time),
        }
    }

    /// How many bytes of the blob have come so far.
    pub(super) fn came(&self) -> u64 {
        self.flow.as_ref().map_or(0, |flow| flow.before + flow.size - flow.left)
    }

    /// Does what comes next; true when the blob is where it should be.
    pub(super) fn go_on<S, T>(
        &mut self,
        source: &mut S,
        target: &mut T,
        journey: &Journey,
        events: Events<'_>,
    ) -> Result<bool, TransferError>
    where
        S: Content,
        T: Content,
        TransferError: From<S::Error> + From<T::Error>,
    {
        if let Some(told) = self.flow.take().and_then(|flow| flow.told) {
            events(told);
        }
        self.is_paused = false;
        if self.end.is_none() {
            let stepped = self.step(source, target, journey, events);
            self.wait += source.take_waits() + target.take_waits();
            self.end = stepped?;
        }
        // The last answer must come, too.
        let Some(outcome) = self.end.take_if(|_| self.wait.is_zero()) else { return Ok(false) };
        journey.tell(&self.blob, outcome, events);
        Ok(true)
    }

    fn step<S, T>(
        &mut self,
        source: &mut S,
        target: &mut T,
        journey: &Journey,
        events: Events<'_>,
    ) -> Result<Option<Outcome>, TransferError>
    where
        S: Content,
        T: Content,
        TransferError: From<S::Error> + From<T::Error>,
    {
        match self.next {
            Step::Ask if target.has(&self.blob, events)? => return Ok(Some(Outcome::AlreadyExists)),
            Step::Ask => self.next = Step::Open,
            Step::Open => {
                journey.tell(&self.blob, Outcome::Moving { current: self.bytes.size() }, events);
                let room = target.open(&self.blob, events)?;
                return Ok(self.enter(room, Step::Read));
            }
            Step::Read => self.read(source, journey, events)?,
            Step::Carry => self.carry(target.link()),
            Step::Write => match target.write(&self.blob, &self.upload, self.bytes.clone(), events) {
                Ok(outcome) => return Ok(Some(outcome)),
                Err(error) => self.broke(TransferError::from(error), journey)?,
            },
            Step::Reopen => match target.reopen(&self.blob, &self.upload, events) {
                Ok(room) => return Ok(self.enter(room, Step::Carry)),
                Err(error) => self.broke(TransferError::from(error), journey)?,
            },
        }
        Ok(None)
    }

    fn enter(&mut self, room: Room, next: Step) -> Option<Outcome> {
        match room {
            Room::Kept(outcome) => Some(outcome),
            Room::Upload(upload) => {
                if upload.offset > self.upload.offset {
                    self.breaks = 0;
                }
                (self.upload, self.next) = (upload, next);
                None
            }
        }
    }

    /// Reads what is still to come. What comes short is taken up where it broke.
    fn read<S>(&mut self, source: &mut S, journey: &Journey, events: Events<'_>) -> Result<(), TransferError>
    where
        S: Content,
        TransferError: From<S::Error>,
    {
        if let Some(bytes) = embedded(&self.blob).filter(|_| journey.direction == Direction::Pull) {
            (self.bytes, self.next) = (bytes.into(), Step::Write);
            return Ok(());
        }
        let before = self.bytes.size();
        let part = source.read(&self.blob, before, events)?;
        let size = part.bytes.size();
        self.bytes = mem::take(&mut self.bytes).then(part.bytes);
        self.flow = source.link().map(|link| Flow { link, size, left: size, before, told: part.told });
        if part.is_last || self.bytes.size() >= self.blob.size {
            self.next = Step::Carry;
            return Ok(());
        }
        self.breaks = if size > 0 { 0 } else { self.breaks + 1 };
        if self.breaks > BREAKS_WITHOUT_PROGRESS || journey.is_classic {
            return Err(ContentError::Truncated.into());
        }
        Ok(())
    }

    fn carry(&mut self, link: Option<Link>) {
        self.next = Step::Write;
        let before = self.upload.offset;
        let size = self.bytes.size().saturating_sub(before);
        self.flow = link.map(|link| Flow { link, size, left: size, before, told: None });
    }

    /// A connection that broke while bytes were sent is taken up where it broke.
    fn broke(&mut self, error: TransferError, journey: &Journey) -> Result<(), TransferError> {
        self.breaks += 1;
        if journey.is_classic || !error.is_break() || self.breaks > BREAKS_WITHOUT_PROGRESS {
            return Err(error);
        }
        self.next = Step::Reopen;
        Ok(())
    }

    /// Begins anew after `seconds`, as docker's own client does; what came of a pull stays.
    pub(super) fn retry(&mut self, seconds: u64, direction: Direction) {
        self.retries += 1;
        self.is_paused = true;
        self.breaks = 0;
        self.flow = None;
        self.wait += Duration::from_secs(seconds);
        self.next = if direction == Direction::Push { Step::Ask } else { Step::Open };
        if direction == Direction::Push {
            (self.upload, self.bytes) = (Upload::default(), Kept::default());
        }
    }

    /// Gives it up: tells of the request under way how far it came; the bytes
    /// of a pull that had arrived.
    pub(super) fn cancel<T: Content>(mut self, target: &mut T, journey: &Journey, events: Events<'_>) -> Option<Kept> {
        let came = self.flow.as_ref().map_or(self.bytes.size(), |_| self.came());
        match self.flow.take() {
            Some(Flow { told: Some(told), left, size, .. }) => events(cut(told, size - left)),
            Some(Flow { size, left, .. }) if self.next == Step::Write => {
                target.abandon(&self.blob, &self.upload, size - left, events);
            }
            _ => {}
        }
        let is_kept = journey.direction == Direction::Pull && came > 0;
        is_kept.then(|| self.bytes.stretch(0, came))
    }
}

/// An exchange that the client ended after so many bytes of the answer.
fn cut(told: Event, received: u64) -> Event {
    let Event::Exchanged(exchange) = told else { return told };
    let why = format!("{} {}", exchange.why, HUNG_UP);
    Event::Exchanged(Exchange { received, why, ..exchange })
}
