//! `docker info`: what is true of this machine, in docker's structure.

use serde_json::{Map, Value, json};

use super::{BEHAVES_LIKE, client, product};
use crate::cli::docker::FORMAT_INSPECT;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Engine, ImageStore, State};
use crate::limits;
use crate::oci::DEFAULT_DOMAIN;
use crate::template::{Shape, Template, View};
use crate::text::units;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["info", "system info"],
    usage: "[OPTIONS]",
    about: "Display system-wide information",
    arguments: Arguments::None,
    flags: &[Flag::value("format", Some('f'), FORMAT_INSPECT)],
    run,
};

/// How templates see it.
const SHAPE: Shape = Shape {
    view: View::Document,
    types: &[("", "system.dockerInfo"), ("/ClientInfo", "*system.clientInfo"), ("/Swarm", "swarm.Info")],
    maps: &["/Runtimes"],
    omitted: &[],
};

/// The exit code of a template that cannot be read.
const USAGE: i32 = 64;

/// What runs the programs of containers.
pub const RUNTIME: &str = "wasmi";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let document = document(&desk.machine.engine, &desk.machine.name);
    let format = match parsed.value("format").unwrap_or_default() {
        "" => {
            desk.terminal.lines(text(&desk.machine.engine, &document));
            return Ok(Flow::Done(0));
        }
        "json" => "{{json .}}",
        format => format,
    };
    let template = Template::parse(format)
        .map_err(|error| Failure::with_code(USAGE, format!("template parsing error: {error}")))?;
    let mut out = String::new();
    let filled = template.execute(&document, &SHAPE, &mut out);
    desk.terminal.lines(out.split('\n'));
    filled.map_err(Failure::new)?;
    Ok(Flow::Done(0))
}

fn document(engine: &Engine, machine: &str) -> Value {
    let running = engine.containers.values().filter(|container| matches!(container.state, State::Running { .. }));
    let running = running.count();
    let platform = engine.platform();
    let (driver, key) = driver(engine);
    let mut client_info: Map<String, Value> = [("Debug".to_owned(), json!(false))].into_iter().collect();
    client_info.extend(client(&platform));
    client_info.extend([("Plugins".to_owned(), json!([])), ("Warnings".to_owned(), Value::Null)]);
    json!({
        "Containers": engine.containers.len(),
        "ContainersRunning": running,
        "ContainersPaused": engine.containers.values().filter(|container| container.is_paused).count(),
        "ContainersStopped": engine.containers.len() - running,
        "Images": engine.summaries().len(),
        "Driver": driver,
        "DriverStatus": [[key, STORAGE]],
        "Debug": false,
        "OperatingSystem": product(),
        "OSType": platform.os,
        "Architecture": platform.architecture,
        "IndexServerAddress": "https://index.docker.io/v1/",
        "NCPU": 1,
        "MemTotal": limits::MACHINE_MEMORY_BYTES,
        "Name": machine,
        "ExperimentalBuild": false,
        "ServerVersion": BEHAVES_LIKE,
        "Runtimes": { RUNTIME: {} },
        "DefaultRuntime": RUNTIME,
        "Swarm": { "LocalNodeState": "inactive", "ControlAvailable": false },
        "LiveRestoreEnabled": false,
        "Warnings": null,
        "ClientInfo": client_info,
    })
}

/// What really keeps the files, whatever the store is called.
const STORAGE: &str = "trees that share their nodes";

/// The name of the store, by which docker's users tell the two apart, and what its first detail is called.
pub fn driver(engine: &Engine) -> (&'static str, &'static str) {
    match engine.image_store() {
        ImageStore::Containerd => ("drydock", "driver-type"),
        ImageStore::Classic => ("overlay2", "Backing Filesystem"),
    }
}

/// Docker's lines, without those for which there is nothing true to say.
fn text(engine: &Engine, document: &Value) -> Vec<String> {
    let field = |name: &str| match &document[name] {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let mut lines = vec![
        format!("Client: {}", product()),
        format!(" Version:    {BEHAVES_LIKE}"),
        " Context:    default".to_owned(),
        " Debug Mode: false".to_owned(),
        String::new(),
        "Server:".to_owned(),
        format!(" Containers: {}", field("Containers")),
        format!("  Running: {}", field("ContainersRunning")),
        format!("  Paused: {}", field("ContainersPaused")),
        format!("  Stopped: {}", field("ContainersStopped")),
        format!(" Images: {}", field("Images")),
        format!(" Server Version: {BEHAVES_LIKE}"),
        format!(" Storage Driver: {}", field("Driver")),
        format!("  {}: {STORAGE}", driver(engine).1),
        " Swarm: inactive".to_owned(),
        format!(" Runtimes: {RUNTIME}"),
        format!(" Default Runtime: {RUNTIME}"),
        format!(" Operating System: {}", field("OperatingSystem")),
        format!(" OSType: {}", field("OSType")),
        format!(" Architecture: {}", field("Architecture")),
        format!(" CPUs: {}", field("NCPU")),
        format!(" Total Memory: {}", units::binary_size(limits::MACHINE_MEMORY_BYTES as u64)),
        format!(" Name: {}", field("Name")),
        " Debug Mode: false".to_owned(),
    ];
    let user = engine.credentials.get(DEFAULT_DOMAIN).map(|credentials| format!(" Username: {}", credentials.user));
    lines.extend(user);
    lines.extend([" Experimental: false", " Live Restore Enabled: false", ""].map(str::to_owned));
    lines
}
