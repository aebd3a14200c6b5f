//! What a template of `imagetools inspect` is filled with: the manifest, and
//! for each platform its configuration and what attests it, all of it fetched
//! from the registry.
//! <https://github.com/docker/buildx/blob/v0.36.1/util/imagetools/loader.go>

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::failed;
use crate::cli::Failure;
use crate::event::Events;
use crate::oci::{Descriptor, ImageConfig, Index, Manifest, json};
use crate::template::{Shape, View};
use crate::transfer::Remote;

/// How templates see an image for one platform.
const ONE: Shape = Shape {
    view: View::Remote,
    types: &[("", "imagetools.tplInput")],
    maps: &[
        "/image/config/Labels",
        "/image/config/ExposedPorts",
        "/manifest/annotations",
        "/manifest/manifests/*/annotations",
        "/Provenance/**",
        "/SBOM/**",
    ],
    omitted: &[
        ("/manifest", "annotations", "{}"),
        ("/manifest/manifests/*", "annotations", "{}"),
        ("/manifest/manifests/*", "platform", "null"),
        ("/image/config", "Cmd", "[]"),
        ("/image/config", "Entrypoint", "[]"),
        ("/image/config", "Env", "[]"),
        ("/image/config", "ExposedPorts", "{}"),
        ("/image/config", "Labels", "{}"),
        ("/image/config", "User", "\"\""),
        ("/image/config", "WorkingDir", "\"\""),
        ("/image/*/config", "Cmd", "[]"),
        ("/image/*/config", "Entrypoint", "[]"),
        ("/image/*/config", "Env", "[]"),
        ("/image/*/config", "ExposedPorts", "{}"),
        ("/image/*/config", "Labels", "{}"),
        ("/image/*/config", "User", "\"\""),
        ("/image/*/config", "WorkingDir", "\"\""),
    ],
};

/// How they see one for several, each by its name.
const SEVERAL: Shape = Shape {
    types: &[("", "imagetools.tplInputs")],
    maps: &[
        "/image",
        "/image/*/config/Labels",
        "/image/*/config/ExposedPorts",
        "/manifest/annotations",
        "/manifest/manifests/*/annotations",
        "/Provenance/**",
        "/SBOM/**",
    ],
    ..ONE
};

/// The fields of a configuration that this specification knows, in its order.
/// <https://github.com/opencontainers/image-spec/blob/v1.1.1/specs-go/v1/config.go>
const FIELDS: [&str; 8] = ["created", "author", "architecture", "os", "variant", "config", "rootfs", "history"];

/// What docker adds to it.
const OF_DOCKER: [&str; 3] = ["Healthcheck", "OnBuild", "Shell"];

/// Where a statement says what it is about, and how those that are shown begin.
const PREDICATE_TYPE: &str = "in-toto.io/predicate-type";
const STATEMENTS: [(&str, &str, &str); 2] =
    [("Provenance", "SLSA", "https://slsa.dev/provenance/"), ("SBOM", "SPDX", "https://spdx.dev/Document")];

/// What `format` may ask for of `root`, whose bytes are `bytes`, and how it sees it.
pub fn view(
    typed: &str,
    format: &str,
    root: &Descriptor,
    bytes: &Bytes,
    remote: &mut Remote<'_>,
    events: Events<'_>,
) -> Result<(Value, Shape), Failure> {
    let manifests = manifests(root, bytes, remote, events)?;
    let (attesting, images): (Vec<_>, Vec<_>) = manifests.iter().partition(|(listed, _)| listed.attested().is_some());
    let (mut configs, mut statements) = (Map::new(), [Map::new(), Map::new()]);
    for (listed, manifest) in images {
        let read = remote.document(&manifest.config, events).map_err(failed)?;
        let config: ImageConfig = json::read(&read).map_err(failed)?;
        let platform = config.platform().to_string();
        let own = attesting.iter().filter(|(attesting, _)| attesting.attested() == Some(listed.digest));
        let layers = own.flat_map(|(_, manifest)| &manifest.layers).filter(|_| !format.is_empty());
        for layer in layers {
            let kind = layer.annotations.get(PREDICATE_TYPE).map_or("", String::as_str);
            let about =
                STATEMENTS.iter().position(|(field, _, start)| format.contains(field) && kind.starts_with(start));
            if let Some(at) = about {
                let read = remote.document(layer, events).map_err(failed)?;
                let mut statement: Value = json::read(&read).map_err(failed)?;
                statements[at].insert(platform.clone(), json!({ STATEMENTS[at].1: statement["predicate"].take() }));
            }
        }
        configs.insert(platform, specified(&config));
    }
    let several = configs.len() > 1;
    let image = if several { Value::Object(configs) } else { first(configs) };
    let mut document = json!({ "name": typed, "manifest": manifest_of(root, bytes)?, "image": image });
    for ((field, ..), found) in STATEMENTS.iter().zip(statements) {
        let found = if several { Value::Object(found) } else { first(found) };
        document[*field] = if found.is_null() { json!({}) } else { found };
    }
    Ok((document, if several { SEVERAL } else { ONE }))
}

/// The manifest that `root` is, or those that it lists.
fn manifests(
    root: &Descriptor,
    bytes: &Bytes,
    remote: &mut Remote<'_>,
    events: Events<'_>,
) -> Result<Vec<(Descriptor, Manifest)>, Failure> {
    if !root.media_type.is_index() {
        return Ok(vec![(root.clone(), json::read(bytes).map_err(failed)?)]);
    }
    let index: Index = json::read(bytes).map_err(failed)?;
    let mut manifests = Vec::new();
    for listed in index.manifests.into_iter().filter(|listed| listed.media_type.is_manifest()) {
        let read = remote.document(&listed, events).map_err(failed)?;
        manifests.push((listed, json::read(&read).map_err(failed)?));
    }
    Ok(manifests)
}

/// An index with its own digest and size; of a manifest only its descriptor.
fn manifest_of(root: &Descriptor, bytes: &Bytes) -> Result<Value, Failure> {
    if !root.media_type.is_index() {
        return Ok(json!(root));
    }
    let index: Value = json::read(bytes).map_err(failed)?;
    let mut document = json!({
        "schemaVersion": index["schemaVersion"],
        "mediaType": root.media_type,
        "digest": root.digest,
        "size": root.size,
        "manifests": index["manifests"],
    });
    if !index["annotations"].is_null() {
        document["annotations"] = index["annotations"].clone();
    }
    Ok(document)
}

fn specified(config: &ImageConfig) -> Value {
    let mut all = json!(config);
    if let Some(Value::Object(config)) = all.get_mut("config") {
        config.retain(|key, _| !OF_DOCKER.contains(&key.as_str()));
    }
    let fields = FIELDS.iter().filter_map(|field| Some(((*field).to_owned(), all.get(*field)?.clone())));
    Value::Object(fields.collect())
}

fn first(values: Map<String, Value>) -> Value {
    values.into_iter().next().map(|(_, value)| value).unwrap_or_default()
}
