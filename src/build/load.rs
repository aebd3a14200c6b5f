//! What a build reads before its first step: the Dockerfile, what its bases
//! are, the context. After it the work is known: each stage has its plan.

use super::context;
use super::convert::{self, Plan, count_steps};
use super::copy::Copy;
use super::environment::{self, Environment};
use super::error::{BuildError, SolveError};
use super::model;
use super::named::NamedContext;
use super::request::{BaseImage, BaseRequest, Request, Tools};
use super::solve::{At, Build, Target, Task};
use super::stages::{Base, Stages};
use crate::dockerfile::{self, Dockerfile};
use crate::fs::FsPath;
use crate::oci::{Platform, Reference, Timestamp};

impl Build {
    /// Reads the Dockerfile, and the context quietly.
    pub(super) fn load_definition(&mut self, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        let context = context::load(&self.request);
        let name = self.request.dockerfile.name().to_owned();
        let loaded = context::dockerfile(&self.request);
        let bytes = loaded.as_ref().map_or(super::wire::END, |(_, bytes)| *bytes);
        if self.is_local() {
            self.steps.start(format!("[internal] load build definition from {name}"));
            self.steps.report("transferring dockerfile:", bytes, 0, model::TRANSFER.of(bytes));
        }
        let parsed = loaded.and_then(|(text, _)| {
            self.text = text;
            let (file, mistake) = dockerfile::parse_until_mistake(&self.text)?;
            let Some(mistake) = mistake else { return Ok(file) };
            self.remark_until_mistake(&file)?;
            Err(mistake.into())
        });
        let planned = parsed.as_ref().map_or(Ok(()), |file| self.plan_targets(file));
        let checked = parsed.as_ref().map_or(Ok(()), |file| self.remark_early(file));
        if self.is_local() {
            self.steps.done(model::LOAD.of(bytes), None);
        }
        let file = parsed.map_err(|error| {
            let lines = if let SolveError::Parse { source } = &error { source.lines() } else { None };
            self.fail(error, lines)
        })?;
        checked.map_err(|error| self.fail(error, None))?;
        self.context = context.map_err(|error| self.fail(error, None))?;
        planned?;
        self.file = Some(file);
        // What follows may take long; let the above be seen first.
        self.tell(tools);
        Ok(())
    }

    /// Whether the context lies on the machine, and travels from there.
    fn is_local(&self) -> bool {
        self.fetched.is_none()
    }

    /// One target a platform, each with the stages as they are for it.
    fn plan_targets(&mut self, file: &Dockerfile) -> Result<(), BuildError> {
        let mut platforms = self.request.platforms.clone();
        if platforms.is_empty() {
            platforms.push(self.request.builder.clone());
        }
        for platform in platforms {
            let globals = self.globals(file, &platform)?;
            let stages = Stages::new(file, &globals, self.request.target.as_deref(), &self.request.contexts);
            let mut stages = stages.map_err(|error| self.misplaced(error))?;
            stages.all_needed = self.request.all_stages;
            let target = Target {
                platform,
                stages,
                globals,
                bases: std::collections::BTreeMap::new(),
                plans: std::collections::BTreeMap::new(),
                reached: std::collections::BTreeMap::new(),
            };
            self.targets.push(target);
        }
        Ok(())
    }

    /// The name of the stage that is built, if it has one.
    pub(super) fn target_stage(&self, file: &Dockerfile) -> String {
        let last = || file.stages.last().and_then(dockerfile::Stage::known_as);
        self.request.target.clone().or_else(last).unwrap_or_default()
    }

    fn globals(&self, file: &Dockerfile, platform: &Platform) -> Result<Environment, BuildError> {
        let stage = self.target_stage(file);
        let Request { builder, arguments, .. } = &self.request;
        environment::globals(file, builder, platform, &stage, arguments).map_err(|error| self.misplaced(error))
    }

