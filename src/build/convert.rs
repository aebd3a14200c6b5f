//! A stage to the steps that make it and the configuration that describes
//! it. As in `BuildKit` all words are resolved here, before any step runs.

use std::collections::BTreeMap;

use super::copy::Copy;
use super::environment::{self, Environment, given_value};
use super::error::SolveError;
use super::metadata;
use super::request::Rights;
use super::run::Run;
use super::stages::{Base, Stage, Step};
use super::workdir::Workdir;
use crate::dockerfile::{Argument, Command, ExpandError, Expander, LineRange, Transfer};
use crate::fs::FsPath;
use crate::limits;
use crate::oci::{HistoryEntry, ImageConfig, Platform, Reference, Timestamp};
use crate::text::Case;

const COMMENT: &str = "buildkit.dockerfile.v0";
/// What is said of a layer that no instruction made.
const EXPORTED: &str = "buildkit.exporter.image.v0";
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A stage, resolved for one platform.
#[derive(Clone)]
pub(super) struct Plan {
    /// What describes the image; times, and the layers of the steps, come later.
    pub config: ImageConfig,
    /// How many lines of its history came with the image it began with.
    pub inherited: usize,
    /// What makes it.
    pub operations: Vec<Operation>,
    /// What words are resolved against: ENVs and ARGs, the latest wins.
    pub environment: Environment,
    /// The ARGs so far, which a RUN records.
    pub arguments: Vec<Argument>,
    context: Context,
    cmd_set: bool,
}

/// What is the same for all instructions of a stage.
#[derive(Clone)]
pub(super) struct Context {
    /// The escape character of the Dockerfile.
    pub escape: char,
    /// The ARGs before the first FROM.
    pub globals: Environment,
    /// Values given with `--build-arg`.
    pub given: Vec<(String, String)>,
    /// The time of everything, if `SOURCE_DATE_EPOCH` says so.
    pub epoch: Option<Timestamp>,
    /// What progress shows before the number of a step: the platform, if several are built, and the stage.
    pub prefix: String,
    /// What is said of every RUN, and what it may ask for.
    pub attributes: BTreeMap<String, String>,
    pub rights: Rights,
    /// How many steps the stage has.
    pub total: usize,
    /// How many of them its base asked for.
    pub triggers: usize,
}

/// A step that makes a layer.
#[derive(Clone)]
pub(super) struct Operation {
    /// As progress shows it, with its number.
    pub name: String,
    pub lines: LineRange,
    pub kind: OperationKind,
}

#[derive(Clone)]
pub(super) enum OperationKind {
    Workdir(Workdir),
    Copy(Box<Copy>),
    Run(Box<Run>),
}

/// Something wrong on some lines.
pub(super) type Misplaced = (SolveError, LineRange);

/// What an image from scratch starts with.
pub(super) fn scratch(platform: &Platform) -> ImageConfig {
    let mut config = ImageConfig::empty(platform);
    "/".clone_into(&mut config.config.working_dir);
    config
}

/// How many steps progress counts: FROM, unless it is scratch or a stage, and what works on files.
pub(super) fn count_steps(stage: &Stage) -> usize {
    let works = |step: &&Step| {
        matches!(
            step.instruction.command,
            Command::Workdir { .. } | Command::Copy(_) | Command::Add(_) | Command::Run(_)
        )
    };
    let counts = |step: &&Step| step.is_trigger || works(step);
    stage.steps.iter().filter(counts).count() + usize::from(matches!(stage.base, Base::Image(_) | Base::Files(_)))
}

impl Context {
    /// `[builder 2/10] ` before the name of a step.
    pub(super) fn numbered(&self, number: usize, name: &str) -> String {
        let width = self.total.to_string().len();
        format!("[{}{number:width$}/{}] {name}", self.prefix, self.total)
    }
}

impl Plan {
    /// A stage that begins with an image, or with nothing.
    pub(super) fn on_image(mut config: ImageConfig, context: Context) -> Self {
        config.created = None;
        config.cache = None;
        let inherited = config.history.len();
        let mut plan = Self {
            config,
            inherited,
            operations: Vec::new(),
            environment: Environment::default(),
            arguments: Vec::new(),
            context,
            cmd_set: false,
        };
        plan.begin();
        plan
    }

