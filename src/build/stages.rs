//! The stages of a Dockerfile and what they need of each other. A base or the
//! `--from` of a COPY that is no stage is an image, and counts as a stage of
//! its own without instructions, as in `BuildKit`.
//! <https://docs.docker.com/build/building/multi-stage/>

use std::collections::BTreeSet;

use super::convert::Misplaced;
use super::environment::{Environment, resolve};
use super::error::SolveError;
use super::named::{NamedContext, NamedContexts};
use crate::dockerfile::{self, Command, Dockerfile, Expander, Instruction, LineRange, Mount, did_you_mean, nearest};
use crate::oci::{Platform, Reference};
use crate::text::Case;

const SCRATCH: &str = "scratch";

/// The images that `BuildKit` thinks of first when a base cannot be had.
const COMMON: [&str; 7] = ["alpine", "busybox", "centos", "debian", "golang", "ubuntu", "fedora"];

/// All stages, in order, and the one that is built.
pub(super) struct Stages {
    pub list: Vec<Stage>,
    pub target: usize,
    /// Whether those count as needed that are not.
    pub all_needed: bool,
    escape: char,
    contexts: NamedContexts,
}

/// One stage.
pub(super) struct Stage {
    pub base: Base,
    /// The base as written, variables replaced, for messages.
    pub written: String,
    /// As progress shows it: its name, `stage-1`, or nothing if it is alone.
    pub shown: String,
    /// The name after AS, in lower case.
    name: Option<String>,
    /// Asked for with `FROM --platform`.
    pub platform: Option<Platform>,
    /// Lines of the FROM, or of the COPY that named the image.
    pub lines: LineRange,
    /// What it does; the triggers of the base come first.
    pub steps: Vec<Step>,
    /// Whether it stands in the Dockerfile, and is not just an image to copy from.
    pub is_written: bool,
    /// The name of the context that stands for its base, if one does.
    pub context: Option<String>,
    /// Whether that stands for all of it, so that none of its instructions counts.
    is_replaced: bool,
    triggered: bool,
}

/// An instruction of a stage.
pub(super) struct Step {
    pub instruction: Instruction,
    /// Whether a base asked for it with ONBUILD.
    pub is_trigger: bool,
    /// The stages it reads, by number, in the order it names them.
    pub sources: Vec<usize>,
}

/// What a stage begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing.
    Scratch,
    /// Another stage, by number.
    Stage(usize),
    /// An image.
    Image(Reference),
    /// Files that a named context brings.
    Files(String),
}

impl Stages {
    /// Reads the stages of `file`; `target` is the one asked for, by name or number.
    pub(super) fn new(
        file: &Dockerfile,
        globals: &Environment,
        target: Option<&str>,
        contexts: &NamedContexts,
    ) -> Result<Self, Misplaced> {
        let contexts = contexts.clone();
        let mut stages = Self { list: Vec::new(), target: 0, all_needed: false, escape: file.escape, contexts };
        for written in &file.stages {
            stages.begin(written, globals).map_err(|error| (error, written.lines))?;
        }
        stages.target = stages.find_target(target).map_err(|error| (error, LineRange { first: 0, last: 0 }))?;
        for (at, written) in file.stages.iter().enumerate() {
            if stages.list[at].is_replaced {
                continue;
            }
            for instruction in &written.instructions {
                let step = stages.step(instruction.clone(), false).map_err(|error| (error, instruction.lines))?;
                stages.list[at].steps.push(step);
            }
        }
        stages.refuse_circles()?;
        if let [only] = &mut stages.list[..] {
            only.shown.clear();
        }
        Ok(stages)
    }

    /// Puts the triggers of the base of stage `at` before its own instructions, once.
    pub(super) fn add_triggers(&mut self, at: usize, triggers: &[String]) -> Result<(), SolveError> {
        if std::mem::replace(&mut self.list[at].triggered, true) {
            return Ok(());
        }
        let lines = self.list[at].lines;
        let parsed = triggers.iter().map(|text| dockerfile::parse_trigger(text));
        let instructions = parsed.collect::<Result<Vec<_>, _>>()?;
        let mut steps = Vec::new();
        for instruction in instructions {
            steps.push(self.step(Instruction { lines, ..instruction }, true)?);
        }
        self.list[at].steps.splice(0..0, steps);
        Ok(())
    }