    /// Asks what the bases are, each once; their triggers may name more images. False if one is still on its way.
    pub(super) fn load_metadata(&mut self, tools: &mut Tools<'_>) -> Result<bool, BuildError> {
        for at in 0..self.targets.len() {
            loop {
                let triggered = self.targets[at].stages.add_triggers_of_stages();
                triggered.map_err(|error| self.misplaced(error))?;
                self.load_named(at)?;
                let target = &self.targets[at];
                let missing = target.stages.needed().into_iter().find_map(|stage| target.unresolved(stage));
                let Some((stage, reference, platform)) = missing else { break };
                let is_it =
                    |(name, wanted, _): &&(Reference, Platform, BaseImage)| *name == reference && *wanted == platform;
                let before = self.bases.iter().find(is_it).map(|(.., image)| image.clone());
                let resolve = || self.resolve(at, stage, &reference, &platform, tools);
                let Some(image) = before.map_or_else(resolve, |image| Ok(Some(image)))? else { return Ok(false) };
                self.bases.push((reference, platform, image.clone()));
                let lines = self.targets[at].stages.list[stage].lines;
                let added = self.targets[at].stages.add_triggers(stage, &image.config.config.on_build);
                added.map_err(|error| self.fail(error, Some(lines)))?;
                self.targets[at].bases.insert(stage, image);
            }
        }
        Ok(true)
    }

    fn resolve(
        &mut self,
        target: usize,
        stage: usize,
        reference: &Reference,
        platform: &Platform,
        tools: &mut Tools<'_>,
    ) -> Result<Option<BaseImage>, BuildError> {
        let context = self.targets[target].stages.list[stage].context.clone();
        let named = context.as_ref().map(|key| &self.request.contexts[key]);
        if !self.steps.is_open() {
            let prefix = match &context {
                Some(key) => format!("[context {key}]"),
                None if self.targets.len() > 1 => format!("[{platform} internal]"),
                None => "[internal]".to_owned(),
            };
            let asked = named.map_or_else(|| reference.to_string(), |named| named.asked(reference));
            self.steps.start(format!("{prefix} load metadata for {asked}"));
            self.steps.take().into_iter().for_each(&mut *tools.events);
        }
        let layout = named.and_then(NamedContext::layout);
        let request = BaseRequest { reference, platform, pull: self.request.pull, layout };
        let (steps, events) = (&mut self.steps, &mut *tools.events);
        match (tools.bases)(&request, tools.host, &mut |event| steps.hear(event, events)) {
            Ok(None) => Ok(None),
            Ok(image) => {
                self.steps.done(model::METADATA.of(0), None);
                Ok(image)
            }
            Err(source) => {
                self.steps.failed(source.to_string());
                let stage = &self.targets[target].stages.list[stage];
                let (base, lines, reference) = (stage.written.clone(), stage.lines, reference.to_string());
                let meant = self.targets[target].stages.meant_base(&base);
                let error = match context {
                    Some(_) => SolveError::ContextBase { reference, source },
                    None => SolveError::Base { base, reference, source, meant },
                };
                Err(self.fail(error, Some(lines)))
            }
        }
    }

    /// Resolves all words, asks what other builders know, sends what the steps will read, and lists the work.
    pub(super) fn load_context(&mut self, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        if self.is_local() {
            self.transfer("context", "[internal] load .dockerignore", self.context.ignore_bytes);
        }
        let violation = self.remark_late();
        let epoch = self.epoch()?;
        for at in 0..self.targets.len() {
            for stage in self.targets[at].stages.needed() {
                let plan = self.convert(at, stage, epoch)?;
                self.targets[at].plans.insert(stage, plan);
            }
        }
        if let Some(violation) = violation {
            return Err(self.fail(violation, None));
        }
        self.import_caches(tools);
        if !self.request.is_question {
            self.send_context();
        }
        self.list_tasks();
        Ok(())
    }

    fn epoch(&self) -> Result<Option<Timestamp>, BuildError> {
        let globals = &self.targets[0].globals;
        let given = environment::given_value(&self.request.arguments, "SOURCE_DATE_EPOCH");
        let Some(text) = given.or_else(|| globals.get("SOURCE_DATE_EPOCH").map(str::to_owned)) else { return Ok(None) };
        if text.is_empty() {
            return Ok(None);
        }
        let seconds = text.parse::<u64>().map_err(|_| self.fail(SolveError::Epoch { value: text }, None))?;
        Ok(Some(Timestamp::from_seconds(seconds)))
    }

