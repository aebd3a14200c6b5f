//! `registry add`: one more registry in the lab, empty and open to everybody.

use super::changed;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::lab::AddError;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["registry add"],
    usage: "NAME",
    about: "Add a registry to this lab, such as prod.example.com: empty, and open to everybody",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let name = parsed.arguments[0].as_str();
    desk.wire.world.add(name).map_err(|error| {
        let failure = Failure::new(format!("registry: {error}"));
        match error {
            AddError::Name { .. } => failure.hint(
                "It is a host, with a port if it has one: `prod.example.com`, `registry:5000`. A word without a point \
                 or port would mean a user of Docker Hub.",
            ),
            AddError::Real { name } => failure.hint(format!("`wire unbind {name}` makes it free.")),
            AddError::Taken { .. } | AddError::Many { .. } => failure,
        }
    })?;
    Ok(changed(name, None, "added", "with nothing in it".to_owned(), desk))
}
