//! What `/metrics` tells, for Prometheus.
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry as Names;

use super::line::Line;
use crate::registry::Registry;

/// What is counted, under its names.
pub struct Metrics {
    names: Names,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    received_bytes: Counter,
    sent_bytes: Counter,
    blobs: Gauge,
    blob_bytes: Gauge,
    repositories: Gauge,
    uploads: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    status: u16,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            names: Names::with_prefix("drydock_registry"),
            requests: Family::default(),
            // From a tenth of a millisecond to a quarter of a minute.
            seconds: Histogram::new(exponential_buckets(0.0001, 4.0, 9)),
            received_bytes: Counter::default(),
            sent_bytes: Counter::default(),
            blobs: Gauge::default(),
            blob_bytes: Gauge::default(),
            repositories: Gauge::default(),
            uploads: Gauge::default(),
        };
        let names = &mut metrics.names;
        names.register("requests", "Requests answered, by method and status", metrics.requests.clone());
        names.register("request_seconds", "Seconds until an answer began", metrics.seconds.clone());
        names.register("received_bytes", "Bytes of bodies that came in", metrics.received_bytes.clone());
        names.register("sent_bytes", "Bytes of bodies that went out", metrics.sent_bytes.clone());
        names.register("blobs", "Blobs, manifests among them, that are kept", metrics.blobs.clone());
        names.register("blob_bytes", "The bytes of these", metrics.blob_bytes.clone());
        names.register("repositories", "Repositories that show something", metrics.repositories.clone());
        names.register("uploads", "Uploads that are open", metrics.uploads.clone());
        metrics
    }
}

impl Metrics {
    /// The type of [`Metrics::text`].
    pub const CONTENT_TYPE: &'static str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// Counts bytes that came.
    pub fn received(&self, bytes: usize) {
        self.received_bytes.inc_by(bytes as u64);
    }

    /// Counts a request.
    pub fn note(&self, line: &Line) {
        // A method that is none of HTTP's must not make a new series.
        let method = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].into_iter().find(|name| line.method == *name);
        let labels = Labels { method: method.unwrap_or("other"), status: line.status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(line.took.as_secs_f64());
        self.sent_bytes.inc_by(line.sent);
    }

    /// Everything counted so far, and what `registry` holds now.
    pub fn text(&self, registry: &Registry) -> String {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.blobs.set(number(registry.blobs().len() as u64));
        self.blob_bytes.set(number(registry.blobs().size_bytes()));
        let shown = registry.repositories().filter(|(_, repository)| !repository.is_empty());
        self.repositories.set(number(shown.count() as u64));
        self.uploads.set(number(registry.open_uploads().count() as u64));
        let mut text = String::new();
        text::encode(&mut text, &self.names).expect("a string takes all");
        text
    }
}
