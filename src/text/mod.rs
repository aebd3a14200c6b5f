//! What the prompt prints: spans with a meaning, not with a colour. ANSI is
//! rendered here, HTML in `ui`; both are small.

mod aligned;
mod ansi;
mod case;
mod distance;
mod percent;
mod quote;
mod shortened;
mod sorted;
mod span;
mod table;
pub mod units;

pub use aligned::aligned;
pub use ansi::to_ansi;
pub use case::Case;
pub use distance::distance;
pub use percent::{percent_decode, percent_encode, query_pairs};
pub use quote::{quoted, unquoted};
pub use shortened::shortened;
pub use sorted::{sorted, sorted_by};
pub use span::{Line, Output, Span, Stream, Style};
pub use table::{Align, Column, table};
