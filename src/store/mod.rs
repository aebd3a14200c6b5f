//! Content by digest. [`Blobs`] keeps bytes in memory or with the host; a registry reached over
//! HTTP is the other [`Content`], in `transfer`.

mod blobs;
mod content;
mod graph;

pub use blobs::{Blobs, IntegrityError};
pub use content::{Content, ContentError, Part, Room, Upload};