    fn convert(&self, at: usize, number: usize, epoch: Option<Timestamp>) -> Result<Plan, BuildError> {
        let target = &self.targets[at];
        let stage = &target.stages.list[number];
        let platform = if self.targets.len() > 1 { format!("{} ", target.platform) } else { String::new() };
        let name = if stage.shown.is_empty() { String::new() } else { format!("{} ", stage.shown) };
        let context = convert::Context {
            escape: self.file.as_ref().map_or('\\', |file| file.escape),
            globals: target.globals.clone(),
            given: self.request.arguments.clone(),
            epoch,
            prefix: format!("{platform}{name}"),
            attributes: self.request.attributes.clone(),
            rights: self.request.rights,
            total: count_steps(stage),
            triggers: stage.steps.iter().filter(|step| step.is_trigger).count(),
        };
        let mut plan = match &stage.base {
            Base::Stage(base) => Plan::on_stage(&target.plans[base], context),
            Base::Scratch | Base::Files(_) => Plan::on_image(convert::scratch(&target.platform), context),
            Base::Image(_) => Plan::on_image(target.bases[&number].config.clone(), context),
        };
        plan.config.config.on_build.clear();
        plan.follow(stage).map_err(|error| self.misplaced(error))?;
        if number == target.stages.target {
            if let Some(key) = target.stages.files_below(number) {
                plan.record_files(key);
            }
            plan.config.config.labels.extend(self.request.labels.iter().cloned());
            if !self.request.platforms.is_empty() {
                plan.config.set_platform(&target.platform);
            }
        }
        Ok(plan)
    }

    /// What any step reads of the context travels once, and the texts of the Dockerfile are laid out.
    fn send_context(&mut self) {
        let plans = || self.targets.iter().flat_map(|target| target.plans.values());
        let copies = || plans().flat_map(Plan::copies).filter(|copy| copy.from.is_none());
        let mounts = || plans().flat_map(Plan::runs).flat_map(|run| &run.mounts).filter(|mount| mount.reads_context());
        let found = copies().filter_map(|copy| copy.find(&self.context.tree).ok());
        let mut paths = std::collections::BTreeSet::new();
        paths.extend(found.flat_map(|found| found.paths().cloned().collect::<Vec<_>>()));
        paths.extend(mounts().map(|mount| FsPath::from(mount.mount.source.as_deref().unwrap_or_default())));
        let inline: usize = plans().flat_map(Plan::copies).map(Copy::inline_files).sum();
        let reads = copies().any(Copy::reads_files) || mounts().next().is_some();
        if reads && self.is_local() {
            let bytes = context::bytes_of(&self.context.tree, &paths);
            self.transfer("context", "[internal] load build context", bytes);
        }
        self.send_named();
        for _ in 0..inline {
            self.steps.start("[internal] preparing inline document");
            self.steps.done(model::LOAD.of(0), None);
        }
    }

    /// The bases first, then each stage after those it reads.
    fn list_tasks(&mut self) {
        for (target, wanted) in self.targets.iter().enumerate() {
            let stages = wanted.stages.needed();
            self.tasks.extend(stages.iter().map(|stage| Task::From { target, stage: *stage }));
            for stage in stages {
                let operations = 0..wanted.plans[&stage].operations.len();
                self.tasks.extend(operations.map(|operation| Task::Operation(At { target, stage, operation })));
            }
        }
        self.tasks.push_back(Task::Export);
    }

    /// A step that brings `bytes` of the context `key`.
    pub(super) fn transfer(&mut self, key: &str, name: impl Into<String>, bytes: u64) {
        self.steps.start(name);
        let millis = model::TRANSFER.of(bytes);
        self.steps.report(format!("transferring {key}:"), bytes, 0, millis);
        self.steps.done(model::LOAD.of(0) + millis, None);
    }
}

impl Target {
    /// The image that `stage` begins with, if it is not known yet.
    fn unresolved(&self, stage: usize) -> Option<(usize, Reference, Platform)> {
        let Base::Image(reference) = &self.stages.list[stage].base else { return None };
        let platform = self.stages.list[stage].platform.as_ref().unwrap_or(&self.platform);
        (!self.bases.contains_key(&stage)).then(|| (stage, reference.clone(), platform.clone()))
    }
}
