//! A machine's docker without its command line: images of several parts made
//! by hand, saved, loaded and removed.

use std::collections::BTreeMap;

use drydock::engine::Engine;
use drydock::fs::{self, FsPath, Metadata, Node, Tree};
use drydock::oci::{
    ATTESTATION, Descriptor, Digest, ImageConfig, Index, Manifest, MediaType, Platform, REFERENCE_DIGEST,
    REFERENCE_TYPE, Reference, Timestamp,
};

mod hostile;
mod listed;
mod removed;
mod saved;

/// A daemon and how to make images in it.
#[derive(Default)]
struct Daemon {
    engine: Engine,
}

impl Daemon {
    fn keep(&mut self, media_type: MediaType, bytes: &[u8]) -> Descriptor {
        self.engine.blobs.put(bytes.to_vec());
        Descriptor::of(media_type, bytes)
    }

    /// The manifest of an image with one layer of one file.
    fn manifest(&mut self, platform: &str, text: &str) -> Descriptor {
        let mut tree = Tree::default();
        let file = Node::file(Metadata::file(Timestamp::default()), text.as_bytes().to_vec());
        tree.insert(&FsPath::from("/file"), file).expect("the root is a folder");
        let tar = fs::layer_tar(&tree, &fs::diff(&Tree::default(), &tree)).expect("written");
        let platform: Platform = platform.parse().expect("a platform");
        let mut config = ImageConfig::empty(&platform);
        config.rootfs.diff_ids.push(Digest::of(&tar));
        let layer = self.keep(MediaType::LAYER_GZIP, &fs::gzip(&tar));
        let config = self.keep(MediaType::CONFIG, &config.to_bytes());
        let manifest = self.keep(MediaType::MANIFEST, &Manifest::of(config, vec![layer]).to_bytes());
        Descriptor { platform: Some(platform), ..manifest }
    }

    /// What attests `image`, as an index lists it.
    fn attestation(&mut self, image: &Descriptor, text: &str) -> Descriptor {
        let nothing = self.keep(MediaType::EMPTY, b"{}");
        let nothing = Descriptor { data: Some("e30=".to_owned()), ..nothing };
        let statement = self.keep(MediaType::IN_TOTO, text.as_bytes());
        let manifest = Manifest { subject: Some(image.clone()), ..Manifest::of(nothing, vec![statement]) };
        let mut attestation = self.keep(MediaType::MANIFEST, &manifest.to_bytes());
        attestation.annotations.insert(REFERENCE_TYPE.to_owned(), ATTESTATION.to_owned());
        attestation.annotations.insert(REFERENCE_DIGEST.to_owned(), image.digest.to_string());
        attestation.platform = "unknown/unknown".parse().ok();
        attestation
    }

    /// An index of attested images, one a platform.
    fn index(&mut self, platforms: &[&str], text: &str) -> Descriptor {
        let images: Vec<Descriptor> = platforms.iter().map(|platform| self.manifest(platform, text)).collect();
        let attestations: Vec<Descriptor> =
            images.iter().map(|image| self.attestation(image, &format!("{text} of {}", image.digest))).collect();
        self.keep(MediaType::INDEX, &Index::of([images, attestations].concat()).to_bytes())
    }

    fn name(&mut self, name: &str, root: &Descriptor) {
        let name: Reference = name.parse().expect("a reference");
        self.engine.names.insert(name.to_string(), root.clone().into());
    }

    fn save(&self, words: &[&str], platforms: &[&str]) -> Result<Vec<u8>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let saved = self.engine.save(&words, &parsed(platforms)).map_err(|error| error.to_string())?;
        Ok(saved.bytes().expect("in memory").to_vec())
    }

    fn load(&mut self, archive: &[u8], platforms: &[&str]) -> Result<Vec<Option<String>>, String> {
        let loaded = self.engine.load(archive, &parsed(platforms)).map_err(|error| error.to_string())?;
        assert!(loaded.iter().all(|loaded| loaded.broken.is_none()), "{loaded:?}");
        Ok(loaded.into_iter().map(|loaded| loaded.name).collect())
    }
}

fn parsed(platforms: &[&str]) -> Vec<Platform> {
    platforms.iter().map(|platform| platform.parse().expect("a platform")).collect()
}

/// The files of an archive by path.
fn files(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let tree = fs::apply_literally(archive).expect("an archive");
    let content = |node: &Node| node.content().map(|content| content.bytes().expect("in memory").to_vec());
    tree.walk().filter_map(|(path, node)| Some((path.relative().to_owned(), content(node)?))).collect()
}

/// An archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tree = Tree::default();
    for (path, content) in files {
        let path = FsPath::from(*path);
        let time = Timestamp::default();
        tree.make_directories(&path.parent().expect("not the root"), Metadata::directory(time)).expect("folders");
        tree.insert(&path, Node::file(Metadata::file(time), content.to_vec())).expect("its folder is there");
    }
    fs::layer_tar(&tree, &fs::diff(&Tree::default(), &tree)).expect("written")
}
