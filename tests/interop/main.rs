//! Other tools on our images.
