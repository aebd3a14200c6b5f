//! Lists that are being made: docker's command line keeps each in a folder of
//! its user's home, a file a manifest.
//! <https://github.com/docker/cli/blob/v28.5.2/cli/manifest/store/store.go>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::found::{Described, Found};
use crate::cli::docker::config;
use crate::cli::{Desk, Failure};
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::host::Host;
use crate::lab::Machine;
use crate::oci::{Reference, json};

/// In the folder of docker's command line.
const FOLDER: &str = "manifests";

/// Where all of them are, unless the environment names another folder.
pub fn lists_folder() -> FsPath {
    let config = config::path();
    config.parent().unwrap_or_else(FsPath::root).child(FOLDER)
}

/// As the file has it; the document stands in it twice.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    r#ref: String,
    descriptor: Described,
    raw: String,
}

/// What is in the list, in the order of the names of its files.
pub(super) fn list(machine: &Machine, list: &Reference) -> Result<Vec<Found>, Failure> {
    let folder = folder(list, machine);
    let entries = machine.files.get(&folder).and_then(Node::entries);
    entries.into_iter().flatten().map(|(name, _)| read(&machine.files, &folder.child(name))).collect()
}

/// What the list says of `image`.
pub(super) fn get(machine: &Machine, list: &Reference, image: &Reference) -> Result<Option<Found>, Failure> {
    let path = folder(list, machine).child(&safe(image));
    machine.files.get(&path).map(|_| read(&machine.files, &path)).transpose()
}

/// Puts a manifest into the list, or in place of what was there.
pub(super) fn put(found: &Found, list: &Reference, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let now = desk.wire.now();
    let text = json::compact(&found.told()?);
    desk.machine.check_room(text.len() as u64).map_err(Failure::new)?;
    let folder = folder(list, desk.machine);
    desk.machine.files.make_directories(&folder, Metadata::directory(now)).map_err(Failure::new)?;
    let node = Node::file(Metadata::file(now), text);
    desk.machine.files.insert(&folder.child(&safe(&found.reference)), node).map_err(Failure::new)
}

/// Forgets the list; docker's words, if there is none.
pub(super) fn remove(machine: &mut Machine, list: &Reference) -> Result<(), Failure> {
    let folder = folder(list, machine);
    machine.files.remove(&folder).map(drop).map_err(|_| unknown(list))
}

/// What docker says of a list, or of a manifest in one, that is not there.
pub(super) fn unknown(reference: &Reference) -> Failure {
    Failure::new(format!("No such manifest: {reference}"))
}

fn read(files: &Tree, path: &FsPath) -> Result<Found, Failure> {
    let wrong = |reason: &dyn std::fmt::Display| Failure::new(format!("{path}: {reason}"));
    let bytes = files.read(path).map_err(|error| wrong(&error))?;
    let Document { r#ref, descriptor, raw } = json::read(&bytes).map_err(|error| wrong(&error))?;
    let reference = r#ref.parse().map_err(|error| wrong(&error))?;
    let bytes = STANDARD.decode(raw).map_err(|error| wrong(&error))?;
    Ok(Found { reference, described: descriptor, bytes })
}

fn folder(list: &Reference, machine: &Machine) -> FsPath {
    config::folder(machine).child(FOLDER).child(&safe(list))
}

/// A name as that of a file.
fn safe(reference: &Reference) -> String {
    reference.to_string().replace(':', "-").replace('/', "_")
}
