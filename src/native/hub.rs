//! `drydock hub build`: our own builder makes the base image of the lessons
//! from a real folder, the same bytes on every machine.

use bytes::Bytes;
use http::{Request as HttpRequest, Response};

use super::options::Hub;
use super::{NativeError, context, layout, screen, threads};
use crate::build::progress::Plain;
use crate::build::{BaseError, Built, Cache, Request, build as build_image, parse_tag};
use crate::event::Events;
use crate::fs::FsPath;
use crate::host::{Host, Job, SendError};
use crate::oci::{Digest, Reference, Timestamp};
use crate::store::Blobs;
use crate::text::Output;

/// The name lessons write after FROM.
const NAME: &str = "mlserve:1";
/// When the image was made, whenever it is made: the first second of 2026, in UTC.
const TIME: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// Builds the image of `options.source` and writes its layout to `options.out`.
pub fn build(options: &Hub) -> Result<i32, NativeError> {
    let request = Request {
        files: context::read(&options.source, TIME)?,
        context: FsPath::root(),
        context_typed: ".".to_owned(),
        dockerfile: FsPath::from("/Dockerfile"),
        tags: vec![parse_tag(NAME).expect("the name is a reference")],
        no_cache: false,
        platform: None,
    };
    let mut blobs = Blobs::default();
    let mut progress = Plain::default();
    let mut tell = |event| progress.event(&event).iter().for_each(show);
    // A base image stands on nothing.
    let mut bases = |reference: &Reference, _: &mut dyn Host, _: Events<'_>| {
        Err(BaseError { message: format!("{reference}: not found") })
    };
    let built = build_image(&request, &mut blobs, &mut Cache::default(), &mut bases, &mut Fixed(0), &mut tell);
    progress.finish(built.as_ref().err()).iter().for_each(show);
    let Built { image, manifest, tags, .. } =
        built.map_err(|_| NativeError::NotBuilt { folder: options.source.clone() })?;
    layout::write(&options.out, &image, &manifest, &tags[0], &blobs)?;
    Ok(0)
}

fn show(output: &Output) {
    screen::complain(&output.line.text());
}

/// A host on which it is always the same second and chance is counted.
struct Fixed(u64);

impl Host for Fixed {
    fn now(&self) -> Timestamp {
        TIME
    }

    fn random(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&Digest::of(&self.0.to_le_bytes()).bytes()[..chunk.len()]);
        }
    }

    fn send(&mut self, request: HttpRequest<Bytes>) -> Result<Response<Bytes>, SendError> {
        let host = request.uri().host().unwrap_or_default();
        Err(SendError { reason: format!("dial tcp: lookup {host}: no such host") })
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        threads::share(jobs);
    }
}
