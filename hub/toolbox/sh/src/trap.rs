//! The end of a shell, and waiting for children.

use process::Pid;

use crate::flow::{Flow, Outcome};
use crate::shell::Shell;

impl Shell {
    /// The status a shell ends with, after what `trap … EXIT` asks for.
    pub(crate) fn ended(&mut self, outcome: &Outcome) -> i32 {
        let status = match outcome {
            Ok(status) | Err(Flow::Exit(status) | Flow::Return(status)) => *status,
            Err(Flow::Break(_) | Flow::Continue(_)) => 0,
        };
        self.status = status;
        let Some(command) = self
            .traps
            .remove("EXIT")
            .filter(|command| !command.is_empty())
        else {
            return status;
        };
        match self.run_text(&command) {
            Err(Flow::Exit(status)) => status,
            _ => status,
        }
    }

    /// Waits for a child of ours: its status.
    #[expect(clippy::unnecessary_wraps, reason = "it is how a command ends")]
    pub(crate) fn wait_for(&mut self, pid: Pid) -> Outcome {
        if let Some(Some(status)) = self.jobs.remove(&pid) {
            return Ok(status);
        }
        match process::wait(pid, true) {
            Ok(Some((_, ending))) => Ok(ending.status()),
            Ok(None) | Err(_) => Ok(127),
        }
    }

    /// Runs the command of a trap, if there is one for this condition: whether there was.
    pub(crate) fn run_trap(&mut self, condition: &str) -> Result<bool, Flow> {
        let Some(command) = self.traps.get(condition).cloned() else {
            return Ok(false);
        };
        let status = self.status;
        self.run_text(&command)?;
        self.status = status;
        Ok(true)
    }
}
