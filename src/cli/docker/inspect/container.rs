//! The document of a container: what is true of one here, in docker's order.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/api/types/container/container.go>

use serde_json::{Map, Value, json};

use super::host_config::host_config;
use super::network_settings::network_settings;
use crate::cli::docker::system::driver;
use crate::cli::docker::{ps, volume};
use crate::engine::{Container, Engine, Health, Image, Probe, Source, State};
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
    put("RestartCount", json!(container.restarts));
    put("Driver", json!(driver(engine).0));
    put("Platform", json!(engine.platform().os));
    for label in ["MountLabel", "ProcessLabel", "AppArmorProfile"] {
        put(label, json!(""));
    }
    put("ExecIDs", exec_ids(container));
    put("HostConfig", host_config(container));
    if sized {
        let (written, below) = engine.container_room(container);
        put("SizeRw", json!(written));
        put("SizeRootFs", json!(written + below));
    }
    put("Mounts", mounts(engine, container));
    put("Config", config(container, image.as_ref()));
    put("NetworkSettings", network_settings(engine, container));
    if let Some(image) = image {
        put("ImageManifestDescriptor", json!(image.manifest));
    }
    Value::Object(document)
}

fn state(container: &Container) -> Value {
    let never = || NEVER.to_owned();
    let time = |at: Timestamp| at.to_string();
    let began = || time(container.begun.as_ref().map_or(container.created, |begun| begun.at));
    let (code, started, finished) = match container.state {
        State::Created => (0, never(), never()),
        State::Running { since } => (0, time(since), never()),
        State::Exited { code, at } | State::Restarting { code, at, .. } => (code, began(), time(at)),
    };
    let runs = !matches!(container.state, State::Created | State::Exited { .. });
    let mut state = json!({
        "Status": ps::state(container),
        "Running": runs,
        "Paused": container.is_paused,
        "Restarting": matches!(container.state, State::Restarting { .. }),
        "OOMKilled": container.is_out_of_memory,
        "Dead": false,
        // There are no processes around a container's own: the first of them is as it is called inside.
        "Pid": u8::from(container.is_running()),
        "ExitCode": code,
        "Error": "",
        "StartedAt": started,
        "FinishedAt": finished,
    });
    if let (Some(health), Value::Object(state)) = (&container.health, &mut state) {
        state.insert("Health".to_owned(), self::health(health));
    }
    state
}

fn health(health: &Health) -> Value {
    let probe = |probe: &Probe| {
        json!({
            "Start": probe.start.to_string(),
            "End": probe.end.to_string(),
            "ExitCode": probe.code,
            "Output": probe.output,
        })
    };
    let log: Vec<Value> = health.log.iter().map(probe).collect();
    json!({ "Status": health.status.name(), "FailingStreak": health.failing, "Log": log })
}

/// The programs that entered and run; none is `null`.
fn exec_ids(container: &Container) -> Value {
    let entered = container.begun.iter().flat_map(|begun| begun.entered.values());
    let running: Vec<&str> =
        entered.filter(|entered| entered.code.is_none()).map(|entered| entered.id.as_str()).collect();
    if running.is_empty() { Value::Null } else { json!(running) }
}

fn mounts(engine: &Engine, container: &Container) -> Value {
    let mounted = container.settings.mounts.iter().map(|mount| {
        let (kind, source) = match &mount.source {
            Source::Volume(name) => ("volume", volume::mountpoint(name)),
            Source::Bind(path) => ("bind", path.to_string()),
            Source::Memory { .. } => ("tmpfs", String::new()),
        };
        let mut shown = Map::new();
        shown.insert("Type".to_owned(), json!(kind));
        if let Source::Volume(name) = &mount.source {
            shown.insert("Name".to_owned(), json!(name));
        }
        shown.insert("Source".to_owned(), json!(source));
        shown.insert("Destination".to_owned(), json!(mount.target.as_str()));
        if let Source::Volume(name) = &mount.source {
            let driver = engine.volumes.get(name).map_or("", |_| "local");
            shown.insert("Driver".to_owned(), json!(driver));
        }
        shown.insert("Mode".to_owned(), json!(""));
        shown.insert("RW".to_owned(), json!(!mount.read_only));
        shown.insert("Propagation".to_owned(), json!(if kind == "bind" { "rprivate" } else { "" }));
        Value::Object(shown)
    });
    Value::Array(mounted.collect())
}

/// What the image says, and what was asked for in its place.
fn config(container: &Container, image: Option<&Image>) -> Value {
    let of_image = image.map(|image| json!(image.config.config)).unwrap_or_default();
    let of_image = |key: &str| of_image.get(key).cloned();
    let attached = container.begun.as_ref().is_some_and(|begun| !begun.detached);
    let (entrypoint, arguments) = container.command.split_at(container.entrypoint_words);
    // The daemon gives it to the program and does not keep it.
    let hostname = format!("HOSTNAME={}", container.hostname());
    let environment: Vec<&String> = container.environment.iter().filter(|entry| **entry != hostname).collect();
    let or_none = |words: &[String]| if words.is_empty() { Value::Null } else { json!(words) };
    let mut config = Map::new();
    let mut put = |key: &str, value: Option<Value>| value.map(|value| config.insert(key.to_owned(), value));
    put("Hostname", Some(json!(container.hostname())));
    put("Domainname", Some(json!("")));
    put("User", Some(json!(container.settings.user)));
    put("AttachStdin", Some(json!(container.settings.fed && attached)));
    put("AttachStdout", Some(json!(attached)));
    put("AttachStderr", Some(json!(attached)));
    put("ExposedPorts", exposed_ports(container));
    let (fed, tty) = (container.settings.fed, container.settings.tty);
    put("Tty", Some(json!(tty)));
    put("OpenStdin", Some(json!(fed)));
    put("StdinOnce", Some(json!(fed && attached)));
    put("Env", Some(json!(environment)));
    put("Cmd", Some(or_none(arguments)));
    put("Healthcheck", container.settings.health.as_ref().map(|check| json!(check)));
    put("Image", Some(json!(container.image_name)));
    put("Volumes", of_image("Volumes").or(Some(Value::Null)));
    put("WorkingDir", Some(json!(container.directory)));
    put("Entrypoint", Some(or_none(entrypoint)));
    put("OnBuild", of_image("OnBuild"));
    put("Labels", Some(json!(container.settings.labels)));
    put(
        "StopSignal",
        Some(&container.settings.stop_signal).filter(|signal| !signal.is_empty()).map(|signal| json!(signal)),
    );
    put("StopTimeout", container.settings.stop_seconds.map(|seconds| json!(seconds)));
    put("Shell", of_image("Shell"));
    Value::Object(config)
}

fn exposed_ports(container: &Container) -> Option<Value> {
    let ports = container.settings.exposed.iter().map(|port| (format!("{port}/tcp"), json!({})));
    let ports: Map<String, Value> = ports.collect();
    (!ports.is_empty()).then_some(Value::Object(ports))
}
