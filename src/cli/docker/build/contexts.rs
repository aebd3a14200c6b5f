//! `--build-context`: what stands for a name: a folder, an image, an image in
//! a folder, or a file from an address.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#build-context>

use std::io;

use super::{misread, refused};
use crate::build::{Layout, NamedContext, NamedContexts, is_address, is_git};
use crate::cli::Failure;
use crate::fs::{FsPath, Kind};
use crate::host::Kept;
use crate::lab::Machine;
use crate::oci::{Descriptor, Digest, Index, REF_NAME, Reference, ReferenceError, is_tag, json};
use crate::store::Blobs;

const IMAGE: &str = "docker-image://";
const LAYOUT: &str = "oci-layout://";

/// Reads each `name=value`; a later one goes before an earlier one of the same name.
pub(super) fn read(given: &[String], machine: &Machine) -> Result<NamedContexts, Failure> {
    let mut contexts = NamedContexts::new();
    for text in given.iter().filter(|text| !text.is_empty()) {
        let wrong = || misread(&format!("invalid context value: {text}, expected key=value"));
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let invalid = |error: ReferenceError| misread(&format!("invalid context name {name}: {error}"));
        let key = NamedContext::key(name).map_err(invalid)?;
        let context = context(&key, value, machine)?;
        contexts.insert(key, context);
    }
    Ok(contexts)
}

fn context(key: &str, value: &str, machine: &Machine) -> Result<NamedContext, Failure> {
    if let Some(typed) = value.strip_prefix(IMAGE) {
        let reference = (typed != "scratch").then(|| typed.parse::<Reference>().map(Reference::tagged));
        let reference = reference.transpose().map_err(|error| refused(&format!("failed to solve: {error}")))?;
        return Ok(NamedContext::Image { typed: typed.to_owned(), reference });
    }
    if let Some(place) = value.strip_prefix(LAYOUT) {
        let resolved = layout_of(place, machine);
        let wrong = |reason| refused(&format!("oci-layout reference {value:?} could not be resolved: {reason}"));
        return resolved.map(NamedContext::Layout).map_err(wrong);
    }
    if is_git(value) {
        return Err(super::without_git(value));
    }
    if is_address(value) {
        return Ok(NamedContext::Address(value.to_owned()));
    }
    let path = machine.resolve(value);
    let found = machine.files.resolve(&path).ok().and_then(|path| machine.files.get(&path));
    match found.map(|node| &node.kind) {
        Some(Kind::Directory(_)) => Ok(NamedContext::Folder(path)),
        Some(_) => Err(refused(&format!("failed to get build context path {{{value} <nil>}}: not a directory"))),
        None => Err(refused(&format!("failed to get build context {key}: stat {value}: no such file or directory"))),
    }
}

/// The image in the layout at `path:tag@digest`: by its digest, by its tag, or the only one.
pub(super) fn layout_of(place: &str, machine: &Machine) -> Result<Layout, String> {
    let with_digest = place.rsplit_once('@').and_then(|(place, text)| Some((place, text.parse::<Digest>().ok()?)));
    let (place, digest) = with_digest.map_or((place, None), |(place, digest)| (place, Some(digest)));
    let (typed, tag) = place.rsplit_once(':').filter(|(_, tag)| is_tag(tag)).unwrap_or((place, "latest"));
    let folder = machine.resolve(typed);
    let path = folder.child("index.json");
    let bytes = machine.files.read(&path).map_err(|_| format!("open {typed}/index.json: no such file or directory"))?;
    let index: Index = json::read(&bytes).map_err(|error| error.to_string())?;
    let has_tag = |entry: &&Descriptor| entry.annotations.get(REF_NAME).is_some_and(|name| name == tag);
    let root = match (digest, &index.manifests[..]) {
        (Some(digest), entries) => entries.iter().find(|entry| entry.digest == digest),
        (None, entries) => entries.iter().find(has_tag).or(if let [only] = entries { Some(only) } else { None }),
    };
    let root = root.ok_or("failed to resolve digest")?.clone();
    let blobs = verified(&root, &folder, machine).map_err(|error| error.to_string())?;
    Ok(Layout { root: Descriptor { annotations: std::collections::BTreeMap::new(), ..root }, blobs })
}

/// What `root` needs of the layout; each blob is hashed.
fn verified(root: &Descriptor, folder: &FsPath, machine: &Machine) -> io::Result<Blobs> {
    let mut blobs = Blobs::default();
    let mut pending = vec![root.clone()];
    while let Some(part) = pending.pop() {
        let path = folder.join(&part.digest.path());
        let Some(content) = machine.files.get(&path).and_then(|node| node.content()) else {
            // Of several platforms it may have only some.
            continue;
        };
        if content.digest(part.digest.algorithm())? != part.digest {
            let reason = format!("unexpected digest of blob {}", part.digest);
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        blobs.keep(part.digest, Kept::from(content.clone()));
        let children = blobs.children(&part);
        pending.extend(children.into_iter().filter(|child| !blobs.has(&child.digest)));
    }
    Ok(blobs)
}
