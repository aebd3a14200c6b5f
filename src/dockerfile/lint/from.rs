//! What the lines of FROM say: images and platforms, with the arguments
//! before the first of them.

use std::collections::BTreeSet;

use super::scope::Scope;
use super::{Foreign, Remarks, Surroundings, rule};
use crate::dockerfile::suggest::nearest;
use crate::dockerfile::{Command, Dockerfile, ExpandError, Expanded, Keep, Stage, quote};
use crate::oci::{Platform, Reference};
use crate::text::{Case, sorted};

const TARGET_PLATFORM: &str = "TARGETPLATFORM";

/// The arguments that stages inherit; none if a mistake ends the build here.
pub(super) fn lint(file: &Dockerfile, around: &Surroundings<'_>, remarks: &mut Remarks) -> Option<Scope> {
    let automatic = automatic(around);
    if let Ok(defaults) = globals(file, automatic.clone(), &[]) {
        lint_defaults(file, &defaults, remarks);
    }
    let globals = globals(file, automatic, around.arguments).ok()?;
    file.stages.iter().all(|stage| lint_stage(stage, file.escape, &globals, remarks).is_some()).then_some(globals)
}

/// The arguments every build has; without a build those of our own machines.
fn automatic(around: &Surroundings<'_>) -> Scope {
    let mut scope = Scope::default();
    if around.automatic.is_empty() {
        let platform = Platform::wasi();
        for side in ["BUILD", "TARGET"] {
            let parts = [("PLATFORM", platform.to_string()), ("OS", platform.os.clone()), ("OSVERSION", String::new())];
            let machine = [("ARCH", platform.architecture.clone()), ("VARIANT", String::new())];
            parts.into_iter().chain(machine).for_each(|(part, value)| scope.set(&format!("{side}{part}"), value));
        }
        scope.set("TARGETSTAGE", "default");
    }
    around.automatic.iter().for_each(|(name, value)| scope.set(name, value));
    scope
}

fn globals(file: &Dockerfile, mut scope: Scope, given: &[(String, String)]) -> Result<Scope, ExpandError> {
    for instruction in &file.globals {
        let Command::Arg { arguments } = &instruction.command else { continue };
        for argument in arguments {
            let given = given.iter().rev().find(|(name, _)| *name == argument.name);
            let value = match (given, &argument.default) {
                (Some((_, value)), _) => Some(value.clone()),
                (None, Some(default)) => Some(scope.expand(default, file.escape, Keep::default())?.text),
                (None, None) => None,
            };
            scope.declared.push(argument.name.clone());
            if let Some(value) = value {
                scope.set(&argument.name, value);
            }
        }
    }
    Ok(scope)
}

/// An image that has only one platform is taken even if it is another one.
pub(super) fn lint_platforms(file: &Dockerfile, around: &Surroundings<'_>, remarks: &mut Remarks) {
    for (at, facts) in around.images.into_iter().flatten() {
        let (Some(stage), Some(Foreign { name, actual, expected })) = (file.stages.get(*at), &facts.foreign) else {
            continue;
        };
        let (actual, expected) = (quote(&actual.to_string()), quote(&expected.to_string()));
        let message =
            format!("Base image {name} was pulled with platform {actual}, expected {expected} for current build");
        remarks.add(&rule::INVALID_BASE_IMAGE_PLATFORM, stage.lines, message);
    }
}

/// Without any argument given every base is still a name.
fn lint_defaults(file: &Dockerfile, defaults: &Scope, remarks: &mut Remarks) {
    for stage in &file.stages {
        let Ok(base) = defaults.expand(&stage.base, file.escape, Keep::default()) else { return };
        if base.text.parse::<Reference>().is_err() {
            let written = &stage.base;
            let message = format!("Default value for ARG {written} results in empty or invalid base image name");
            remarks.add(&rule::INVALID_DEFAULT_ARG_IN_FROM, stage.lines, message);
        }
    }
}

/// None where the build fails.
fn lint_stage(stage: &Stage, escape: char, globals: &Scope, remarks: &mut Remarks) -> Option<()> {
    let base = globals.expand(&stage.base, escape, Keep::default()).ok()?;
    lint_undeclared(stage, globals, &base.unmatched, remarks);
    if base.text.is_empty() {
        return None;
    }
    let Some(written) = &stage.platform else { return Some(()) };
    let platform = globals.expand(written, escape, Keep::default()).ok()?;
    lint_undeclared(stage, globals, &platform.unmatched, remarks);
    let only_target = platform.unmatched.is_empty() && platform.matched.iter().eq([TARGET_PLATFORM]);
    if only_target && globals.get(TARGET_PLATFORM) == Some(&platform.text) {
        let message =
            format!("Setting platform to predefined {written} in FROM is redundant as this is the default behavior");
        remarks.add_below(&stage.comments, &rule::REDUNDANT_TARGET_PLATFORM, stage.lines, message);
    }
    lint_constant(stage, &platform, remarks);
    platform.text.parse::<Platform>().is_ok().then_some(())
}

fn lint_undeclared(stage: &Stage, globals: &Scope, unmatched: &BTreeSet<String>, remarks: &mut Remarks) {
    let keys = sorted(globals.names().chain(globals.declared.iter().map(String::as_str)));
    for name in unmatched.iter().filter(|name| keys.binary_search(&name.as_str()).is_err()) {
        let meant = nearest(name, keys.iter().copied()).map(|meant| format!(" (did you mean {meant}?)"));
        let message = format!("FROM argument '{name}' is not declared{}", meant.unwrap_or_default());
        remarks.add_below(&stage.comments, &rule::UNDEFINED_ARG_IN_FROM, stage.lines, message);
    }
}

/// A platform without variables, unless the stage is named after it.
fn lint_constant(stage: &Stage, platform: &Expanded, remarks: &mut Remarks) {
    if !platform.matched.is_empty() || !platform.unmatched.is_empty() {
        return;
    }
    let Ok(Platform { os, architecture, .. }) = platform.text.parse::<Platform>() else { return };
    let name = stage.name.as_deref().unwrap_or_default().lowercase();
    if name.contains(&os) || name.contains(&architecture) {
        return;
    }
    let message = format!("FROM --platform flag should not use constant value {}", quote(&platform.text));
    remarks.add_below(&stage.comments, &rule::FROM_PLATFORM_FLAG_CONST_DISALLOWED, stage.lines, message);
}
