//! RUN: which program, with which environment, files and mounts; and its key.
//! <https://docs.docker.com/reference/dockerfile/#run>

use std::collections::BTreeMap;

use super::checksum::Checksum;
use super::convert::{Plan, uppercase};
use super::environment::Environment;
use super::error::SolveError;
use super::metadata::with_shell;
use super::mounts::Mounted;
use crate::dockerfile::{self, CommandLine, Expander, Heredoc, Keep};
use crate::fs::FsPath;
use crate::oci::Digest;

/// The attribute that says which network a RUN has that does not say it itself.
const NETWORK: &str = "force-network-mode";

/// Where the script of a heredoc with `#!` lies while it runs.
const SCRIPTS: &str = "/dev/pipes";

/// A RUN whose words are resolved.
#[derive(Clone)]
pub(super) struct Run {
    /// The program and its arguments.
    pub arguments: Vec<String>,
    /// `NAME=value`: ENVs, and the ARGs in scope.
    pub environment: Vec<String>,
    pub directory: FsPath,
    pub user: String,
    pub mounts: Vec<Mounted>,
    /// A file that is there only while it runs: its path and its text.
    pub script: Option<(FsPath, String)>,
    network: String,
    /// What else was said of it, which makes it another step.
    attributes: BTreeMap<String, String>,
    /// What progress adds to the instruction: the beginning of its heredoc.
    summary: Option<String>,
}

impl Run {
    /// Resolves `run` as the next step of `plan`; `sources` are the stages its mounts read.
    pub(super) fn resolve(run: &dockerfile::Run, sources: &[usize], plan: &Plan) -> Result<Self, SolveError> {
        if run.security.as_deref().is_some_and(|security| security != "sandbox") {
            return Err(SolveError::Entitlement { name: "security.insecure" });
        }
        let (attributes, rights) = plan.of_runs();
        let mut attributes = attributes.clone();
        let usual = attributes.remove(NETWORK);
        let own = run.network.clone().filter(|network| network != "default");
        let network = own.or(usual).unwrap_or_else(|| "default".to_owned());
        if network == "host" && !rights.host_network {
            return Err(SolveError::Entitlement { name: "network.host" });
        }
        let (arguments, script, summary) = command(run, plan);
        Ok(Self {
            arguments,
            environment: plan.environment.entries().collect(),
            directory: plan.working_directory(),
            user: plan.config.config.user.clone(),
            mounts: Mounted::resolve_all(&run.mounts, sources, plan)?,
            script,
            network,
            attributes,
            summary,
        })
    }

    /// The instruction as progress shows it. Quotes stay, and so do variables that are not set.
    pub(super) fn shown(&self, source: &str, plan: &Plan) -> String {
        let source = match &self.summary {
            Some(summary) => format!("{source} ({summary})"),
            None => source.to_owned(),
        };
        let mut environment = plan.environment.clone();
        self.mask_secrets(&mut environment);
        let lookup = |name: &str| environment.get(name).map(str::to_owned);
        let keep = Keep { quotes: true, unset: true, ..Keep::default() };
        let shown = Expander { escape: plan.escape(), lookup: &lookup }.process_but(&source, keep);
        uppercase(&shown.map_or(source, |expanded| expanded.text))
    }

    /// A value that comes from a secret is never shown.
    fn mask_secrets(&self, environment: &mut Environment) {
        for name in self.mounts.iter().filter_map(Mounted::secret_variable) {
            environment.set(&name, "****".to_owned());
        }
    }

    /// The line of the history; ARGs in scope are part of it.
    pub(super) fn history(&self, plan: &Plan) -> String {
        let mut scope = Environment::default();
        for argument in &plan.arguments {
            let value = plan.environment.get(&argument.name).or(argument.default.as_deref()).unwrap_or_default();
            scope.set(&argument.name, value.to_owned());
        }
        let mut words: Vec<String> = scope.entries().collect();
        if !words.is_empty() {
            words.insert(0, format!("|{}", words.len()));
        }
        words.extend(self.arguments.iter().cloned());
        format!("RUN {} # buildkit", words.join(" "))
    }

    /// The key of the step upon `state`: what runs, with what. It never looks at the network.
    pub(super) fn key(&self, state: &Digest, mounted: &[Digest]) -> Digest {
        let mut sum = Checksum::default().field(b"run").field(state.bytes());
        for list in [&self.arguments, &self.environment] {
            sum = list.iter().fold(sum.field(&list.len().to_be_bytes()), |sum, text| sum.field(text.as_bytes()));
        }
        for text in [self.directory.as_str(), &self.user, &self.network] {
            sum = sum.field(text.as_bytes());
        }
        for (name, value) in &self.attributes {
            sum = sum.field(name.as_bytes()).field(value.as_bytes());
        }
        if let Some((path, text)) = &self.script {
            sum = sum.field(path.as_str().as_bytes()).field(text.as_bytes());
        }
        for (mount, content) in self.mounts.iter().zip(mounted) {
            sum = sum.field(mount.identity().as_bytes()).field(content.bytes());
        }
        sum.finish()
    }

    /// The key of the same step by the states of the stages its mounts read
    /// instead of what they show, which need not be looked at then.
    pub(super) fn shortcut(&self, state: &Digest, sources: &[Option<Digest>]) -> Digest {
        let sources: Vec<Digest> = sources.iter().map(|source| source.unwrap_or(*state)).collect();
        Checksum::default().field(b"run from").field(self.key(state, &sources).bytes()).finish()
    }

    /// The value of a variable.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
    }
}

type Script = Option<(FsPath, String)>;

/// The words to run. One heredoc alone is the text for the shell, or a script
/// if it begins with `#!`; several are the shell's own matter.
fn command(run: &dockerfile::Run, plan: &Plan) -> (Vec<String>, Script, Option<String>) {
    let text = match &run.line {
        CommandLine::Exec(words) => return (words.clone(), None, None),
        CommandLine::Shell(text) => text,
    };
    let Some(first) = run.files.first() else { return (with_shell(plan, text), None, None) };
    if !Heredoc::opens(text) {
        return (with_shell(plan, &whole(text, &run.files)), None, None);
    }
    let summary = Some(summary(&first.text));
    if first.text.starts_with("#!") {
        let path = FsPath::from(SCRIPTS).child(&first.name);
        return (vec![path.to_string()], Some((path, first.text.clone())), summary);
    }
    (with_shell(plan, &first.text), None, summary)
}

/// The text as it stood in the Dockerfile, heredocs and all.
fn whole(text: &str, files: &[Heredoc]) -> String {
    files.iter().fold(text.to_owned(), |text, file| format!("{text}\n{}{}", file.text, file.name))
}

/// The first line, and whether there are more.
fn summary(text: &str) -> String {
    let text = text.trim();
    let first = text.lines().next().unwrap_or_default();
    if text.contains('\n') { format!("{first}...") } else { first.to_owned() }
}
