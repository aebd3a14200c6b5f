//! `command`, `type` and `hash`.

use super::{find, quoted, special};
use crate::flow::{Flow, Outcome};
use crate::shell::Shell;

/// Words of the grammar.
const RESERVED: [&str; 16] = [
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then",
    "until", "while",
];

pub(super) fn command(shell: &mut Shell, arguments: &[String]) -> Outcome {
    match arguments {
        [] => Ok(0),
        [option, names @ ..] if option == "-v" => tell(shell, names, false),
        [option, names @ ..] if option == "-V" => tell(shell, names, true),
        [option, rest @ ..] if option == "--" || option == "-p" => command(shell, rest),
        [name, rest @ ..] => match special(name).or_else(|| find(name)) {
            // An error of a special builtin does not end the shell when it is called so.
            Some(builtin) => match builtin(shell, rest) {
                Err(Flow::Exit(status)) if name != "exit" && name != "exec" => Ok(status),
                outcome => outcome,
            },
            None => shell.run_program(arguments),
        },
    }
}

pub(super) fn kind(shell: &mut Shell, arguments: &[String]) -> Outcome {
    tell(shell, arguments, true)
}

fn tell(shell: &mut Shell, names: &[String], in_words: bool) -> Outcome {
    let mut status = 0;
    for name in names {
        let (words, plain) = if RESERVED.contains(&name.as_str()) {
            ("is a shell keyword".to_owned(), name.clone())
        } else if special(name).is_some() {
            ("is a special shell builtin".to_owned(), name.clone())
        } else if shell.functions.contains_key(name) {
            ("is a shell function".to_owned(), name.clone())
        } else if find(name).is_some() {
            ("is a shell builtin".to_owned(), name.clone())
        } else if let Ok(path) = shell
            .find_program(name)
            .and_then(|path| path.metadata().map(|_| path))
        {
            let path = path.to_string_lossy().into_owned();
            (format!("is {path}"), path)
        } else {
            status = 127;
            if in_words {
                shell
                    .streams
                    .write(1, format!("{}: not found\n", quoted(name)).as_bytes())
                    .unwrap_or_default();
            }
            continue;
        };
        let line = if in_words {
            format!("{name} {words}\n")
        } else {
            format!("{plain}\n")
        };
        shell.say(&line)?;
    }
    Ok(status)
}

/// Programs are looked up each time, so there is nothing to remember.
pub(super) fn hash(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let missing = arguments.iter().find(|name| {
        !name.starts_with('-') && find(name).is_none() && shell.find_program(name).is_err()
    });
    match missing {
        Some(name) => shell.refuse(1, format_args!("hash: {name}: not found")),
        None => Ok(0),
    }
}
