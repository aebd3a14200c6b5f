//! A push, a pull or a promotion that goes on after its verb returned: stepped until it
//! ends, and stopped by Ctrl-C.

use super::imagetools::Creating;
use super::pull::Pulling;
use super::push::Pushing;
use crate::cli::{Desk, Failure, Flow};

/// A transfer under way.
#[derive(Debug)]
pub enum Transferring {
    /// To a registry.
    Push(Box<Pushing>),
    /// From a registry.
    Pull(Box<Pulling>),
    /// From one registry to another.
    Create(Box<Creating>),
}

impl Transferring {
    /// Goes on a piece.
    pub fn step(self, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        match self {
            Self::Push(pushing) => pushing.step(desk),
            Self::Pull(pulling) => pulling.step(desk),
            Self::Create(creating) => creating.step(desk),
        }
    }

    /// Goes on to the end without leaving.
    pub fn finish(self, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        let mut flow = Flow::Transferring(self);
        while let Flow::Transferring(transferring) = flow {
            flow = transferring.step(desk)?;
        }
        Ok(flow)
    }

    /// Ctrl-C. Docker's command line ends with 130 and has no word of its own
    /// for that; what stays of it says the daemon.
    /// <https://github.com/docker/cli/blob/v29.0.0/cmd/docker/docker.go>
    pub fn interrupt(self, desk: &mut Desk<'_>) {
        match self {
            Self::Push(pushing) => pushing.interrupt(desk),
            Self::Pull(pulling) => pulling.interrupt(desk),
            Self::Create(creating) => creating.interrupt(desk),
        }
    }
}

impl From<Pushing> for Flow {
    fn from(pushing: Pushing) -> Self {
        Self::Transferring(Transferring::Push(Box::new(pushing)))
    }
}

impl From<Pulling> for Flow {
    fn from(pulling: Pulling) -> Self {
        Self::Transferring(Transferring::Pull(Box::new(pulling)))
    }
}

impl From<Creating> for Flow {
    fn from(creating: Creating) -> Self {
        Self::Transferring(Transferring::Create(Box::new(creating)))
    }
}
