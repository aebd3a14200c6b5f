//! Names and values that words are resolved against: the arguments before the
//! first FROM, then what ARG and ENV add inside a stage.
//! <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope>

use super::error::SolveError;
use crate::dockerfile::{Command, Dockerfile, Expander};
use crate::oci::Platform;

use super::convert::Misplaced;

/// Names and values, in the order in which they were first set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Environment(Vec<(String, String)>);

/// ARGs that steer the build itself and never reach a step.
/// <https://github.com/moby/buildkit/blob/master/frontend/dockerfile/dockerfile2llb/convert.go>
const NO_VARIABLES: [&str; 3] = ["BUILDKIT_SANDBOX_HOSTNAME", "BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

impl Environment {
    /// The value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A later value takes the place of an earlier one.
    pub(super) fn set(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Sets the value of an ARG, if steps may see it.
    pub(super) fn set_argument(&mut self, name: &str, value: String) {
        if !NO_VARIABLES.contains(&name) {
            self.set(name, value);
        }
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// `NAME=value`, as a process gets them.
    pub(super) fn entries(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, value)| format!("{name}={value}"))
    }
}

/// What FROM lines see: the platforms, then the ARGs before the first of them,
/// where a value given with `--build-arg` goes before a default.
pub(super) fn globals(
    file: &Dockerfile,
    build: &Platform,
    target: &Platform,
    target_stage: &str,
    given: &[(String, String)],
) -> Result<Environment, Misplaced> {
    let mut globals = Environment::default();
    for (name, value) in automatic(build, target, target_stage) {
        globals.set(name, given_value(given, name).unwrap_or(value));
    }
    for instruction in &file.globals {
        let Command::Arg { arguments } = &instruction.command else { continue };
        for argument in arguments {
            let value = match (given_value(given, &argument.name), &argument.default) {
                (Some(value), _) => Some(value),
                (None, Some(default)) => {
                    Some(resolve(&globals, file.escape, default).map_err(|e| (e, instruction.lines))?)
                }
                (None, None) => None,
            };
            if let Some(value) = value {
                globals.set(&argument.name, value);
            }
        }
    }
    Ok(globals)
}

/// The last value given for `name` with `--build-arg`.
pub(super) fn given_value(given: &[(String, String)], name: &str) -> Option<String> {
    given.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// `word` resolved against `environment`.
pub(super) fn resolve(environment: &Environment, escape: char, word: &str) -> Result<String, SolveError> {
    let lookup = |name: &str| environment.get(name).map(str::to_owned);
    Ok(Expander { escape, lookup: &lookup }.word(word)?)
}

/// The arguments every build has.
pub(super) fn automatic(build: &Platform, target: &Platform, stage: &str) -> [(&'static str, String); 11] {
    let variant = |platform: &Platform| platform.variant.clone().unwrap_or_default();
    [
        ("BUILDPLATFORM", build.to_string()),
        ("BUILDOS", build.os.clone()),
        ("BUILDOSVERSION", String::new()),
        ("BUILDARCH", build.architecture.clone()),
        ("BUILDVARIANT", variant(build)),
        ("TARGETPLATFORM", target.to_string()),
        ("TARGETOS", target.os.clone()),
        ("TARGETOSVERSION", String::new()),
        ("TARGETARCH", target.architecture.clone()),
        ("TARGETVARIANT", variant(target)),
        ("TARGETSTAGE", if stage.is_empty() { "default".to_owned() } else { stage.to_owned() }),
    ]
}
