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

/// A value of a Dockerfile after its variables are replaced, in bytes: values
/// that name themselves twice double with every line.
pub const EXPANDED_BYTES: usize = 64 << 10;

/// Defaults within defaults, `${a:-${b:-…}}`: each is one call deeper.
pub const EXPANSION_DEPTH: usize = 32;

/// A `.dockerignore`, in bytes: each line is tried on every file.
pub const IGNORE_BYTES: usize = 64 << 10;

/// Layers of one image: the depth overlayfs can mount, and docker's own bound.
pub const IMAGE_LAYERS: usize = 127;

/// Ports one EXPOSE may name: its history entry lists each of them.
pub const EXPOSED_PORTS: usize = 1 << 10;

/// Layers the build cache keeps, in compressed bytes; the oldest go first.
pub const CACHE_BYTES: u64 = 256 << 20;

/// Steps the build cache keeps.
pub const CACHE_STEPS: usize = 2_000;

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
