//! Requests and bytes, counted from the exchanges of one operation.

use std::collections::BTreeMap;

use crate::event::{Event, Exchange, Outcome};
use crate::oci::DEFAULT_DOMAIN;
use crate::text::units;

/// What went over the wire.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Requests by registry and method.
    pub requests: BTreeMap<String, BTreeMap<String, usize>>,
    /// Bytes of bodies sent.
    pub sent: u64,
    /// Bytes of bodies received.
    pub received: u64,
    /// Blobs that travelled.
    pub moved: usize,
    /// Blobs the other side had.
    pub skipped: usize,
}

impl Traffic {
    /// Counts the exchanges and blobs among `events`.
    pub fn of(events: &[Event]) -> Self {
        let mut traffic = Self::default();
        for event in events {
            match event {
                Event::Exchanged(exchange) => traffic.count(exchange),
                Event::BlobMoved(blob) => match blob.outcome {
                    Outcome::Moved => traffic.moved += 1,
                    Outcome::AlreadyExists | Outcome::Mounted { .. } => traffic.skipped += 1,
                    Outcome::Waiting | Outcome::Moving { .. } | Outcome::Retrying { .. } => {}
                },
                _ => {}
            }
        }
        traffic
    }

    /// `none`, or such as `registry.example.com: 5 HEAD 4 POST 5 PUT`.
    pub fn words(&self) -> String {
        if self.requests.is_empty() {
            return "none".to_owned();
        }
        let registry = |(name, methods): (&String, &BTreeMap<String, usize>)| {
            let counts: Vec<String> = methods.iter().map(|(method, count)| format!("{count} {method}")).collect();
            format!("{name}: {}", counts.join(" "))
        };
        self.requests.iter().map(registry).collect::<Vec<_>>().join(", ")
    }

    /// Sent bytes in docker's units.
    pub fn sent(&self) -> String {
        units::size(self.sent)
    }

    /// Received bytes in docker's units.
    pub fn received(&self) -> String {
        units::size(self.received)
    }

    fn count(&mut self, exchange: &Exchange) {
        // Docker Hub answers under several names; to a reader it is one registry.
        let hub = exchange.registry.ends_with(DEFAULT_DOMAIN);
        let registry = if hub { DEFAULT_DOMAIN.to_owned() } else { exchange.registry.clone() };
        let methods = self.requests.entry(registry).or_default();
        *methods.entry(exchange.method.clone()).or_default() += 1;
        self.sent = self.sent.saturating_add(exchange.sent);
        self.received = self.received.saturating_add(exchange.received);
    }
}
