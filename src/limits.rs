//! Every bound of the core, each with its reason. Memory in a browser tab is
//! about 2 GiB at best, and a learner's mistake must cost a message, never
//! the page.

/// A path, in bytes: `PATH_MAX` of Linux.
pub const PATH_BYTES: usize = 4_096;

/// One name in a path, in bytes: `NAME_MAX` of Linux.
pub const NAME_BYTES: usize = 255;

/// Links followed while one path is resolved: the Linux kernel's own bound.
pub const SYMLINKS_PER_PATH: usize = 40;

/// An uncompressed layer, in bytes: what a tab can hold a few times over.
pub const LAYER_BYTES: u64 = 256 << 20;

/// What comes out of a compression and stays in memory, in bytes: more of it lies with a host that has room
/// outside. A layer of source code is smaller, one with a model larger.
pub const UNDONE_BYTES: u64 = 32 << 20;

/// Memory of whoever undoes a compression, in KiB: what the largest settings of
/// xz and zstd need, and a file that asks for more wants to harm.
pub const DECODER_KIBIBYTES: u32 = 128 << 10;

/// Entries of one layer: an order more than a large base image has.
pub const LAYER_ENTRIES: usize = 500_000;

/// A secret of a build, in bytes: `BuildKit`'s own bound.
pub const SECRET_BYTES: usize = 500 << 10;

/// A manifest or an index, in bytes: the bound registries use (4 MiB).
pub const MANIFEST_BYTES: u64 = 4 << 20;

/// A stored or travelling blob, in bytes: a compressed layer is no larger than a layer.
pub const BLOB_BYTES: u64 = LAYER_BYTES;

/// All blobs of one registry, in bytes: beyond it the registry's disk is full.
pub const REGISTRY_BYTES: u64 = 1 << 30;

/// One blob on a disk, in bytes: a model's weights are hundreds of GB at most.
pub const DISK_BLOB_BYTES: u64 = 1 << 40;

/// Uploads that clients of a served registry have open.
pub const SERVED_UPLOADS: usize = 10_000;

/// How long nobody need go on with an upload before it ends, in seconds: a week, as distribution has it.
pub const UPLOAD_SECONDS: u64 = 7 * 24 * 60 * 60;

/// Connections of a served registry; the next client waits.
pub const SERVED_CONNECTIONS: usize = 1024;

/// The head of a request to a served registry, in bytes.
pub const SERVED_HEADER_BYTES: usize = 64 << 10;

/// A body of more bytes is sent from its file, in pieces.
pub const SERVED_IN_MEMORY_BYTES: u64 = 64 << 10;

/// A piece of such a body, in bytes; every connection may hold a few.
pub const SERVED_PIECE_BYTES: usize = 64 << 10;

/// Names with passwords that were right and are not computed again.
pub const SERVED_CREDENTIALS: usize = 1024;

/// A pattern of names, in bytes: as long as the longest name of a repository.
pub const PATTERN_BYTES: usize = 255;

/// Registries of a lab: the stage shows each of them, with a way from each machine.
pub const REGISTRIES: usize = 8;

/// Accounts of one registry of a lab: a table of more is read by nobody.
pub const ACCOUNTS: usize = 200;

/// Patterns with rules or grants of their own, and tags of one rule: each request tries them all.
pub const RULES: usize = 100;

/// Faults wanted of one registry: each request tries them all.
pub const FAULTS: usize = 20;

/// How long a lab may let time pass at once, in seconds: a year.
pub const SLEEP_SECONDS: u64 = 365 * 24 * 60 * 60;

/// The bandwidth of a modelled way: from a modem's to a data centre's.
pub const LINK_BITS_PER_SECOND: std::ops::RangeInclusive<u64> = 1_000..=100_000_000_000;

/// Its latency at most: beyond it every client gives up.
pub const LINK_LATENCY: std::time::Duration = std::time::Duration::from_secs(10);

/// Names of a lab that mean real registries, and other hosts that one of these names.
pub const REAL_REGISTRIES: usize = 16;

/// What is kept of the answers of real registries to one line, in bytes: a browser keeps 5 MB of text a site.
pub const HEARD_BYTES: usize = 2 << 20;

