//! Push and pull: one [`Copy`] between two [`Content`]s, where a registry is a
//! [`Remote`] that speaks HTTP through the host. It is a value that goes on a
//! piece at a time (`lanes`, `lane`), so that whoever runs it can show how far
//! it is, and stop it. Requests go out in the order of docker with the
//! containerd image store.
//!
//! [`Content`]: crate::store::Content

mod again;
mod auth;
pub mod classic;
mod client;
mod copy;
mod error;
mod fetch;
mod lane;
mod lanes;
mod login;
mod lookup;
mod promote;
mod pull;
mod push;
mod remote;
mod search;
mod server;
mod token;
mod upload;
mod why;
mod wire;

pub use again::again;
pub use auth::{AuthError, Credentials};
pub use client::Client;
pub use copy::{Copy, Journey};
pub use error::TransferError;
pub use fetch::Fetch;
pub use lanes::{Partials, Progress};
pub use login::login;
pub use lookup::LookupError;
pub use promote::{Place, Promotion, put_tag};
pub use pull::{Pull, Pulled, pull, tags};
pub use push::{Push, Pushed, present, push};
pub use remote::Remote;
pub use search::{Offered, SearchError, search};
pub use server::ServerErrors;
pub use wire::{WireError, endpoint};
