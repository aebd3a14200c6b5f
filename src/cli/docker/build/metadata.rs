//! `--metadata-file`: what is known of the result, as one JSON object.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file>

use serde_json::{Map, Value, json};

use crate::build::{Built, Output};
use crate::oci::{Reference, json as documents};

/// The builder, its only node, and the number of the build.
fn reference(built: &Built) -> String {
    format!("default/default/{}", built.id)
}

/// The text of the file; the names of its fields are sorted.
pub(super) fn text(built: &Built) -> Vec<u8> {
    let mut fields = Map::new();
    if let [image] = &built.images[..] {
        fields.insert("buildx.build.provenance".to_owned(), image.record.clone());
    } else {
        let records = built.images.iter().map(|image| (image.config.platform(), image.record.clone()));
        fields.extend(records.map(|(platform, record)| (format!("buildx.build.provenance/{platform}"), record)));
    }
    fields.insert("buildx.build.ref".to_owned(), json!(reference(built)));
    if built.output.is_image() {
        let mut root = built.image.clone();
        if let [image] = &built.images[..]
            && !root.media_type.is_index()
        {
            root.platform = Some(image.config.platform());
            let config = image.document.config.digest.to_string();
            fields.insert("containerimage.config.digest".to_owned(), json!(config));
        }
        // The classic store knows no manifest.
        if !root.media_type.is_config() {
            fields.insert("containerimage.descriptor".to_owned(), json!(root));
        }
        fields.insert("containerimage.digest".to_owned(), json!(root.digest.to_string()));
        let name = names(built);
        if !name.is_empty() {
            fields.insert("image.name".to_owned(), json!(name));
        }
    }
    fields.sort_keys();
    documents::indented(&Value::Object(fields))
}

/// An image without a name has one of its own in the store.
fn names(built: &Built) -> String {
    if built.tags.is_empty() && built.output == Output::Image {
        return format!("moby-dangling@{}", built.image.digest);
    }
    built.tags.iter().map(Reference::to_string).collect::<Vec<_>>().join(",")
}
