//! One learner's desk. A host asks, the session tells: this is the only way
//! in, for the page, the native prompt, the embed and the tests alike.

mod protocol;

pub use protocol::{Ask, BlobView, HistoryView, OperationView, Tell};
