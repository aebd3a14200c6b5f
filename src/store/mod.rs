//! Content by digest. [`Blobs`] keeps bytes in memory; a registry reached over
//! HTTP is the other [`Content`], in `transfer`.

mod blobs;

pub use blobs::{Blobs, IntegrityError};
