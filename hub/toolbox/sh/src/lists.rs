//! Lists, and-or lists and pipelines.

use std::os::fd::OwnedFd;

use process::signal::INTERRUPT;

use brush_parser::ast::{
    AndOr, AndOrList, Command, CompoundList, CompoundListItem, Pipeline, SeparatorOperator,
};

use crate::flow::{Flow, Outcome};
use crate::parse::{Next, Script};
use crate::shell::Shell;
use crate::subshell::Body;

impl Shell {
    /// Runs the commands of a text within a script.
    pub(crate) fn run_text(&mut self, text: &str) -> Outcome {
        self.run_script(Script::inner(text, self.first_line))
    }

    pub(crate) fn run_script(&mut self, mut script: Script) -> Outcome {
        let outer = self.first_line;
        let mut status = 0;
        loop {
            let outcome = match script.next(self) {
                Next::End => break,
                Next::Interrupted => self.given_up(),
                Next::Error(error) => Err(self.fatal(2, error)),
                Next::Commands(lists) => {
                    let mut lists = lists.iter();
                    lists.try_fold(status, |_, list| self.run_list(list))
                }
            };
            status = match outcome {
                Err(Flow::Failed(status)) if script.is_input() && self.interactive => {
                    self.status = status;
                    status
                }
                outcome => outcome?,
            };
        }
        self.first_line = outer;
        Ok(status)
    }

    pub(crate) fn run_list(&mut self, list: &CompoundList) -> Outcome {
        let mut status = 0;
        for item in &list.0 {
            if self.options.noexec {
                return Ok(0);
            }
            status = match item.1 {
                SeparatorOperator::Sequence => self.run_and_or(&item.0)?,
                SeparatorOperator::Async => self.run_background(&item.0)?,
            };
            self.status = status;
            let caught = self.run_caught()?;
            if caught == Some(INTERRUPT) && self.interactive && self.traps.get(INTERRUPT).is_none()
            {
                return self.given_up();
            }
        }
        Ok(status)
    }

    /// Ctrl-C of somebody who types: the next line begins anew.
    fn given_up(&mut self) -> Outcome {
        self.run_caught()?;
        self.streams.write(2, b"\n").unwrap_or_default();
        Err(Flow::Failed(128 + i32::from(INTERRUPT)))
    }

    /// Runs a list whose status is asked about: `set -e` does not count in it.
    pub(crate) fn run_tested(&mut self, list: &CompoundList) -> Outcome {
        let outer = std::mem::replace(&mut self.tested, true);
        let outcome = self.run_list(list);
        self.tested = outer;
        outcome
    }

    fn run_and_or(&mut self, list: &AndOrList) -> Outcome {
        let outer = self.tested;
        let count = list.additional.len();
        self.tested = outer || count > 0;
        let mut outcome = self.run_pipeline(&list.first);
        for (index, next) in list.additional.iter().enumerate() {
            let Ok(status) = outcome else { break };
            self.status = status;
            let (wanted, pipeline) = match next {
                AndOr::And(pipeline) => (status == 0, pipeline),
                AndOr::Or(pipeline) => (status != 0, pipeline),
            };
            if wanted {
                self.tested = outer || index + 1 < count;
                outcome = self.run_pipeline(pipeline);
            }
        }
        self.tested = outer;
        outcome
    }

    fn run_pipeline(&mut self, pipeline: &Pipeline) -> Outcome {
        let outer = self.tested;
        self.tested = outer || pipeline.bang;
        let outcome = match pipeline.seq.as_slice() {
            [command] => self.run_command(command),
            commands => self.run_piped(commands),
        };
        self.tested = outer;
        let status = outcome?;
        self.status = if pipeline.bang {
            i32::from(status == 0)
        } else {
            status
        };
        Ok(self.status)
    }

    /// Each command in a process of its own, joined by pipes.
    fn run_piped(&mut self, commands: &[Command]) -> Outcome {
        let saved = self.streams.clone();
        let started = self.start_piped(commands);
        self.streams = saved;
        let mut failed = 0;
        let mut last = 0;
        for pid in started? {
            last = self.wait_for(pid)?;
            failed = if last == 0 { failed } else { last };
        }
        self.after_failure(if self.options.pipefail { failed } else { last })
    }

    fn start_piped(&mut self, commands: &[Command]) -> Result<Vec<process::Pid>, Flow> {
        let mut started = Vec::new();
        let (input, output) = (self.streams.clone(), self.streams.clone());
        let mut reader: Option<OwnedFd> = None;
        for (index, command) in commands.iter().enumerate() {
            self.streams = if index == 0 {
                input.clone()
            } else {
                output.clone()
            };
            if let Some(reader) = reader.take() {
                self.streams.put(0, reader);
            }
            if index + 1 < commands.len() {
                let (end, writer) = process::pipe().map_err(|error| self.fatal(2, error))?;
                self.streams.put(1, writer);
                reader = Some(end);
            }
            started.push(self.start_command(command)?);
        }
        Ok(started)
    }

    /// Starts one command of a pipeline: a program at once, all else in a subshell.
    fn start_command(&mut self, command: &Command) -> Result<process::Pid, Flow> {
        if let Some(pid) = self.start_program(command)? {
            return Ok(pid);
        }
        self.start_subshell(&Body::Command(Box::new(command.clone())))
    }

    fn run_background(&mut self, list: &AndOrList) -> Outcome {
        let saved = self.streams.clone();
        // What runs in the background reads nothing.
        let (reader, _) = process::pipe().map_err(|error| self.fatal(2, error))?;
        self.streams.put(0, reader);
        let started = if list.additional.is_empty() && !list.first.bang {
            self.start_piped(&list.first.seq)
        } else {
            let item = CompoundListItem(list.clone(), SeparatorOperator::Sequence);
            let body = Body::List(CompoundList(vec![item]));
            self.start_subshell(&body).map(|pid| vec![pid])
        };
        self.streams = saved;
        let started = started?;
        self.background = started.last().copied();
        self.jobs.extend(started.into_iter().map(|pid| (pid, None)));
        Ok(0)
    }

    /// `set -e`: a failure that nobody asks about ends the shell.
    pub(crate) fn after_failure(&mut self, status: i32) -> Outcome {
        self.status = status;
        if status != 0 && self.options.errexit && !self.tested {
            Err(Flow::Exit(status))
        } else {
            Ok(status)
        }
    }
}
