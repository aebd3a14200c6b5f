//! `drydock hub build`: our own builder makes the base images of the page's
//! `docker.io` from real folders, the same bytes on every machine.

use bytes::Bytes;
use http::{Request as HttpRequest, Response};

use super::options::Hub;
use super::{NativeError, context, layout, screen, threads};
use crate::build::progress::Plain;
use crate::build::{BaseError, BaseRequest, Build, BuildError, Built, Cache, Request, Tools, parse_tag};
use crate::event::Events;
use crate::fs::FsPath;
use crate::host::{Host, Job, SendError};
use crate::oci::{Digest, Platform, Timestamp};
use crate::runtime::Modules;
use crate::text::Output;

/// The name lessons write after FROM; other images are added to this one.
const NAME: &str = "mlserve:1";
/// When the image was made, whenever it is made: the first second of 2026, in UTC.
const TIME: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// Builds the image of `options.source` and writes its layout to `options.out`.
pub fn build(options: &Hub) -> Result<i32, NativeError> {
    let files = context::read(&options.source, TIME)?;
    let name = options.added.as_deref().unwrap_or(NAME);
    let tag =
        parse_tag(name).map_err(|_| NativeError::Usage { message: format!("invalid name of an image: {name}") })?;
    // A base image is one manifest, the same whenever it is built.
    let request =
        Request { tags: vec![tag.clone()], provenance: None, ..Request::new(files, FsPath::root(), Platform::wasi()) };
    let mut progress = Plain::default();
    let built = solve(request, &mut |event| progress.event(&event).iter().for_each(show));
    progress.finish(built.as_ref().err()).iter().for_each(show);
    let built = built.map_err(|_| NativeError::NotBuilt { folder: options.source.clone() })?;
    let put = if options.added.is_some() { layout::add } else { layout::write };
    put(&options.out, &built.image, &built.images[0].document, &tag, &built.blobs)?;
    Ok(0)
}

fn solve(request: Request, events: Events<'_>) -> Result<Built, BuildError> {
    // A base image stands on nothing.
    let mut bases = |request: &BaseRequest<'_>, _: &mut dyn Host, _: Events<'_>| {
        Err(BaseError { message: format!("{}: not found", request.reference) })
    };
    let (mut host, mut processes) = (Fixed(0), Modules::default());
    let mut tools = Tools { host: &mut host, events, bases: &mut bases, processes: &mut processes };
    Build::new(request, Cache::default())?.finish(&mut tools)
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
