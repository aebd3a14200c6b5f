//! The few words of a shell that the prompt knows, one file each.

mod cat;
mod cd;
mod copy;
mod curl;
mod echo;
mod grep;
mod head;
mod help;
mod ls;
mod mkdir;
mod reading;
mod rm;
mod sleep;
mod ssh;
mod touch;
mod variables;
mod wc;
mod wire;

pub use curl::Calling;

use super::{Desk, Failure, Flow};

/// One word of the shell.
pub struct Word {
    /// As typed.
    pub name: &'static str,
    /// Its arguments.
    pub usage: &'static str,
    /// What it does.
    pub about: &'static str,
    run: fn(&[String], &mut Desk<'_>) -> Result<Flow, Failure>,
}

/// Every word, in the order of the help.
pub const WORDS: &[Word] = &[
    Word { name: "ls", usage: "[-al] [PATH...]", about: "List files", run: ls::run },
    Word { name: "cat", usage: "[FILE...]", about: "Print files, or what comes through a pipe", run: cat::run },
    Word { name: "head", usage: "[-n N] [FILE]", about: "The first lines, 10 or N", run: head::run },
    Word { name: "tail", usage: "[-n N] [FILE]", about: "The last lines, 10 or N", run: head::tail },
    Word { name: "grep", usage: "[-civ] TEXT [FILE...]", about: "The lines with this text", run: grep::run },
    Word { name: "wc", usage: "[-clw] [FILE]", about: "Count lines, words and bytes", run: wc::run },
    Word { name: "cd", usage: "[PATH]", about: "Go to a folder", run: cd::run },
    Word { name: "pwd", usage: "", about: "Print where you are", run: cd::pwd },
    Word { name: "mkdir", usage: "[-p] DIRECTORY...", about: "Make folders", run: mkdir::run },
    Word { name: "touch", usage: "FILE...", about: "Make empty files, or renew their times", run: touch::run },
    Word { name: "cp", usage: "[-r] SOURCE... TARGET", about: "Copy files and folders", run: copy::cp },
    Word { name: "mv", usage: "SOURCE... TARGET", about: "Move files and folders", run: copy::mv },
    Word { name: "rm", usage: "[-rf] FILE...", about: "Remove files and folders", run: rm::run },
    Word { name: "echo", usage: "[-n] [WORD...]", about: "Print words", run: echo::run },
    Word {
        name: "printf",
        usage: "FORMAT [WORD...]",
        about: "Print words in a form, `\\n` between lines",
        run: echo::printf,
    },
    Word { name: "export", usage: "NAME[=VALUE]...", about: "Let docker see a variable", run: variables::export },
    Word { name: "unset", usage: "NAME...", about: "Forget variables", run: variables::unset },
    Word { name: "env", usage: "", about: "What variables docker sees", run: variables::env },
    Word { name: "true", usage: "", about: "Succeed", run: variables::succeed },
    Word { name: "false", usage: "", about: "Fail", run: variables::fail },
    Word { name: "ssh", usage: "MACHINE", about: "Go to another machine of the lab", run: ssh::run },
    Word { name: "exit", usage: "", about: "Go back to the first machine", run: ssh::exit },
    Word {
        name: "curl",
        usage: "[-fisv] [-d DATA] URL",
        about: "Ask a container that publishes a port, or a registry",
        run: curl::run,
    },
    Word { name: "sleep", usage: "TIME", about: "Let the lab's clock go on", run: sleep::run },
    Word { name: "wire", usage: "[MACHINE REGISTRY]", about: "Show or set how fast the wires are", run: wire::run },
    Word { name: "clear", usage: "", about: "Empty the terminal", run: help::clear },
    Word { name: "help", usage: "", about: "This list", run: help::run },
];

/// Runs `word`, or says that there is no such command, as a shell does.
pub fn run(word: &str, arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    match WORDS.iter().find(|known| known.name == word) {
        Some(known) => (known.run)(arguments, desk),
        None => Err(Failure::with_code(127, format!("sh: {word}: not found"))
            .hint("This prompt knows `docker` and a few words; `help` lists them.")),
    }
}
