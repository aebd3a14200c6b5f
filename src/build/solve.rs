//! A whole build, step after step, in the order `BuildKit` shows.

use super::cache::{Cache, Layer};
use super::checksum::Checksum;
use super::context::{self, Context};
use super::convert::{self, Plan};
use super::error::{BuildError, Place, SolveError};
use super::layer::Here;
use super::model;
use super::request::{BaseImage, Bases, Built, Request};
use super::steps::Steps;
use crate::dockerfile::{self, Command, Dockerfile, Expander, LineRange, Warning};
use crate::event::{Event, Events};
use crate::fs::{FsPath, Tree};
use crate::host::Host;
use crate::oci::{Descriptor, Platform, Reference};
use crate::store::Blobs;

const SCRATCH: &str = "scratch";

/// What the steps of one build share.
pub(super) struct Solver<'a> {
    pub request: &'a Request,
    pub blobs: &'a mut Blobs,
    pub cache: &'a mut Cache,
    pub host: &'a mut dyn Host,
    pub steps: Steps<'a>,
    /// Bytes of layers that this build compressed.
    pub compressed: u64,
    /// The Dockerfile, for the lines around an error.
    text: String,
    /// The last number in brackets, and how many there will be.
    number: usize,
    total: usize,
}

/// The base, found.
enum Base {
    Scratch,
    Image { reference: Reference, image: Box<BaseImage> },
}

/// Builds an image: its blobs are in `blobs` then, its names are the caller's to set.
pub fn build(
    request: &Request,
    blobs: &mut Blobs,
    cache: &mut Cache,
    bases: Bases<'_>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Built, BuildError> {
    context::check(request)?;
    let steps = Steps::new(events);
    let text = String::new();
    let mut solver = Solver { request, blobs, cache, host, steps, compressed: 0, text, number: 0, total: 0 };
    solver.solve(bases)
}

