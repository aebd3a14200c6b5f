//! Simple commands: assignments, redirections and words; who is called.

use std::io;
use std::path::{Path, PathBuf};

use brush_parser::ast::{
    Assignment, AssignmentName, AssignmentValue, Command, CommandPrefixOrSuffixItem as Part,
    IoRedirect, SimpleCommand, SourceLocation,
};
use process::{Pid, Spawn};

use crate::builtin::{self, Builtin};
use crate::flow::{Flow, Outcome};
use crate::redirect::{Refusal, reason};
use crate::shell::Shell;

/// Where programs are if `PATH` says nothing.
pub(crate) const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// A simple command, taken apart.
struct Parts<'a> {
    assignments: Vec<&'a Assignment>,
    redirections: Vec<&'a IoRedirect>,
    /// The words, each with whether it has the form of an assignment.
    words: Vec<(&'a str, bool)>,
}

impl<'a> Parts<'a> {
    fn of(command: &'a SimpleCommand) -> Self {
        let mut parts = Self {
            assignments: Vec::new(),
            redirections: Vec::new(),
            words: Vec::new(),
        };
        for part in command.prefix.iter().flat_map(|prefix| &prefix.0) {
            match part {
                Part::AssignmentWord(assignment, _) => parts.assignments.push(assignment),
                part => parts.add(part),
            }
        }
        parts.words.extend(
            command
                .word_or_name
                .iter()
                .map(|word| (word.value.as_str(), false)),
        );
        for part in command.suffix.iter().flat_map(|suffix| &suffix.0) {
            parts.add(part);
        }
        parts
    }

    fn add(&mut self, part: &'a Part) {
        match part {
            Part::IoRedirect(redirection) => self.redirections.push(redirection),
            Part::Word(word) => self.words.push((&word.value, false)),
            Part::AssignmentWord(_, word) => self.words.push((&word.value, true)),
            Part::ProcessSubstitution(..) => {}
        }
    }
}

impl Shell {
    pub(crate) fn run_simple(&mut self, command: &SimpleCommand) -> Outcome {
        let parts = Parts::of(command);
        let is_last = std::mem::take(&mut self.is_last);
        if let Some(location) = command.location() {
            let line = self.first_line + location.start.line - 1;
            self.variables.keep("LINENO", line.to_string());
        }
        self.substituted = None;
        let fields = self.expand_command(&parts)?;
        let Some(name) = fields.first() else {
            return self.run_nameless(&parts);
        };
        if let Some(builtin) = builtin::special(name) {
            return self.run_special(builtin, &parts, &fields);
        }
        let saved_streams = self.streams.clone();
        let saved = self.save(&parts);
        let outcome = match self.prepare(&parts, &fields) {
            Ok(()) => self.run_found(&fields, is_last),
            Err(Refusal::Told) => Ok(1),
            Err(Refusal::Flow(flow)) => Err(flow),
        };
        if !opens_for_good(&fields) {
            self.streams = saved_streams;
        }
        for (name, variable) in saved {
            self.variables.restore(&name, variable);
        }
        self.after_failure(outcome?)
    }

    /// Starts a program without waiting for it, if the command is surely one: its name is written plainly.
    pub(crate) fn start_program(&mut self, command: &Command) -> Result<Option<Pid>, Flow> {
        let Command::Simple(command) = command else {
            return Ok(None);
        };
        let parts = Parts::of(command);
        let plain = |text: &str| {
            text.chars()
                .all(|char| char.is_ascii_alphanumeric() || "-_./+".contains(char))
        };
        let is_program = parts.words.first().is_some_and(|(name, _)| {
            plain(name) && !self.functions.contains_key(*name) && builtin::find(name).is_none()
        });
        let is_simple = parts.redirections.is_empty() && parts.assignments.is_empty();
        if !is_program
            || !is_simple
            || !parts
                .words
                .iter()
                .all(|(word, _)| !word.contains(['$', '`']))
        {
            return Ok(None);
        }
        let fields = self.expand_command(&parts)?;
        self.trace_fields(&fields)?;
        let found = self
            .find_program(&fields[0])
            .and_then(|path| self.launch(&path, &fields, process::spawn));
        // What cannot be started says so in a subshell, which also has the status for it.
        Ok(found.ok())
    }

