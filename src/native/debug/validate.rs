//! `drydock debug validate`: everything an OCI layout says of itself, checked
//! against its bytes. One JSON object for each descriptor, with what is wrong
//! of it; the exit code is 1 if anything is.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::usage;
use crate::fs::{self, Content, FsPath, Tree};
use crate::limits;
use crate::native::{NativeError, screen, tree};
use crate::oci::{Descriptor, Digest, ImageConfig, Index, Manifest, Platform, Verifier, json as documents};

/// `LAYOUT`, a folder or an archive.
pub fn run(words: &[String]) -> Result<i32, NativeError> {
    let [layout] = words else { return Err(usage("'drydock debug validate' wants one LAYOUT, a folder or a tar")) };
    let mut report = Report { layout: read(Path::new(layout))?, lines: Vec::new(), sound: true };
    report.layout();
    for line in &report.lines {
        screen::say(&line.to_string())?;
    }
    Ok(i32::from(!report.sound))
}

fn read(layout: &Path) -> Result<Tree, NativeError> {
    if layout.is_dir() {
        return tree::listed(layout);
    }
    let bytes = std::fs::read(layout).map_err(NativeError::file(layout))?;
    fs::apply_literally(&bytes)
        .map_err(|error| NativeError::Refused { reason: format!("{}: {error}", layout.display()) })
}

/// What was found so far.
struct Report {
    layout: Tree,
    lines: Vec<Value>,
    sound: bool,
}

/// What is wrong of one descriptor.
type Problems = Vec<String>;

impl Report {
    fn layout(&mut self) {
        let version: Result<Value, String> = self.document("/oci-layout");
        let version = version.map(|document| document["imageLayoutVersion"].clone());
        let problems = match version {
            Ok(version) if version == "1.0.0" => Problems::new(),
            Ok(version) => vec![format!("imageLayoutVersion is {version}, not \"1.0.0\"")],
            Err(problem) => vec![problem],
        };
        self.tell("oci-layout", None, &problems);
        match self.document::<Index>("/index.json") {
            Ok(index) => self.index("index.json", &index),
            Err(problem) => self.tell("index.json", None, &[problem]),
        }
    }

    fn index(&mut self, place: &str, index: &Index) {
        if index.schema_version != 2 {
            self.tell(place, None, &["schemaVersion is not 2".to_owned()]);
        }
        for (at, child) in index.manifests.iter().enumerate() {
            // Indexes that list each other several times would grow without end.
            if self.lines.len() >= limits::TRANSFER_BLOBS {
                return self.tell(place, None, &[format!("more than {} descriptors", limits::TRANSFER_BLOBS)]);
            }
            self.child(&format!("{place}/manifests/{at}"), child);
        }
    }

    /// A manifest or an index that an index lists.
    fn child(&mut self, place: &str, blob: &Descriptor) {
        let mut problems = self.blob(blob);
        let path = path_of(&blob.digest);
        if blob.media_type.is_index() {
            let index = self.typed::<Index>(&path, blob, &mut problems);
            self.tell(place, Some(blob), &problems);
            if let Some(index) = index {
                self.index(place, &index);
            }
        } else if blob.media_type.is_manifest() {
            let manifest = self.typed::<Manifest>(&path, blob, &mut problems);
            self.tell(place, Some(blob), &problems);
            if let Some(manifest) = manifest {
                self.manifest(place, &manifest, blob.platform.as_ref());
            }
        } else {
            problems.push("an index lists manifests and indexes only".to_owned());
            self.tell(place, Some(blob), &problems);
        }
    }

    fn manifest(&mut self, place: &str, manifest: &Manifest, platform: Option<&Platform>) {
        let mut problems = self.blob(&manifest.config);
        let config = if manifest.config.media_type.is_config() && problems.is_empty() {
            let config = self.document::<ImageConfig>(&path_of(&manifest.config.digest));
            config.map_err(|problem| problems.push(problem)).ok()
        } else {
            None
        };
        if let Some(config) = &config {
            problems.extend(agreement(config, manifest, platform));
        }
        self.tell(&format!("{place}/config"), Some(&manifest.config), &problems);
        for (at, layer) in manifest.layers.iter().enumerate() {
            let mut problems = self.blob(layer);
            if let Some(expected) = config.as_ref().and_then(|config| config.rootfs.diff_ids.get(at))
                && problems.is_empty()
            {
                problems.extend(self.layer(layer, expected));
            }
            self.tell(&format!("{place}/layers/{at}"), Some(layer), &problems);
        }
    }

