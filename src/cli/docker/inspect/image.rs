//! The document of an image, in the order docker 29 has it.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/image/image_inspect.go>

use serde_json::{Map, Value, json};

use crate::engine::{Engine, Image};
use crate::oci::{Descriptor, Platform, Reference, Timestamp};
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
    let references: Vec<Reference> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let tags: Vec<String> = references.iter().map(Reference::familiar).collect();
    let mut digests: Vec<String> =
        references.iter().map(|name| format!("{}@{}", name.familiar_name(), root.digest)).collect();
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
    put("Size", json!(platform_content(engine, root, &image)));
    put("RootFS", json!({ "Type": "layers", "Layers": config.rootfs.diff_ids }));
    put("Metadata", json!({ "LastTagTime": last_tagged(engine, &names) }));
    put("Descriptor", json!(target));
    Ok(Value::Object(document))
}

/// What is here of the platform's manifest, configuration and compressed layers, in bytes.
fn platform_content(engine: &Engine, root: &Descriptor, image: &Image) -> u64 {
    let platforms = engine.summary(root).platforms;
    let own = platforms.iter().find(|platform| platform.manifest.digest == image.manifest.digest);
    own.map_or(0, |platform| platform.content_size)
}

/// When one of the names was last given.
fn last_tagged(engine: &Engine, names: &[String]) -> Timestamp {
    names.iter().filter_map(|name| engine.tagged.get(name)).max().copied().unwrap_or_default()
}
