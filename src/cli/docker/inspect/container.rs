//! The document of a container: what is true of one here, in docker's order.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/container.go>

use serde_json::{Map, Value, json};

use super::host_config::host_config;
use super::network_settings::network_settings;
use crate::cli::docker::system::driver;
use crate::engine::{Container, Engine, Image, State};
use crate::oci::Timestamp;
use crate::template::{Shape, View};

/// How templates see it.
pub const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[("", "*container.InspectResponse")],
    maps: &[
        "/Config/ExposedPorts",
        "/Config/Labels",
        "/Config/Volumes",
        "/HostConfig/LogConfig/Config",
        "/HostConfig/PortBindings",
        "/ImageManifestDescriptor/annotations",
        "/NetworkSettings/Networks",
        "/NetworkSettings/Ports",
    ],
    omitted: &[
        ("", "SizeRw", "null"),
        ("", "SizeRootFs", "null"),
        ("", "ImageManifestDescriptor", "null"),
        ("/Config", "ExposedPorts", "{}"),
        ("/Config", "Healthcheck", "null"),
        ("/Config", "OnBuild", "[]"),
        ("/Config", "StopSignal", "\"\""),
        ("/Config", "Shell", "[]"),
        ("/State", "Health", "null"),
    ],
};

/// Go's moment for never.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// The document; with the sizes of its files if asked for.
pub fn document(engine: &Engine, container: &Container, sized: bool) -> Value {
    let (path, arguments) = container.command.split_first().map_or(("", &[][..]), |(path, rest)| (path, rest));
    let image = engine.image_of(container);
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("Id", json!(container.id));
    put("Created", json!(container.created));
    put("Path", json!(path));
    put("Args", json!(arguments));
    put("State", state(container));
    put("Image", json!(container.image));
    // Files that a daemon keeps beside a container; here the machine has none.
    for file in ["ResolvConfPath", "HostnamePath", "HostsPath", "LogPath"] {
        put(file, json!(""));
    }
    put("Name", json!(format!("/{}", container.name)));
    put("RestartCount", json!(0));
    put("Driver", json!(driver(engine).0));
    put("Platform", json!(engine.platform().os));
    for label in ["MountLabel", "ProcessLabel", "AppArmorProfile"] {
        put(label, json!(""));
    }
    put("ExecIDs", Value::Null);
    put("HostConfig", host_config(container));
    if sized {
        let (written, below) = engine.container_room(container);
        put("SizeRw", json!(written));
        put("SizeRootFs", json!(written + below));
    }
    put("Mounts", json!([]));
    put("Config", config(container, image.as_ref()));
    put("NetworkSettings", network_settings());
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
        // There are no processes around a container's own: the first of them is as it is called inside.
        "Pid": u8::from(status == "running"),
        "ExitCode": code,
        "Error": "",
        "StartedAt": started,
        "FinishedAt": finished,
    })
}

/// What the image says, and what was asked for in its place.
fn config(container: &Container, image: Option<&Image>) -> Value {
    let of_image = image.map(|image| json!(image.config.config)).unwrap_or_default();
    let of_image = |key: &str| of_image.get(key).cloned();
    let attached = container.begun.as_ref().is_some_and(|begun| !begun.detached);
    let (entrypoint, arguments) = container.command.split_at(container.entrypoint_words);
    // The daemon gives it to the program and does not keep it.
    let hostname = format!("HOSTNAME={}", &container.id[..12]);
    let environment: Vec<&String> = container.environment.iter().filter(|entry| **entry != hostname).collect();
    let or_none = |words: &[String]| if words.is_empty() { Value::Null } else { json!(words) };
    let mut config = Map::new();
    let mut put = |key: &str, value: Option<Value>| value.map(|value| config.insert(key.to_owned(), value));
    put("Hostname", Some(json!(&container.id[..12])));
    put("Domainname", Some(json!("")));
    put("User", of_image("User").or(Some(json!(""))));
    put("AttachStdin", Some(json!(false)));
    put("AttachStdout", Some(json!(attached)));
    put("AttachStderr", Some(json!(attached)));
    put("ExposedPorts", of_image("ExposedPorts"));
    put("Tty", Some(json!(false)));
    put("OpenStdin", Some(json!(false)));
    put("StdinOnce", Some(json!(false)));
    put("Env", Some(json!(environment)));
    put("Cmd", Some(or_none(arguments)));
    put("Healthcheck", of_image("Healthcheck"));
    put("Image", Some(json!(container.image_name)));
    put("Volumes", of_image("Volumes").or(Some(Value::Null)));
    put("WorkingDir", Some(json!(container.directory)));
    put("Entrypoint", Some(or_none(entrypoint)));
    put("OnBuild", of_image("OnBuild"));
    put("Labels", of_image("Labels").or(Some(json!({}))));
    put("StopSignal", of_image("StopSignal"));
    put("Shell", of_image("Shell"));
    Value::Object(config)
}
