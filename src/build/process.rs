//! RUN while it runs: a program of the image, on the image's files and what
//! is mounted among them, stepped by fuel.

use bytes::BytesMut;

use super::cache::{Cache, Layer};
use super::checksum;
use super::error::{BuildError, SolveError};
use super::layer::{Here, Known};
use super::model;
use super::mounts::{Mounted, Placed};
use super::request::Tools;
use super::run::Run;
use super::solve::{At, Build};
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::host::Host;
use crate::oci::{Digest, Timestamp};
use crate::runtime::exec::{self, ExecError};
use crate::runtime::{Process, Program, StartError, Step, User};
use crate::text::Stream;

/// The folders runc mounts something on, which stay in the layer if they were not there.
const MOUNT_POINTS: [&str; 3] = ["/dev", "/proc", "/sys"];
/// Where a program finds its script.
const SCRIPT_MODE: u32 = 0o755;

/// A RUN whose program runs.
pub(super) struct Running {
    process: Box<dyn Process>,
    run: Run,
    at: At,
    key: Digest,
    before: Tree,
    placed: Placed,
    began: Timestamp,
    /// What it wrote that is not a whole line yet.
    partial: BytesMut,
}

impl Running {
    /// Its program is killed; what it put in its caches stays.
    pub(super) fn give_up(self, cache: &mut Cache) {
        self.placed.keep_caches(&self.process.into_tree(), cache);
    }

    /// How long it has run, modelled.
    fn millis(&self) -> u64 {
        model::RUN.of(0) + self.process.fuel_used() / model::FUEL_PER_MILLI
    }
}

impl Build {
    /// Begins `run` as the step `at`; its key and layer if that is known already.
    pub(super) fn begin_run(
        &mut self,
        run: Run,
        name: String,
        at: At,
        here: &Here,
        tools: &mut Tools<'_>,
    ) -> Result<Option<(Digest, Layer)>, SolveError> {
        let (key, contents) = self.find_mounted(&run, at, here, tools.host)?;
        self.begin_step(at.target, &key, name);
        match self.known_layer(&key, self.reuses(at), at) {
            Known::Layer(layer) => return Ok(Some((key, *layer))),
            Known::Coming => return Ok(None),
            Known::Nothing => {}
        }
        let began = self.now(tools.host);
        let made = Metadata::directory(Timestamp::from_seconds(began.seconds()));
        let before = here.files.tree_with(tools.host)?.clone();
        let mut tree = before.clone();
        for folder in MOUNT_POINTS.map(FsPath::from).iter().chain([&run.directory]) {
            let folder = tree.resolve(folder)?;
            tree.make_directories(&folder, made)?;
        }
        let placed = Placed::place(&run, &contents, &self.cache, &self.request.secrets, &mut tree, made)?;
        let user = User::look_up(&run.user, &tree);
        let user = user.map_err(|source| SolveError::User { command: run.arguments.join(" "), source })?;
        let process = start(&run, user, &placed, tree, began, tools);
        let process = match process {
            Ok(process) => process,
            Err(NotStarted { message, code }) => {
                self.steps.log(Stream::Stderr, message, model::RUN.of(0));
                return Err(SolveError::Process { command: run.arguments.join(" "), code, started: false });
            }
        };
        let partial = BytesMut::new();
        self.running = Some(Running { process, run, at, key, before, placed, began, partial });
        Ok(None)
    }

    /// The key of a RUN and what its binds show, which is not looked for if it was found there before.
    fn find_mounted(
        &mut self,
        run: &Run,
        at: At,
        here: &Here,
        host: &mut dyn Host,
    ) -> Result<(Digest, Vec<Option<Node>>), SolveError> {
        let target = at.target;
        let states = run.mounts.iter().map(|mount| Some(self.targets[target].here(mount.source?).state));
        let states: Vec<Option<Digest>> = states.collect();
        let reads_context = run.mounts.iter().any(Mounted::reads_context);
        let reads_stages = states.iter().any(Option::is_some) && !reads_context;
        let shortcut = reads_stages.then(|| run.shortcut(&here.state, &states));
        if let Some(key) = shortcut.filter(|_| self.reuses(at)).and_then(|key| self.cache.same(&key)) {
            return Ok((key, Vec::new()));
        }
        let contents = run.mounts.iter().map(|mount| self.mounted_content(mount, target, host));
        let contents = contents.collect::<Result<Vec<_>, _>>()?;
        let identity = |node: &Option<Node>| node.as_ref().map_or_else(|| Ok(Digest::of(b"")), checksum::of_node);
        let identities = contents.iter().map(identity).collect::<Result<Vec<_>, _>>()?;
        let key = run.key(&here.state, &identities);
        self.note_shortcut(shortcut, key);
        Ok((key, contents))
    }