    fn run_found(&mut self, fields: &[String], is_last: bool) -> Outcome {
        let Some(name) = fields.first() else {
            return Ok(0);
        };
        if let Some(function) = self.functions.get(name).cloned() {
            return self.call(&function, fields[1..].to_vec());
        }
        match builtin::find(name) {
            Some(builtin) => builtin(self, &fields[1..]),
            None if is_last && self.traps.get(0).is_none() => {
                let (status, message) = self.become_program(fields);
                self.refuse(status, message)
            }
            None => self.run_program(fields),
        }
    }

    /// Runs a program and waits for it: 127 if there is none, 126 if it cannot be executed.
    pub(crate) fn run_program(&mut self, fields: &[String]) -> Outcome {
        let spawned = self
            .find_program(&fields[0])
            .and_then(|path| self.launch(&path, fields, process::spawn));
        match spawned {
            Ok(pid) => self.wait_for(pid),
            Err(error) => {
                let (status, message) = cannot_run(&fields[0], &error);
                self.refuse(status, message)
            }
        }
    }

    /// Lets a program take the place of the shell: the status and what to say if that fails.
    pub(crate) fn become_program(&mut self, fields: &[String]) -> (i32, String) {
        let become_it = |wish: &Spawn<'_>| Err(process::exec(wish));
        let failed: io::Result<()> = self
            .find_program(&fields[0])
            .and_then(|path| self.launch(&path, fields, become_it));
        let error = failed
            .err()
            .unwrap_or_else(|| io::ErrorKind::Unsupported.into());
        cannot_run(&fields[0], &error)
    }

    /// The file that a name means, by `PATH`.
    pub(crate) fn find_program(&self, name: &str) -> io::Result<PathBuf> {
        if name.contains('/') {
            return Ok(self.absolute(name));
        }
        let mut error = io::Error::from(io::ErrorKind::NotFound);
        for folder in self.variables.get("PATH").unwrap_or(PATH).split(':') {
            let path = self.absolute(folder).join(name);
            match path.metadata() {
                Ok(found) if found.is_file() => match process::mode(&path) {
                    Ok(mode) if mode & 0o111 != 0 => return Ok(path),
                    _ => error = io::ErrorKind::PermissionDenied.into(),
                },
                _ => {}
            }
        }
        Err(error)
    }

