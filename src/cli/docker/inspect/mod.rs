//! `docker inspect`, `docker image inspect` and `docker container inspect`:
//! the documents of images and containers, whole or through a template.

mod container;
mod host_config;
mod image;
mod inspector;
mod network_settings;

use serde_json::Value;

use self::inspector::Inspector;
use super::{FORMAT_INSPECT, network, platform, volume};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::Engine;
use crate::oci::Platform;
use crate::template::Shape;
use crate::text::quoted;

/// `docker image inspect`.
pub const VERB: Verb = Verb {
    paths: &["image inspect"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Display detailed information on one or more images",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::value("format", Some('f'), FORMAT_INSPECT),
        Flag::value(
            "platform",
            None,
            "Inspect a specific platform of the multi-platform image.\n\
             If the image or the server is not multi-platform capable, the command will error out if the platform \
             does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
        ),
    ],
    run: images,
};

/// `docker container inspect`.
pub const CONTAINER: Verb = Verb {
    paths: &["container inspect"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Display detailed information on one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::value("format", Some('f'), FORMAT_INSPECT),
        Flag::switch("size", Some('s'), "Display total file sizes"),
    ],
    run: containers,
};

/// `docker inspect`.
pub const ANY: Verb = Verb {
    paths: &["inspect"],
    usage: "[OPTIONS] NAME|ID [NAME|ID...]",
    about: "Return low-level information on Docker objects",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::value("format", Some('f'), FORMAT_INSPECT),
        Flag::switch("size", Some('s'), "Display total file sizes if the type is container"),
        Flag::value("type", None, "Only inspect objects of the given type"),
    ],
    run: anything,
};

/// What docker can inspect; here there are containers, images, networks and volumes.
const TYPES: [&str; 10] =
    ["config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"];

/// A document and how templates see it.
type Found = (Value, &'static Shape);

fn images(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let platform = platform::one(parsed)?;
    let engine = &desk.machine.engine;
    let look = |name: &String| find_image(engine, name, platform.as_ref());
    let inspected = inspect(parsed, look);
    show(inspected?, desk)
}

fn containers(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let inspected = inspect(parsed, |name| find_container(engine, name, parsed.has("size")));
    show(inspected?, desk)
}

/// The documents of other things, each found by its name.
pub fn of_each(
    parsed: &Parsed<'_>,
    shape: &'static Shape,
    look: impl Fn(&Engine, &str) -> Result<Value, String>,
    desk: &mut Desk<'_>,
) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let inspected = inspect(parsed, |name| {
        let found = look(engine, name).map_err(|error| format!("Error response from daemon: {error}"))?;
        Ok((found, shape))
    });
    show(inspected?, desk)
}

/// The documents of what no daemon has.
pub fn of_names(
    names: &[String],
    parsed: &Parsed<'_>,
    shape: &'static Shape,
    look: impl Fn(&str) -> Result<Value, String>,
    desk: &mut Desk<'_>,
) -> Result<Flow, Failure> {
    let inspected = inspect_all(names, parsed, |name| Ok((look(name)?, shape)));
    show(inspected?, desk)
}

fn anything(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let kind = parsed.value("type").unwrap_or_default();
    check_type(parsed, kind)?;
    let engine = &desk.machine.engine;
    let mut ignored = Vec::new();
    let look = |name: &String| {
        let found = match kind {
            "container" => find_container(engine, name, parsed.has("size")),
            "image" => find_image(engine, name, None),
            "network" => find_network(engine, name),
            "volume" => find_volume(engine, name),
            _ => find_container(engine, name, parsed.has("size"))
                .or_else(|_| find_image(engine, name, None))
                .or_else(|_| find_network(engine, name))
                .or_else(|_| find_volume(engine, name))
                .map_err(|_| format!("error: no such object: {name}")),
        }?;
        if parsed.has("size") && found.1.types == image::SHAPE.types {
            ignored.push("WARNING: --size ignored for image");
        }
        Ok(found)
    };
    let inspected = inspect(parsed, look);
    for warning in ignored {
        desk.terminal.err(warning);
    }
    show(inspected?, desk)
}

fn check_type(parsed: &Parsed<'_>, kind: &str) -> Result<(), Failure> {
    let types = TYPES.join("\", \"");
    match kind {
        "" if parsed.given("type") => Err(Failure::new(format!("type is empty: must be one of \"{types}\""))),
        "" | "container" | "image" | "network" | "volume" => Ok(()),
        kind if TYPES.contains(&kind) => {
            Err(Failure::new(format!("inspecting objects of type {} is not supported yet", quoted(kind))))
        }
        kind => Err(Failure::new(format!("unknown type: {}: must be one of \"{types}\"", quoted(kind)))),
    }
}

fn find_image(engine: &Engine, name: &str, platform: Option<&Platform>) -> Result<Found, String> {
    let daemon = |error: &dyn std::fmt::Display| format!("Error response from daemon: {error}");
    let root = engine.find_image(name).map_err(|error| daemon(&error))?;
    let document = image::document(engine, &root, name, platform).map_err(|error| daemon(&error))?;
    Ok((document, &image::SHAPE))
}

fn find_container(engine: &Engine, name: &str, sized: bool) -> Result<Found, String> {
    let id = engine.find_container(name).map_err(|error| format!("Error response from daemon: {error}"))?;
    Ok((container::document(engine, &engine.containers[&id], sized), &container::SHAPE))
}

fn find_network(engine: &Engine, name: &str) -> Result<Found, String> {
    let document = network::document(engine, name).map_err(|error| format!("Error response from daemon: {error}"))?;
    Ok((document, &network::SHAPE))
}

fn find_volume(engine: &Engine, name: &str) -> Result<Found, String> {
    let document = volume::document(engine, name).map_err(|error| format!("Error response from daemon: {error}"))?;
    Ok((document, &volume::SHAPE))
}

/// What was found, filled into the format, and what was not.
fn inspect(
    parsed: &Parsed<'_>,
    look: impl FnMut(&String) -> Result<Found, String>,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    inspect_all(&parsed.arguments, parsed, look)
}

fn inspect_all(
    names: &[String],
    parsed: &Parsed<'_>,
    mut look: impl FnMut(&String) -> Result<Found, String>,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    let mut inspector = Inspector::of(parsed.value("format").unwrap_or_default())?;
    let mut wrong = Vec::new();
    for name in names {
        let inspected = look(name).and_then(|(document, shape)| inspector.take(document, shape));
        wrong.extend(inspected.err());
    }
    Ok((inspector.lines(), wrong))
}

/// What was found on standard output, what was not on standard error.
fn show((lines, wrong): (Vec<String>, Vec<String>), desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    desk.terminal.lines(lines);
    if wrong.is_empty() { Ok(Flow::Done(0)) } else { Err(Failure::new(wrong.join("\n"))) }
}
