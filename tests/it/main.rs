//! What holds across rooms, one module a subject.
#![allow(clippy::disallowed_methods, reason = "these tests read the sources and fixtures of the project")]

mod architecture;
mod breaking_off;
mod cached;
mod calls;
mod cancelled;
mod changes;
mod command;
mod completion;
mod debug;
mod dependencies;
mod digests;
mod disk;
mod documents;
mod engine;
mod exploring;
mod foreseeing;
mod fuzz;
mod guests;
mod lab;
mod lesson;
mod model;
mod nonsense;
mod nowhere;
mod outside;
mod policies;
mod replay;
mod resending;
mod sharing;
mod sizes;
mod source;
mod surveying;
mod transcripts;
mod transfer;
mod wasi;
mod words;