/// A file brought from outside that is kept with the lab, in bytes, for the same reason; a larger one is gone with the page.
pub const BROUGHT_BYTES: usize = HEARD_BYTES;

/// How many such answers: a push of an image of many layers has some hundreds.
pub const HEARD_ANSWERS: usize = 2_000;

/// What may be typed to the programs of one line, in bytes: it is kept with the line, for the same reason.
pub const KEYED_BYTES: usize = 256 << 10;

/// Uploads a registry keeps open: a push opens one at a time, so this many were abandoned.
pub const UPLOADS: usize = 128;

/// Entries of one page of tags or repositories: docker's registry answers no more than this.
pub const PAGE_ENTRIES: usize = 1_000;

/// Tags one request may give a manifest: ten times what the specification asks for.
pub const TAGS_AT_ONCE: usize = 100;

/// Manifests and indexes of one push or pull: an order above any image for many platforms.
pub const TRANSFER_DOCUMENTS: usize = 256;

/// Blobs of one push or pull: docker allows 127 layers an image.
pub const TRANSFER_BLOBS: usize = 4_096;

/// A token of a registry, in bytes: below what servers accept as one header.
pub const TOKEN_BYTES: usize = 16 << 10;

/// What is remembered of what a registry answers, in bytes: an error, a short list. A lab has thousands of answers.
pub const ANSWER_BYTES: u64 = 2 << 10;

/// What is read of a registry's refusal, in bytes: containerd's own bound.
pub const SERVER_ERROR_BYTES: usize = 64_000;

/// A line typed at the prompt, in bytes: beyond any command, below any flood.
pub const LINE_BYTES: usize = 64 << 10;

/// Files, folders and links of a real folder that is a build context: more is a mistake in the path.
pub const CONTEXT_ENTRIES: usize = 1_000_000;

/// A Dockerfile, in bytes: far above any real one.
pub const DOCKERFILE_BYTES: usize = 1 << 20;

/// Instructions of one Dockerfile: docker's own layer bound is 127.
pub const INSTRUCTIONS: usize = 1_000;

/// A value of a Dockerfile after its variables are replaced, in bytes: values
/// that name themselves twice double with every line.
pub const EXPANDED_BYTES: usize = 64 << 10;

/// The words of a command and the variables of its shell, in bytes: half of what Linux passes to a program.
pub const ARGUMENTS_BYTES: usize = 1 << 20;

/// Commands within the words of commands, `$(… $(…))`: each is one call deeper.
pub const SUBSTITUTION_DEPTH: usize = 8;

/// Defaults within defaults, `${a:-${b:-…}}`: each is one call deeper.
pub const EXPANSION_DEPTH: usize = 32;

/// A line of a Dockerfile, in bytes, its end included: the bound of `BuildKit`'s scanner.
pub const DOCKERFILE_LINE_BYTES: usize = 64 << 10;

/// ONBUILD within ONBUILD: more than one is refused anyway, each is one call deeper.
pub const TRIGGER_DEPTH: usize = 32;

/// Pattern times value of a `${V/pattern/…}`, in characters: a table of that many cells is made.
pub const SUBSTITUTION_CELLS: usize = 1 << 24;

/// A `.dockerignore`, in bytes: each line is tried on every file.
pub const IGNORE_BYTES: usize = 64 << 10;

/// Layers of one image: the depth overlayfs can mount, and docker's own bound.
pub const IMAGE_LAYERS: usize = 127;

/// Ports one EXPOSE may name: its history entry lists each of them.
pub const EXPOSED_PORTS: usize = 1 << 10;

/// Layers the build cache keeps in memory, in compressed bytes; the oldest go first.
pub const CACHE_BYTES: u64 = 256 << 20;

/// Those of them that a host keeps outside memory, in compressed bytes: tens of large images.
pub const CACHE_LENT_BYTES: u64 = 10 << 30;

/// The file in which a store keeps its build cache, in bytes: each step takes some 500.
pub const CACHE_FILE_BYTES: u64 = 8 << 20;

/// Steps the build cache keeps.
pub const CACHE_STEPS: usize = 2_000;

/// Files the learner may keep on one machine, in bytes.
pub const MACHINE_BYTES: u64 = 64 << 20;

/// Operations one lab remembers: what a class day of typing can reach.
pub const OPERATIONS: usize = 10_000;