    /// Whether the bytes are there, as many and the very ones.
    fn blob(&self, blob: &Descriptor) -> Problems {
        let Some(content) = self.content(&path_of(&blob.digest)) else { return vec!["not found".to_owned()] };
        let mut problems = Problems::new();
        if content.size() != blob.size {
            problems.push(format!("has {} bytes, not {}", content.size(), blob.size));
        }
        match content.digest(blob.digest.algorithm()) {
            Ok(digest) if digest == blob.digest => {}
            Ok(digest) => problems.push(format!("has the digest {digest}")),
            Err(error) => problems.push(error.to_string()),
        }
        problems
    }

    /// Whether a layer is, uncompressed, what the configuration says, and a sound archive.
    fn layer(&self, layer: &Descriptor, expected: &Digest) -> Problems {
        let content = self.content(&path_of(&layer.digest)).expect("it was just read");
        let computed = || -> io::Result<Digest> {
            let mut verifier = Verifier::of(expected.algorithm());
            io::copy(&mut fs::uncompressed(content.open()?)?, &mut verifier)?;
            Ok(verifier.finish())
        };
        match computed() {
            Ok(digest) if digest != *expected => return vec![format!("has the diff id {digest}, not {expected}")],
            Err(error) => return vec![error.to_string()],
            Ok(_) => {}
        }
        // Every entry is read and checked, none is kept: a layer may be larger than memory.
        let read = || -> Result<u64, String> {
            let tar = content.open().and_then(fs::uncompressed).map_err(|error| error.to_string())?;
            fs::room(tar, 1).map_err(|error| error.to_string())
        };
        if layer.media_type.is_layer() { read().err().into_iter().collect() } else { Problems::new() }
    }

    /// A document, and whether it says the same of itself as its descriptor does.
    fn typed<T: DeserializeOwned>(&self, path: &str, blob: &Descriptor, problems: &mut Problems) -> Option<T> {
        if !problems.is_empty() {
            return None;
        }
        let own: Value = self.document(path).map_err(|problem| problems.push(problem)).ok()?;
        if let Some(own) = own.get("mediaType").filter(|own| **own != blob.media_type.as_str()) {
            problems.push(format!("says it is {own}"));
        }
        self.document(path).map_err(|problem| problems.push(problem)).ok()
    }

    fn document<T: DeserializeOwned>(&self, path: &str) -> Result<T, String> {
        let content = self.content(path).ok_or("not found")?;
        let bytes = content.bytes().map_err(|error| error.to_string())?;
        documents::read(&bytes).map_err(|error| error.to_string())
    }

    fn content(&self, path: &str) -> Option<&Content> {
        self.layout.get(&FsPath::from(path))?.content()
    }

    fn tell(&mut self, place: &str, blob: Option<&Descriptor>, problems: &[String]) {
        self.sound &= problems.is_empty();
        let mut line = json!({ "place": place });
        if let Some(blob) = blob {
            line["mediaType"] = json!(blob.media_type);
            line["digest"] = json!(blob.digest);
            line["size"] = json!(blob.size);
        }
        line["problems"] = json!(problems);
        self.lines.push(line);
    }
}

/// What the configuration must have in common with the manifest and its place in the index.
fn agreement(config: &ImageConfig, manifest: &Manifest, platform: Option<&Platform>) -> Problems {
    let mut problems = Problems::new();
    let (layers, diff_ids) = (manifest.layers.len(), config.rootfs.diff_ids.len());
    if layers != diff_ids {
        problems.push(format!("names {diff_ids} diff ids for {layers} layers"));
    }
    let made = config.history.iter().filter(|entry| !entry.empty_layer).count();
    if !config.history.is_empty() && made != layers {
        problems.push(format!("tells of {made} layers in its history, there are {layers}"));
    }
    let own = config.platform();
    if let Some(platform) = platform.filter(|platform| !platform.is_unknown() && **platform != own) {
        problems.push(format!("is for {own}, the index says {platform}"));
    }
    problems
}

fn path_of(digest: &Digest) -> String {
    format!("/{}", digest.path())
}
