//! `docker image inspect` and `docker inspect`: the documents of an image or a
//! container, as docker 29 tells them.

use serde_json::{Map, Value, json};

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::engine::{Container, Engine, State};
use crate::oci::{Descriptor, Reference, json};

/// `docker image inspect`.
pub const VERB: Verb = Verb {
    paths: &["image inspect"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Display detailed information on one or more images",
    arguments: Arguments::AtLeast(1),
    flags: &[],
    run: images,
};

/// `docker inspect`.
pub const ANY: Verb = Verb {
    paths: &["inspect"],
    usage: "[OPTIONS] NAME|ID [NAME|ID...]",
    about: "Return low-level information on Docker objects",
    arguments: Arguments::AtLeast(1),
    flags: &[],
    run: anything,
};

fn images(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let look = |typed: &String| {
        let root = engine.find_image(typed).map_err(|error| format!("Error response from daemon: {error}"))?;
        image(engine, &root).map_err(|error| format!("Error response from daemon: {error}"))
    };
    let found: Vec<_> = parsed.arguments.iter().map(look).collect();
    print(found, desk)
}

fn anything(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let look = |typed: &String| {
        let by_container =
            engine.find_container(typed).ok().and_then(|id| engine.containers.get(&id).map(|found| container(found)));
        let by_image = || engine.find_image(typed).ok().and_then(|root| image(engine, &root).ok());
        by_container.or_else(by_image).ok_or_else(|| format!("error: no such object: {typed}"))
    };
    let found: Vec<_> = parsed.arguments.iter().map(look).collect();
    print(found, desk)
}

/// The array of what was found on standard output, what was not on standard error.
fn print(found: Vec<Result<Value, String>>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (values, missing): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    let values: Vec<Value> = values.into_iter().filter_map(Result::ok).collect();
    for line in json::inspected(&values).lines() {
        desk.terminal.out(line);
    }
    let missing: Vec<String> = missing.into_iter().filter_map(Result::err).collect();
    if missing.is_empty() { Ok(Flow::Done(0)) } else { Err(Failure::new(missing.join("\n"))) }
}

fn image(engine: &Engine, root: &Descriptor) -> Result<Value, crate::engine::ImageError> {
    let image = engine.image(root)?;
    let names = engine.names_of(&root.digest);
    let references: Vec<Reference> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let tags: Vec<String> = references.iter().map(Reference::familiar).collect();
    let mut digests: Vec<String> =
        references.iter().map(|name| format!("{}@{}", name.familiar_name(), root.digest)).collect();
    digests.dedup();
    let config = &image.config;
    let comment = config.history.last().map(|entry| entry.comment.clone()).unwrap_or_default();
    Ok(json!({
        "Id": root.digest,
        "RepoTags": tags,
        "RepoDigests": digests,
        "Comment": comment,
        "Created": config.created,
        "Config": config.config,
        "Architecture": config.architecture,
        "Os": config.os,
        "Size": image.content_size(),
        "RootFS": { "Type": "layers", "Layers": config.rootfs.diff_ids },
        "Descriptor": { "mediaType": root.media_type, "digest": root.digest, "size": root.size },
    }))
}

fn container(container: &Container) -> Value {
    let (status, code, finished) = match container.state {
        State::Created => ("created", 0, None),
        State::Running { .. } => ("running", 0, None),
        State::Exited { code, at } => ("exited", code, Some(at)),
    };
    let (path, arguments) = container.command.split_first().map_or(("", &[][..]), |(path, rest)| (path, rest));
    let mut state = Map::new();
    state.insert("Status".into(), json!(status));
    state.insert("Running".into(), json!(status == "running"));
    state.insert("ExitCode".into(), json!(code));
    state.extend(finished.map(|at| ("FinishedAt".into(), json!(at))));
    json!({
        "Id": container.id,
        "Created": container.created,
        "Path": path,
        "Args": arguments,
        "State": state,
        "Image": container.image,
        "Name": format!("/{}", container.name),
        "Config": {
            "Hostname": &container.id[..12],
            "Env": container.environment,
            "Image": container.image_name,
            "WorkingDir": container.directory,
        },
    })
}
