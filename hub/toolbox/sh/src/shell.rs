//! The state of a shell. All of it goes into a subshell, but for what is open.

use std::collections::BTreeMap;
use std::rc::Rc;

use brush_parser::ast::FunctionDefinition;
use serde::{Deserialize, Serialize};

use crate::alias::Aliases;
use crate::flow::Flow;
use crate::streams::Streams;
use crate::trap::Traps;
use crate::variables::{ReadOnly, Variable, Variables};

/// What `set` switches.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are switches of the user's"
)]
pub(crate) struct Options {
    pub(crate) allexport: bool,
    pub(crate) notify: bool,
    pub(crate) hashall: bool,
    pub(crate) errexit: bool,
    pub(crate) noclobber: bool,
    pub(crate) noexec: bool,
    pub(crate) noglob: bool,
    pub(crate) nounset: bool,
    pub(crate) pipefail: bool,
    pub(crate) verbose: bool,
    pub(crate) xtrace: bool,
}

/// One shell.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shell {
    /// What `$0` is.
    pub(crate) name: String,
    /// What `$$` is: the number of the shell that all its subshells belong to.
    pub(crate) pid: process::Pid,
    /// `$1` and so on.
    pub(crate) parameters: Vec<String>,
    pub(crate) variables: Variables,
    pub(crate) functions: BTreeMap<String, Rc<Function>>,
    pub(crate) aliases: Aliases,
    pub(crate) options: Options,
    pub(crate) directory: String,
    /// What `$?` is.
    pub(crate) status: i32,
    /// What `$!` is.
    pub(crate) background: Option<process::Pid>,
    pub(crate) traps: Traps,
    /// The program we are, to be started again for a subshell.
    pub(crate) program: String,
    /// How far `getopts` is in a cluster of options.
    pub(crate) option_offset: usize,
    /// Calls of functions within calls.
    pub(crate) depth: usize,
    /// The variables that the functions being called keep to themselves, as they were before.
    pub(crate) locals: Vec<Vec<(String, Option<Variable>)>>,
    /// What `$?` was when the trap began that runs now.
    pub(crate) trapped: Option<i32>,
    /// Loops around the present command.
    pub(crate) loops: usize,
    /// The number of the first line of the commands that run now.
    pub(crate) first_line: usize,
    /// Whether somebody types the commands, so that no error ends the shell.
    pub(crate) interactive: bool,
    /// Whether a failure is asked about, so that `set -e` does not count.
    pub(crate) tested: bool,
    /// Whether the next simple command is the last thing this shell does, so that its program may take the shell's place.
    pub(crate) is_last: bool,
    /// The status of the last `$(…)` of a command that has no name.
    #[serde(skip)]
    pub(crate) substituted: Option<i32>,
    /// Children in the background that nobody has waited for, and how they ended if that is known.
    #[serde(skip)]
    pub(crate) jobs: BTreeMap<process::Pid, Option<i32>>,
    #[serde(skip)]
    pub(crate) streams: Streams,
}

/// A function as it was defined.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Function {
    pub(crate) definition: FunctionDefinition,
    /// The number of the first line of the commands it was defined among.
    pub(crate) first_line: usize,
}

impl Shell {
    pub(crate) fn new(
        name: String,
        parameters: Vec<String>,
        directory: String,
        program: String,
    ) -> Self {
        let mut variables = Variables::from_environment(std::env::vars());
        for (name, value) in [
            ("IFS", " \t\n"),
            ("OPTIND", "1"),
            ("PPID", &process::parent().to_string()),
            ("PWD", &directory),
        ] {
            variables.restore(name, None);
            variables.keep(name, value.to_owned());
        }
        for (name, value) in [("PS1", "# "), ("PS2", "> "), ("PS4", "+ ")] {
            if variables.get(name).is_none() {
                variables.keep(name, value.to_owned());
            }
        }
        variables.export("PWD");
        Self {
            name,
            pid: process::pid(),
            parameters,
            variables,
            functions: BTreeMap::new(),
            aliases: Aliases::new(),
            options: Options::default(),
            directory,
            status: 0,
            background: None,
            traps: Traps::default(),
            program,
            option_offset: 0,
            depth: 0,
            locals: Vec::new(),
            trapped: None,
            loops: 0,
            first_line: 1,
            interactive: false,
            tested: false,
            is_last: false,
            substituted: None,
            jobs: BTreeMap::new(),
            streams: Streams::default(),
        }
    }

    /// Says something went wrong, on the present standard error.
    pub(crate) fn complain(&self, message: impl std::fmt::Display) {
        self.streams
            .write(2, format!("{}: {message}\n", self.name).as_bytes())
            .unwrap_or_default();
    }

    /// Complains and fails as an expansion or a special builtin does: a shell that is not interactive ends.
    pub(crate) fn fatal(&self, status: i32, message: impl std::fmt::Display) -> Flow {
        self.complain(message);
        Flow::Failed(status)
    }

    /// Asks for a line, if somebody types them.
    pub(crate) fn prompt(&mut self, name: &str) {
        if !self.interactive {
            return;
        }
        let text = self.variables.get(name).unwrap_or_default().to_owned();
        let text = self.expand_here(&brush_parser::ast::Word::new(&text));
        let text = text.unwrap_or_default();
        self.streams.write(2, text.as_bytes()).unwrap_or_default();
    }

    /// Sets a variable, exported with `set -a`.
    pub(crate) fn assign(&mut self, name: &str, value: impl Into<String>) -> Result<(), Flow> {
        self.try_assign(name, value)
            .map_err(|error| self.fatal(2, error))
    }

    pub(crate) fn try_assign(
        &mut self,
        name: &str,
        value: impl Into<String>,
    ) -> Result<(), ReadOnly> {
        self.variables.set(name, value)?;
        if name == "OPTIND" {
            self.option_offset = 0;
        }
        if self.options.allexport {
            self.variables.export(name);
        }
        Ok(())
    }

    /// A path as seen from the working directory.
    pub(crate) fn absolute(&self, path: &str) -> std::path::PathBuf {
        std::path::Path::new(&self.directory).join(path)
    }
}
