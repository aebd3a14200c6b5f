//! An in-memory file system: the files of a machine, of a build context, of a
//! container. Nodes are shared, so a clone is cheap and a snapshot costs only
//! what changes after it. Layers are differences between two trees, written
//! as deterministic tar archives.

mod accounts;
mod apply;
mod archive;
mod compression;
mod content;
mod diff;
mod gzip;
mod pack;
mod path;
mod rootfs;
mod tar;
mod tree;

pub use accounts::{account, accounts, numbered};
pub use apply::{ApplyError, LeftOut, apply, apply_kept, apply_literally, apply_telling, literally_kept, room};
pub use archive::{is_tar, not_after};
pub use compression::{Compression, CompressionError, decompressed, decompressed_within, uncompressed, undone};
pub use content::Content;
pub use diff::{Change, ChangeKind, diff};
pub use gzip::gzip;
pub use pack::{Extent, Packed, pack, repack};
pub use path::FsPath;
pub use rootfs::{LayerError, Rootfs, RootfsError, measured, survey};
pub use tar::{TarError, layer_tar, tar_of, write_layer};
pub use tree::{Entry, FsError, Kind, Link, Metadata, Node, ROOM_BLOCK, Tree};
