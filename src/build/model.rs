//! How long the steps of a build take. Modelled, not measured: a step has a
//! fixed cost and a cost by its bytes, so that the same build shows the same
//! times everywhere. The numbers are those of an ordinary laptop. Steps come
//! one after the other; `BuildKit` has those that do not need each other side
//! by side, which makes the same image in less time, told in another order.

/// A cost: fixed, and by bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    fixed_millis: u64,
    bytes_per_milli: u64,
}

/// Reading a Dockerfile, a `.dockerignore` or the context.
pub(super) const LOAD: Cost = Cost { fixed_millis: 12, bytes_per_milli: 300_000 };
/// Carrying bytes from the client to the builder.
pub(super) const TRANSFER: Cost = Cost { fixed_millis: 0, bytes_per_milli: 25_000 };
/// Asking a registry what a name means.
pub(super) const METADATA: Cost = Cost { fixed_millis: 90, bytes_per_milli: 300_000 };
/// Finding a base that is here.
pub(super) const RESOLVE: Cost = Cost { fixed_millis: 12, bytes_per_milli: 300_000 };
/// Fetching a layer of the base.
pub(super) const FETCH: Cost = Cost { fixed_millis: 30, bytes_per_milli: 20_000 };
/// Unpacking a layer.
pub(super) const UNPACK: Cost = Cost { fixed_millis: 15, bytes_per_milli: 60_000 };
/// Making a folder.
pub(super) const WORKDIR: Cost = Cost { fixed_millis: 45, bytes_per_milli: 300_000 };
/// Copying files.
pub(super) const COPY: Cost = Cost { fixed_millis: 30, bytes_per_milli: 250_000 };
/// Starting the program of a RUN.
pub(super) const RUN: Cost = Cost { fixed_millis: 120, bytes_per_milli: 300_000 };
/// Fuel that a program burns in a millisecond.
pub(super) const FUEL_PER_MILLI: u64 = 1_000_000;
/// Compressing the layers.
pub(super) const COMPRESS: Cost = Cost { fixed_millis: 35, bytes_per_milli: 25_000 };
/// Writing a manifest or a configuration, or a name.
pub(super) const RECORD: Cost = Cost { fixed_millis: 4, bytes_per_milli: 300_000 };

impl Cost {
    /// What `bytes` cost, in milliseconds.
    pub(super) fn of(self, bytes: u64) -> u64 {
        self.fixed_millis + bytes / self.bytes_per_milli
    }
}