    /// A stage that goes on where another one ended, with its ARGs.
    pub(super) fn on_stage(base: &Self, context: Context) -> Self {
        let mut plan = Self { operations: Vec::new(), context, cmd_set: false, ..base.clone() };
        plan.config.config.on_build.clear();
        plan.begin();
        plan
    }

    /// PATH is always set, and the variables of the image are those of the steps.
    fn begin(&mut self) {
        let env = &mut self.config.config.env;
        if !env.iter().any(|entry| entry.starts_with("PATH=")) {
            env.push(format!("PATH={DEFAULT_PATH}"));
        }
        for entry in env.iter() {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            self.environment.set(name, value.to_owned());
        }
    }

    /// Adds the instructions of `stage`.
    pub(super) fn follow(&mut self, stage: &Stage) -> Result<(), Misplaced> {
        let mut number = usize::from(matches!(stage.base, Base::Image(_) | Base::Files(_)));
        for step in &stage.steps {
            let at = |error| (error, step.instruction.lines);
            let before = self.operations.len();
            self.add(step).map_err(at)?;
            if let Some(operation) = self.operations.get_mut(before) {
                number += 1;
                let trigger = if step.is_trigger { "ONBUILD " } else { "" };
                operation.name = self.context.numbered(number, &format!("{trigger}{}", operation.name));
            }
            if self.config.rootfs.diff_ids.len() + self.operations.len() > limits::IMAGE_LAYERS {
                return Err(at(SolveError::TooManyLayers));
            }
        }
        Ok(())
    }

    /// Every COPY and ADD.
    pub(super) fn copies(&self) -> impl Iterator<Item = &Copy> {
        self.operations.iter().filter_map(|operation| match &operation.kind {
            OperationKind::Copy(copy) => Some(&**copy),
            _ => None,
        })
    }

