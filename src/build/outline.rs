//! What can be asked of a Dockerfile instead of building it: its targets, and
//! the parameters of one of them.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#call>

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::convert::OperationKind;
use super::environment::given_value;
use super::mounts::Mounted;
use super::solve::{Build, Target};
use crate::dockerfile::{Argument, Command, Dockerfile, Expander, Instruction, LineRange};
use crate::text::sorted_by;

/// A stage that can be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetStage {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What the comment above it says of it.
    pub description: String,
    /// Whether it is built when none is named.
    pub is_default: bool,
    /// What it begins with, as written.
    pub base: String,
    /// `--platform`, as written.
    pub platform: Option<String>,
    /// Where it begins.
    pub lines: LineRange,
}

/// The parameters of the target of a build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// The name of the target, if it has one.
    pub name: Option<String>,
    /// What the comment above it says of it.
    pub description: String,
    /// Its arguments, in the order of the file.
    pub arguments: Vec<OutlineArgument>,
    /// Its secrets, in the order of the file.
    pub secrets: Vec<OutlineSecret>,
    /// The agents that hold keys, in the order of the file.
    pub agents: Vec<OutlineSecret>,
}

/// An argument that can be given with `--build-arg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineArgument {
    /// Its name.
    pub name: String,
    /// What it is if none is given, or what is given.
    pub value: String,
    /// What the comment above it says of it.
    pub description: String,
    /// Where it stands.
    pub lines: LineRange,
}

/// A secret that a RUN reads, or an agent that it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineSecret {
    /// Its name.
    pub name: String,
    /// Whether the build fails without it.
    pub is_required: bool,
    /// Where it is asked for.
    pub lines: LineRange,
}

impl Build {
    /// The stages of the Dockerfile, once it is read.
    pub fn target_stages(&self) -> Option<Vec<TargetStage>> {
        let file = self.file.as_ref()?;
        let last = file.stages.len().saturating_sub(1);
        let target = |(at, stage): (usize, &crate::dockerfile::Stage)| TargetStage {
            name: stage.known_as(),
            description: description(&stage.comments, stage.known_as().as_deref()),
            is_default: at == last,
            base: stage.base.clone(),
            platform: stage.platform.clone(),
            lines: stage.lines,
        };
        Some(file.stages.iter().enumerate().map(target).collect())
    }

    /// The parameters of the target, once all words are resolved; nothing has been built then.
    pub fn outline(&self) -> Option<Outline> {
        self.remarks()?;
        let (file, target) = (self.file.as_ref()?, self.targets.first()?);
        let written = file.stages.get(target.stages.target)?;
        let mut arguments: BTreeMap<String, OutlineArgument> = BTreeMap::new();
        let mut secrets: BTreeMap<String, OutlineSecret> = BTreeMap::new();
        let mut agents: BTreeMap<String, OutlineSecret> = BTreeMap::new();
        // What the target itself says goes before what is said by those it needs.
        let needed = target.stages.needed().into_iter().filter(|stage| target.stages.list[*stage].is_written);
        for stage in needed.rev() {
            for argument in self.arguments_of(file, target, stage) {
                arguments.entry(argument.name.clone()).or_insert(argument);
            }
            for (mount, lines) in mounts_of(target, stage) {
                for (asked, found) in [(mount.secret(), &mut secrets), (mount.agent(), &mut agents)] {
                    let Some((name, is_required)) = asked else { continue };
                    found.entry(name.clone()).or_insert(OutlineSecret { name, is_required, lines });
                }
            }
        }
        let by_line = |a: &LineRange, b: &LineRange| a.first.cmp(&b.first);
        Some(Outline {
            name: written.known_as(),
            description: description(&written.comments, written.known_as().as_deref()),
            arguments: sorted_by(arguments.into_values(), |a, b| by_line(&a.lines, &b.lines)),
            secrets: sorted_by(secrets.into_values(), |a, b| by_line(&a.lines, &b.lines)),
            agents: sorted_by(agents.into_values(), |a, b| by_line(&a.lines, &b.lines)),
        })
    }

    /// Those that a stage declares, and those before the first FROM that it is made of.
    fn arguments_of(&self, file: &Dockerfile, target: &Target, stage: usize) -> Vec<OutlineArgument> {
        let globals = || file.globals.iter().flat_map(declared);
        let mut used = names_in(&file.stages[stage].base, file.escape);
        used.extend(file.stages[stage].platform.iter().flat_map(|text| names_in(text, file.escape)));
        let mut found = Vec::new();
        for (instruction, argument) in file.stages[stage].instructions.iter().flat_map(declared) {
            let is_given = given_value(&self.request.arguments, &argument.name).is_some();
            let is_global = globals().any(|(_, global)| global.name == argument.name);
            if argument.default.is_none() && !is_given && is_global {
                used.insert(argument.name.clone());
                continue;
            }
            let known = target.plans[&stage].arguments.iter().rev().find(|known| known.name == argument.name);
            found.push(outlined(instruction, argument, known.and_then(|known| known.default.clone())));
        }
        // A default may be made of others.
        let mut pending: Vec<String> = used.iter().cloned().collect();
        while let Some(name) = pending.pop() {
            for (_, argument) in globals().filter(|(_, argument)| argument.name == name) {
                let deeper = argument.default.iter().flat_map(|text| names_in(text, file.escape));
                pending.extend(deeper.filter(|name| used.insert(name.clone())));
            }
        }
        for (instruction, argument) in globals().filter(|(_, argument)| used.contains(&argument.name)) {
            found.push(outlined(instruction, argument, target.globals.get(&argument.name).map(str::to_owned)));
        }
        found
    }
}

fn declared(instruction: &Instruction) -> impl Iterator<Item = (&Instruction, &Argument)> {
    let arguments: &[Argument] = match &instruction.command {
        Command::Arg { arguments } => arguments,
        _ => &[],
    };
    arguments.iter().map(move |argument| (instruction, argument))
}

fn outlined(instruction: &Instruction, argument: &Argument, value: Option<String>) -> OutlineArgument {
    OutlineArgument {
        name: argument.name.clone(),
        value: value.unwrap_or_default(),
        description: description(&instruction.comments, Some(&argument.name)),
        lines: instruction.lines,
    }
}

/// What the RUNs of a stage see besides their image, and where that stands.
fn mounts_of(target: &Target, stage: usize) -> impl Iterator<Item = (&Mounted, LineRange)> {
    let operations = target.plans[&stage].operations.iter();
    operations.flat_map(|operation| {
        let mounts = match &operation.kind {
            OperationKind::Run(run) => &run.mounts[..],
            _ => &[],
        };
        mounts.iter().map(|mount| (mount, operation.lines))
    })
}

/// The variables that stand in `text`.
fn names_in(text: &str, escape: char) -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    let lookup = |name: &str| {
        names.borrow_mut().insert(name.to_owned());
        None
    };
    // What is wrong with it was said when it was resolved.
    drop(Expander { escape, lookup: &lookup }.word(text));
    names.into_inner()
}

/// A comment that begins with the name describes what stands below it.
fn description(comments: &[String], name: Option<&str>) -> String {
    let Some(name) = name else { return String::new() };
    let after = |line: &String| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
    comments.iter().find_map(after).unwrap_or_default()
}
