//! Looking without touching: files, blobs, archives.

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{Download, FileText, Tell, Tells};
use crate::engine::layer_entries;
use crate::fs::{self, FsPath};
use crate::lab::{FileView, State, file_view};
use crate::limits;
use crate::oci::Digest;
use crate::store::IntegrityError;

/// A file longer than this is not shown as text.
const TEXT_BYTES: usize = 256 << 10;

/// What a digest names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Inspection {
    /// The question.
    pub digest: Digest,
    /// The answer.
    pub blob: BlobView,
}

/// A blob, looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlobView {
    /// A manifest, an index or a configuration.
    Document(DocumentView),
    /// A layer.
    Layer(LayerFiles),
    /// Nobody in the lab has these bytes.
    Unknown,
}

/// A manifest, an index or a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct DocumentView {
    /// What it is.
    pub media_type: String,
    /// Bytes as stored.
    pub size: u64,
    /// The exact bytes, as text.
    pub text: String,
    /// Where it is: machines and registries.
    pub places: Vec<String>,
}

/// A layer and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct LayerFiles {
    /// Bytes compressed.
    pub size: u64,
    /// Bytes uncompressed.
    pub unpacked: u64,
    /// The digest of the uncompressed tar, computed now.
    pub diff_id: Digest,
    /// Its entries: path, size, mode.
    pub entries: Vec<FileView>,
    /// Where it is: machines and registries.
    pub places: Vec<String>,
}

/// The text of a file of a machine.
pub fn file(state: &State, machine: String, path: String, tells: Tells<'_>) {
    let text = text_of(state, &machine, &path);
    tells(Tell::File(FileText { machine, path, text }));
}

fn text_of(state: &State, machine: &str, path: &str) -> Result<String, String> {
    let at = state.machine_named(machine).ok_or_else(|| format!("this lab has no machine {machine:?}"))?;
    let content = state.machines[at].files.read(&FsPath::from(path)).map_err(|error| error.to_string())?;
    as_text(&content)
}

/// Bytes as text, or what stands in its way.
pub(super) fn as_text(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > TEXT_BYTES {
        return Err(format!("{} bytes: too long to show", bytes.len()));
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| format!("{} bytes that are not text", bytes.len()))
}

/// What a digest names, and where in the lab its bytes are. A registry may have others under it, which are
/// shown only if nobody has the right ones.
pub fn blob(state: &State, digest: Digest, tells: Tells<'_>) {
    let (mut places, mut damaged) = (Vec::new(), None);
    let mut bytes = None;
    for machine in &state.machines {
        if let Some(found) = machine.engine.blobs.get(&digest) {
            places.push(machine.name.clone());
            bytes = Some(found.clone());
        }
    }
    for (name, registry) in state.world.registries.iter() {
        let Some(found) = registry.blobs().get(&digest) else { continue };
        if IntegrityError::check(digest, &found).is_ok() {
            places.push(name.clone());
            bytes = bytes.or(Some(found));
        } else {
            places.push(format!("{name} (damaged)"));
            damaged = Some(found);
        }
    }
    let blob = bytes.or(damaged).map_or(BlobView::Unknown, |bytes| view(&bytes, places));
    tells(Tell::Inspected(Inspection { digest, blob }));
}

fn view(bytes: &[u8], places: Vec<String>) -> BlobView {
    let size = bytes.len() as u64;
    let document = std::str::from_utf8(bytes).ok().filter(|text| text.starts_with('{'));
    if let Some(text) = document {
        let parsed: Option<serde_json::Value> = serde_json::from_slice(text.as_bytes()).ok();
        let media_type = parsed.as_ref().and_then(|value| value.get("mediaType")).and_then(|value| value.as_str());
        let media_type = media_type.unwrap_or("application/vnd.oci.image.config.v1+json").to_owned();
        return BlobView::Document(DocumentView { media_type, size, text: text.to_owned(), places });
    }
    match fs::decompressed(bytes) {
        Ok(tar) => BlobView::Layer(LayerFiles {
            size,
            unpacked: tar.len() as u64,
            diff_id: Digest::of(&tar),
            entries: layer_entries(bytes).iter().take(limits::ROWS).map(|(path, node)| file_view(path, node)).collect(),
            places,
        }),
        Err(_) => BlobView::Unknown,
    }
}

/// An image as the archive `docker save` writes.
pub fn export(state: &State, machine: &str, typed: &str, tells: Tells<'_>) -> Result<(), String> {
    let at = state.machine_named(machine).ok_or_else(|| format!("this lab has no machine {machine:?}"))?;
    let engine = &state.machines[at].engine;
    let saved = engine.save(&[typed.to_owned()], &[]).map_err(|error| error.to_string())?;
    let bytes = saved.bytes().map_err(|error| error.to_string())?.to_vec();
    let name = typed.chars().map(|c| if c.is_ascii_alphanumeric() || ".-".contains(c) { c } else { '_' });
    tells(Tell::Exported(Download { name: format!("{}.tar", name.collect::<String>()), bytes }));
    Ok(())
}