    /// Every RUN.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Run> {
        self.operations.iter().filter_map(|operation| match &operation.kind {
            OperationKind::Run(run) => Some(&**run),
            _ => None,
        })
    }

    fn add(&mut self, step: &Step) -> Result<(), SolveError> {
        let instruction = &step.instruction;
        match &instruction.command {
            Command::Add(transfer) => self.copy(step, transfer, true),
            Command::Copy(transfer) => self.copy(step, transfer, false),
            Command::Run(run) => {
                let run = Run::resolve(run, &step.sources, self)?;
                let shown = run.shown(&instruction.source, self);
                self.record(run.history(self), true);
                self.operate(step, shown, OperationKind::Run(Box::new(run)));
                Ok(())
            }
            Command::Workdir { path } => self.workdir(step, path),
            Command::Arg { arguments } => self.argue(arguments),
            Command::Env { pairs } => metadata::env(self, pairs),
            Command::Label { pairs } => metadata::label(self, pairs),
            Command::Expose { ports } => metadata::expose(self, ports),
            Command::User { user } => metadata::user(self, user),
            Command::Volume { paths } => metadata::volume(self, paths),
            Command::StopSignal { signal } => metadata::stop_signal(self, signal),
            Command::Cmd(line) => {
                self.cmd_set = true;
                metadata::cmd(self, line);
                Ok(())
            }
            Command::Entrypoint(line) => {
                metadata::entrypoint(self, line, self.cmd_set);
                Ok(())
            }
            Command::Healthcheck(check) => {
                metadata::healthcheck(self, check);
                Ok(())
            }
            Command::Shell { words } => {
                metadata::shell(self, words);
                Ok(())
            }
            Command::Maintainer { name } => {
                metadata::maintainer(self, name);
                Ok(())
            }
            Command::OnBuild { trigger } => {
                self.config.config.on_build.push(trigger.clone());
                Ok(())
            }
        }
    }

    /// Makes a layer even if the folder is there; only `/` makes none.
    fn workdir(&mut self, step: &Step, path: &str) -> Result<(), SolveError> {
        let path = self.working_directory().join(&self.word(path)?);
        self.config.config.working_dir = path.to_string();
        let layer = path != FsPath::root();
        if layer {
            let owner = Some(self.config.config.user.clone()).filter(|user| !user.is_empty());
            let workdir = Workdir { path: path.clone(), owner, time: self.context.epoch };
            self.operate(step, self.shown(&step.instruction.source), OperationKind::Workdir(workdir));
        }
        self.record(format!("WORKDIR {path}"), layer);
        Ok(())
    }

    fn copy(&mut self, step: &Step, transfer: &Transfer, is_add: bool) -> Result<(), SolveError> {
        let copy = Copy::resolve(transfer, step.sources.first().copied(), is_add, self)?;
        self.record(format!("{} # buildkit", copy.history), true);
        self.operate(step, self.shown(&step.instruction.source), OperationKind::Copy(Box::new(copy)));
        Ok(())
    }

    /// An ARG takes the value given, its default, or that of the same name before the first FROM.
    fn argue(&mut self, arguments: &[Argument]) -> Result<(), SolveError> {
        let mut recorded = Vec::new();
        for Argument { name, default } in arguments {
            let value = match (given_value(&self.context.given, name), default) {
                (Some(value), _) => Some(value),
                (None, Some(default)) => Some(self.word(default)?),
                (None, None) => self.context.globals.get(name).map(str::to_owned),
            };
            recorded.push(value.as_ref().map_or_else(|| name.clone(), |value| format!("{name}={value}")));
            if let Some(value) = &value {
                self.environment.set_argument(name, value.clone());
            }
            self.arguments.push(Argument { name: name.clone(), default: value });
        }
        self.record(format!("ARG {}", recorded.join(" ")), false);
        Ok(())
    }

    fn operate(&mut self, step: &Step, name: String, kind: OperationKind) {
        self.operations.push(Operation { name, lines: step.instruction.lines, kind });
    }

    /// An instruction as progress shows it: its variables replaced, its first word in capitals.
    fn shown(&self, source: &str) -> String {
        uppercase(&self.word(source).unwrap_or_else(|_| source.to_owned()))
    }

    pub(super) fn working_directory(&self) -> FsPath {
        FsPath::from(self.config.config.working_dir.as_str())
    }

    /// The FROM of an image as progress shows it; the triggers it brings are not counted yet.
    pub(super) fn numbered_from(&self, reference: &Reference) -> String {
        let context = Context { total: self.context.total - self.context.triggers, ..self.context.clone() };
        context.numbered(1, &format!("FROM {reference}"))
    }

    /// What is said of every RUN, and what it may ask for.
    pub(super) fn of_runs(&self) -> (&BTreeMap<String, String>, Rights) {
        (&self.context.attributes, self.context.rights)
    }

    pub(super) fn escape(&self) -> char {
        self.context.escape
    }

    /// The time of everything, if it is set.
    pub(super) fn epoch(&self) -> Option<Timestamp> {
        self.context.epoch
    }

    /// Adds a line to the history; its time is known when the layers are.
    pub(super) fn record(&mut self, created_by: String, layer: bool) {
        let created = self.context.epoch;
        let entry = HistoryEntry { created, created_by, comment: COMMENT.to_owned(), empty_layer: !layer };
        self.config.history.push(entry);
    }

    /// The line of the history for files that a named context brought: whoever
    /// exports the image adds it, and so it comes last.
    pub(super) fn record_files(&mut self, key: &str) {
        self.record(format!("local source for {key}"), true);
        if let Some(line) = self.config.history.last_mut() {
            EXPORTED.clone_into(&mut line.comment);
        }
    }

    /// `word` with its variables replaced.
    pub(super) fn word(&self, word: &str) -> Result<String, SolveError> {
        environment::resolve(&self.environment, self.context.escape, word)
    }

    /// As [`Plan::word`], for one value of several.
    pub(super) fn expand(&self, value: &str) -> Result<String, ExpandError> {
        let lookup = |name: &str| self.environment.get(name).map(str::to_owned);
        Expander { escape: self.context.escape, lookup: &lookup }.word(value)
    }

    /// The words `word` becomes.
    pub(super) fn words(&self, word: &str) -> Result<Vec<String>, SolveError> {
        let lookup = |name: &str| self.environment.get(name).map(str::to_owned);
        Ok(Expander { escape: self.context.escape, lookup: &lookup }.words(word)?)
    }
}

/// `run x` as `RUN x`.
pub(super) fn uppercase(shown: &str) -> String {
    let (keyword, rest) = shown.split_once(' ').unwrap_or((shown, ""));
    format!("{} {rest}", keyword.uppercase())
}
