//! `docker load`: images out of an archive, be it an OCI layout or what docker
//! wrote before there was one. No name in it is a path here: every file is
//! kept under its own digest, computed, so a file that is not what its name
//! says is simply not found.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::export::IMAGE_NAME;
use super::{Engine, Image, ImageError};
use crate::fs::{self, ApplyError, Compression, CompressionError, FsPath, Kind, Tree};
use crate::limits;
use crate::oci::{
    Descriptor, Digest, DocumentError, ImageConfig, MediaType, Platform, REF_NAME, Reference, children, json,
};
use crate::store::Blobs;

/// A tar has whole blocks of so many bytes.
const TAR_BLOCK: usize = 512;

/// What `docker load` says of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its name, familiar form; none if it has only its id.
    pub name: Option<String>,
    /// What it is.
    pub root: Descriptor,
    /// Why its layers cannot be unpacked.
    pub broken: Option<String>,
}

/// Why an archive cannot be loaded; containerd's words.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It is compressed and damaged.
    #[error("failed to decompress input tar archive: {0}")]
    Compressed(#[from] CompressionError),
    /// It is no archive.
    #[error("archive/tar: invalid tar header")]
    Header,
    /// It ends too early.
    #[error("unexpected EOF")]
    Truncated,
    /// It is one that this program does not take.
    #[error(transparent)]
    Archive(ApplyError),
    /// It is none that docker knows.
    #[error("unrecognized image format")]
    Unrecognized,
    /// It has another version.
    #[error("unsupported OCI version {version}")]
    Version {
        /// Which.
        version: String,
    },
    /// It has no list of images.
    #[error("missing index.json in OCI layout 1.0.0")]
    NoIndex,
    /// A file is no JSON of its kind.
    #[error("untar {what} {file:?}: {detail}")]
    Json {
        /// `oci layout` or `manifest`.
        what: &'static str,
        /// Its name.
        file: &'static str,
        /// What the reader says.
        detail: String,
    },
    /// The list of images cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A configuration that `manifest.json` names is absent.
    #[error("image config {path:?} not found")]
    NoConfig {
        /// As it stands there.
        path: String,
    },
    /// A layer that it names is absent.
    #[error("failed to resolve layers: layer {path:?} not found")]
    NoLayer {
        /// As it stands there.
        path: String,
    },
    /// A name in it is none.
    #[error("normalize image ref {name:?}: {detail}")]
    Name {
        /// As it stands there.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// It lists what is not in it, or not under its digest.
    #[error("content digest {digest}: not found")]
    Missing {
        /// Which.
        digest: Digest,
    },
    /// An image in it cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// It lists what is no image.
    #[error("descriptor is neither a manifest or index")]
    NoDocument,
    /// It has nothing for the platforms asked for.
    #[error("{text}")]
    Platform {
        /// Docker's sentence.
        text: String,
    },
    /// Something in it is larger than this program takes.
    #[error("{path}: exceeds the limit of {limit} bytes")]
    TooLarge {
        /// Which file.
        path: String,
        /// The bound.
        limit: u64,
    },
}

impl From<ApplyError> for LoadError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Archive { .. } => Self::Header,
            error => Self::Archive(error),
        }
    }
}

impl Engine {
    /// Takes the images of `archive` and gives them their names. Of `platforms`
    /// each image must have one; none means whatever is there.
    pub fn load(&mut self, archive: &[u8], platforms: &[Platform]) -> Result<Vec<Loaded>, LoadError> {
        let archive = fs::decompressed(archive)?;
        if (1..TAR_BLOCK).contains(&archive.len()) {
            return Err(LoadError::Truncated);
        }
        let tree = fs::apply_literally(&archive)?;
        let mut blobs = self.blobs.clone();
        let files = keep(&tree, &mut blobs)?;
        let entries = match layout_version(&tree)? {
            Some(_) => index_of(&files, &blobs)?,
            None => legacy_index(&tree, &files, &mut blobs)?,
        };
        if !entries.iter().all(|entry| entry.media_type.is_document()) {
            return Err(LoadError::NoDocument);
        }
        let absent = entries.iter().find(|entry| !blobs.has(&entry.digest));
        if let Some(Descriptor { digest, .. }) = absent {
            return Err(LoadError::Missing { digest: *digest });
        }
        let named = entries.into_iter().map(with_name).collect::<Result<Vec<_>, _>>()?;
        if self.is_classic() {
            return named
                .into_iter()
                .map(|(root, reference)| self.take_classic(&root, reference.as_ref(), &blobs))
                .collect();
        }
        self.blobs = blobs;
        let refusal = self.lacking_platform(&named, platforms);
        let loaded = named.into_iter().map(|(root, reference)| self.take(root, reference.as_ref())).collect();
        // Files that no image of the archive names do not stay.
        self.collect_garbage();
        refusal.map_or(Ok(loaded), |text| Err(LoadError::Platform { text }))
    }

