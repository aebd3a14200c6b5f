//! The document of an image, in the order docker 29 has it.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/image/image_inspect.go>

use serde_json::{Map, Value, json};

use crate::cli::docker::system::driver;
use crate::engine::{Engine, Image, ImageStore};
use crate::oci::{Descriptor, Digest, Platform, Reference, Timestamp};
use crate::template::{Shape, View};

/// How templates see it.
pub const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[("", "image.InspectResponse")],
    maps: &["/Config/ExposedPorts", "/Config/Labels", "/Config/Volumes", "/Descriptor/annotations"],
    omitted: &[
        ("", "Comment", "\"\""),
        ("", "Created", "\"\""),
        ("", "Author", "\"\""),
        ("", "Variant", "\"\""),
        ("", "OsVersion", "\"\""),
        ("", "GraphDriver", "null"),
        ("", "Descriptor", "null"),
        ("", "Manifests", "[]"),
        ("", "Identity", "null"),
        ("/Config", "User", "\"\""),
        ("/Config", "ExposedPorts", "{}"),
        ("/Config", "Env", "[]"),
        ("/Config", "Entrypoint", "[]"),
        ("/Config", "Cmd", "[]"),
        ("/Config", "Volumes", "{}"),
        ("/Config", "WorkingDir", "\"\""),
        ("/Config", "Labels", "{}"),
        ("/Config", "StopSignal", "\"\""),
        ("/Config", "ArgsEscaped", "false"),
        ("/Config", "Healthcheck", "null"),
        ("/Config", "OnBuild", "[]"),
        ("/Config", "Shell", "[]"),
        ("/RootFS", "Layers", "[]"),
        ("/Descriptor", "annotations", "{}"),
        ("/Descriptor", "platform", "null"),
        ("/Descriptor", "artifactType", "\"\""),
    ],
};

/// The document of `root`, which was called `name`, for one platform or as it is.
pub fn document(engine: &Engine, root: &Descriptor, name: &str, platform: Option<&Platform>) -> Result<Value, String> {
    let image = match platform {
        Some(platform) => engine.image_for(root, platform, name).map_err(|error| error.to_string())?,
        None => engine.image(root).map_err(|error| error.to_string())?,
    };
    let names = engine.names_of(&root.digest);
    let is_classic = engine.image_store() == ImageStore::Classic;
    let references: Vec<Reference> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let (by_digest, by_tag): (Vec<&Reference>, Vec<&Reference>) =
        references.iter().partition(|name| name.digest.is_some());
    let tags: Vec<String> = by_tag.iter().map(|name| name.familiar()).collect();
    let mut digests: Vec<String> = if is_classic {
        by_digest.iter().map(|name| name.familiar()).collect()
    } else {
        references.iter().map(|name| format!("{}@{}", name.familiar_name(), root.digest)).collect()
    };
    digests.dedup();
    let target = if platform.is_some() { &image.manifest } else { root };
    let config = &image.config;
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("Id", json!(target.digest));
    put("RepoTags", json!(tags));
    put("RepoDigests", json!(digests));
    if let Some(comment) = config.history.last().map(|entry| &entry.comment).filter(|comment| !comment.is_empty()) {
        put("Comment", json!(comment));
    }
    if let Some(created) = config.created {
        put("Created", json!(created));
    }
    put("Config", json!(config.config));
    put("Architecture", json!(config.architecture));
    if let Some(variant) = &config.variant {
        put("Variant", json!(variant));
    }
    put("Os", json!(config.os));
    let size =
        if is_classic { engine.layer_rooms(&image).iter().sum() } else { platform_content(engine, root, &image) };
    put("Size", json!(size));
    if is_classic {
        // Its data would be folders of the machine.
        put("GraphDriver", json!({ "Data": null, "Name": driver(engine).0 }));
    }
    put("RootFS", json!({ "Type": "layers", "Layers": config.rootfs.diff_ids }));
    put("Metadata", json!({ "LastTagTime": last_tagged(engine, &names) }));
    if is_classic {
        return Ok(Value::Object(document));
    }
    put("Descriptor", json!(target));
    if let Some(identity) = identity(engine, &root.digest) {
        put("Identity", identity);
    }
    Ok(Value::Object(document))
}

/// What is here of the platform's manifest, configuration and compressed layers, in bytes.
fn platform_content(engine: &Engine, root: &Descriptor, image: &Image) -> u64 {
    let platforms = engine.summary(root).platforms;
    let own = platforms.iter().find(|platform| platform.manifest.digest == image.manifest.digest);
    own.map_or(0, |platform| platform.content_size)
}

/// Where an image came from: the repositories that have it, the builds that made it.
/// <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/containerd/image_identity.go>
fn identity(engine: &Engine, root: &Digest) -> Option<Value> {
    let repositories = engine.repositories_of(root);
    let pulls: Vec<Value> = repositories.iter().map(|name| json!({ "Repository": name })).collect();
    let builds = engine.builds.get(root).into_iter().flatten();
    let builds: Vec<Value> = builds.map(|(id, at)| json!({ "Ref": id, "CreatedAt": at })).collect();
    let known = [("Pull", pulls), ("Build", builds)].into_iter().filter(|(_, list)| !list.is_empty());
    let known: Map<String, Value> = known.map(|(key, list)| (key.to_owned(), json!(list))).collect();
    (!known.is_empty()).then_some(Value::Object(known))
}

/// When one of the names was last given.
fn last_tagged(engine: &Engine, names: &[String]) -> Timestamp {
    names.iter().filter_map(|name| engine.tagged.get(name)).max().copied().unwrap_or_default()
}
