//! A stage to the steps that make it and the configuration that describes
//! it. As in `BuildKit` all words are resolved here, before any step runs.

use super::copy::Copy;
use super::error::SolveError;
use super::metadata;
use crate::dockerfile::{self, Command, Dockerfile, Expander, Instruction, LineRange, Transfer};
use crate::fs::FsPath;
use crate::limits;
use crate::oci::{HistoryEntry, ImageConfig, Platform};

const COMMENT: &str = "buildkit.dockerfile.v0";
const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A stage, resolved.
pub(super) struct Plan {
    /// What describes the image; times, and the layers of the steps, come later.
    pub config: ImageConfig,
    /// How many lines of its history came with the base.
    pub inherited: usize,
    /// What makes it.
    pub operations: Vec<Operation>,
    escape: char,
    cmd_set: bool,
}

/// A step that makes a layer.
pub(super) struct Operation {
    /// The instruction as progress shows it, without its number.
    pub name: String,
    pub lines: LineRange,
    pub kind: OperationKind,
}

pub(super) enum OperationKind {
    Workdir { path: FsPath },
    Copy(Copy),
}

/// Something wrong on some lines.
pub(super) type Misplaced = (SolveError, LineRange);

/// What an image from scratch starts with.
pub(super) fn scratch(platform: &Platform) -> ImageConfig {
    let mut config = ImageConfig::empty(platform);
    config.config.env = vec![DEFAULT_PATH.to_owned()];
    "/".clone_into(&mut config.config.working_dir);
    config
}

/// The steps of `stage` upon an image described by `config`.
pub(super) fn convert(stage: &dockerfile::Stage, escape: char, mut config: ImageConfig) -> Result<Plan, Misplaced> {
    config.created = None;
    let inherited = config.history.len();
    let mut plan = Plan { config, inherited, operations: Vec::new(), escape, cmd_set: false };
    for instruction in &stage.instructions {
        let at = |error| (error, instruction.lines);
        plan.add(instruction).map_err(at)?;
        if plan.config.rootfs.diff_ids.len() + plan.operations.len() > limits::IMAGE_LAYERS {
            return Err(at(SolveError::TooManyLayers));
        }
    }
    Ok(plan)
}

/// Refuses what no part of the build does yet, before any step runs.
pub(super) fn check_supported(file: &Dockerfile) -> Result<(), SolveError> {
    let refuse = |what: String, lines: LineRange| Err(SolveError::Unsupported { lines, what });
    if let Some(global) = file.globals.first() {
        return refuse("ARG".to_owned(), global.lines);
    }
    if let Some(second) = file.stages.get(1) {
        return refuse("a second FROM".to_owned(), second.lines);
    }
    let stage = file.last_stage();
    if stage.platform.is_some() {
        return refuse("FROM --platform".to_owned(), stage.lines);
    }
    for instruction in &stage.instructions {
        if let Some(what) = unsupported(instruction) {
            return refuse(what, instruction.lines);
        }
    }
    Ok(())
}

fn unsupported(instruction: &Instruction) -> Option<String> {
    match &instruction.command {
        Command::Workdir { .. }
        | Command::Env { .. }
        | Command::Label { .. }
        | Command::Expose { .. }
        | Command::Cmd(_)
        | Command::Entrypoint(_) => None,
        Command::Copy(transfer) => {
            let used = [
                ("a heredoc in COPY", !transfer.files.is_empty()),
                ("COPY --from", transfer.from.is_some()),
                ("COPY --chown", transfer.chown.is_some()),
                ("COPY --chmod", transfer.chmod.is_some()),
                ("COPY --link", transfer.link),
                ("COPY --parents", transfer.parents),
                ("COPY --exclude", !transfer.excludes.is_empty()),
            ];
            used.into_iter().find(|(_, used)| *used).map(|(what, _)| what.to_owned())
        }
        _ => Some(instruction.keyword.to_uppercase()),
    }
}

impl Plan {
    /// Every COPY.
    pub(super) fn copies(&self) -> impl Iterator<Item = &Copy> {
        self.operations.iter().filter_map(|operation| match &operation.kind {
            OperationKind::Copy(copy) => Some(copy),
            OperationKind::Workdir { .. } => None,
        })
    }

    fn add(&mut self, instruction: &Instruction) -> Result<(), SolveError> {
        match &instruction.command {
            Command::Workdir { path } => self.workdir(instruction, path),
            Command::Copy(Transfer { sources, destination, .. }) => self.copy(instruction, sources, destination),
            Command::Env { pairs } => metadata::env(self, pairs),
            Command::Label { pairs } => metadata::label(self, pairs),
            Command::Expose { ports } => metadata::expose(self, ports),
            Command::Cmd(line) => {
                self.cmd_set = true;
                metadata::cmd(self, line);
                Ok(())
            }
            Command::Entrypoint(line) => {
                metadata::entrypoint(self, line, self.cmd_set);
                Ok(())
            }
            _ => unreachable!("`check_supported` refuses what is not here"),
        }
    }

    /// Makes a layer even if the folder is there; only `/` makes none.
    fn workdir(&mut self, instruction: &Instruction, path: &str) -> Result<(), SolveError> {
        let path = self.working_directory().join(&self.word(path)?);
        self.config.config.working_dir = path.to_string();
        let layer = path != FsPath::root();
        self.record(format!("WORKDIR {path}"), layer);
        if layer {
            self.operate(instruction, OperationKind::Workdir { path });
        }
        Ok(())
    }

    fn copy(&mut self, instruction: &Instruction, sources: &[String], destination: &str) -> Result<(), SolveError> {
        let sources = sources.iter().map(|source| self.word(source)).collect::<Result<Vec<_>, _>>()?;
        let destination = self.word(destination)?;
        let copy = Copy::new(&sources, &destination, &self.working_directory())?;
        self.record(format!("COPY {} {destination} # buildkit", sources.join(" ")), true);
        self.operate(instruction, OperationKind::Copy(copy));
        Ok(())
    }

    fn operate(&mut self, instruction: &Instruction, kind: OperationKind) {
        let shown = self.word(&instruction.source).unwrap_or_else(|_| instruction.source.clone());
        let (keyword, rest) = shown.split_once(' ').unwrap_or((&shown, ""));
        let name = format!("{} {rest}", keyword.to_uppercase());
        self.operations.push(Operation { name, lines: instruction.lines, kind });
    }

    fn working_directory(&self) -> FsPath {
        FsPath::from(self.config.config.working_dir.as_str())
    }

    /// Adds a line to the history; its time is known when the layers are.
    pub(super) fn record(&mut self, created_by: String, layer: bool) {
        let entry = HistoryEntry { created: None, created_by, comment: COMMENT.to_owned(), empty_layer: !layer };
        self.config.history.push(entry);
    }

    /// `word` with quotes removed and variables replaced.
    pub(super) fn word(&self, word: &str) -> Result<String, SolveError> {
        let lookup = |name: &str| self.variable(name);
        Ok(Expander { escape: self.escape, lookup: &lookup }.word(word)?)
    }

    /// As [`Plan::word`], split at blanks.
    pub(super) fn words(&self, word: &str) -> Result<Vec<String>, SolveError> {
        let lookup = |name: &str| self.variable(name);
        Ok(Expander { escape: self.escape, lookup: &lookup }.words(word)?)
    }

    fn variable(&self, name: &str) -> Option<String> {
        let mut pairs = self.config.config.env.iter().filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }
}
