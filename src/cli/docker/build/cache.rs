//! `--cache-from` and `--cache-to`: steps that other builders did, and steps
//! for them.
//! <https://docs.docker.com/build/cache/backends/>

use std::collections::BTreeMap;

use super::attest::truth;
use super::contexts::layout_of;
use super::{misread, refused};
use crate::build::CacheSource;
use crate::cli::flags::Parsed;
use crate::cli::{Desk, Failure};
use crate::engine::ImageStore;
use crate::oci::{Digest, Reference};
use crate::text::Case;

/// What docker says of its older store.
const UNSUPPORTED: &str = "Cache export is not supported for the docker driver.\n\
                           Switch to a different driver, or turn on the containerd image store, and try again.\n\
                           Learn more at https://docs.docker.com/go/build-cache-backends/";
/// The tag of a cache in a folder.
const LATEST: &str = "latest";
/// Says the same as `--cache-to type=inline`.
const INLINE: &str = "BUILDKIT_INLINE_CACHE=";

/// Where steps go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CacheTarget {
    pub place: CachePlace,
    /// `mode=max`: those of every stage.
    pub is_whole: bool,
    /// `ignore-error`
    pub ignores_errors: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CachePlace {
    Registry(Reference),
    /// A folder as typed.
    Folder {
        path: String,
        tag: String,
    },
}

/// One value of either flag.
struct Entry {
    kind: String,
    attributes: BTreeMap<String, String>,
}

/// The caches to read, in the order given.
pub(super) fn sources(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Vec<CacheSource>, Failure> {
    let mut sources = Vec::new();
    for entry in entries(&parsed.values("cache-from"))? {
        match entry.kind.as_str() {
            "registry" => {
                let typed = entry.required("ref", "importer")?.to_owned();
                let domain = typed.parse::<Reference>().ok().map(|reference| reference.domain);
                let credentials = domain.and_then(|domain| desk.machine.engine.credentials.get(&domain).cloned());
                sources.push(CacheSource::Registry { typed, credentials });
            }
            "local" => {
                let folder = entry.required("src", "importer")?;
                let digest = entry.attributes.get("digest").map(|digest| format!("@{digest}")).unwrap_or_default();
                match layout_of(&format!("{folder}:{}{digest}", entry.tag()), desk.machine) {
                    Ok(layout) => sources.push(CacheSource::Folder { name: entry.name(), layout: Box::new(layout) }),
                    // At the first build of all it is not there yet.
                    Err(reason) => desk.terminal.err(format!(
                        "WARNING: local cache import at {folder} skipped due to err: could not read \
                         {folder}/index.json: {reason}"
                    )),
                }
            }
            kind => sources.push(CacheSource::Unknown { name: entry.name(), kind: kind.to_owned() }),
        }
    }
    Ok(sources)
}

/// Where steps go, and whether they go into the image's own configuration too.
pub(super) fn targets(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<(Vec<CacheTarget>, bool), Failure> {
    let (mut targets, mut is_inline) = (Vec::new(), false);
    for entry in entries(&parsed.values("cache-to"))? {
        let place = match entry.kind.as_str() {
            "inline" => {
                is_inline = true;
                continue;
            }
            _ if desk.machine.engine.image_store() == ImageStore::Classic => return Err(refused(UNSUPPORTED)),
            "registry" => {
                let reference = entry.required("ref", "exporter")?.parse::<Reference>().map(Reference::tagged);
                let wrong = "failed to solve: failed to configure registry cache exporter";
                CachePlace::Registry(reference.map_err(|error| refused(&format!("{wrong}: {error}")))?)
            }
            "local" => {
                CachePlace::Folder { path: entry.required("dest", "exporter")?.to_owned(), tag: entry.tag().to_owned() }
            }
            other => {
                let hint = "Steps can go to a registry (`type=registry,ref=NAME`), a folder (`type=local,dest=FOLDER`) \
                            or into the image (`type=inline`).";
                return Err(refused(&format!("failed to solve: unknown cache exporter: {other:?}")).hint(hint));
            }
        };
        let says = |name: &str, value: &str| entry.attributes.get(name).is_some_and(|given| given == value);
        // Like BuildKit, any other mode means the least.
        let target = CacheTarget { place, is_whole: says("mode", "max"), ignores_errors: entry.is_set("ignore-error") };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let argument = |text: &String| text.strip_prefix(INLINE).and_then(truth) == Some(true);
    Ok((targets, is_inline || parsed.values("build-arg").iter().any(argument)))
}

impl Entry {
    fn parse(text: &str) -> Result<Self, Failure> {
        let mut entry = Self { kind: String::new(), attributes: BTreeMap::new() };
        for field in text.split(',') {
            let (name, value) = field.split_once('=').ok_or_else(|| misread(&format!("invalid value {field}")))?;
            match name.lowercase().as_str() {
                "type" => value.clone_into(&mut entry.kind),
                name => drop(entry.attributes.insert(name.to_owned(), value.to_owned())),
            }
        }
        if entry.kind.is_empty() { Err(misread(&format!("type required for {text:?}"))) } else { Ok(entry) }
    }

    /// Just a name, which is one in a registry.
    fn named(name: &str) -> Self {
        Self { kind: "registry".to_owned(), attributes: BTreeMap::from([("ref".to_owned(), name.to_owned())]) }
    }

    fn required(&self, attribute: &str, role: &str) -> Result<&str, Failure> {
        let value = self.attributes.get(attribute).filter(|value| !value.is_empty());
        value.map(String::as_str).ok_or_else(|| refused(&format!("{} cache {role} requires {attribute}", self.kind)))
    }

    fn is_set(&self, attribute: &str) -> bool {
        self.attributes.get(attribute).and_then(|value| truth(value)) == Some(true)
    }

    fn tag(&self) -> &str {
        self.attributes.get("tag").map_or(LATEST, String::as_str)
    }

    /// What is in no registry is called by a number made of all that is said of it.
    fn name(&self) -> String {
        let digest = Digest::of(format!("{:?}", self.attributes).as_bytes());
        let number = digest.bytes().iter().take(8).fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        format!("{}:{number}", self.kind)
    }

    /// buildx passes over the cache of GitHub's runners where it is on none, and that is everywhere here.
    /// <https://github.com/docker/buildx/blob/v0.36.1/build/opt.go>
    fn is_active(&self) -> bool {
        self.kind != "gha"
    }
}

/// Several names alone may stand in one value.
fn entries(given: &[String]) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for text in given.iter().filter(|text| !text.is_empty()) {
        if text.contains('=') {
            entries.push(Entry::parse(text)?);
        } else {
            entries.extend(text.split(',').map(Entry::named));
        }
    }
    Ok(entries.into_iter().filter(Entry::is_active).collect())
}
