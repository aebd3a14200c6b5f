//! The document of a container: what is true of one here, in docker's order.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/container.go>

use serde_json::{Map, Value, json};

use crate::engine::{Container, Engine, State};
use crate::oci::Timestamp;
use crate::template::{Shape, View};

/// How templates see it.
pub const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[("", "*container.InspectResponse")],
    maps: &["/Config/Labels", "/ImageManifestDescriptor/annotations"],
    omitted: &[
        ("", "SizeRw", "null"),
        ("", "SizeRootFs", "null"),
        ("", "ImageManifestDescriptor", "null"),
        ("/State", "Health", "null"),
    ],
};

/// Go's moment for never.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// The document; with the sizes of its files if asked for.
pub fn document(engine: &Engine, container: &Container, sized: bool) -> Value {
    let (path, arguments) = container.command.split_first().map_or(("", &[][..]), |(path, rest)| (path, rest));
    let image = engine.image_of(container);
    let labels = image.as_ref().map(|image| image.config.config.labels.clone()).unwrap_or_default();
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("Id", json!(container.id));
    put("Created", json!(container.created));
    put("Path", json!(path));
    put("Args", json!(arguments));
    put("State", state(container));
    put("Image", json!(container.image));
    put("Name", json!(format!("/{}", container.name)));
    put("RestartCount", json!(0));
    put("Platform", json!(engine.platform().os));
    if sized {
        let (written, below) = engine.container_room(container);
        put("SizeRw", json!(written));
        put("SizeRootFs", json!(written + below));
    }
    put(
        "Config",
        json!({
            "Hostname": &container.id[..12],
            "Env": container.environment,
            "Image": container.image_name,
            "WorkingDir": container.directory,
            "Labels": labels,
        }),
    );
    if let Some(image) = image {
        put("ImageManifestDescriptor", json!(image.manifest));
    }
    Value::Object(document)
}

fn state(container: &Container) -> Value {
    let never = || NEVER.to_owned();
    let time = |at: Timestamp| at.to_string();
    let (status, code, started, finished) = match container.state {
        State::Created => ("created", 0, never(), never()),
        State::Running { since } => ("running", 0, time(since), never()),
        State::Exited { code, at } => {
            ("exited", code, time(container.begun.as_ref().map_or(container.created, |begun| begun.at)), time(at))
        }
    };
    json!({
        "Status": status,
        "Running": status == "running",
        "Paused": false,
        "Restarting": false,
        "OOMKilled": false,
        "Dead": false,
        "ExitCode": code,
        "Error": "",
        "StartedAt": started,
        "FinishedAt": finished,
    })
}
