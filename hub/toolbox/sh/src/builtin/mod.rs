//! The commands that the shell is itself.

mod alias;
mod control;
mod declare;
mod directory;
pub(crate) mod echo;
mod getopts;
mod jobs;
mod kind;
mod printf;
mod read;
pub(crate) mod set;
mod test;
mod umask;

use crate::flow::Outcome;
use crate::shell::Shell;

/// A builtin: the shell and its arguments.
pub(crate) type Builtin = fn(&mut Shell, &[String]) -> Outcome;

/// The special builtins: assignments before them stay, and their errors end the shell.
pub(crate) fn special(name: &str) -> Option<Builtin> {
    Some(match name {
        ":" => control::nothing,
        "." => control::source,
        "break" => control::leave,
        "continue" => control::next,
        "eval" => control::eval,
        "exec" => control::exec,
        "exit" => control::exit,
        "export" => declare::export,
        "readonly" => declare::readonly,
        "return" => control::back,
        "set" => set::set,
        "shift" => set::shift,
        "times" => jobs::times,
        "trap" => jobs::trap,
        "unset" => declare::unset,
        _ => return None,
    })
}

/// The other builtins.
pub(crate) fn find(name: &str) -> Option<Builtin> {
    Some(match name {
        "[" => test::bracket,
        "alias" => alias::alias,
        "cd" => directory::cd,
        "command" => kind::command,
        "echo" => echo::echo,
        "false" => control::no,
        "getopts" => getopts::getopts,
        "hash" => kind::hash,
        "jobs" => jobs::jobs,
        "kill" => jobs::kill,
        "local" => declare::local,
        "printf" => printf::printf,
        "pwd" => directory::pwd,
        "read" => read::read,
        "test" => test::test,
        "true" => control::nothing,
        "type" => kind::kind,
        "umask" => umask::umask,
        "unalias" => alias::unalias,
        "wait" => jobs::wait,
        _ => return None,
    })
}

/// A text as it can be typed again.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "%+,-./:=@_".contains(char);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\"'\"'"))
    }
}

impl Shell {
    #[expect(clippy::unnecessary_wraps, reason = "it is how a builtin ends")]
    /// Writes to standard output: the status of a builtin that does no more.
    pub(crate) fn say(&self, text: &str) -> Outcome {
        match self.streams.write(1, text.as_bytes()) {
            Ok(()) => Ok(0),
            Err(error) => {
                self.complain(format_args!("write error: {error}"));
                Ok(1)
            }
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is how a builtin ends")]
    /// Complains in the name of a builtin.
    pub(crate) fn refuse(&self, status: i32, message: impl std::fmt::Display) -> Outcome {
        self.complain(message);
        Ok(status)
    }
}