    /// Starts a program as `start` does; a file that is none is a script for us.
    fn launch<T>(
        &mut self,
        path: &Path,
        fields: &[String],
        start: impl Fn(&Spawn<'_>) -> io::Result<T>,
    ) -> io::Result<T> {
        if path.is_dir() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        match self.launch_file(path, fields, &start) {
            Err(error) if is_no_program(&error) => {
                let path = path.to_string_lossy().into_owned();
                let arguments: Vec<String> = [self.name.clone(), path]
                    .into_iter()
                    .chain(fields[1..].iter().cloned())
                    .collect();
                self.launch_file(Path::new(&self.program), &arguments, &start)
            }
            result => result,
        }
    }

    fn launch_file<T>(
        &self,
        path: &Path,
        arguments: &[String],
        start: impl Fn(&Spawn<'_>) -> io::Result<T>,
    ) -> io::Result<T> {
        // Descriptors from 3 on are folders where WASI programs look for them.
        let descriptors: Vec<_> = self
            .streams
            .all()
            .filter(|(number, _)| *number < 3)
            .collect();
        start(&Spawn {
            path,
            arguments,
            environment: &self.variables.environment(),
            directory: Path::new(&self.directory),
            descriptors: &descriptors,
        })
    }

    fn expand_command(&mut self, parts: &Parts<'_>) -> Result<Vec<String>, Flow> {
        let mut fields: Vec<String> = Vec::new();
        for (word, is_assignment) in &parts.words {
            let declares = fields
                .first()
                .is_some_and(|name| matches!(name.as_str(), "export" | "readonly" | "local"));
            if *is_assignment && declares {
                let (name, value) = word.split_once('=').unwrap_or((word, ""));
                fields.push(format!("{name}={}", self.expand_assigned(value)?));
            } else {
                fields.extend(self.expand_fields(word)?);
            }
        }
        Ok(fields)
    }

    /// No name: assignments stay, redirections only show whether they can be done.
    fn run_nameless(&mut self, parts: &Parts<'_>) -> Outcome {
        let saved = self.streams.clone();
        let redirected = self.redirect(parts.redirections.iter().copied());
        self.streams = saved;
        match redirected {
            Ok(()) => {}
            Err(Refusal::Told) => return self.after_failure(1),
            Err(Refusal::Flow(flow)) => return Err(flow),
        }
        self.assign_all(parts)?;
        let status = self.substituted.unwrap_or(0);
        self.after_failure(status)
    }

    fn run_special(&mut self, builtin: Builtin, parts: &Parts<'_>, fields: &[String]) -> Outcome {
        let saved = self.streams.clone();
        let outcome = match self.prepare(parts, fields) {
            Ok(()) => builtin(self, &fields[1..]),
            // An error of a special builtin ends the shell.
            Err(Refusal::Told) => Err(Flow::Failed(2)),
            Err(Refusal::Flow(flow)) => Err(flow),
        };
        if !opens_for_good(fields) {
            self.streams = saved;
        }
        self.after_failure(outcome?)
    }

    fn prepare(&mut self, parts: &Parts<'_>, fields: &[String]) -> Result<(), Refusal> {
        self.redirect(parts.redirections.iter().copied())?;
        self.assign_all(parts)?;
        for assignment in &parts.assignments {
            self.variables.export(&name_of(assignment));
        }
        Ok(self.trace_fields(fields)?)
    }

    fn assign_all(&mut self, parts: &Parts<'_>) -> Result<(), Flow> {
        for assignment in &parts.assignments {
            let (name, AssignmentValue::Scalar(value)) = (name_of(assignment), &assignment.value)
            else {
                return Err(self.fatal(2, "arrays are not in a POSIX shell"));
            };
            let value = self.expand_assigned(&value.value)?;
            self.trace_text(&format!("{name}={}", builtin::quoted(&value)))?;
            self.assign(&name, value)?;
        }
        Ok(())
    }

    fn save(&self, parts: &Parts<'_>) -> Vec<(String, Option<crate::variables::Variable>)> {
        parts
            .assignments
            .iter()
            .map(|assignment| name_of(assignment))
            .map(|name| (name.clone(), self.variables.saved(&name)))
            .collect()
    }

    fn trace_fields(&mut self, fields: &[String]) -> Result<(), Flow> {
        self.trace_text(
            &fields
                .iter()
                .map(|field| builtin::quoted(field))
                .collect::<Vec<_>>()
                .join(" "),
        )
    }

    /// `set -x`.
    fn trace_text(&mut self, text: &str) -> Result<(), Flow> {
        if !self.options.xtrace {
            return Ok(());
        }
        self.options.xtrace = false;
        let prompt = self.variables.get("PS4").unwrap_or_default().to_owned();
        let prompt = self.expand_here(&brush_parser::ast::Word::new(&prompt));
        self.options.xtrace = true;
        self.streams
            .write(2, format!("{}{text}\n", prompt?).as_bytes())
            .unwrap_or_default();
        Ok(())
    }
}

/// Whether a command is `exec` without a program, which keeps its redirections.
fn opens_for_good(fields: &[String]) -> bool {
    let mut words = fields.iter().map(String::as_str).peekable();
    while words.next_if_eq(&"command").is_some() {
        while words.next_if(|word| matches!(*word, "-p" | "--")).is_some() {}
    }
    words.next() == Some("exec") && words.all(|word| word == "--")
}

/// Why a program is not run, in a status and words.
fn cannot_run(name: &str, error: &io::Error) -> (i32, String) {
    match error.kind() {
        io::ErrorKind::NotFound if name.contains('/') => {
            (127, format!("{name}: No such file or directory"))
        }
        io::ErrorKind::NotFound => (127, format!("{name}: not found")),
        _ => (126, format!("{name}: {}", reason(error))),
    }
}

fn name_of(assignment: &Assignment) -> String {
    match &assignment.name {
        AssignmentName::VariableName(name) | AssignmentName::ArrayElementName(name, _) => {
            name.clone()
        }
    }
}

/// `ENOEXEC`: 45 in WASI, 8 on Linux.
fn is_no_program(error: &io::Error) -> bool {
    error.raw_os_error() == Some(if cfg!(target_os = "wasi") { 45 } else { 8 })
}
