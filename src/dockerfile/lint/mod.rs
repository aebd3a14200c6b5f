//! Remarks about a Dockerfile that never fail a build, unless it asks for it:
//! `BuildKit`'s rules, in the order in which it speaks. Its passes are the
//! files here: what is written (`text`), what FROM says (`from`), what each
//! instruction of a stage says where its variables are known (`stage`, `walk`).
//! <https://docs.docker.com/reference/build-checks/>

mod from;
mod options;
mod rule;
mod scope;
mod stage;
mod text;
mod walk;

use std::collections::BTreeMap;

use super::{Dockerfile, Ignore, LineRange};
use crate::oci::Platform;
use options::Options;
use rule::Rule;
use scope::Scope;

pub use options::{CheckError, CheckFault};

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Such as `WorkdirRelativePath`.
    pub rule: &'static str,
    /// `BuildKit`'s words.
    pub message: String,
    /// Where it starts: the line that is printed, from 1.
    pub line: u32,
    /// All lines it is about.
    pub lines: LineRange,
    /// What the rule is for.
    pub description: &'static str,
    /// Where the rule is explained.
    pub url: &'static str,
}

/// What is known of a build beside its Dockerfile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Names and values given with `--build-arg`.
    pub arguments: &'a [(String, String)],
    /// The arguments every build has, such as `TARGETPLATFORM`, as they are for this one.
    pub automatic: &'a [(String, String)],
    /// What the image is like that a stage begins with, by the stage's number.
    /// In a stage whose image is not known no variable is called undefined.
    pub images: Option<&'a BTreeMap<usize, BaseFacts>>,
    /// What stays at home of the build context.
    pub ignore: Option<&'a Ignore>,
    /// The numbers of the stages that are built, sorted, or all of them.
    pub stages: Option<&'a [usize]>,
}

/// What remarks need of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BaseFacts {
    /// Its variables, `NAME=value`.
    pub env: Vec<String>,
    /// Whether it has a shell of its own, set by SHELL.
    pub has_shell: bool,
    /// Its ONBUILD triggers.
    pub triggers: Vec<String>,
    /// Set if it is for another platform.
    pub foreign: Option<Foreign>,
}

/// An image for another platform than was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Its name as written, variables replaced.
    pub name: String,
    /// What it is for.
    pub actual: Platform,
    /// What was wanted.
    pub expected: Platform,
}

/// All remarks, and what the file wants to come of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// In the order in which `BuildKit` makes them.
    pub warnings: Vec<Warning>,
    /// Whether the file says `# check=error=true`.
    pub fatal: bool,
}

/// Remarks that were to fail the build.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("lint violation found for rules: {}", .rules.join(", "))]
pub struct LintViolation {
    /// Each rule once.
    pub rules: Vec<&'static str>,
}

impl Report {
    /// The error of a build whose file wants remarks to be errors.
    pub fn violation(&self) -> Option<LintViolation> {
        let mut rules: Vec<&'static str> = Vec::new();
        for warning in &self.warnings {
            if !rules.contains(&warning.rule) {
                rules.push(warning.rule);
            }
        }
        (self.fatal && !rules.is_empty()).then_some(LintViolation { rules })
    }
}

/// All remarks about `file` that need nothing but its text.
pub fn lint(file: &Dockerfile) -> Vec<Warning> {
    lint_within(file, &Surroundings::default()).map(|report| report.warnings).unwrap_or_default()
}

/// The remarks that `BuildKit` makes on the way to a mistake: those about the
/// instructions that [`super::parse_until_mistake`] read before it.
pub fn lint_until_mistake(file: &Dockerfile, around: &Surroundings<'_>) -> Result<Report, CheckError> {
    let mut remarks = Remarks { options: Options::of(file, around.arguments)?, warnings: Vec::new() };
    text::lint_instructions(file, &mut remarks);
    Ok(remarks.report())
}

/// The remarks that `BuildKit` makes before it asks for any image: about the text, and about FROM.
pub fn lint_before_images(file: &Dockerfile, around: &Surroundings<'_>) -> Result<Report, CheckError> {
    let (remarks, _) = read(file, around)?;
    Ok(remarks.report())
}

/// All remarks about `file` where it is built. A mistake that the build will
/// name ends them.
pub fn lint_within(file: &Dockerfile, around: &Surroundings<'_>) -> Result<Report, CheckError> {
    let (mut remarks, globals) = read(file, around)?;
    if let Some(globals) = globals {
        from::lint_platforms(file, around, &mut remarks);
        stage::lint(file, around, &globals, &mut remarks);
    }
    Ok(remarks.report())
}

/// What can be said without images, and the arguments that stages inherit.
fn read(file: &Dockerfile, around: &Surroundings<'_>) -> Result<(Remarks, Option<Scope>), CheckError> {
    let mut remarks = Remarks { options: Options::of(file, around.arguments)?, warnings: Vec::new() };
    text::lint(file, &mut remarks);
    let globals = from::lint(file, around, &mut remarks);
    Ok((remarks, globals))
}

/// Collects what the options let through.
struct Remarks {
    options: Options,
    warnings: Vec<Warning>,
}

impl Remarks {
    /// Makes a remark unless the file does not want it.
    fn add(&mut self, rule: &Rule, lines: LineRange, message: impl Into<String>) {
        self.add_below(&[], rule, lines, message);
    }

    /// Makes a remark about an instruction, whose comments may not want it.
    fn add_below(&mut self, comments: &[String], rule: &Rule, lines: LineRange, message: impl Into<String>) {
        if self.options.below(comments).wants(rule) {
            let Rule { name, description, url, .. } = *rule;
            let message = message.into();
            self.warnings.push(Warning { rule: name, message, line: lines.first, lines, description, url });
        }
    }

    fn report(self) -> Report {
        Report { fatal: self.options.fatal, warnings: self.warnings }
    }
}