    /// The same into the classic store: of several platforms this machine's, unpacked.
    fn take_classic(
        &mut self,
        root: &Descriptor,
        reference: Option<&Reference>,
        blobs: &Blobs,
    ) -> Result<Loaded, LoadError> {
        let image = Image::best(blobs, root, &self.platform())?;
        let root = self.adopt(&image, blobs, None)?;
        match reference {
            Some(reference) => self.name(reference, &root),
            None => drop(self.dangling.insert(root.digest, Arc::new(root.clone()))),
        }
        Ok(Loaded { name: reference.map(Reference::familiar), root, broken: None })
    }

    /// Names one image and unpacks it if this machine can run it.
    fn take(&mut self, root: Descriptor, reference: Option<&Reference>) -> Loaded {
        match reference {
            Some(reference) => self.name(reference, &root),
            None if self.names_of(&root.digest).is_empty() => {
                self.dangling.insert(root.digest, Arc::new(root.clone()));
            }
            None => {}
        }
        let broken = match Image::load(&self.blobs, &root, &self.platform()) {
            Ok(image) => self.unpack(&image).err().as_ref().map(ImageError::to_string),
            Err(_) => None,
        };
        Loaded { name: reference.map(Reference::familiar), root, broken }
    }

    /// Docker's refusal where an image has none of the platforms asked for.
    fn lacking_platform(&self, images: &[(Descriptor, Option<Reference>)], platforms: &[Platform]) -> Option<String> {
        let wanted: Vec<String> = platforms.iter().map(Platform::to_string).collect();
        let wanted = format!("[{}]", wanted.join(" "));
        let lacks = |(root, reference): &&(Descriptor, Option<Reference>)| {
            !platforms.iter().any(|platform| self.manifest_for(root, platform, reference.as_ref(), "").is_ok())
        };
        if platforms.is_empty() {
            return None;
        }
        if images.is_empty() {
            return Some(format!("no images providing the requested platform(s) found: {wanted}"));
        }
        let name = |(root, reference): &(Descriptor, Option<Reference>)| {
            reference.as_ref().map_or_else(|| root.digest.to_string(), Reference::familiar)
        };
        let names: Vec<String> = images.iter().filter(lacks).map(name).collect();
        match names.as_slice() {
            [] => None,
            [one] => Some(format!("image {one} was loaded, but doesn't provide the requested platform ({wanted})")),
            all => Some(format!(
                "images [{}] were loaded, but don't provide the requested platform ({wanted})",
                all.join(", ")
            )),
        }
    }
}

/// Every file of the archive, kept under its digest; by the path it has there.
fn keep(tree: &Tree, blobs: &mut Blobs) -> Result<BTreeMap<String, Descriptor>, LoadError> {
    let mut files = BTreeMap::new();
    for (path, node) in tree.walk() {
        let Some(content) = node.content() else { continue };
        if content.size() > limits::BLOB_BYTES {
            return Err(LoadError::TooLarge { path: path.to_string(), limit: limits::BLOB_BYTES });
        }
        let bytes = content.bytes().map_err(ApplyError::from)?;
        let descriptor = Descriptor::of(MediaType::OCTETS, &bytes);
        if !blobs.has(&descriptor.digest) {
            blobs.put(bytes.to_vec());
        }
        files.insert(path.relative().to_owned(), descriptor);
    }
    Ok(files)
}

/// The version of the OCI layout, if it is one.
fn layout_version(tree: &Tree) -> Result<Option<String>, LoadError> {
    #[derive(Deserialize)]
    struct Layout {
        #[serde(rename = "imageLayoutVersion", default)]
        version: String,
    }
    let Some(layout) = read::<Layout>(tree, "oci layout", "oci-layout")? else { return Ok(None) };
    match layout.version.as_str() {
        "" => Ok(None),
        "1.0.0" => Ok(Some(layout.version)),
        _ => Err(LoadError::Version { version: layout.version }),
    }
}

