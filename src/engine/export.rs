//! `docker save`: images as a tar of an OCI layout that other tools read, with
//! the `manifest.json` of older docker beside it.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Engine, Image, ImageError, NoSuchImage, PlatformError};
use crate::fs::{self, Content, FsPath, Metadata, Node, TarError, Tree};
use crate::oci::{Descriptor, Digest, Index, Manifest, Platform, REF_NAME, Reference, Timestamp, json};

/// Where containerd keeps the whole name of an image in a layout.
pub(super) const IMAGE_NAME: &str = "io.containerd.image.name";
/// Where containerd says in which repositories of a registry something is.
const SOURCE: &str = "containerd.io/distribution.source.";

/// Why images were not saved; docker's words.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// There is no such image.
    #[error(transparent)]
    NoSuchImage(#[from] NoSuchImage),
    /// It has nothing for the one platform asked for.
    #[error("no suitable export target found: {0}")]
    Platform(#[from] PlatformError),
    /// It has nothing for any platform asked for.
    #[error("no manifest found for platform: not found")]
    NoManifest,
    /// Its documents cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The archive cannot be written.
    #[error(transparent)]
    Tar(#[from] TarError),
}

/// One entry of `index.json`: what is saved, under which name.
pub(super) type Saved = (Descriptor, Option<Reference>);

impl Engine {
    /// The archive of the images that `words` name: a name with a tag or an id
    /// means one, a name without a tag all of its repository. Of `platforms`
    /// only those are in it; all if there is none. Everything in it is of 1970,
    /// so the same images are the same archive. Its blobs stay where they are until it is read.
    pub fn save(&self, words: &[String], platforms: &[Platform]) -> Result<Content, SaveError> {
        let mut saved: Vec<Saved> = Vec::new();
        for word in words {
            for (root, reference) in self.meant(word)? {
                let root = match platforms {
                    [only] if !self.is_classic() => self.manifest_for(&root, only, reference.as_ref(), word)?,
                    _ => root,
                };
                saved.push((root, reference));
            }
        }
        if self.is_classic() {
            return self.save_classic(&saved);
        }
        Ok(fs::tar_of(&self.docker_tree(&saved, platforms)?)?)
    }

    fn docker_tree(&self, saved: &[Saved], platforms: &[Platform]) -> Result<Tree, SaveError> {
        let mut tree = self.layout(saved, platforms);
        put(&mut tree, "/manifest.json", 0o644, json::compact(&self.legacy_manifest(saved, platforms)?));
        Ok(tree)
    }

    /// One image under its names, as `docker build --output type=docker,dest=` writes it and `docker load` takes it.
    pub fn docker_layout(&self, root: &Descriptor, references: &[Reference]) -> Result<Tree, SaveError> {
        self.docker_tree(&under(root, references), &[])
    }

    /// The layout of one image under its names, as `docker build --output type=oci`
    /// writes it: with nothing for older docker in it.
    pub fn oci_layout(&self, root: &Descriptor, references: &[Reference]) -> Tree {
        self.layout(&under(root, references), &[])
    }

    fn layout(&self, saved: &[Saved], platforms: &[Platform]) -> Tree {
        let mut tree = Tree::default();
        put(&mut tree, "/oci-layout", 0o444, br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec());
        let roots = saved.iter().map(|(root, reference)| self.entry(root, reference.as_ref())).collect();
        put(&mut tree, "/index.json", 0o644, json::compact(&Index::of(roots)));
        for (root, _) in saved {
            self.put_blobs(&mut tree, root, platforms);
        }
        tree
    }

    /// The images that a word of `docker save` means, each with the name it is saved under.
    fn meant(&self, word: &str) -> Result<Vec<Saved>, NoSuchImage> {
        let reference = word.parse::<Reference>().ok();
        if let Some(bare) = reference.as_ref().filter(|reference| reference.tag.is_none() && reference.digest.is_none())
        {
            let all = self.repository(bare);
            if !all.is_empty() {
                return Ok(all);
            }
        }
        let root = self.find_image(word)?;
        let named = reference.map(Reference::tagged).filter(|reference| reference.digest.is_none());
        let named = named.filter(|reference| self.find_reference(reference).is_some());
        Ok(vec![(root, named)])
    }

    /// Every image of the repository of `reference`, by tag.
    pub(super) fn repository(&self, reference: &Reference) -> Vec<Saved> {
        let names = self.names.iter().filter_map(|(name, root)| Some((name.parse::<Reference>().ok()?, root)));
        let same = names.filter(|(name, _)| name.repository() == reference.repository() && name.tag.is_some());
        same.map(|(name, root)| ((**root).clone(), Some(name))).collect()
    }

    /// `root` as `index.json` lists it: with its name, and where it was seen.
    fn entry(&self, root: &Descriptor, reference: Option<&Reference>) -> Descriptor {
        let mut sources: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for ((domain, path), blobs) in self.origins.iter() {
            if blobs.contains(&root.digest) {
                let host = domain.split(':').next().unwrap_or_default();
                sources.entry(format!("{SOURCE}{host}")).or_default().push(path);
            }
        }
        let mut entry = named(root, reference);
        entry.annotations.extend(sources.into_iter().map(|(key, paths)| (key, paths.join(","))));
        entry
    }

    /// What `docker load` before OCI layouts reads: of every root one manifest, best this machine's.
    fn legacy_manifest(&self, saved: &[Saved], platforms: &[Platform]) -> Result<Value, SaveError> {
        let mut entries: Vec<(Digest, Manifest, Vec<String>)> = Vec::new();
        for (root, reference) in saved {
            let own = self.platform();
            let wanted = platforms.iter().find(|platform| own.accepts(platform)).or(platforms.first()).unwrap_or(&own);
            let image = match platforms {
                [] | [_] => Image::best(&self.blobs, root, wanted)?,
                _ => Image::load(&self.blobs, root, wanted).map_err(|_| SaveError::NoManifest)?,
            };
            let name = reference.as_ref().map(Reference::familiar);
            match entries.iter_mut().find(|(digest, ..)| *digest == image.manifest.digest) {
                Some((_, _, names)) => names.extend(name),
                None => entries.push((image.manifest.digest, image.document, name.into_iter().collect())),
            }
        }
        let path = |blob: &Descriptor| blob_path(&blob.digest)[1..].to_owned();
        // Go writes a list that was never filled as null.
        let list = |items: Vec<String>| if items.is_empty() { Value::Null } else { json!(items) };
        let entry = |(_, manifest, names): (Digest, Manifest, Vec<String>)| {
            let layers = manifest.layers.iter().map(path).collect();
            json!({"Config": path(&manifest.config), "RepoTags": list(names), "Layers": list(layers)})
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    /// Everything of `root` that is here; of a manifest that is not whole only itself.
    fn put_blobs(&self, tree: &mut Tree, root: &Descriptor, platforms: &[Platform]) {
        let mut put_one = |blob: &Descriptor| {
            if let Some(kept) = self.blobs.kept(&blob.digest) {
                put(tree, &blob_path(&blob.digest), 0o444, kept);
            }
        };
        put_one(root);
        for manifest in self.blobs.manifests(root) {
            let wanted = |platform: &Platform| platforms.iter().any(|wanted| wanted.accepts(platform));
            let is_wanted = platforms.is_empty() || manifest.platform.as_ref().is_none_or(wanted);
            if !is_wanted {
                continue;
            }
            put_one(&manifest);
            if self.blobs.is_whole(&manifest) {
                self.blobs.reachable(&manifest).iter().for_each(&mut put_one);
            }
        }
    }
}

/// `index.json` with the annotations containerd and the image-spec use for names.
pub fn layout_index(root: &Descriptor, reference: Option<&Reference>) -> Vec<u8> {
    json::compact(&Index::of(vec![named(root, reference)]))
}

pub(super) fn named(root: &Descriptor, reference: Option<&Reference>) -> Descriptor {
    let mut root = root.clone();
    root.annotations.remove(IMAGE_NAME);
    root.annotations.remove(REF_NAME);
    if let Some(reference) = reference {
        let tag = reference.tag.clone().unwrap_or_default();
        root.annotations.insert(IMAGE_NAME.into(), reference.to_string());
        root.annotations.insert(REF_NAME.into(), tag);
    }
    root
}

/// An image under each of its names, or without one.
fn under(root: &Descriptor, references: &[Reference]) -> Vec<Saved> {
    if references.is_empty() {
        return vec![(root.clone(), None)];
    }
    references.iter().map(|name| (root.clone(), Some(name.clone()))).collect()
}

/// Where an OCI layout keeps a blob.
pub(super) fn blob_path(digest: &Digest) -> String {
    format!("/{}", digest.path())
}

pub(super) fn put(tree: &mut Tree, path: &str, mode: u32, content: impl Into<Content>) {
    let path = FsPath::from(path);
    let time = Timestamp::default();
    let parent = path.parent().unwrap_or_else(FsPath::root);
    tree.make_directories(&parent, Metadata::directory(time)).expect("a layout has no file where a folder is");
    let node = Node::file(Metadata { mode, ..Metadata::file(time) }, content);
    tree.insert(&path, node).expect("its folder was just made");
}
