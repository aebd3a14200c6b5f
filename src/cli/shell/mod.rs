//! The few words of a shell that the prompt knows, one file each.

mod cat;
mod cd;
mod echo;
mod help;
mod ls;
mod sleep;
mod ssh;
mod wire;

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
    Word { name: "ls", usage: "[-a] [-l] [PATH]", about: "List files", run: ls::run },
    Word { name: "cat", usage: "FILE...", about: "Print files", run: cat::run },
    Word { name: "cd", usage: "[PATH]", about: "Go to a folder", run: cd::run },
    Word { name: "pwd", usage: "", about: "Print where you are", run: cd::pwd },
    Word { name: "echo", usage: "[WORD...]", about: "Print words", run: echo::run },
    Word { name: "ssh", usage: "MACHINE", about: "Go to another machine of the lab", run: ssh::run },
    Word { name: "exit", usage: "", about: "Go back to the first machine", run: ssh::exit },
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