/// What is saved of a lab, in bytes: a file of it holds what was brought and what was heard, each bounded.
pub const SAVED_BYTES: u64 = 32 << 20;

/// A lab as a link, in bytes: browsers take a hundred times as much, chats and mail hardly more.
pub const LINK_BYTES: usize = 16 << 10;

/// Beyond this many bytes a link is said to be long: some chats cut it there.
pub const LONG_LINK_BYTES: usize = 2_000;

/// Names a learner gives to points of the history: more than anybody tells apart.
pub const BOOKMARKS: usize = 100;

/// Such a name, in bytes: what one row of a list shows.
pub const BOOKMARK_BYTES: usize = 80;

/// Branches the page lists, the newest of them: a list of more is read by nobody.
pub const BRANCHES: usize = 100;

/// Output one command may print, in bytes: `docker logs` of a flood must end.
pub const OUTPUT_BYTES: usize = 1 << 20;

/// Images, containers and blobs one request of the page may list.
pub const ROWS: usize = 5_000;

/// The linear memory of a container's processes together, in bytes: room for a
/// small model, not for a bomb.
pub const GUEST_MEMORY_BYTES: usize = 256 << 20;

/// A guest's whole life, in fuel (about one unit an instruction): a minute or
/// so of interpreting, after which it is stopped as if out of time.
pub const GUEST_FUEL: u64 = 60_000_000_000;

/// Fuel of one slice: short enough that Ctrl-C and progress feel immediate.
pub const SLICE_FUEL: u64 = 1_000_000;

/// Fuel of one process's turn, while others of its container wait for theirs.
pub const TURN_FUEL: u64 = 50_000;

/// Processes of one container, those included whose end nobody has asked for: a bomb stops here.
pub const GUEST_PROCESSES: usize = 64;

/// What processes on the host's engine may have been asked, for all of it is remembered; the interpreter takes over then.
pub const RETOLD_REQUESTS: usize = 100_000;

/// Arguments and environment of a started program, in bytes, as `ARG_MAX` of Linux.
pub const GUEST_ARGUMENT_BYTES: u32 = 2 << 20;

/// A WebAssembly module, in bytes: room for an interpreter of Python later.
pub const MODULE_BYTES: usize = 64 << 20;

/// Translated modules kept for the next start, in bytes of their source: the
/// largest module, and a few usual ones beside it.
pub const MODULES_KEPT_BYTES: usize = 96 << 20;

/// Calls within calls of a guest: interpreters recurse deeply, runaways more.
pub const GUEST_CALL_DEPTH: usize = 10_000;

/// The interpreter's stack for one guest, in bytes; beside it C code keeps
/// its own stack in linear memory.
pub const GUEST_STACK_BYTES: usize = 8 << 20;

/// Elements of a guest's tables: one for each function it points to.
pub const GUEST_TABLE_ELEMENTS: usize = 1 << 20;

/// Tables of one guest: compilers write one.
pub const GUEST_TABLES: usize = 16;

/// Output of a guest that waits to be taken, in bytes; at that it pauses.
pub const GUEST_OUTPUT_PENDING_BYTES: usize = 64 << 10;

/// The buffer of a pipe, in bytes, as Linux has it: one write takes no more.
pub const GUEST_PIPE_BYTES: u32 = 64 << 10;

/// Connections that lead out of one container: each holds a buffer each way.
pub const GUEST_CONNECTIONS: usize = 256;

/// Connections to one port that nobody has taken: the usual backlog.
pub const GUEST_BACKLOG: usize = 128;

/// Output of a guest in its whole life, in bytes; beyond that it is killed.
pub const GUEST_OUTPUT_BYTES: usize = 8 << 20;

/// What a guest may add to its files, in bytes, and the size of one of them.
pub const GUEST_FILE_BYTES: u64 = 128 << 20;

/// Files, folders and links a guest may add.
pub const GUEST_NODES: usize = 100_000;

/// Descriptors a guest may have open: the usual `ulimit -n`.
pub const GUEST_DESCRIPTORS: usize = 1_024;

/// Pieces of one scattered read or write: `IOV_MAX` of Linux.
pub const GUEST_PIECES: usize = 1_024;

/// Steps that the containers in the background make for one line, all together:
/// as much as nobody notices who types.
pub const BACKGROUND_STEPS: usize = 24;

