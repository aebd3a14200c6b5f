//! `docker manifest`: docker's command line asks registries itself here, not
//! its daemon, and makes lists of what it finds there.

mod annotate;
mod create;
mod found;
mod inspect;
mod kept;
mod push;
mod rm;

pub use annotate::VERB as ANNOTATE;
pub use create::VERB as CREATE;
pub use inspect::VERB as INSPECT;
pub use kept::lists_folder;
pub use push::VERB as PUSH;
pub use rm::VERB as RM;

use crate::cli::{Failure, Flag};
use crate::oci::{Reference, ReferenceError};

/// Every registry a lab can reach speaks TLS, so there is nothing left to allow.
const INSECURE: Flag = Flag::switch("insecure", None, "Allow communication with an insecure registry");

/// A name with its tag.
fn name(typed: &str) -> Result<Reference, ReferenceError> {
    typed.parse::<Reference>().map(Reference::tagged)
}

/// The name of a list, or why it is none.
fn list_name(typed: &str) -> Result<Reference, Failure> {
    name(typed).map_err(|error| Failure::new(format!("error parsing name for manifest list {typed}: {error}")))
}
