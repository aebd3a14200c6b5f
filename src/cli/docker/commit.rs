//! `docker commit`: an image of what changed in a container.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::CommitSpec;
use crate::oci::{Reference, ReferenceError};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["commit", "container commit"],
    usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
    about: "Create a new image from a container's changes",
    arguments: Arguments::Between(1, 2),
    flags: &[
        Flag::value("author", Some('a'), "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")"),
        Flag::values("change", Some('c'), "Apply Dockerfile instruction to the created image"),
        Flag::value("message", Some('m'), "Commit message"),
        Flag::switch("no-pause", None, "Disable pausing container during commit"),
        Flag::switch("pause", Some('p'), "Pause container during commit").defaults_to("true").hidden(),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let id = desk.machine.engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let spec = spec(parsed, parsed.arguments.get(1), parsed.value("author").unwrap_or_default())?;
    // A container makes no step meanwhile, whether it is held or not.
    let files = desk.daemon(|engine, around| engine.own_files_of(&id, around));
    let files = files.map_err(|error| Failure::daemon(&error))?;
    let Desk { machine, wire, terminal, .. } = desk;
    let made = machine.engine.commit(&id, &spec, files, wire, &mut |event| terminal.event(event));
    let digest = made.map_err(|error| Failure::daemon(&error))?;
    let name = spec.reference.as_ref().map(Reference::familiar).unwrap_or_default();
    let more = [("comment", spec.comment.as_str()), ("imageID", &digest.to_string()), ("imageRef", &name)]
        .map(|(key, value)| (key, value.to_owned()));
    desk.daemon(|engine, around| {
        let more: Vec<(&str, &str)> = more.iter().map(|(key, value)| (*key, value.as_str())).collect();
        engine.note_container(around.now, "commit", &id, &more);
    });
    desk.terminal.out(digest.to_string());
    Ok(Flow::Done(0))
}

/// What is said of an image that is made so.
pub fn spec(parsed: &Parsed<'_>, name: Option<&String>, author: &str) -> Result<CommitSpec, Failure> {
    let reference = name.map(|name| name.parse::<Reference>()).transpose();
    let reference = reference.map_err(|error: ReferenceError| Failure::new(error.to_string()))?;
    Ok(CommitSpec {
        reference: reference.map(Reference::tagged),
        author: author.to_owned(),
        comment: parsed.value("message").unwrap_or_default().to_owned(),
        changes: parsed.values("change"),
    })
}