impl Solver<'_> {
    fn solve(&mut self, bases: Bases<'_>) -> Result<Built, BuildError> {
        let context = context::load(self.request);
        let file = self.load_definition(context.as_ref().ok())?;
        let base = self.load_metadata(&file, bases)?;
        let context = context.map_err(|error| self.fail(error, None))?;
        self.transfer("[internal] load .dockerignore", context.ignore_bytes);
        let plan = self.convert(&file, &base)?;
        if plan.copies().next().is_some() {
            let found = plan.copies().filter_map(|copy| copy.find(&context.tree).ok());
            let paths = found.flat_map(|found| found.paths().cloned().collect::<Vec<_>>()).collect();
            self.transfer("[internal] load build context", context.bytes_of(&paths));
        }
        self.total = count_steps(&file, &base);
        let (mut here, base_layers) = self.start_from(base);
        let layers = self.run_all(&plan, &context, &mut here)?;
        Ok(self.export(plan, base_layers, &layers, here.tree))
    }

    fn load_definition(&mut self, context: Option<&Context>) -> Result<Dockerfile, BuildError> {
        let name = self.request.dockerfile.name().to_owned();
        self.steps.start(format!("[internal] load build definition from {name}"));
        let loaded = context::dockerfile(self.request);
        let bytes = loaded.as_ref().map_or(super::wire::END, |(_, bytes)| *bytes);
        self.steps.report("transferring dockerfile:", bytes, 0, model::TRANSFER.of(bytes));
        let parsed = loaded.and_then(|(text, _)| {
            self.text = text;
            let file = dockerfile::parse(&self.text)?;
            convert::check_supported(&file).map(|()| file)
        });
        let warnings = parsed.as_ref().map_or_else(|_| Vec::new(), |file| warnings(file, context));
        for Warning { rule, message, line } in warnings {
            self.steps.tell(Event::BuildWarned { rule: rule.to_owned(), message, line });
        }
        self.steps.done(model::LOAD.of(bytes), None);
        parsed.map_err(|error| {
            let lines = match &error {
                SolveError::Parse { source } => source.lines(),
                SolveError::Unsupported { lines, .. } => Some(*lines),
                _ => None,
            };
            self.fail(error, lines)
        })
    }

    fn load_metadata(&mut self, file: &Dockerfile, bases: Bases<'_>) -> Result<Base, BuildError> {
        let lines = Some(file.last_stage().lines);
        let expander = Expander { escape: file.escape, lookup: &|_| None };
        let written = &file.last_stage().base;
        let base = expander.word(written).map_err(|error| self.fail(error, lines))?;
        if base.is_empty() {
            return Err(self.fail(SolveError::BlankBase { base: written.clone() }, lines));
        }
        if base == SCRATCH {
            return Ok(Base::Scratch);
        }
        let parsed = base.parse::<Reference>();
        let reference = match parsed {
            Ok(reference) => reference.tagged(),
            Err(source) => return Err(self.fail(SolveError::StageName { base, source }, lines)),
        };
        self.steps.start(format!("[internal] load metadata for {reference}"));
        let image = bases(&reference, self.host, self.steps.events()).map_err(|source| {
            self.steps.failed(source.to_string());
            self.fail(SolveError::Base { base: base.clone(), reference: reference.to_string(), source }, lines)
        })?;
        self.steps.done(model::METADATA.of(0), None);
        if !image.config.config.on_build.is_empty() {
            return Err(self.fail(SolveError::OnBuild { base }, lines));
        }
        Ok(Base::Image { reference, image: Box::new(image) })
    }

    fn convert(&mut self, file: &Dockerfile, base: &Base) -> Result<Plan, BuildError> {
        let config = match base {
            Base::Scratch => convert::scratch(&self.request.platform.clone().unwrap_or_else(Platform::wasi)),
            Base::Image { image, .. } => image.config.clone(),
        };
        convert::convert(file.last_stage(), file.escape, config).map_err(|(error, lines)| self.fail(error, Some(lines)))
    }

    fn transfer(&mut self, name: &str, bytes: u64) {
        self.steps.start(name);
        let millis = model::TRANSFER.of(bytes);
        self.steps.report("transferring context:", bytes, 0, millis);
        self.steps.done(model::LOAD.of(0) + millis, None);
    }

    /// The step of FROM, which an image from scratch has not.
    fn start_from(&mut self, base: Base) -> (Here, Vec<Descriptor>) {
        let Base::Image { mut reference, image } = base else {
            let key = Checksum::default().field(SCRATCH.as_bytes()).finish();
            return (Here::after(&key, &[], Tree::default()), Vec::new());
        };
        reference.digest = Some(image.digest);
        self.start_numbered(&format!("FROM {reference}"));
        let mut millis = model::RESOLVE.of(0);
        self.steps.report(format!("resolve {reference}"), 0, 0, millis);
        for layer in &image.fetched {
            let (fetch, unpack) = (model::FETCH.of(layer.size), model::UNPACK.of(layer.size));
            self.steps.report(layer.digest.to_string(), layer.size, layer.size, fetch);
            self.steps.report(format!("extracting {}", layer.digest), 0, 0, unpack);
            millis += fetch + unpack;
        }
        let key = Checksum::default().field(b"from").field(image.digest.bytes()).finish();
        if image.fetched.is_empty() && self.cache.knows(&key) {
            self.steps.cached();
        } else {
            self.cache.put(key, None);
            self.steps.done(millis, None);
        }
        (Here::after(&key, &[], image.tree), image.manifest.layers)
    }

    fn run_all(&mut self, plan: &Plan, context: &Context, here: &mut Here) -> Result<Vec<Layer>, BuildError> {
        let mut layers = Vec::new();
        for operation in &plan.operations {
            self.start_numbered(&operation.name);
            match self.run(operation, &context.tree, here) {
                Ok(layer) => layers.push(layer),
                Err(error) => {
                    // The step itself does not say that it was about a cache key.
                    let message = match &error {
                        SolveError::CacheKey { source } => source.to_string(),
                        error => error.to_string(),
                    };
                    self.steps.failed(message);
                    return Err(self.fail(error, Some(operation.lines)));
                }
            }
        }
        Ok(layers)
    }

    /// Begins `[ 2/10] COPY . .`
    fn start_numbered(&mut self, name: &str) {
        self.number += 1;
        let width = self.total.to_string().len();
        self.steps.start(format!("[{:width$}/{}] {name}", self.number, self.total));
    }

    fn fail(&self, source: impl Into<SolveError>, lines: Option<LineRange>) -> BuildError {
        let place = lines.map(|lines| Place {
            file: self.request.dockerfile.name().to_owned(),
            text: self.text.clone(),
            lines,
        });
        BuildError::Solve { source: Box::new(source.into()), place: place.map(Box::new) }
    }
}

/// FROM, unless it is scratch, and every instruction that works on files.
fn count_steps(file: &Dockerfile, base: &Base) -> usize {
    let works = |command: &Command| matches!(command, Command::Workdir { .. } | Command::Copy(_));
    let steps = file.last_stage().instructions.iter().filter(|instruction| works(&instruction.command)).count();
    steps + usize::from(matches!(base, Base::Image { .. }))
}

/// The linter's remarks, and one for each source of COPY that stays at home.
fn warnings(file: &Dockerfile, context: Option<&Context>) -> Vec<Warning> {
    let mut warnings = dockerfile::lint(file);
    let excluded = |source: &&String| {
        let known = !source.contains('$');
        known && context.is_some_and(|context| context.ignore.excludes(&FsPath::from(source.as_str())))
    };
    for instruction in &file.last_stage().instructions {
        let Command::Copy(transfer) = &instruction.command else { continue };
        for source in transfer.sources.iter().filter(excluded) {
            let source = dockerfile::quote(source);
            let message = format!("Attempting to Copy file {source} that is excluded by .dockerignore");
            warnings.push(Warning { rule: "CopyIgnoredFile", message, line: instruction.lines.first });
        }
    }
    warnings
}
