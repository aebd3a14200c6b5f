//! A whole build, step after step, in the order `BuildKit` shows. It is a
//! value that goes on a little at a time, so that whoever runs it can show
//! what it does, and stop it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::cache::Cache;
use super::context::{self, Context};
use super::convert::{Misplaced, Plan};
use super::environment::Environment;
use super::error::{BuildError, Place, SolveError};
use super::exchange::{Import, Importing};
use super::layer::Here;
use super::process::Running;
use super::request::{BaseImage, Built, Request, Tools};
use super::stages::Stages;
use super::steps::Steps;
use crate::dockerfile::{Dockerfile, LineRange, Warning};
use crate::event::Events;
use crate::oci::{Digest, Platform, Reference, Timestamp};
use crate::store::Blobs;

/// A build under way.
pub struct Build {
    pub(super) request: Request,
    pub(super) blobs: Blobs,
    pub(super) cache: Cache,
    pub(super) steps: Steps,
    /// Bytes of layers that this build compressed.
    pub(super) compressed: u64,
    /// When it began.
    pub(super) started: Timestamp,
    /// The files that may be copied.
    pub(super) context: Context,
    /// Those of named contexts, by name.
    pub(super) named: BTreeMap<String, Context>,
    /// What other builders know, and a layer of theirs on its way here.
    pub(super) imports: Vec<Import>,
    pub(super) importing: Option<Importing>,
    pub(super) targets: Vec<Target>,
    /// What is known of bases, by their names and platforms.
    pub(super) bases: Vec<(Reference, Platform, BaseImage)>,
    /// The Dockerfile, for the lines around an error.
    pub(super) text: String,
    pub(super) file: Option<Dockerfile>,
    /// Where the context came from, and the digest of what came.
    pub(super) fetched: Option<(String, Digest)>,
    /// What the linter has said of it.
    pub(super) remarks: Vec<Warning>,
    /// Steps that were shown already: one that several stages share is shown once.
    pub(super) shown: BTreeSet<(Option<usize>, Digest)>,
    pub(super) tasks: VecDeque<Task>,
    pub(super) running: Option<Running>,
}

/// What is built for one platform.
pub(super) struct Target {
    pub platform: Platform,
    pub stages: Stages,
    /// What FROM lines see.
    pub globals: Environment,
    /// The images that stages begin with, by number of the stage.
    pub bases: BTreeMap<usize, BaseImage>,
    pub plans: BTreeMap<usize, Plan>,
    /// How far each stage has come.
    pub reached: BTreeMap<usize, Here>,
}

/// A piece of the work.
#[derive(Debug, Clone, Copy)]
pub(super) enum Task {
    Definition,
    Metadata,
    Context,
    From { target: usize, stage: usize },
    Operation(At),
    Export,
}

/// Which step of which stage of which target.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub target: usize,
    pub stage: usize,
    pub operation: usize,
}

impl Build {
    /// Begins a build that may use the results in `cache`.
    pub fn new(request: Request, cache: Cache) -> Result<Self, BuildError> {
        if request.remote.is_none() {
            context::check(&request)?;
        }
        Ok(Self {
            request,
            blobs: Blobs::default(),
            cache,
            steps: Steps::default(),
            compressed: 0,
            started: Timestamp::default(),
            context: Context::default(),
            named: BTreeMap::new(),
            imports: Vec::new(),
            importing: None,
            targets: Vec::new(),
            bases: Vec::new(),
            text: String::new(),
            file: None,
            fetched: None,
            remarks: Vec::new(),
            shown: BTreeSet::new(),
            tasks: VecDeque::from([Task::Definition, Task::Metadata, Task::Context]),
            running: None,
        })
    }

    /// Does the next piece of the work, or lets the program of a RUN burn about
    /// `fuel`; what was built, when it is done.
    pub fn advance(&mut self, fuel: u64, tools: &mut Tools<'_>) -> Result<Option<Built>, BuildError> {
        self.steps.measure(tools.host.stopwatch());
        let result = self.work(fuel, tools);
        self.tell(tools);
        result
    }

