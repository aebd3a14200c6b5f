//! Every bound of the core, each with its reason. Memory in a browser tab is
//! about 2 GiB at best, and a learner's mistake must cost a message, never
//! the page.

/// Links followed while one path is resolved: the Linux kernel's own bound.
pub const SYMLINKS_PER_PATH: usize = 40;

/// An uncompressed layer, in bytes: what a tab can hold a few times over.
pub const LAYER_BYTES: u64 = 256 << 20;

/// Entries of one layer: an order more than a large base image has.
pub const LAYER_ENTRIES: usize = 500_000;

/// A manifest or an index, in bytes: the bound registries use (4 MiB).
pub const MANIFEST_BYTES: u64 = 4 << 20;

/// A line typed at the prompt, in bytes: beyond any command, below any flood.
pub const LINE_BYTES: usize = 64 << 10;

/// A Dockerfile, in bytes: far above any real one.
pub const DOCKERFILE_BYTES: usize = 1 << 20;

/// Instructions of one Dockerfile: docker's own layer bound is 127.
pub const INSTRUCTIONS: usize = 1_000;

/// Files the learner may keep on one machine, in bytes.
pub const MACHINE_BYTES: u64 = 64 << 20;

/// Operations one lab remembers: what a class day of typing can reach.
pub const OPERATIONS: usize = 10_000;

/// Output one command may print, in bytes: `docker logs` of a flood must end.
pub const OUTPUT_BYTES: usize = 1 << 20;

/// Images, containers and blobs one request of the page may list.
pub const ROWS: usize = 5_000;

/// A guest's linear memory, in bytes: room for a small model, not for a bomb.
pub const GUEST_MEMORY_BYTES: usize = 256 << 20;

/// A guest's whole life, in fuel (about one unit an instruction): a minute or
/// so of interpreting, after which it is stopped as if out of time.
pub const GUEST_FUEL: u64 = 60_000_000_000;

/// Fuel of one slice: short enough that Ctrl-C and progress feel immediate.
pub const SLICE_FUEL: u64 = 1_000_000;

/// A WebAssembly module, in bytes: room for an interpreter of Python later.
pub const MODULE_BYTES: usize = 64 << 20;

/// Commands the page's terminal keeps to look back at: beyond a day of typing.
pub const SCROLLBACK_COMMANDS: usize = 200;

/// Lines it keeps of one command: a flood must not slow the page.
pub const SCROLLBACK_LINES: usize = 2_000;

/// Stops the player draws around the current one: what fits side by side.
pub const PLAYER_STOPS: usize = 14;

/// Rows one table of the page draws: more than anybody reads at once.
pub const TABLE_ROWS: usize = 400;