    /// As [`Stages::add_triggers`], for every stage that goes on where another one ended.
    pub(super) fn add_triggers_of_stages(&mut self) -> Result<(), Misplaced> {
        for at in self.needed() {
            let Base::Stage(base) = self.list[at].base else { continue };
            let triggers: Vec<String> = self.list[base].triggers().collect();
            self.add_triggers(at, &triggers).map_err(|error| (error, self.list[at].lines))?;
        }
        Ok(())
    }

    /// The stages that the target needs, itself included, in the order of the file.
    pub(super) fn needed(&self) -> Vec<usize> {
        let mut needed = BTreeSet::new();
        let mut pending = vec![self.target];
        if self.all_needed {
            pending.extend((0..self.list.len()).filter(|at| self.list[*at].is_written));
        }
        while let Some(at) = pending.pop() {
            if needed.insert(at) {
                pending.extend(self.needs(at));
            }
        }
        // An image that is only copied from has no place in the file: it comes first.
        let (images, written): (Vec<_>, Vec<_>) = needed.into_iter().partition(|at| !self.list[*at].is_written);
        images.into_iter().chain(written).collect()
    }

    /// The named contexts whose files some needed stage has.
    pub(super) fn named_files(&self) -> BTreeSet<String> {
        let needed = self.needed().into_iter();
        needed
            .filter_map(|at| if let Base::Files(key) = &self.list[at].base { Some(key.clone()) } else { None })
            .collect()
    }

    /// The named context whose files lie below all that `at` adds, if one does.
    pub(super) fn files_below(&self, at: usize) -> Option<&str> {
        match &self.list[at].base {
            Base::Stage(base) => self.files_below(*base),
            Base::Files(key) => Some(key),
            Base::Scratch | Base::Image(_) => None,
        }
    }

    fn needs(&self, at: usize) -> impl Iterator<Item = usize> {
        let stage = &self.list[at];
        let base = if let Base::Stage(base) = stage.base { Some(base) } else { None };
        base.into_iter().chain(stage.steps.iter().flat_map(|step| step.sources.iter().copied()))
    }

    fn begin(&mut self, written: &dockerfile::Stage, globals: &Environment) -> Result<(), SolveError> {
        let base = resolve(globals, self.escape, &written.base)?;
        if base.is_empty() {
            return Err(SolveError::BlankBase { base: written.base.clone() });
        }
        let platform = written.platform.as_ref().map(|text| platform(text, globals, self.escape)).transpose()?;
        let name = written.known_as();
        let shown = name.clone().unwrap_or_else(|| format!("stage-{}", self.list.len()));
        let replaced = name.as_ref().and_then(|name| self.context(name));
        let is_replaced = replaced.is_some();
        let (found, context) = replaced.map_or_else(|| self.base(&base), Ok)?;
        let stage = Stage {
            base: found,
            written: base,
            shown,
            name,
            platform,
            lines: written.lines,
            steps: Vec::new(),
            is_written: true,
            context,
            is_replaced,
            triggered: is_replaced,
        };
        self.list.push(stage);
        Ok(())
    }

    /// A stage above of that name goes before a named context, and that before an image.
    fn base(&self, text: &str) -> Result<(Base, Option<String>), SolveError> {
        if let Some(at) = self.list.iter().rposition(|stage| stage.is_named(text, str::to_owned)) {
            return Ok((Base::Stage(at), None));
        }
        if text == SCRATCH {
            return Ok((Base::Scratch, None));
        }
        if let Some((base, context)) = self.context(text) {
            return Ok((base, context));
        }
        let parsed = text.parse::<Reference>().map(Reference::tagged);
        let image = parsed.map_err(|source| SolveError::StageName { base: text.to_owned(), source })?;
        Ok((Base::Image(image), None))
    }

    /// What a named context brings, and its name.
    fn context(&self, name: &str) -> Option<(Base, Option<String>)> {
        let key = NamedContext::key(name).ok()?;
        self.contexts.get(&key).map(|context| (context.base(&key), Some(key)))
    }

    fn find_target(&self, target: Option<&str>) -> Result<usize, SolveError> {
        let Some(target) = target else { return Ok(self.list.len() - 1) };
        let meant = || did_you_mean(nearest(target, self.names()).map(str::to_owned));
        self.find(target).ok_or_else(|| SolveError::NoTarget { target: target.to_owned(), meant: meant() })
    }