fn index_of(files: &BTreeMap<String, Descriptor>, blobs: &Blobs) -> Result<Vec<Descriptor>, LoadError> {
    let index = files.get("index.json").and_then(|file| blobs.get(&file.digest)).ok_or(LoadError::NoIndex)?;
    Ok(children(&MediaType::INDEX, &index)?)
}

/// `manifest.json`: no manifests, only a configuration and the files of the
/// layers, so manifests of docker's own type are written.
fn legacy_index(
    tree: &Tree,
    files: &BTreeMap<String, Descriptor>,
    blobs: &mut Blobs,
) -> Result<Vec<Descriptor>, LoadError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Entry {
        config: String,
        #[serde(default)]
        repo_tags: Option<Vec<String>>,
        #[serde(default)]
        layers: Option<Vec<String>>,
    }
    let entries: Vec<Entry> = read(tree, "manifest", "manifest.json")?.ok_or(LoadError::Unrecognized)?;
    let mut index = Vec::new();
    for entry in entries {
        let config = find(tree, files, &entry.config).ok_or(LoadError::NoConfig { path: entry.config })?;
        let config = Descriptor { media_type: MediaType::DOCKER_CONFIG, ..config };
        let mut layers = Vec::new();
        for path in entry.layers.unwrap_or_default() {
            let layer = find(tree, files, &path).ok_or(LoadError::NoLayer { path })?;
            layers.push(layer_of(layer, blobs));
        }
        let platform = blobs.get(&config.digest).and_then(|bytes| json::read::<ImageConfig>(&bytes).ok());
        let manifest = json::compact(&json!({
            "schemaVersion": 2, "mediaType": MediaType::DOCKER_MANIFEST, "config": config, "layers": layers,
        }));
        let mut root = Descriptor::of(MediaType::DOCKER_MANIFEST, &manifest);
        blobs.put(manifest);
        root.platform = platform.map(|config| config.platform());
        let names = entry.repo_tags.unwrap_or_default();
        let named = names.iter().map(|name| {
            let annotations = BTreeMap::from([(IMAGE_NAME.to_owned(), name.clone())]);
            Descriptor { annotations, ..root.clone() }
        });
        index.extend(named);
        if names.is_empty() {
            index.push(root);
        }
    }
    Ok(index)
}

/// Older archives share a layer by a symbolic link to the first that had it.
fn find(tree: &Tree, files: &BTreeMap<String, Descriptor>, path: &str) -> Option<Descriptor> {
    let path = FsPath::from(path);
    let linked = tree.get(&path).is_some_and(|node| matches!(node.kind, Kind::Symlink(_)));
    let path = if linked { tree.resolve(&path).ok()? } else { path };
    files.get(path.relative()).cloned()
}

fn layer_of(layer: Descriptor, blobs: &Blobs) -> Descriptor {
    let is_gzip = blobs.get(&layer.digest).is_some_and(|bytes| Compression::of(&bytes) == Some(Compression::Gzip));
    let media_type = if is_gzip { MediaType::DOCKER_LAYER_GZIP } else { MediaType::DOCKER_LAYER };
    Descriptor { media_type, ..layer }
}

/// The name that an entry of the index has, and the entry without it.
fn with_name(mut entry: Descriptor) -> Result<(Descriptor, Option<Reference>), LoadError> {
    let full = entry.annotations.remove(IMAGE_NAME).filter(|name| !name.is_empty());
    let short = entry.annotations.remove(REF_NAME);
    entry.annotations.retain(|key, _| !key.starts_with("containerd.io/"));
    // A bare tag names no repository, so it is not taken for a name.
    let short = short.filter(|name| name.contains(['/', ':', '@']));
    let Some(name) = full.or(short) else { return Ok((entry, None)) };
    let parsed = name.parse::<Reference>().map(Reference::tagged);
    let reference = parsed.map_err(|error| LoadError::Name { name, detail: error.to_string() })?;
    Ok((entry, Some(reference)))
}

fn read<D: serde::de::DeserializeOwned>(
    tree: &Tree,
    what: &'static str,
    file: &'static str,
) -> Result<Option<D>, LoadError> {
    let Some(content) = tree.get(&FsPath::from(file)).and_then(|node| node.content()) else {
        return Ok(None);
    };
    if content.size() > limits::MANIFEST_BYTES {
        return Err(LoadError::TooLarge { path: file.to_owned(), limit: limits::MANIFEST_BYTES });
    }
    let content = content.bytes().map_err(ApplyError::from)?;
    json::read(&content).map(Some).map_err(|error| LoadError::Json { what, file, detail: error.to_string() })
}