    /// What the linter says, once it has seen the bases; nothing has been built then.
    pub fn remarks(&self) -> Option<&[Warning]> {
        let is_planned = matches!(self.tasks.front(), None | Some(Task::From { .. } | Task::Export));
        (is_planned && self.running.is_none()).then_some(&self.remarks)
    }

    /// All that the linter has said so far.
    pub fn warnings(&self) -> &[Warning] {
        &self.remarks
    }

    /// What is known of steps, those of this build that are finished among them.
    pub fn finished(&self) -> &Cache {
        &self.cache
    }

    /// The name of the Dockerfile and its text, once it is read.
    pub fn source(&self) -> (&str, &str) {
        (self.request.dockerfile.name(), &self.text)
    }

    /// The lines of the Dockerfile that `warning` is about.
    pub fn place(&self, warning: &Warning) -> Place {
        let file = self.request.dockerfile.name().to_owned();
        Place { file, text: self.text.clone(), lines: warning.lines }
    }

    /// Goes on to the end without leaving.
    pub fn finish(mut self, tools: &mut Tools<'_>) -> Result<Built, BuildError> {
        loop {
            if let Some(built) = self.advance(crate::limits::SLICE_FUEL, tools)? {
                return Ok(built);
            }
        }
    }

    /// Ends it here, because Ctrl-C came. What it has finished is in its cache.
    pub fn cancel(&mut self, events: Events<'_>) -> BuildError {
        if let Some(running) = self.running.take() {
            running.give_up(&mut self.cache);
        }
        if self.steps.is_open() {
            self.steps.canceled();
        }
        self.steps.take().into_iter().for_each(events);
        BuildError::canceled()
    }

    /// Hands out what has happened.
    pub(super) fn tell(&mut self, tools: &mut Tools<'_>) {
        for event in self.steps.take() {
            (tools.events)(event);
        }
    }

    fn work(&mut self, fuel: u64, tools: &mut Tools<'_>) -> Result<Option<Built>, BuildError> {
        if self.running.is_some() {
            self.run_on(fuel, tools)?;
            return Ok(None);
        }
        if let Some(importing) = self.importing.take() {
            self.import_on(importing, tools);
            return Ok(None);
        }
        let Some(task) = self.tasks.pop_front() else { return self.export(tools).map(Some) };
        match task {
            Task::Definition => {
                self.started = tools.host.now();
                self.load_remote(tools)?;
                self.load_definition(tools)?;
            }
            Task::Metadata => {
                if !self.load_metadata(tools)? {
                    self.tasks.push_front(Task::Metadata);
                }
            }
            Task::Context => self.load_context(tools)?,
            Task::From { target, stage } => self.start_from(target, stage, tools)?,
            Task::Operation(at) => self.operate(at, tools)?,
            Task::Export => return self.export(tools).map(Some),
        }
        Ok(None)
    }

    /// The plan of a stage, which `load_context` made.
    pub(super) fn plan(&self, target: usize, stage: usize) -> &Plan {
        &self.targets[target].plans[&stage]
    }

    /// Rights are judged when all is resolved, and then no line is known any more.
    pub(super) fn misplaced(&self, (error, lines): Misplaced) -> BuildError {
        let is_placed = lines.first > 0 && !matches!(error, SolveError::Entitlement { .. });
        self.fail(error, is_placed.then_some(lines))
    }

    pub(super) fn fail(&self, source: impl Into<SolveError>, lines: Option<LineRange>) -> BuildError {
        let place = lines.map(|lines| Place {
            file: self.request.dockerfile.name().to_owned(),
            text: self.text.clone(),
            lines,
        });
        BuildError::Solve { source: Box::new(source.into()), place: place.map(Box::new) }
    }
}
