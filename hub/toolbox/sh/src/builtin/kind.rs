//! `command`, `type` and `hash`.

use super::{find, quoted, special};
use crate::flow::{Flow, Outcome};
use crate::shell::Shell;
use crate::simple::PATH;

/// Words of the grammar.
const RESERVED: [&str; 16] = [
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then",
    "until", "while",
];

pub(super) fn command(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (mut rest, mut tells, mut in_words, mut standard) = (arguments, false, false, false);
    while let Some((option, left)) = rest
        .split_first()
        .filter(|(option, _)| option.len() > 1 && option.starts_with('-'))
    {
        rest = left;
        if option == "--" {
            break;
        }
        for letter in option[1..].chars() {
            match letter {
                'p' => standard = true,
                'v' | 'V' => (tells, in_words) = (true, letter == 'V'),
                _ => return shell.refuse(2, format_args!("command: Illegal option -{letter}")),
            }
        }
    }
    if !standard {
        return if tells {
            tell(shell, rest, in_words)
        } else {
            call(shell, rest)
        };
    }
    // The programs of the system, whatever `PATH` says.
    let path = shell.variables.saved("PATH");
    shell.variables.keep("PATH", PATH.to_owned());
    let outcome = if tells {
        tell(shell, rest, in_words)
    } else {
        call(shell, rest)
    };
    shell.variables.restore("PATH", path);
    outcome
}

fn call(shell: &mut Shell, words: &[String]) -> Outcome {
    let Some((name, rest)) = words.split_first() else {
        return Ok(0);
    };
    match special(name).or_else(|| find(name)) {
        // An error of a special builtin does not end the shell when it is called so.
        Some(builtin) => match builtin(shell, rest) {
            Err(Flow::Failed(status)) => Ok(status),
            outcome => outcome,
        },
        None => shell.run_program(words),
    }
}

pub(super) fn kind(shell: &mut Shell, arguments: &[String]) -> Outcome {
    tell(shell, arguments, true)
}

fn tell(shell: &mut Shell, names: &[String], in_words: bool) -> Outcome {
    let mut status = 0;
    for name in names {
        let line = match described(shell, name) {
            Some((words, _)) if in_words => format!("{name} {words}\n"),
            Some((_, plain)) => format!("{plain}\n"),
            None => {
                status = 127;
                if in_words {
                    let line = format!("{}: not found\n", quoted(name));
                    shell.streams.write(1, line.as_bytes()).unwrap_or_default();
                }
                continue;
            }
        };
        shell.say(&line)?;
    }
    Ok(status)
}

/// What a name is: in words, and as it can be typed.
fn described(shell: &Shell, name: &str) -> Option<(String, String)> {
    let plain = |words: &str| Some((words.to_owned(), name.to_owned()));
    if let Some(text) = shell.aliases.get(name) {
        let text = quoted(text);
        return Some((
            format!("is an alias for {text}"),
            format!("alias {name}={text}"),
        ));
    }
    if RESERVED.contains(&name) {
        return plain("is a shell keyword");
    }
    if special(name).is_some() {
        return plain("is a special shell builtin");
    }
    if shell.functions.contains_key(name) {
        return plain("is a shell function");
    }
    if find(name).is_some() {
        return plain("is a shell builtin");
    }
    let path = shell.find_program(name).ok()?;
    path.metadata().ok()?;
    let path = path.to_string_lossy().into_owned();
    Some((format!("is {path}"), path))
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
