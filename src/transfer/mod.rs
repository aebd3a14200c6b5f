//! Push and pull: one [`copy`](copy::copy) between two [`Content`]s, where a
//! registry is a [`Remote`] that speaks HTTP through the host. Requests go out
//! in the order of docker with the containerd image store.
//!
//! [`Content`]: crate::store::Content

mod auth;
pub mod classic;
mod copy;
mod error;
mod login;
mod lookup;
mod promote;
mod pull;
mod push;
mod remote;
mod search;
mod server;
mod why;
mod wire;

pub use auth::{AuthError, Credentials};
pub use copy::{Journey, copy};
pub use error::TransferError;
pub use login::login;
pub use lookup::LookupError;
pub use promote::{Place, promote, put_tag};
pub use pull::{Pulled, pull, tags};
pub use push::{Pushed, present, push};
pub use remote::Remote;
pub use search::{Offered, SearchError, search};
pub use server::ServerErrors;
pub use wire::{WireError, endpoint};
