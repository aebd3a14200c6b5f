//! The nouns of the OCI image specification, parsed once and strictly: what a
//! manifest, an index, a configuration, a descriptor, a platform and a
//! reference are. No `String` digest lives past this room.

mod as_text;
mod children;
mod config;
mod descriptor;
mod digest;
mod index;
pub mod json;
mod manifest;
mod media_type;
mod platform;
mod reference;
mod timestamp;

pub use children::{DocumentError, children};
pub use config::{Empty, Healthcheck, HistoryEntry, ImageConfig, RootFs, RunConfig};
pub use descriptor::{ATTESTATION, Blob, Descriptor, REFERENCE_DIGEST, REFERENCE_TYPE};
pub use digest::{Algorithm, Digest, DigestError, Verifier};
pub use index::{Index, REF_NAME};
pub use manifest::Manifest;
pub use media_type::MediaType;
pub use platform::{Platform, PlatformError};
pub use reference::{DEFAULT_DOMAIN, DEFAULT_TAG, Reference, ReferenceError, is_tag};
pub use timestamp::Timestamp;