    /// The names of the stages, as progress shows them.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|stage| stage.shown.as_str()).filter(|name| !name.is_empty())
    }

    /// What follows the error of a base that cannot be had: a stage or a common image that may be meant.
    pub(super) fn meant_base(&self, base: &str) -> String {
        let forms = |name| ["", "docker.io/library"].map(|prefix| format!("{prefix}{name}"));
        let tagged = |name: &str| [name.to_owned(), format!("{name}:latest")];
        let common: Vec<String> = COMMON.iter().flat_map(|name| tagged(name)).flat_map(forms).collect();
        did_you_mean(nearest(base, self.names().chain(common.iter().map(String::as_str))).map(str::to_owned))
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.list.iter().rposition(|stage| stage.is_named(name, str::lowercase))
    }

    fn step(&mut self, instruction: Instruction, is_trigger: bool) -> Result<Step, SolveError> {
        let lines = instruction.lines;
        let sources = match &instruction.command {
            Command::Copy(transfer) => match &transfer.from {
                Some(from) => vec![self.copied_from(from, lines)?],
                None => Vec::new(),
            },
            Command::Run(run) => {
                // Their other values may be variables, which are not known yet.
                let named = run.mounts.iter().map(|text| Mount::written_from(text)).collect::<Result<Vec<_>, _>>()?;
                named.iter().flatten().map(|from| self.source(from, lines)).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        Ok(Step { instruction, is_trigger, sources })
    }

    /// A number, the name of a stage, or an image.
    fn copied_from(&mut self, from: &str, lines: LineRange) -> Result<usize, SolveError> {
        if resolve(&Environment::default(), self.escape, from)? != from {
            return Err(SolveError::VariableFrom);
        }
        let Ok(index) = from.parse::<i64>() else { return self.source(from, lines) };
        let at = usize::try_from(index).ok().filter(|at| *at < self.list.len());
        at.ok_or(SolveError::StageIndex { index })
    }

    fn source(&mut self, from: &str, lines: LineRange) -> Result<usize, SolveError> {
        if let Some(at) = self.find(from) {
            return Ok(at);
        }
        let (base, context) = self.base(from)?;
        self.list.push(Stage {
            base,
            written: from.to_owned(),
            shown: String::new(),
            name: None,
            platform: None,
            lines,
            steps: Vec::new(),
            is_written: false,
            context,
            is_replaced: false,
            triggered: true,
        });
        Ok(self.list.len() - 1)
    }

    /// A stage that needs itself, over whatever others, cannot be built; nor one that reads a later one.
    fn refuse_circles(&self) -> Result<(), Misplaced> {
        for (at, stage) in self.list.iter().enumerate() {
            if self.reaches(at, at) {
                let name = stage.name.clone().unwrap_or_else(|| at.to_string());
                return Err((SolveError::Circular { stage: name }, stage.lines));
            }
            for step in &stage.steps {
                if let Some(later) = step.sources.iter().find(|source| self.list[**source].is_written && **source > at)
                {
                    let from = self.list[*later].shown.clone();
                    let error = SolveError::LaterStage { from, stage: stage.shown.clone() };
                    return Err((error, step.instruction.lines));
                }
            }
        }
        Ok(())
    }

    fn reaches(&self, from: usize, goal: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut pending: Vec<usize> = self.needs(from).collect();
        while let Some(at) = pending.pop() {
            if at == goal {
                return true;
            }
            if seen.insert(at) {
                pending.extend(self.needs(at));
            }
        }
        false
    }
}

impl Stage {
    /// What its ONBUILD instructions ask of those that go on after it.
    fn triggers(&self) -> impl Iterator<Item = String> {
        self.steps.iter().filter_map(|step| match &step.instruction.command {
            Command::OnBuild { trigger } => Some(trigger.clone()),
            _ => None,
        })
    }

    /// Names of stages are kept in lower case; `--from` ignores the case, FROM does not.
    pub(super) fn is_named(&self, name: &str, fold: fn(&str) -> String) -> bool {
        self.name.as_ref().is_some_and(|known| *known == fold(name))
    }
}

fn platform(text: &str, globals: &Environment, escape: char) -> Result<Platform, SolveError> {
    let lookup = |name: &str| globals.get(name).map(str::to_owned);
    let found = Expander { escape, lookup: &lookup }.process(text)?;
    let meant =
        || did_you_mean(found.unmatched.iter().find_map(|name| nearest(name, globals.names())).map(str::to_owned));
    let expression = text.to_owned();
    if found.text.is_empty() {
        return Err(SolveError::BlankPlatform { expression, meant: meant() });
    }
    found.text.parse().map_err(|source| SolveError::Platform { expression, source, meant: meant() })
}