    /// What a bind shows: files of the context or of a stage.
    fn mounted_content(&self, mount: &Mounted, target: usize, host: &mut dyn Host) -> Result<Option<Node>, SolveError> {
        let stage = mount.source.map(|stage| self.targets[target].here(stage));
        let tree = match &stage {
            Some(stage) => stage.files.tree_with(host)?,
            None if mount.reads_context() => &self.context.tree,
            None => return Ok(None),
        };
        let path = tree.resolve(&FsPath::from(mount.mount.source.as_deref().unwrap_or_default()));
        Ok(path.ok().and_then(|path| tree.get(&path).cloned()))
    }

    /// Lets the program of the RUN under way go on.
    pub(super) fn run_on(&mut self, fuel: u64, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        let Some(running) = &mut self.running else { return Ok(()) };
        let step = running.process.step(fuel);
        self.take_output();
        let Step::Exited { code } = step else { return Ok(()) };
        let Some(running) = self.running.take() else { return Ok(()) };
        self.exited(running, code, tools)
    }

    fn exited(&mut self, mut running: Running, code: i32, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        let millis = running.millis();
        if !running.partial.is_empty() {
            let rest = String::from_utf8_lossy(&running.partial.split()).into_owned();
            self.steps.log(Stream::Stdout, rest, millis);
        }
        let Running { process, run, at, key, before, placed, began, .. } = running;
        let mut tree = process.into_tree();
        placed.keep_caches(&tree, &mut self.cache);
        if code != 0 {
            let error = SolveError::Process { command: run.arguments.join(" "), code, started: true };
            return Err(self.step_failed(error, at));
        }
        let kept = placed.take_away(&mut tree);
        let layer = kept
            .map_err(SolveError::from)
            .and_then(|()| self.keep_layer(key, &before, tree, (began, millis), tools.host));
        match layer {
            Ok(layer) => self.arrived(at, &key, &layer),
            Err(error) => return Err(self.step_failed(error, at)),
        }
        self.tell(tools);
        Ok(())
    }

    fn take_output(&mut self) {
        let Some(running) = &mut self.running else { return };
        let millis = running.millis();
        for output in running.process.take_output() {
            running.partial.extend_from_slice(&output.bytes);
            while let Some(end) = running.partial.iter().position(|byte| *byte == b'\n') {
                let line = running.partial.split_to(end + 1);
                let text = String::from_utf8_lossy(&line[..end]).trim_end_matches('\r').to_owned();
                self.steps.log(output.stream, text, millis);
            }
        }
    }
}

/// Why the program of a RUN does not begin; what is logged, and the exit code.
struct NotStarted {
    message: String,
    code: i32,
}

fn start(
    run: &Run,
    user: User,
    placed: &Placed,
    tree: Tree,
    began: Timestamp,
    tools: &mut Tools<'_>,
) -> Result<Box<dyn Process>, NotStarted> {
    let search = run.variable("PATH").unwrap_or_default();
    let found = exec::resolve(&tree, &run.arguments, search, &run.directory, &user).map_err(refused)?;
    let unreadable = |_| refused(ExecError::NotFound { command: run.arguments[0].clone() });
    let module = tree.read(&found.program).map_err(unreadable)?;
    let mut seed = [0; 8];
    tools.host.random(&mut seed);
    let program_start = Program {
        arguments: found.arguments,
        environment: user.at_home(run.environment.iter().chain(&placed.variables).cloned().collect(), &tree),
        directory: run.directory.clone(),
        user,
        tree,
        started: began,
        seed: u64::from_le_bytes(seed),
        ..Program::default()
    };
    tools.processes.start(&module, program_start).map_err(|error| match error {
        StartError::NoInterpreter { reason } => {
            NotStarted { message: format!("failed to start shim: {reason}"), code: 1 }
        }
        error => NotStarted { message: format!("exec {}: exec format error: {error}", found.program), code: 255 },
    })
}

/// As runc says it, which then ends with 1; a program of another kind is found out inside.
fn refused(error: ExecError) -> NotStarted {
    match error {
        ExecError::Inside { .. } => NotStarted { code: error.exit_code(), message: error.to_string() },
        error => {
            let runc = "runc run failed: unable to start container process: error during container init";
            NotStarted { message: format!("{runc}: {error}"), code: 1 }
        }
    }
}

/// The script of a heredoc as a file.
pub(super) fn script_node(text: &str, made: Metadata) -> Node {
    Node::file(Metadata { mode: SCRIPT_MODE, ..made }, text.as_bytes().to_vec())
}