/// Containers that run on one machine; each holds memory of its own, and has processes of its own.
pub const RUNNING_CONTAINERS: usize = 8;

/// The memory of a machine, in bytes: what all its containers have together. A lab has several machines, and a tab
/// about 2 GiB.
pub const MACHINE_MEMORY_BYTES: usize = 512 << 20;

/// What the containers of a machine wrote to their files and logs, those that ended included, in bytes: with more of
/// it no further one is made.
pub const CONTAINERS_FILE_BYTES: u64 = 512 << 20;

/// What a container may be given while it runs, in bytes: it is kept, to run the container again.
pub const GIVEN_BYTES: usize = 8 << 20;

/// How often it may be given something, for the same reason.
pub const GIVEN_TIMES: usize = 50_000;

/// What is kept of the output of a check of health, in bytes: docker's own bound.
pub const HEALTH_OUTPUT_BYTES: usize = 4 << 10;

/// What a daemon remembers of what happened: docker's own bound.
pub const EVENTS: usize = 256;

/// Volumes of one machine.
pub const VOLUMES: usize = 200;

/// Processes kept between lines, of all machines and of what was undone.
pub const PARKED_PROCESSES: usize = 32;

/// Commands the page's terminal keeps to look back at: beyond a day of typing.
pub const SCROLLBACK_COMMANDS: usize = 200;

/// Lines it keeps of one command: a flood must not slow the page.
pub const SCROLLBACK_LINES: usize = 2_000;

/// Stops the player draws around the current one: what fits side by side.
pub const PLAYER_STOPS: usize = 14;

/// Stored bytes the page shows at once: as many as can be picked one by one.
pub const WEIGHED_BYTES: usize = 256;

/// Pieces of work, each a slice of fuel at most, of a build that is tried while its Dockerfile is typed: the worker
/// hears nothing else meanwhile.
pub const FORESIGHT_SLICES: usize = 100;

/// Images that a place of the stage draws: more stacks nobody can tell apart; the table lists all.
pub const PLACE_IMAGES: usize = 6;

/// Chips that the images of a place have together, if one alone has not more.
pub const PLACE_STACKED: usize = 48;

/// Names of an image that a place of the stage draws, lest they hide its layers; the table lists all.
pub const PLACE_NAMES: usize = 12;

/// Repositories that a place of the stage draws.
pub const PLACE_REPOSITORIES: usize = 8;

/// Manifests that a repository of the stage draws.
pub const PLACE_MANIFESTS: usize = 6;

/// Blobs that it draws, for the same reason.
pub const PLACE_BLOBS: usize = 10;

/// What travelled that a wire of the stage shows: the table of requests has all.
pub const WIRE_CHIPS: usize = 12;

/// Requests that the inspector lists: the table has all.
pub const SHOWN_REQUESTS: usize = 30;

/// What the registries hold together, in tags, manifests and blobs, that worker and page keep of those they were told:
/// undo and jumps find the last few of a large one, in a few megabytes.
pub const TOLD_ITEMS: usize = 50_000;

/// Rows one table of the page draws: more than anybody reads at once.
pub const TABLE_ROWS: usize = 400;

/// Parts within parts of a template: each is one call deeper.
pub const TEMPLATE_DEPTH: usize = 100;

/// Steps and bytes of filling one template for one value: far above any
/// format, below what a tab notices.
pub const TEMPLATE_WORK: usize = 1 << 20;

/// Spaces a template may ask for at once: wider than any terminal.
pub const TEMPLATE_PADDING: usize = 10_000;

/// Lines one answer to a question may have: more than any repair needs.
pub const ANSWER_LINES: usize = 20;

/// Slices of fuel one line may take in a copy of the lab, which nobody can
/// interrupt: some seconds in a browser.
pub const SCRATCH_SLICES: usize = 600;

/// Bytes of a file with the progress of a lesson: answers and notes are a few kilobytes.
pub const PROGRESS_BYTES: usize = 1 << 20;

/// Switches of a cost: with more than two there are more lines in the chart than one tells apart.
pub const COST_SWITCHES: usize = 2;

/// Rounds in which a lesson may measure a cost: a chart with more is not read.
pub const COST_ROUNDS: usize = 50;
