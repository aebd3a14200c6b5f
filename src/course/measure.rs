//! What can be counted of an execution: requests, bytes, blobs, layers, an
//! exit code. Questions ask for it beforehand, charts draw it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Fact;
use super::traffic::Traffic;
use crate::event::Event;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// `requests`, or `PUT requests`: HTTP requests, of this method if one is named.
    Requests(Option<String>),
    /// `bytes sent`: in bodies of requests.
    BytesSent,
    /// `bytes received`: in bodies of answers.
    BytesReceived,
    /// `blobs moved`: blobs that travelled.
    BlobsMoved,
    /// `blobs skipped`: blobs that were there already, or were mounted.
    BlobsSkipped,
    /// `layers built`: layers of the images that were built.
    LayersBuilt,
    /// `steps cached`: build steps whose result was known.
    StepsCached,
    /// `exit code`: of the last line.
    ExitCode,
}

impl Measure {
    /// The number, over all that ran.
    pub fn of(&self, facts: &[Fact<'_>]) -> u64 {
        facts.iter().map(|fact| self.of_one(fact)).fold(0, u64::saturating_add)
    }

    /// Whether it is a number of bytes.
    pub const fn is_bytes(&self) -> bool {
        matches!(self, Self::BytesSent | Self::BytesReceived)
    }

    fn of_one(&self, fact: &Fact<'_>) -> u64 {
        let traffic = || Traffic::of(fact.events);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match self {
            Self::Requests(method) => {
                let asked = fact.events.iter().filter(|event| match event {
                    Event::Exchanged(exchange) => method.as_ref().is_none_or(|method| exchange.method == *method),
                    _ => false,
                });
                count(asked.count())
            }
            Self::BytesSent => traffic().sent,
            Self::BytesReceived => traffic().received,
            Self::BlobsMoved => count(traffic().moved),
            Self::BlobsSkipped => count(traffic().skipped),
            Self::LayersBuilt => {
                let built = fact.events.iter().map(|event| match event {
                    Event::ImageBuilt { layers, .. } => layers.len(),
                    _ => 0,
                });
                count(built.sum())
            }
            Self::StepsCached => {
                count(fact.events.iter().filter(|event| matches!(event, Event::BuildStepCached { .. })).count())
            }
            Self::ExitCode => fact.code.unsigned_abs().into(),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(Some(method)) => write!(f, "{method} requests"),
            Self::Requests(None) => f.write_str("requests"),
            Self::BytesSent => f.write_str("bytes sent"),
            Self::BytesReceived => f.write_str("bytes received"),
            Self::BlobsMoved => f.write_str("blobs moved"),
            Self::BlobsSkipped => f.write_str("blobs skipped"),
            Self::LayersBuilt => f.write_str("layers built"),
            Self::StepsCached => f.write_str("steps cached"),
            Self::ExitCode => f.write_str("exit code"),
        }
    }
}

impl FromStr for Measure {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "requests" => Self::Requests(None),
            "bytes sent" => Self::BytesSent,
            "bytes received" => Self::BytesReceived,
            "blobs moved" => Self::BlobsMoved,
            "blobs skipped" => Self::BlobsSkipped,
            "layers built" => Self::LayersBuilt,
            "steps cached" => Self::StepsCached,
            "exit code" => Self::ExitCode,
            _ => match text.split_once(' ') {
                Some((method, "requests")) if method.chars().all(|c| c.is_ascii_uppercase()) => {
                    Self::Requests(Some(method.to_owned()))
                }
                _ => return Err(()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Snapshot;

    #[test]
    fn a_measure_reads_as_it_is_written() {
        for text in ["requests", "PUT requests", "bytes sent", "bytes received", "blobs moved", "blobs skipped"] {
            assert_eq!(text.parse::<Measure>().expect(text).to_string(), text);
        }
        for text in ["layers built", "steps cached", "exit code"] {
            assert_eq!(text.parse::<Measure>().expect(text).to_string(), text);
        }
        assert!("put requests".parse::<Measure>().is_err() && "".parse::<Measure>().is_err());
    }

    #[test]
    fn cached_steps_are_counted_over_all_lines() {
        let after = Snapshot::default();
        let events = [Event::BuildStepCached { step: 1 }, Event::BuildStepCached { step: 2 }];
        let facts = [
            Fact { machine: "m", code: 0, events: &events, after: &after },
            Fact { machine: "m", code: 0, events: &events[..1], after: &after },
        ];
        assert_eq!(Measure::StepsCached.of(&facts), 3);
    }
}
